"""Changes of an opportunity: stage, archived state, tags, sources, links.

The answers of all but the link calls have the contact's fields blank (recorded): whoever stores them loses data.
"""

from collections.abc import Callable
from dataclasses import replace

from . import shapes
from .contacts import with_scheme
from .creating import place_in_pipeline
from .errors import bad_request
from .records import Archived, Json, Opportunity, StageChange
from .routing import OPTIONAL, Call, Handler, Reply, Route, data
from .world import World

WRITE = "opportunities:write:admin"


def put_stage(call: Call) -> Reply:
    """Works on archived opportunities too and leaves them archived (recorded)."""
    row = call.opportunity()
    stage = call.known("stage", "stages", call.body.required("stage"))
    return _answer(call, change_stage(call.world, row, stage, call.perform_as), blank=True)


def change_stage(world: World, row: Opportunity, stage: Json, user: str | None) -> Opportunity:
    """Moves the opportunity, by the API or by hand, and announces it."""
    now = world.now_ms()
    change = StageChange(stage["id"], place_in_pipeline(world, stage), now, user)
    changed = world.interact(
        row, stage=stage["id"], last_advanced_at=now, stage_changes=(*row.stage_changes, change)
    )
    world.announce("candidateStageChange", row, {"fromStageId": row.stage, "toStageId": stage["id"]})
    return changed


def put_archived(call: Call) -> Reply:
    """`reason` null takes it back out; archiving again replaces reason and time only."""
    row = call.opportunity()
    if "reason" not in call.body.fields:
        raise bad_request("reason is required")
    id = call.body.text("reason")
    reason = None if id is None else call.known("archive_reason", "archive_reasons", id)
    return _answer(call, change_archived(call.world, row, reason), blank=True)


def change_archived(world: World, row: Opportunity, reason: Json | None) -> Opportunity:
    """Archives the opportunity, or takes it back out for None, and announces it."""
    now = world.now_ms()
    archived = None if reason is None else Archived(reason["id"], now)
    advanced_at = now if archived is not None and row.archived is None else row.last_advanced_at
    changed = world.interact(row, archived=archived, last_advanced_at=advanced_at)
    for application in row.applications:
        stored = world.store.applications[application]
        world.store.put_application(replace(stored, archived=archived))
    states = {"fromArchived": shapes.archived(row.archived), "toArchived": shapes.archived(archived)}
    world.announce("candidateArchiveChange", row, states)
    if reason is not None and reason["type"] == "hired":
        world.announce("candidateHired", row, {})
    return changed


def _answer(call: Call, row: Opportunity, *, blank: bool) -> Reply:
    call.entry.opportunity, call.entry.contact = row.id, row.contact
    return data(shapes.written(call, row, blank=blank))


def _add(held: tuple[str, ...], given: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*held, *given)))


def _remove(held: tuple[str, ...], given: list[str]) -> tuple[str, ...]:
    return tuple(value for value in held if value not in given)


Combine = Callable[[tuple[str, ...], list[str]], tuple[str, ...]]


def _change_own(field: str, combine: Combine) -> Handler:
    """Tags and sources are the opportunity's own."""

    def change(call: Call) -> Reply:
        row = call.opportunity()
        if field not in call.body.fields:
            raise bad_request(f"{field} is required")
        values = combine(getattr(row, field), call.body.texts(field))
        return _answer(call, call.world.touch(row, **{field: values}), blank=True)

    return change


def _change_links(combine: Combine) -> Handler:
    """Links are the contact's, so they change on all of the person's opportunities."""

    def change(call: Call) -> Reply:
        row = call.opportunity()
        if "links" not in call.body.fields:
            raise bad_request("links is required")
        contact = call.world.store.contacts[row.contact]
        if contact.is_anonymized:
            raise bad_request("The contact is anonymized")
        given = [with_scheme(link) for link in call.body.texts("links") if link.strip()]
        call.world.contact_changed(replace(contact, links=combine(contact.links, given)))
        return _answer(call, call.world.store.opportunities[row.id], blank=False)

    return change


def _post(action: str, answer: Handler) -> Route:
    return Route("POST", f"/opportunities/<opportunity>/{action}", answer, WRITE, OPTIONAL)


ROUTES = (
    Route("PUT", "/opportunities/<opportunity>/stage", put_stage, WRITE, OPTIONAL),
    Route("PUT", "/opportunities/<opportunity>/archived", put_archived, WRITE, OPTIONAL),
    _post("addTags", _change_own("tags", _add)),
    _post("removeTags", _change_own("tags", _remove)),
    _post("addSources", _change_own("sources", _add)),
    _post("removeSources", _change_own("sources", _remove)),
    _post("addLinks", _change_links(_add)),
    _post("removeLinks", _change_links(_remove)),
)
