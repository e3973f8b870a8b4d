"""Interviews one by one; each belongs to a panel."""

from .paging import page
from .reading import child
from .routing import NO_CONTENT, REQUIRED, Call, Reply, Route, data
from .scheduling import (
    changeable,
    checked_interview,
    remove_interview,
    replace_interview,
    shown_interview,
    store_interview,
)

READ, WRITE = "interviews:read:admin", "interviews:write:admin"


def list_interviews(call: Call) -> Reply:
    rows = call.world.store.of_opportunity("interview", call.opportunity().id)
    return Reply(document=page(call.query, [shown_interview(call.world, row) for row in rows]))


def get_interview(call: Call) -> Reply:
    return data(shown_interview(call.world, child(call, "interview", "interviews")))


def create_interview(call: Call) -> Reply:
    row = call.opportunity()
    panel = changeable(call, call.body.required("panel"))
    given = checked_interview(call, call.body.fields)
    made = store_interview(call.world, panel, given, call.perform_as, row.stage)
    call.world.interact(row)
    call.entry.opportunity = row.id
    return data(shown_interview(call.world, made), 201)


def put_interview(call: Call) -> Reply:
    """Replaces the interview as a whole, but for its panel."""
    held = child(call, "interview", "interviews")
    changeable(call, held["panel"])
    given = checked_interview(call, call.body.fields)
    return data(shown_interview(call.world, replace_interview(call.world, held, given, call.perform_as)))


def delete_interview(call: Call) -> Reply:
    held = child(call, "interview", "interviews")
    changeable(call, held["panel"])
    remove_interview(call.world, held)
    return NO_CONTENT


_INTERVIEWS = "/opportunities/<opportunity>/interviews"
ROUTES = (
    Route("GET", _INTERVIEWS, list_interviews, READ),
    Route("POST", _INTERVIEWS, create_interview, WRITE, REQUIRED),
    Route("GET", f"{_INTERVIEWS}/<id>", get_interview, READ),
    Route("PUT", f"{_INTERVIEWS}/<id>", put_interview, WRITE, REQUIRED),
    Route("DELETE", f"{_INTERVIEWS}/<id>", delete_interview, WRITE, REQUIRED),
)
