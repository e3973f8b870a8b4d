"""Panels: interviews that belong together, made, replaced and removed as one."""

from .errors import bad_request, not_found
from .paging import page
from .reading import child
from .records import Json, Opportunity
from .routing import NO_CONTENT, REQUIRED, Call, Reply, Route, data
from .scheduling import (
    changeable,
    checked_interview,
    interviews_of,
    reminder,
    remove_interview,
    replace_interview,
    shown_panel,
    store_interview,
)

READ, WRITE = "panels:read:admin", "panels:write:admin"


def list_panels(call: Call) -> Reply:
    panels = call.world.store.of_opportunity("panel", call.opportunity().id)
    return Reply(document=page(call.query, [shown_panel(call.world, panel) for panel in panels]))


def get_panel(call: Call) -> Reply:
    return data(shown_panel(call.world, child(call, "panel", "panels")))


def create_panel(call: Call) -> Reply:
    row = call.opportunity()
    interviews = _interviews(call)
    panel: Json = {
        "id": call.world.new_id(),
        **_given(call, row),
        "createdAt": call.world.now_ms(),
        "externallyManaged": True,
        "stage": row.stage,
        "user": call.perform_as,
        "_opportunity": row.id,
    }
    call.world.store.put("panel", panel)
    for given in interviews:
        store_interview(call.world, panel, given, call.perform_as, row.stage)
    call.world.interact(row)
    call.entry.opportunity = row.id
    return data(shown_panel(call.world, panel), 201)


def put_panel(call: Call) -> Reply:
    """Replaces the panel as a whole; interviews named by id stay themselves, all others end."""
    row, held = call.opportunity(), changeable(call, call.ids["id"])
    known = {one["id"]: one for one in interviews_of(call.world, held)}
    interviews, ids = _interviews(call), [one.get("id") for one in call.body.objects("interviews")]
    panel = call.world.store.put("panel", {**held, **_given(call, row), "user": call.perform_as})
    for id, given in zip(ids, interviews, strict=True):
        if id in known:
            replace_interview(call.world, known.pop(id), given, call.perform_as)
        else:
            store_interview(call.world, panel, given, call.perform_as, row.stage)
    for gone in known.values():
        remove_interview(call.world, gone)
    return data(shown_panel(call.world, panel))


def delete_panel(call: Call) -> Reply:
    call.opportunity()
    for interview in interviews_of(call.world, changeable(call, call.ids["id"])):
        remove_interview(call.world, interview)
    return NO_CONTENT


def _interviews(call: Call) -> list[Json]:
    given = call.body.objects("interviews")
    if not given:
        raise bad_request("interviews needs at least one interview")
    return [checked_interview(call, row) for row in given]


def _given(call: Call, row: Opportunity) -> Json:
    body = call.body
    applications = body.texts("applications")
    if "applications" in body.fields and not applications:
        raise bad_request("applications is empty; leave it out for the active ones")
    for id in applications:
        if id not in row.applications:
            raise not_found("applications", id)
    stored = call.world.store.applications
    active = [id for id in row.applications if stored[id].archived is None]
    return {
        "applications": applications or active,
        "externalUrl": body.text("externalUrl"),
        "feedbackReminder": reminder(body.text("feedbackReminder")),
        "note": body.text("note"),
        "timezone": body.required("timezone"),
    }


_PANELS = "/opportunities/<opportunity>/panels"
ROUTES = (
    Route("GET", _PANELS, list_panels, READ),
    Route("POST", _PANELS, create_panel, WRITE, REQUIRED),
    Route("GET", f"{_PANELS}/<id>", get_panel, READ),
    Route("PUT", f"{_PANELS}/<id>", put_panel, WRITE, REQUIRED),
    Route("DELETE", f"{_PANELS}/<id>", delete_panel, WRITE, REQUIRED),
)
