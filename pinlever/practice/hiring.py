"""Archiving and hiring: the state itself, the application's copy of it, and the headcount of a requisition."""

from dataclasses import replace

from . import shapes
from .errors import bad_request, not_found
from .records import Application, Archived, Json, Opportunity
from .world import World


def change_archived(
    world: World, row: Opportunity, reason: Json | None, requisition: Json | None = None
) -> Opportunity:
    """Archives the opportunity, or takes it back out for None, and announces it."""
    now = world.now_ms()
    archived = None if reason is None else Archived(reason["id"], now)
    advanced_at = now if archived is not None and row.archived is None else row.last_advanced_at
    changed = world.interact(row, archived=archived, last_advanced_at=advanced_at)
    hired = reason is not None and reason["type"] == "hired"
    for id in row.applications:
        application = world.store.applications[id]
        hired_for = application.hired_for
        if requisition is not None or not hired:
            hired_for = _moved_hire(world, application, requisition)
        world.store.put_application(replace(application, archived=archived, hired_for=hired_for))
    states = {"fromArchived": shapes.archived(row.archived), "toArchived": shapes.archived(archived)}
    world.announce("candidateArchiveChange", row, states)
    if hired:
        world.announce("candidateHired", row, {})
    return changed


def _moved_hire(world: World, application: Application, requisition: Json | None) -> Json | None:
    """Counts the hire where it is now and no longer where it was."""
    if application.hired_for is not None:
        _count(world, application.hired_for["id"], -1)
    if requisition is None:
        return None
    _count(world, requisition["id"], 1)
    return {
        "id": requisition["id"],
        "requisitionCode": requisition["requisitionCode"],
        "hiringManagerOnHire": requisition["hiringManager"],
    }


def _count(world: World, id: str, more: int) -> None:
    held = world.store.documents["requisition"].get(id)
    if held is not None:
        hired = held["headcountHired"] + more
        world.store.put("requisition", {**held, "headcountHired": hired, "updatedAt": world.now_ms()})


def requisition_for_hire(world: World, row: Opportunity, id: str, reason: Json | None) -> Json:
    """The requisition somebody is hired for, or refused where Lever refuses it."""
    requisition = world.store.documents["requisition"].get(id)
    if requisition is None:
        raise not_found("requisitions", id)
    if reason is None or reason["type"] != "hired":
        raise bad_request("requisitionId needs a reason of type hired")
    if requisition["status"] == "closed":
        raise bad_request("The requisition is closed")
    postings = {world.store.applications[one].posting for one in row.applications}
    if postings.isdisjoint(requisition["postings"]):
        raise bad_request("The opportunity has no application to a posting of the requisition")
    offers = world.store.of_opportunity("offer", row.id)
    if offers and not any(offer["status"] == "signed" for offer in offers):
        raise bad_request("The offer is not signed")
    return requisition
