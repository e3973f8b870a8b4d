"""The custom fields of requisitions: their definitions, their options, and whether a value fits them."""

import re
from collections.abc import Callable
from typing import Any

from . import shapes
from .errors import ApiError, bad_request
from .records import Json
from .routing import NO_CONTENT, Call, Reply, Route, data
from .world import World

READ, WRITE = "requisition_fields:read:admin", "requisition_fields:write:admin"
MOST_FIELDS, MOST_SUBFIELDS, MOST_OPTIONS, MOST_OPTIONS_AT_ONCE = 100, 10, 8000, 4000
_SLUG = re.compile(r"[a-z0-9][a-z0-9_]{0,49}")


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


PLAIN: dict[str, Callable[[Any], bool]] = {
    "number": _is_number,
    "text": lambda value: isinstance(value, str),
    "date": lambda value: isinstance(value, int) and not isinstance(value, bool),
}
TYPES = (*PLAIN, "object", "dropdown")


def list_fields(call: Call) -> Reply:
    required, types = call.query.flag("isRequired"), set(call.query.all("type"))
    rows = call.world.store.documents["requisition_field"].values()
    found = [
        shapes.public(row)
        for row in rows
        if (required is None or row["isRequired"] == required) and (not types or row["type"] in types)
    ]
    return data(found)  # recorded without hasNext


def _held(call: Call) -> Json:
    held = call.world.store.documents["requisition_field"].get(call.ids["id"])
    if held is None:
        # The wording and the code are recorded.
        raise ApiError(404, "NotFoundError", "That requisition field doesn't exist on your account")
    return held


def get_field(call: Call) -> Reply:
    return data(shapes.public(_held(call)))


def create_field(call: Call) -> Reply:
    fields = call.world.store.documents["requisition_field"]
    text = call.body.required("text")
    id = call.body.text("id") or _slug(text)
    if not _SLUG.fullmatch(id):
        raise bad_request("id is of small letters, digits and underscores, at most 50")
    if id in fields:
        raise bad_request(f"There is a requisition field with this id already: {id}")
    if len(fields) >= MOST_FIELDS:
        raise bad_request(f"An account has at most {MOST_FIELDS} requisition fields")
    return data(call.world.store.put("requisition_field", _definition(call, id, text)), 201)


def put_field(call: Call) -> Reply:
    """Replaces the whole definition."""
    held = _held(call)
    definition = _definition(call, held["id"], call.body.required("text"))
    return data(call.world.store.put("requisition_field", definition))


def delete_field(call: Call) -> Reply:
    call.world.store.remove("requisition_field", _held(call)["id"])
    return NO_CONTENT


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")[:50]


def _definition(call: Call, id: str, text: str) -> Json:
    kind = call.body.required("type")
    if kind not in TYPES:
        raise bad_request(f"type is none of {', '.join(TYPES)}: {kind}")
    field: Json = {"id": id, "text": text, "type": kind, "isRequired": call.body.flag("isRequired")}
    if kind == "object":
        field["subfields"] = _subfields(call.body.objects("subfields"))
    if kind == "dropdown":
        field["options"] = _options(call, call.body.objects("options"))
    return field


def _subfields(given: list[Json]) -> list[Json]:
    if not 1 <= len(given) <= MOST_SUBFIELDS:
        raise bad_request(f"An object has from 1 to {MOST_SUBFIELDS} subfields")
    for row in given:
        if row.get("type") not in PLAIN or not isinstance(row.get("text"), str):
            raise bad_request("A subfield needs a text and the type number, text or date")
    return [
        {"id": str(row.get("id") or _slug(row["text"])), "text": row["text"], "type": row["type"]}
        for row in given
    ]


def _options(call: Call, given: list[Json]) -> list[Json]:
    if len(given) > MOST_OPTIONS_AT_ONCE:
        raise bad_request(f"At most {MOST_OPTIONS_AT_ONCE} options in one request")
    if not all(isinstance(row.get("text"), str) and row["text"] for row in given):
        raise bad_request("An option needs a text")
    return [{"id": str(row.get("id") or call.world.new_id()), "text": row["text"]} for row in given]


def _dropdown(call: Call) -> tuple[Json, list[Json]]:
    field = _held(call)
    if field["type"] != "dropdown":
        raise bad_request("Only a dropdown has options")
    return field, call.body.objects("values")


def _stored(call: Call, field: Json, options: list[Json]) -> Json:
    if len(options) > MOST_OPTIONS:
        raise bad_request(f"A dropdown has at most {MOST_OPTIONS} options")
    return call.world.store.put("requisition_field", {**field, "options": options})


def add_options(call: Call) -> Reply:
    field, given = _dropdown(call)
    return data(_stored(call, field, [*field["options"], *_options(call, given)]), 201)


def put_options(call: Call) -> Reply:
    """Gives the options named by id new texts."""
    field, given = _dropdown(call)
    texts = {row["id"]: row["text"] for row in _options(call, given)}
    if unknown := set(texts) - {option["id"] for option in field["options"]}:
        raise bad_request(f"There are no such options: {', '.join(sorted(unknown))}")
    options = [{**option, "text": texts.get(option["id"], option["text"])} for option in field["options"]]
    return data(_stored(call, field, options))


def delete_options(call: Call) -> Reply:
    field, given = _dropdown(call)
    gone = {row.get("id") for row in given}
    _stored(call, field, [option for option in field["options"] if option["id"] not in gone])
    return NO_CONTENT


def checked_custom_fields(world: World, given: Json) -> Json:
    """A requisition's customFields, held against the definitions; refused where one does not fit."""
    fields = world.store.documents["requisition_field"]
    for id, value in given.items():
        if id not in fields:
            raise bad_request(f"There is no requisition field {id}")
        if not _fits(fields[id], value):
            raise bad_request(f"The value of {id} does not fit its type {fields[id]['type']}")
    missing = [id for id, field in fields.items() if field["isRequired"] and given.get(id) is None]
    if missing:
        raise bad_request(f"These requisition fields are required: {', '.join(missing)}")
    return given


def _fits(field: Json, value: Any) -> bool:
    if value is None:
        return not field["isRequired"]
    if field["type"] == "dropdown":
        return value in [word for option in field["options"] for word in (option["id"], option["text"])]
    if field["type"] == "object":
        kinds = {row["id"]: PLAIN[row["type"]] for row in field["subfields"]}
        return isinstance(value, dict) and all(id in kinds and kinds[id](one) for id, one in value.items())
    return PLAIN[field["type"]](value)


_FIELDS = "/requisition_fields"
ROUTES = (
    Route("GET", _FIELDS, list_fields, READ),
    Route("POST", _FIELDS, create_field, WRITE),
    Route("GET", f"{_FIELDS}/<id>", get_field, READ),
    Route("PUT", f"{_FIELDS}/<id>", put_field, WRITE),
    Route("DELETE", f"{_FIELDS}/<id>", delete_field, WRITE),
    Route("POST", f"{_FIELDS}/<id>/options", add_options, WRITE),
    Route("PUT", f"{_FIELDS}/<id>/options", put_options, WRITE),
    Route("DELETE", f"{_FIELDS}/<id>/options", delete_options, WRITE),
)
