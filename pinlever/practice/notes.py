"""Notes on an opportunity. All of ours are made through the API, so all can be changed and removed."""

from . import shapes
from .bodies import Body
from .errors import bad_request
from .paging import page
from .records import Json
from .routing import NO_CONTENT, OPTIONAL, Call, Reply, Route, data

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


def list_notes(call: Call) -> Reply:
    notes = call.world.store.of_opportunity("note", call.opportunity().id)
    shown = [shapes.project(call, shapes.public(note)) for note in notes]
    return Reply(document=page(call.query, shown))


def get_note(call: Call) -> Reply:
    call.opportunity()
    return data(shapes.project(call, shapes.public(call.document("note", "notes"))))


def put_note(call: Call) -> Reply:
    """Replaces the note as a whole."""
    row, note = call.opportunity(), call.document("note", "notes")
    values = call.body.objects("values")
    if not values or not all(isinstance(value.get("value"), str) for value in values):
        raise bad_request("values is required, each with a value")
    at = call.body.ms("createdAt") or note["createdAt"]
    fields = [_comment(call, row.stage, value["value"], value.get("createdAt") or at) for value in values]
    changes = {"fields": fields, "secret": call.body.flag("secret"), "createdAt": at}
    call.world.store.put("note", {**note, **changes})
    call.world.touch(row)
    return data({"noteId": note["id"]})


def delete_note(call: Call) -> Reply:
    row, note = call.opportunity(), call.document("note", "notes")
    call.world.store.remove("note", note["id"])
    call.world.touch(row)
    return NO_CONTENT


ROUTES = (
    Route("GET", _NOTES, list_notes, "notes:read:admin"),
    Route("POST", _NOTES, create_note, "notes:write:admin", OPTIONAL),
    Route("GET", f"{_NOTES}/<id>", get_note, "notes:read:admin"),
    Route("PUT", f"{_NOTES}/<id>", put_note, "notes:write:admin"),
    Route("DELETE", f"{_NOTES}/<id>", delete_note, "notes:write:admin"),
)
