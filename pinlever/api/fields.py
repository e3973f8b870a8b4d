"""The kinds of values callers send. Nothing is converted silently: a number is no text, and a time has its zone."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

# What may stand in a path without being escaped (RFC 3986), the percent sign apart; begins with a letter or digit.
_ID = r"^[A-Za-z0-9][A-Za-z0-9._~:@!$&'()*+,;=-]*$"
Id = Annotated[
    str,
    StringConstraints(pattern=_ID, min_length=1, max_length=150),
    Field(description="Your own id: letters, digits and ._~:@!$&'()*+,;=- after a letter or digit."),
]
PostingId = Annotated[
    str, StringConstraints(max_length=64), Field(description="The id of a Lever job (posting); '' for none.")
]
Email = Annotated[
    str, StringConstraints(max_length=254), Field(description="Somebody's address, as PinLever knows it.")
]

_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:[Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_EARLIEST, _LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


class Told(BaseModel):
    """Something a caller says: strict about types, and names nobody knows are refused, for they may be misspelt."""

    model_config = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False)


def _moment(value: Any) -> datetime | None:
    if value is None:
        return None
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        raise PydanticCustomError(
            "time", "Must be a time with its zone, such as 2026-05-04T10:00:00Z or 2026-05-04T10:00:00+02:00"
        )
    try:
        at = datetime.fromisoformat(value.upper())
        inside = _EARLIEST <= at < _LATEST
    except (ValueError, OverflowError):
        raise PydanticCustomError("time", "There is no such time") from None
    if not inside:
        raise PydanticCustomError("time", "Lies outside the years 1970 to 2199")
    return at.astimezone(UTC)


_TIME_SCHEMA = {"type": "string", "format": "date-time"}
Moment = Annotated[datetime, BeforeValidator(_moment), WithJsonSchema(_TIME_SCHEMA)]
MaybeMoment = Annotated[
    datetime | None,
    BeforeValidator(_moment),
    WithJsonSchema({"anyOf": [_TIME_SCHEMA, {"type": "null"}]}),
]
