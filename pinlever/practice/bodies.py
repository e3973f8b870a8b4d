"""Request bodies: JSON, multipart and urlencoded forms, read into the same fields and files.

Lever's multipart arrays are one part an element, named `emails[]`; phones come as `phones[]` with a JSON object
or as `phones[0][type]`; nested objects as `archived[reason]`; some clients leave the brackets out.
"""

import hashlib
import json
import re
from dataclasses import dataclass, field
from typing import Any

from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Request

from .errors import bad_request
from .records import Json

LISTS = frozenset({"emails", "links", "tags", "sources", "postings", "followers", "phones"})
_BRACKETS = re.compile(r"\[([^\]]*)\]")
FORM_TYPES = ("multipart/form-data", "application/x-www-form-urlencoded")


@dataclass(frozen=True)
class FilePart:
    name: str
    content: bytes

    def summary(self) -> Json:
        digest = hashlib.sha256(self.content).hexdigest()
        return {"name": self.name, "size": len(self.content), "sha256": digest}


@dataclass(frozen=True)
class Body:
    """`loose` is true of forms, where numbers and flags arrive as text."""

    fields: Json = field(default_factory=dict)
    files: dict[str, list[FilePart]] = field(default_factory=dict)
    loose: bool = False

    def text(self, name: str) -> str | None:
        value = self.fields.get(name)
        if value is not None and not isinstance(value, str):
            raise bad_request(f"{name} is not a string")
        return value

    def required(self, name: str) -> str:
        value = self.text(name)
        if not value:
            raise bad_request(f"{name} is required")
        return value

    def texts(self, name: str) -> list[str]:
        value = self.fields.get(name)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise bad_request(f"{name} is not a list of strings")
        return value

    def objects(self, name: str) -> list[Json]:
        value = self.fields.get(name)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise bad_request(f"{name} is not a list of objects")
        return value

    def object(self, name: str) -> Json | None:
        value = self.fields.get(name)
        if value is not None and not isinstance(value, dict):
            raise bad_request(f"{name} is not an object")
        return value

    def ms(self, name: str) -> int | None:
        return self.milliseconds(name, self.fields.get(name))

    def milliseconds(self, name: str, value: Any) -> int | None:
        if self.loose and isinstance(value, str) and re.fullmatch(r"[0-9]{1,18}", value):
            value = int(value)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            raise bad_request(f"{name} is not a timestamp in milliseconds")
        return value

    def flag(self, name: str) -> bool:
        value = self.fields.get(name)
        if self.loose and isinstance(value, str):
            value = {"true": True, "false": False}.get(value.lower(), value)
        if value is not None and not isinstance(value, bool):
            raise bad_request(f"{name} is neither true nor false")
        return bool(value)

    def file(self, *names: str) -> FilePart | None:
        parts = [part for name in names for part in self.files.get(name, [])]
        if len(parts) > 1:
            raise bad_request(f"Only one {names[0]} is allowed")
        return parts[0] if parts else None


def read_body(request: Request) -> Body:
    if request.mimetype in FORM_TYPES:
        files = {name: [_file(part) for part in parts] for name, parts in request.files.lists()}
        return Body(_nest(request.form.lists()), files, loose=True)
    raw = request.get_data()
    if not raw.strip():
        return Body()
    try:
        fields = json.loads(raw)
    except (ValueError, RecursionError):
        raise bad_request("The body is not JSON") from None
    if not isinstance(fields, dict):
        raise bad_request("The body is not a JSON object")
    return Body(fields)


def _file(part: FileStorage) -> FilePart:
    with part.stream:
        return FilePart(part.filename or "", part.stream.read())


def _nest(parts: Any) -> Json:
    """Bracketed part names into lists and objects."""
    fields: Json = {}
    for name, values in parts:
        base, path = name.split("[", 1)[0], _BRACKETS.findall(name)
        if base in LISTS and len(path) == 2:
            _set_in_row(fields, base, path, values[-1])
        elif base in LISTS:
            _list(fields, base).extend(_element(base, value) for value in values)
        elif path and path[0]:
            inner = fields.setdefault(base, {})
            if isinstance(inner, dict):
                inner[path[0]] = values[-1]
        else:
            fields[base] = values[-1]
    return fields


def _list(fields: Json, base: str) -> list[Any]:
    found: list[Any] = fields.setdefault(base, [])
    return found


def _set_in_row(fields: Json, base: str, path: list[str], value: str) -> None:
    rows = _list(fields, base)
    number = int(path[0]) if path[0].isascii() and path[0].isdigit() and len(path[0]) < 4 else len(rows)
    while len(rows) <= number:
        rows.append({})
    if isinstance(rows[number], dict):
        rows[number][path[1]] = value


def _element(base: str, value: str) -> Any:
    if base != "phones":
        return value
    try:
        phone = json.loads(value)
    except (ValueError, RecursionError):
        phone = None
    return phone if isinstance(phone, dict) else {"value": value}
