"""Changes of an opportunity: stage, archived state, tags, sources, links.

The answers of all but the link calls have the contact's fields blank (recorded): whoever stores them loses data.
"""

from collections.abc import Callable
from dataclasses import replace

from . import shapes
from .contacts import with_scheme
from .errors import bad_request
from .hiring import change_archived, requisition_for_hire
from .pipeline import change_stage
from .records import Opportunity
from .routing import OPTIONAL, Call, Handler, Reply, Route, data
from .scheduling import remove_pending

WRITE = "opportunities:write:admin"


def put_stage(call: Call) -> Reply:
    """Works on archived opportunities too and leaves them archived (recorded)."""
    row = call.opportunity()
    stage = call.known("stage", "stages", call.body.required("stage"))
    return _answer(call, change_stage(call.world, row, stage, call.perform_as), blank=True)


def put_archived(call: Call) -> Reply:
    """`reason` null takes it back out; archiving again replaces reason and time only."""
    row, body = call.opportunity(), call.body
    if "reason" not in body.fields:
        raise bad_request("reason is required")
    id, requisition = body.text("reason"), None
    reason = None if id is None else call.known("archive_reason", "archive_reasons", id)
    if (hired_for := body.text("requisitionId")) is not None:
        requisition = requisition_for_hire(call.world, row, hired_for, reason)
    if body.flag("cleanInterviews") and reason is not None:
        remove_pending(call.world, row)
    return _answer(call, change_archived(call.world, row, reason, requisition), blank=True)


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
