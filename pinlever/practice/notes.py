"""Notes on an opportunity. Those made through the API can be changed and removed through it, others only read."""

from . import shapes
from .bodies import Body
from .errors import bad_request, forbidden
from .reading import child, get_child, list_children
from .records import Json, Opportunity
from .routing import NO_CONTENT, OPTIONAL, Call, Reply, Route, data
from .world import World

_NOTES = "/opportunities/<opportunity>/notes"


def _past(call: Call, body: Body) -> int:
    now, given = call.world.now_ms(), body.ms("createdAt")
    if given is not None and given > now:
        raise bad_request("createdAt is in the future")
    return now if given is None else given


def _comment(call: Call, stage: str, value: str, at: int) -> Json:
    score = call.body.fields.get("score")
    if score is not None and score not in (1, 2, 3, 4, "1", "2", "3", "4"):
        raise bad_request("score is a number from 1 to 4")
    return {
        "createdAt": at,
        "score": None if score is None else int(score),
        "stage": stage,
        "text": "Comment",
        "type": "note",
        "user": call.perform_as,
        "value": value,
    }


def create_note(call: Call) -> Reply:
    """With ?note_id= the comment is added to that note's thread."""
    row, at = call.opportunity(), _past(call, call.body)
    comment = _comment(call, row.stage, call.body.required("value"), at)
    if (thread := call.query.one("note_id")) is not None:
        call.ids["id"] = thread
        found = call.document("note", "notes")
        note = call.world.store.put("note", {**found, "fields": [*found["fields"], comment]})
    else:
        note = call.world.store.put("note", _note(call, row.id, comment, at))
    call.world.interact(row)
    call.entry.opportunity = row.id
    # The whole note, and its id once more (recorded; the documentation shows only noteId).
    return data({**shapes.public(note), "noteId": note["id"]}, 201)


def _note(call: Call, opportunity: str, comment: Json, at: int) -> Json:
    return {
        "id": call.world.new_id(),
        "text": "Note",
        "fields": [comment],
        "user": call.perform_as,
        "secret": call.body.flag("secret"),
        "completedAt": at,
        "deletedAt": None,
        "createdAt": at,
        "_opportunity": opportunity,
    }


def _own(call: Call) -> Json:
    note = child(call, "note", "notes")
    if note.get("_by_hand"):
        raise forbidden("Only notes made through the API can be changed through it.")
    return note


def put_note(call: Call) -> Reply:
    """Replaces the note as a whole: what is left out is lost."""
    row, note, body = call.opportunity(), _own(call), call.body
    values = body.objects("values")
    if not values or not all(isinstance(value.get("value"), str) for value in values):
        raise bad_request("values is required, each with a value")
    if (user := body.text("user")) is not None:
        call.known("user", "users", user)
    call.perform_as = user
    at = body.ms("createdAt") or note["createdAt"]
    times = [body.milliseconds("createdAt", value.get("createdAt")) for value in values]
    fields = [
        _comment(call, row.stage, value["value"], given or at)
        for value, given in zip(values, times, strict=True)
    ]
    changes = {"fields": fields, "user": user, "secret": body.flag("secret"), "createdAt": at}
    completed_at = body.ms("completedAt") or at
    call.world.store.put("note", {**note, **changes, "completedAt": completed_at})
    call.world.touch(row)
    return data({"noteId": note["id"]})


def delete_note(call: Call) -> Reply:
    row, note = call.opportunity(), _own(call)
    call.world.store.remove("note", note["id"])
    call.world.touch(row)
    return NO_CONTENT


def write_by_hand(world: World, opportunity: Opportunity, value: str, user: str | None) -> Json:
    """A note somebody wrote in Lever's own pages; the API may read it and nothing else."""
    now = world.now_ms()
    comment = {"createdAt": now, "score": None, "stage": opportunity.stage, "text": "Comment", "type": "note"}
    note: Json = {"id": world.new_id(), "text": "Note", "fields": [{**comment, "user": user, "value": value}]}
    note |= {"user": user, "secret": False, "completedAt": now, "deletedAt": None, "createdAt": now}
    world.interact(opportunity)
    return world.store.put("note", {**note, "_opportunity": opportunity.id, "_by_hand": True})


ROUTES = (
    Route("GET", _NOTES, list_children("note"), "notes:read:admin"),
    Route("POST", _NOTES, create_note, "notes:write:admin", OPTIONAL),
    Route("GET", f"{_NOTES}/<id>", get_child("note", "notes"), "notes:read:admin"),
    Route("PUT", f"{_NOTES}/<id>", put_note, "notes:write:admin"),
    Route("DELETE", f"{_NOTES}/<id>", delete_note, "notes:write:admin"),
)
