"""Is a value of the kind a table says? Answered with the list of differences, in words."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

Check = Callable[[Any], bool]
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
BUILT_IN_STAGES = frozenset({"lead-new", "lead-reached-out", "lead-responded", "applicant-new", "offer"})
YEAR_2000, YEAR_2100 = 946_684_800_000, 4_102_444_800_000


@dataclass(frozen=True)
class Table:
    fields: Mapping[str, Any]
    sometimes: Mapping[str, Any] = field(default_factory=dict)

    def but(
        self, *, without: tuple[str, ...] = (), sometimes: tuple[str, ...] = (), **changes: Any
    ) -> "Table":
        kept = {key: kind for key, kind in self.fields.items() if key not in without}
        return replace(self, fields={**kept, **changes})


@dataclass(frozen=True)
class Maybe:
    """null, or the kind."""

    kind: Any


@dataclass(frozen=True)
class Each:
    """A list, empty or with elements of the kind."""

    kind: Any


def problems(kind: Any, value: Any, at: str = "", *, partial: bool = False) -> list[str]:
    """Where `value` is not of the kind, in words; with `partial`, keys may be missing."""
    if isinstance(kind, Table):
        return _table_problems(kind, value, at, partial)
    if isinstance(kind, Maybe):
        return [] if value is None else problems(kind.kind, value, at, partial=partial)
    if isinstance(kind, Each):
        if not isinstance(value, list):
            return [f"{at} is not a list: {value!r}"]
        rows = [problems(kind.kind, row, f"{at}[{n}]", partial=partial) for n, row in enumerate(value)]
        return [problem for row in rows for problem in row]
    return [] if kind(value) else [f"{at} is not {kind.__name__.replace('_', ' ')}: {value!r}"]


def _table_problems(table: Table, value: Any, at: str, partial: bool) -> list[str]:
    if not isinstance(value, dict):
        return [f"{at} is not an object: {value!r}"]
    known = {**table.fields, **table.sometimes}
    missing = [] if partial else [f"{at}.{key} is missing" for key in table.fields if key not in value]
    strange = [f"{at}.{key} is not known" for key in value if key not in known]
    inside = [
        problem
        for key, kind in known.items()
        if key in value
        for problem in problems(kind, value[key], f"{at}.{key}", partial=partial)
    ]
    return missing + strange + inside


def an_id(value: Any) -> bool:
    return isinstance(value, str) and UUID.fullmatch(value) is not None


def a_stage_id(value: Any) -> bool:
    return value in BUILT_IN_STAGES or an_id(value)


def a_time(value: Any) -> bool:
    """Milliseconds as an integer: seconds or a text would be a mistake."""
    return isinstance(value, int) and not isinstance(value, bool) and YEAR_2000 < value < YEAR_2100


def a_text(value: Any) -> bool:
    return isinstance(value, str)


def a_name(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def a_flag(value: Any) -> bool:
    return isinstance(value, bool)


def a_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def a_link(value: Any) -> bool:
    return isinstance(value, str) and bool(urlsplit(value).scheme and urlsplit(value).netloc)


def an_email(value: Any) -> bool:
    return isinstance(value, str) and value.count("@") == 1


def null(value: Any) -> bool:
    return value is None


def anything(value: Any) -> bool:
    return True


def a_secret_token(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[0-9a-f]{48}", value) is not None


def one_of(*values: Any) -> Check:
    def one_of_the_known_values(value: Any) -> bool:
        return value in values

    return one_of_the_known_values


def dotted(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(".")


def undotted(value: Any) -> bool:
    return isinstance(value, str) and not value.startswith(".")
