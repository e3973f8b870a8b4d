"""Filling a form of Lever's with what we know: pure, from the template's fields, a mapping, and values.

Lever takes a form only if every field of its template is there and every value fits the field's type.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NoReturn

from pinlever.lever.types import to_ms

Value = str | datetime | tuple[str, ...] | None
TEXT, LIST, DATE, YES_NO, FIXED = "text", "list", "date", "yes_no", "fixed"
LONGEST = 5_000
CHANGED, NO_VALUE = "form_changed", "form_value"
# Which kinds of values of ours a field of each type can hold. What always is said fits all of them.
FITS: Mapping[str, tuple[str, ...]] = {
    "text": (TEXT, LIST, DATE, YES_NO),
    "textarea": (TEXT, LIST, DATE, YES_NO),
    "date": (DATE,),
    "currency": (),
    "dropdown": (TEXT, YES_NO),
    "multiple-choice": (TEXT, YES_NO),
    "multiple-select": (TEXT, LIST),
    "yes-no": (YES_NO,),
}
UNMAPPED = "Lever requires “{text}”, and nothing is mapped to it."
GONE = "“{text}” was mapped, and the form has it no more."
UNKNOWN_TYPE = "Lever requires “{text}”, a field of a kind ({type}) that PinLever cannot fill."
MISSING = "Lever requires “{text}”, and nothing is known for it about this person."
NO_OPTION = "Lever requires “{text}”, and “{value}” is none of its options."
NOT_FIT = "Lever requires “{text}”, and “{value}” does not fit it."


@dataclass(frozen=True)
class FormField:
    """A field of a template. `key` tells it again after Lever gave it another id: its type and text."""

    key: str
    text: str
    type: str
    required: bool
    options: tuple[str, ...] = ()

    @property
    def kinds(self) -> tuple[str, ...]:
        return FITS.get(self.type, ())


@dataclass(frozen=True)
class Entry:
    """What fills a field: a source of ours, or (`FIXED`) what is always said."""

    source: str
    value: str = ""


@dataclass(frozen=True)
class Filled:
    """`fields` as Lever takes them, each with its `value`; with problems (code, sentence) it is not to be sent."""

    fields: tuple[dict[str, Any], ...]
    problems: tuple[tuple[str, str], ...] = ()


class Unfit(ValueError):
    """The value does not fit the field; the sentence says so."""


def fields_of(rows: Iterable[Mapping[str, Any]]) -> tuple[FormField, ...]:
    """Of Lever's own fields, and of the catalogue's copies of them."""
    seen: Counter[str] = Counter()
    found = []
    for row in rows:
        text, type_ = str(row.get("text") or "")[:300], str(row.get("type") or "")
        name = f"{type_}|{text}"
        seen[name] += 1
        key = name if seen[name] == 1 else f"{name}#{seen[name]}"
        required = row.get("required") in (True, "True")
        found.append(FormField(key, text, type_, required, _options(row.get("options"))))
    return tuple(found)


def entries_of(mapping: Mapping[str, Any]) -> dict[str, Entry]:
    """Of what is stored."""
    return {key: Entry(one.get("source", ""), one.get("value", "")) for key, one in mapping.items()}


def fill(
    rows: Sequence[Mapping[str, Any]], mapping: Mapping[str, Entry], values: Mapping[str, Value]
) -> Filled:
    """The template's fields, echoed with their values; what cannot be said of an optional one is left blank."""
    fields = fields_of(rows)
    problems = [
        (CHANGED, GONE.format(text=_text_of(key))) for key in mapping.keys() - {f.key for f in fields}
    ]
    filled = []
    for row, field in zip(rows, fields, strict=True):
        value = None
        try:
            value = _value_for(field, mapping.get(field.key), values)
        except Unfit as wrong:
            if field.required:
                problems.append((NO_VALUE, str(wrong)))
        if field.required and field.key not in mapping:
            told = UNMAPPED if field.type in FITS else UNKNOWN_TYPE
            problems.append((CHANGED, told.format(text=field.text, type=field.type)))
        filled.append({**row, "value": value})
    return Filled(tuple(filled), tuple(problems))


def drift_of(before: Iterable[Mapping[str, Any]], now: Iterable[Mapping[str, Any]]) -> list[str]:
    """What changed about a template since it was mapped, in sentences."""
    was, there = {f.key: f for f in fields_of(before)}, {f.key: f for f in fields_of(now)}
    told = [f"“{was[key].text}” is gone." for key in was.keys() - there.keys()]
    told += [
        f"“{field.text}” is new{', and required' if field.required else ''}."
        for key, field in there.items()
        if key not in was
    ]
    for key, field in there.items():
        if key in was and field.required and not was[key].required:
            told.append(f"“{field.text}” is required now.")
        if key in was and was[key].options and field.options != was[key].options:
            told.append(f"“{field.text}” has other options.")
    return told


def stored(fields: Iterable[FormField]) -> list[dict[str, Any]]:
    """As a rule keeps them."""
    return [
        {"text": f.text, "type": f.type, "required": f.required, "options": list(f.options)} for f in fields
    ]


def fixed_value(field: FormField, said: str) -> Any:
    """What is always said, as Lever takes it. Raises Unfit."""
    return _value_for(field, Entry(FIXED, said), {})


def _value_for(field: FormField, entry: Entry | None, values: Mapping[str, Value]) -> Any:
    if entry is None:
        return None
    value = _told(entry.value if entry.source == FIXED else values.get(entry.source))
    if not value:
        raise Unfit(MISSING.format(text=field.text))
    if field.type not in _AS:
        _unfit(field, value)
    return _AS[field.type](field, value)


def _told(value: Value) -> Value:
    """Without what is blank."""
    if isinstance(value, tuple):
        return tuple(part for each in value if (part := each.strip()))
    return value.strip() if isinstance(value, str) else value


def _as_text(field: FormField, value: Value) -> str:
    if isinstance(value, tuple):
        return ", ".join(value)[:LONGEST]
    if isinstance(value, datetime):
        return value.date().isoformat()
    return str(value)[:LONGEST]


def _as_date(field: FormField, value: Value) -> int:
    if isinstance(value, datetime):
        return to_ms(value)
    try:
        day = date.fromisoformat(str(value))
        return to_ms(datetime.fromisoformat(f"{day.isoformat()}T00:00:00+00:00"))
    except (ValueError, OverflowError):
        raise Unfit(NOT_FIT.format(text=field.text, value=value)) from None


def _as_number(field: FormField, value: Value) -> float:
    said = str(value).replace(",", "").replace(" ", "")
    if not _NUMBER.fullmatch(said):
        _unfit(field, value)
    return float(said)


def _as_option(field: FormField, value: Value) -> str:
    said = _as_text(field, value)
    found = _option(field, said)
    if found is None:
        raise Unfit(NO_OPTION.format(text=field.text, value=said[:100]))
    return found


def _as_options(field: FormField, value: Value) -> list[str]:
    said = value if isinstance(value, tuple) else tuple(part.strip() for part in str(value).split(","))
    found = [option for one in said if (option := _option(field, one)) is not None]
    if not found:
        raise Unfit(NO_OPTION.format(text=field.text, value=", ".join(said)[:100]))
    return list(dict.fromkeys(found))


def _as_yes_no(field: FormField, value: Value) -> str:
    said = str(value).strip().lower()
    if said not in ("yes", "no"):
        _unfit(field, value)
    return said


def _unfit(field: FormField, value: Value) -> NoReturn:
    raise Unfit(NOT_FIT.format(text=field.text, value=_as_text(field, value)[:100]))


_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,6})?", re.ASCII)
_AS: Mapping[str, Callable[[FormField, Value], Any]] = {
    "text": _as_text,
    "textarea": _as_text,
    "date": _as_date,
    "currency": _as_number,
    "dropdown": _as_option,
    "multiple-choice": _as_option,
    "multiple-select": _as_options,
    "yes-no": _as_yes_no,
}


def _option(field: FormField, said: str) -> str | None:
    wanted = said.strip().casefold()
    return next((option for option in field.options if option.strip().casefold() == wanted), None)


def _options(given: Any) -> tuple[str, ...]:
    """Lever's are objects with a text, the catalogue's the texts."""
    rows = given if isinstance(given, list) else []
    return tuple(str(row.get("text", "") if isinstance(row, Mapping) else row)[:300] for row in rows)


def _text_of(key: str) -> str:
    return key.partition("|")[2]
