"""The fields of forms and of feedback: their types, what a template may ask, what an answer must be."""

from collections.abc import Callable
from typing import Any

from .errors import bad_request
from .records import Json
from .routing import Call
from .seed import SCORES

Conforms = Callable[[Any, list[str]], bool]


def _is_text(value: Any, options: list[str]) -> bool:
    return isinstance(value, str)


def _is_number(value: Any, options: list[str]) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_option(value: Any, options: list[str]) -> bool:
    return value in options


def _are_options(value: Any, options: list[str]) -> bool:
    return isinstance(value, list) and all(item in options for item in value)


def _is_scorecard(value: Any, options: list[str]) -> bool:
    return isinstance(value, list) and all(isinstance(row, dict) and "score" in row for row in value)


OF_FORMS: dict[str, Conforms] = {
    "text": _is_text,
    "textarea": _is_text,
    "date": _is_number,
    "currency": _is_number,
    "dropdown": _is_option,
    "multiple-choice": _is_option,
    "multiple-select": _are_options,
    "yes-no": lambda value, options: value in ("yes", "no"),
}
OF_FEEDBACK: dict[str, Conforms] = {
    **OF_FORMS,
    "code": _is_text,
    "score": lambda value, options: value in (1, 2, 3, 4),
    "score-system": _is_option,
    "scorecard": _is_scorecard,
}


def answered(field: Json, value: Any) -> Json:
    """The field with its value, None where nothing is said. Refused where the value does not fit."""
    if value is None or value == "":
        if field["required"]:
            raise bad_request(f"The field {field['text']!r} is required")
        return {**field, "value": None}
    options = [option["text"] for option in field.get("options", [])]
    if not OF_FEEDBACK[field["type"]](value, options):
        raise bad_request(f"The value of {field['text']!r} does not fit its type {field['type']}")
    return {**field, "value": value}


def new_field(call: Call, row: Json, types: dict[str, Conforms]) -> Json:
    """A field of a template, with an id of its own."""
    if row.get("type") not in types or not isinstance(row.get("text"), str):
        raise bad_request("A field needs a text and a known type")
    options = row.get("options", [])
    if not isinstance(options, list) or not all(isinstance(o, dict) and "text" in o for o in options):
        raise bad_request("options is not a list of objects with a text")
    field = {"id": call.world.new_id(), "type": row["type"], "text": row["text"]}
    field |= {"description": row.get("description") or "", "required": row.get("required") is True}
    if row["type"] == "score-system":
        return {**field, "prompt": "Select one", "options": [{"text": text} for text in SCORES]}
    extras: Json = {name: row[name] for name in ("options", "currency", "prompt", "scores") if name in row}
    return {**field, **extras}


def new_fields(call: Call, types: dict[str, Conforms]) -> list[Json]:
    fields = call.body.objects("fields")
    if not fields:
        raise bad_request("fields needs at least one field")
    return [new_field(call, row, types) for row in fields]
