"""The facts a plan was decided on, as they are kept with each person of an export, and read back for comparing.

A snapshot knows the fields that `plan.Facts` has now: of an older one, what it lacks is taken at its default.
"""

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime

from pinlever.sync.plan import Facts, Opening, Person

# The fields of the facts that tell of people in Lever.
PEOPLE = frozenset(each.name for each in fields(Facts) if each.type == tuple[Person, ...])


def kept(facts: Facts) -> dict[str, Any]:
    """As JSON; what stands at its default is left out."""
    return dict(_plain(facts))


def read(snapshot: Mapping[str, Any]) -> Facts:
    """The facts again."""
    return Facts(
        **{
            **_known(Facts, snapshot),
            "keys": _keys(snapshot.get("keys", ())),
            "posting_id": snapshot.get("posting_id", ""),
            **{name: tuple(_person(one) for one in snapshot[name]) for name in PEOPLE if name in snapshot},
        }
    )


def _person(kept_as: Mapping[str, Any]) -> Person:
    return Person(
        **{
            **_known(Person, kept_as),
            "openings": tuple(_opening(one) for one in kept_as.get("openings", ())),
            "matched": frozenset(_keys(kept_as.get("matched", ()))),
        }
    )


def _opening(kept_as: Mapping[str, Any]) -> Opening:
    moments = {name: parse_datetime(kept_as.get(name) or "") for name in ("archived_at", "active_at")}
    return Opening(**{**_known(Opening, kept_as), **moments})


def _known(of: type, kept_as: Mapping[str, Any]) -> dict[str, Any]:
    names = {field.name for field in fields(of)}
    return {name: _whole(value) for name, value in kept_as.items() if name in names}


def _whole(value: Any) -> Any:
    """Lists become tuples, as facts have them."""
    return tuple(_whole(one) for one in value) if isinstance(value, list) else value


def _keys(pairs: Any) -> tuple[tuple[str, str], ...]:
    return tuple((kind, value) for kind, value in pairs)


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        told = {
            field.name: getattr(value, field.name)
            for field in fields(value)
            if field.default is MISSING or getattr(value, field.name) != field.default
        }
        return {name: _plain(one) for name, one in told.items()}
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, frozenset | set):
        return sorted(_plain(one) for one in value)
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    return value
