"""Profile forms, the only home of structured custom data, and their templates.

A form must answer every field of its template, in conformity with it, or nothing is written. Forms cannot be
changed or removed.
"""

from . import shapes
from .errors import bad_request, forbidden
from .fields import OF_FORMS, answered, new_fields
from .reading import get_child, get_document, list_children, list_documents
from .records import Json
from .routing import NO_CONTENT, OPTIONAL, Call, Reply, Route, data


def create_form(call: Call) -> Reply:
    row = call.opportunity()
    template = call.known("form_template", "form_templates", call.body.required("baseTemplateId"))
    fields = _answered(template, call.body.objects("fields"))
    now = call.world.now_ms()
    secret = call.body.flag("secret") if "secret" in call.body.fields else template["secretByDefault"]
    form: Json = {
        "id": call.world.new_id(),
        "type": "form",
        "text": template["text"],
        "instructions": template["instructions"],
        "baseTemplateId": template["id"],
        "fields": fields,
        "user": call.perform_as,
        "stage": row.stage,
        "secret": secret,
        "createdAt": now,
        "completedAt": now,
        "deletedAt": None,
        "_opportunity": row.id,
    }
    call.entry.opportunity = row.id
    return data(shapes.public(call.world.store.put("form", form)), 201)


def _answered(template: Json, given: list[Json]) -> list[Json]:
    """The template's fields with the values given for them, found by id or by type and text."""
    left, fields = list(given), []
    for field in template["fields"]:
        answer = next((row for row in left if _is_for(row, field)), None)
        if answer is None:
            raise bad_request(f"The field {field['text']!r} is missing")
        left.remove(answer)
        fields.append(answered(field, answer.get("value")))
    if left:
        raise bad_request("There are fields the template does not have")
    return fields


def _is_for(answer: Json, field: Json) -> bool:
    if "id" in answer:
        return bool(answer["id"] == field["id"])
    return (answer.get("type"), answer.get("text")) == (field["type"], field["text"])


def create_template(call: Call) -> Reply:
    template = _template(call, call.world.new_id(), call.world.now_ms())
    call.world.store.put("form_template", {**template, "_by_api": True})
    return data(template, 201)


def put_template(call: Call) -> Reply:
    held = call.document("form_template", "form_templates")
    template = _template(call, held["id"], held["createdAt"])
    call.world.store.put("form_template", {**held, **template})
    return data(template)


def delete_template(call: Call) -> Reply:
    template = call.document("form_template", "form_templates")
    if not template.get("_by_api"):
        raise forbidden("Only templates made through the API can be removed through it.")
    call.world.store.remove("form_template", template["id"])
    return NO_CONTENT


def _template(call: Call, id: str, created_at: int) -> Json:
    group = call.body.text("group")
    return {
        "id": id,
        "text": call.body.required("text"),
        "instructions": call.body.text("instructions") or "",
        "group": None if group is None else {"id": group, "name": ""},
        "secretByDefault": call.body.flag("secretByDefault"),
        "fields": new_fields(call, OF_FORMS),
        "createdAt": created_at,
        "updatedAt": call.world.now_ms(),
    }


_FORMS = "/opportunities/<opportunity>/forms"
ROUTES = (
    Route("GET", _FORMS, list_children("form"), "forms:read:admin"),
    Route("POST", _FORMS, create_form, "forms:write:admin", OPTIONAL),
    Route("GET", f"{_FORMS}/<id>", get_child("form", "forms"), "forms:read:admin"),
    Route("GET", "/form_templates", list_documents("form_template"), "form_templates:read:admin"),
    Route("POST", "/form_templates", create_template, "form_templates:write:admin"),
    Route(
        "GET",
        "/form_templates/<id>",
        get_document("form_template", "form_templates"),
        "form_templates:read:admin",
    ),
    Route("PUT", "/form_templates/<id>", put_template, "form_templates:write:admin"),
    Route("DELETE", "/form_templates/<id>", delete_template, "form_templates:write:admin"),
)
