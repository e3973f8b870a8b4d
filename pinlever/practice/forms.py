"""Profile forms, the only home of structured custom data, and their templates.

A form must answer every field of its template, in conformity with it, or nothing is written. Forms cannot be
changed or removed.
"""

from collections.abc import Callable
from typing import Any

from . import shapes
from .errors import bad_request
from .paging import page
from .records import Json
from .routing import NO_CONTENT, OPTIONAL, Call, Reply, Route, data

Conforms = Callable[[Any, list[str]], bool]


def _is_text(value: Any, options: list[str]) -> bool:
    return isinstance(value, str)


def _is_number(value: Any, options: list[str]) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_option(value: Any, options: list[str]) -> bool:
    return value in options


def _are_options(value: Any, options: list[str]) -> bool:
    return isinstance(value, list) and all(item in options for item in value)


FIELD_TYPES: dict[str, Conforms] = {
    "text": _is_text,
    "textarea": _is_text,
    "date": _is_number,
    "currency": _is_number,
    "dropdown": _is_option,
    "multiple-choice": _is_option,
    "multiple-select": _are_options,
    "yes-no": lambda value, options: value in ("yes", "no"),
}


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
        fields.append({**field, "value": _value(field, answer.get("value"))})
    if left:
        raise bad_request("There are fields the template does not have")
    return fields


def _is_for(answer: Json, field: Json) -> bool:
    if "id" in answer:
        return bool(answer["id"] == field["id"])
    return (answer.get("type"), answer.get("text")) == (field["type"], field["text"])


def _value(field: Json, value: Any) -> Any:
    if value is None or value == "":
        if field["required"]:
            raise bad_request(f"The field {field['text']!r} is required")
        return None
    options = [option["text"] for option in field.get("options", [])]
    if not FIELD_TYPES[field["type"]](value, options):
        raise bad_request(f"The value of {field['text']!r} does not fit its type {field['type']}")
    return value


def list_forms(call: Call) -> Reply:
    forms = call.world.store.of_opportunity("form", call.opportunity().id)
    return Reply(document=page(call.query, [shapes.project(call, shapes.public(form)) for form in forms]))


def get_form(call: Call) -> Reply:
    call.opportunity()
    return data(shapes.project(call, shapes.public(call.document("form", "forms"))))


def list_templates(call: Call) -> Reply:
    templates = call.world.store.documents["form_template"].values()
    return Reply(document=page(call.query, [shapes.project(call, dict(row)) for row in templates]))


def get_template(call: Call) -> Reply:
    return data(call.document("form_template", "form_templates"))


def create_template(call: Call) -> Reply:
    template = _template(call, call.world.new_id(), call.world.now_ms())
    return data(call.world.store.put("form_template", template), 201)


def put_template(call: Call) -> Reply:
    held = call.document("form_template", "form_templates")
    template = _template(call, held["id"], held["createdAt"])
    return data(call.world.store.put("form_template", template))


def delete_template(call: Call) -> Reply:
    template = call.document("form_template", "form_templates")
    call.world.store.remove("form_template", template["id"])
    return NO_CONTENT


def _template(call: Call, id: str, created_at: int) -> Json:
    fields = call.body.objects("fields")
    if not fields:
        raise bad_request("fields needs at least one field")
    return {
        "id": id,
        "text": call.body.required("text"),
        "instructions": call.body.text("instructions") or "",
        "group": call.body.fields.get("group"),
        "secretByDefault": call.body.flag("secretByDefault"),
        "fields": [_field(call, row) for row in fields],
        "createdAt": created_at,
        "updatedAt": call.world.now_ms(),
    }


def _field(call: Call, row: Json) -> Json:
    if row.get("type") not in FIELD_TYPES or not isinstance(row.get("text"), str):
        raise bad_request("A field needs a text and a known type")
    options = row.get("options", [])
    if not isinstance(options, list) or not all(isinstance(o, dict) and "text" in o for o in options):
        raise bad_request("options is not a list of objects with a text")
    field = {"id": call.world.new_id(), "type": row["type"], "text": row["text"]}
    field |= {"description": row.get("description") or "", "required": row.get("required") is True}
    extras: Json = {name: row[name] for name in ("options", "currency", "prompt") if name in row}
    return {**field, **extras}


_FORMS = "/opportunities/<opportunity>/forms"
ROUTES = (
    Route("GET", _FORMS, list_forms, "forms:read:admin"),
    Route("POST", _FORMS, create_form, "forms:write:admin", OPTIONAL),
    Route("GET", f"{_FORMS}/<id>", get_form, "forms:read:admin"),
    Route("GET", "/form_templates", list_templates, "form_templates:read:admin"),
    Route("POST", "/form_templates", create_template, "form_templates:write:admin"),
    Route("GET", "/form_templates/<id>", get_template, "form_templates:read:admin"),
    Route("PUT", "/form_templates/<id>", put_template, "form_templates:write:admin"),
    Route("DELETE", "/form_templates/<id>", delete_template, "form_templates:write:admin"),
)
