"""Templates of feedback. Exactly one field rates the person; a change gives every field a new id (recorded)."""

from . import shapes
from .errors import bad_request, forbidden
from .fields import OF_FEEDBACK, new_fields
from .reading import get_document, list_documents
from .records import Json
from .routing import NO_CONTENT, Call, Reply, Route, data

READ, WRITE = "feedback_templates:read:admin", "feedback_templates:write:admin"


def create_template(call: Call) -> Reply:
    made = {"id": call.world.new_id(), **_given(call), "createdAt": call.world.now_ms(), "stage": None}
    made = {**made, "updatedAt": made["createdAt"]}
    call.world.store.put("feedback_template", {**made, "_by_api": True})
    return data(made, 201)


def put_template(call: Call) -> Reply:
    held = call.document("feedback_template", "feedback_templates")
    changed = {**held, **_given(call), "updatedAt": call.world.now_ms()}
    return data(shapes.public(call.world.store.put("feedback_template", changed)))


def delete_template(call: Call) -> Reply:
    held = call.document("feedback_template", "feedback_templates")
    if not held.get("_by_api"):
        raise forbidden("Only templates made through the API can be removed through it.")
    call.world.store.remove("feedback_template", held["id"])
    return NO_CONTENT


def _given(call: Call) -> Json:
    fields = new_fields(call, OF_FEEDBACK)
    if [field["type"] for field in fields].count("score-system") != 1:
        raise bad_request("fields needs exactly one field of type score-system")
    group = call.body.text("group")
    return {
        "text": call.body.required("text"),
        "group": None if group is None else {"id": group, "name": ""},
        "instructions": call.body.text("instructions") or "",
        "fields": fields,
    }


_TEMPLATES = "/feedback_templates"
ROUTES = (
    Route("GET", _TEMPLATES, list_documents("feedback_template"), READ),
    Route("POST", _TEMPLATES, create_template, WRITE),
    Route("GET", f"{_TEMPLATES}/<id>", get_document("feedback_template", "feedback_templates"), READ),
    Route("PUT", f"{_TEMPLATES}/<id>", put_template, WRITE),
    Route("DELETE", f"{_TEMPLATES}/<id>", delete_template, WRITE),
)
