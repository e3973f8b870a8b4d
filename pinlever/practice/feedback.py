"""Feedback on an opportunity: a template answered by an interviewer.

A change is answered in Lever's inner shape, as recorded.
"""

from . import shapes
from .errors import bad_request, not_found
from .fields import answered
from .paging import page
from .reading import child, children
from .records import Json
from .routing import NO_CONTENT, REQUIRED, Call, Reply, Route, data
from .seed import ACCOUNT_ID

READ, WRITE = "feedback:read:admin", "feedback:write:admin"


def list_feedback(call: Call) -> Reply:
    rows = [row for row in children(call, "feedback") if row["deletedAt"] is None]
    return Reply(document=page(call.query, rows))


def get_feedback(call: Call) -> Reply:
    """Removed feedback too, with `deletedAt` (recorded)."""
    return data(shapes.public(child(call, "feedback", "feedback")))


def create_feedback(call: Call) -> Reply:
    row, body, now = call.opportunity(), call.body, call.world.now_ms()
    template = call.known("feedback_template", "feedback_templates", body.required("baseTemplateId"))
    interview = _interview(call)
    created_at = _past(call, "createdAt") or now
    feedback: Json = {
        "id": call.world.new_id(),
        "type": "interview",
        "text": template["text"],
        "instructions": template["instructions"],
        "fields": _filled(call, [{**field, "value": None} for field in template["fields"]]),
        "baseTemplateId": template["id"],
        "interview": interview["id"] if interview else None,
        "panel": interview["panel"] if interview else None,
        "user": call.perform_as,
        "createdAt": created_at,
        "completedAt": _past(call, "completedAt") or created_at,
        "updatedAt": None,
        "deletedAt": None,
        "_opportunity": row.id,
    }
    if interview is not None:
        forms = [*interview["feedbackForms"], feedback["id"]]
        call.world.store.put("interview", {**interview, "feedbackForms": forms})
    call.world.interact(row)
    call.entry.opportunity = row.id
    return data(shapes.public(call.world.store.put("feedback", feedback)), 201)


def _interview(call: Call) -> Json | None:
    """panel and interview come together or not at all."""
    panel, id = call.body.text("panel"), call.body.text("interview")
    if (panel is None) != (id is None):
        raise bad_request("panel and interview are given together or not at all")
    if id is None:
        return None
    interview = call.world.store.documents["interview"].get(id)
    if interview is None or interview["_opportunity"] != call.ids["opportunity"]:
        raise not_found("interviews", id)
    if interview["panel"] != panel:
        raise not_found("panels", str(panel))
    return interview


def _filled(call: Call, fields: list[Json]) -> list[Json]:
    """The fields with the values given for some of them, by id."""
    given = {str(row.get("id")): row.get("value") for row in call.body.objects("fieldValues")}
    if strange := set(given) - {field["id"] for field in fields}:
        raise bad_request(f"There are no such fields: {', '.join(sorted(strange))}")
    return [answered(field, given[field["id"]]) if field["id"] in given else field for field in fields]


def _past(call: Call, name: str) -> int | None:
    at = call.body.ms(name)
    if at is not None and at > call.world.now_ms():
        raise bad_request(f"{name} is in the future")
    return at


def put_feedback(call: Call) -> Reply:
    held = _held(call)
    changes = {
        "fields": _filled(call, held["fields"]),
        "completedAt": _past(call, "completedAt") or held["completedAt"],
        "updatedAt": call.world.now_ms(),
    }
    return data(_inner(call.world.store.put("feedback", {**held, **changes})))


def _held(call: Call) -> Json:
    held = child(call, "feedback", "feedback")
    if held["deletedAt"] is not None:
        raise not_found("feedback", held["id"])
    return held


def _inner(feedback: Json) -> Json:
    """As recorded: other names, and the score system shown as a plain score."""
    summary = {"type": "score", "isSummary": True, "summaryText": "", "overall": True}
    fields = [
        {**field, **summary} if field["type"] == "score-system" else field for field in feedback["fields"]
    ]
    return {
        "accountId": ACCOUNT_ID,
        "createdAt": feedback["createdAt"],
        "userId": feedback["user"],
        "profileId": feedback["_opportunity"],
        "baseTemplateId": feedback["baseTemplateId"],
        "text": feedback["text"],
        "instructions": feedback["instructions"],
        "type": feedback["type"],
        "fields": fields,
        "completedAt": feedback["completedAt"],
        "updatedAt": feedback["updatedAt"],
        "id": feedback["id"],
    }


def delete_feedback(call: Call) -> Reply:
    held = _held(call)
    call.world.store.put("feedback", {**held, "deletedAt": call.world.now_ms()})
    return NO_CONTENT


_FEEDBACK = "/opportunities/<opportunity>/feedback"
ROUTES = (
    Route("GET", _FEEDBACK, list_feedback, READ),
    Route("POST", _FEEDBACK, create_feedback, WRITE, REQUIRED),
    Route("GET", f"{_FEEDBACK}/<id>", get_feedback, READ),
    Route("PUT", f"{_FEEDBACK}/<id>", put_feedback, WRITE, REQUIRED),
    Route("DELETE", f"{_FEEDBACK}/<id>", delete_feedback, WRITE, REQUIRED),
)
