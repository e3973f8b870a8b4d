"""Query parameters as Lever reads them: keys may repeat or end in [], times are milliseconds, flags any case."""

import re

from werkzeug.datastructures import MultiDict

from .errors import ApiError, bad_request

Window = tuple[int, int]
END_OF_TIME = 2**62
_EMAIL = re.compile(r"[^@\s,;<>()\"]+@[^@\s,;<>()\"]+\.[^@\s.,;<>()\"]+")
_MILLISECONDS = re.compile(r"-?[0-9]{1,18}")
_FLAGS = {"true": True, "false": False}


class Query:
    def __init__(self, args: MultiDict[str, str]) -> None:
        self._args = args

    def all(self, name: str) -> list[str]:
        return [*self._args.getlist(name), *self._args.getlist(f"{name}[]")]

    def one(self, name: str) -> str | None:
        values = self.all(name)
        return values[0] if values else None

    def ms(self, name: str) -> int | None:
        value = self.one(name)
        if value is None:
            return None
        if not _MILLISECONDS.fullmatch(value):
            raise bad_request(f"{name} is not a timestamp in milliseconds: {value}")
        return int(value)

    def window(self, name: str) -> Window | None:
        """The two ends of `name`_start and `name`_end, both inclusive; None when neither is given."""
        start, end = self.ms(f"{name}_start"), self.ms(f"{name}_end")
        if start is None and end is None:
            return None
        return (-END_OF_TIME if start is None else start, END_OF_TIME if end is None else end)

    def flag(self, name: str) -> bool | None:
        value = self.one(name)
        if value is None:
            return None
        if value.lower() not in _FLAGS:
            raise bad_request(f"{name} is neither true nor false: {value}")
        return _FLAGS[value.lower()]

    def choice(self, name: str, choices: tuple[str, ...]) -> str | None:
        value = self.one(name)
        if value is not None and value not in choices:
            raise bad_request(f"{name} is none of {', '.join(choices)}: {value}")
        return value

    def emails(self, name: str) -> list[str]:
        values = self.all(name)
        for value in values:
            if not is_email(value):
                raise bad_request(f"Email address is not valid: {value}")
        return values

    def limit(self) -> int:
        value = self.one("limit")
        if value is None:
            return 100
        if not value.isascii() or not value.isdigit() or not 1 <= int(value) <= 100:
            raise bad_request(f"limit is not a number from 1 to 100: {value}")
        return int(value)

    def as_dict(self) -> dict[str, list[str]]:
        return {name: list(values) for name, values in self._args.lists()}


def is_email(value: str) -> bool:
    return _EMAIL.fullmatch(value.strip()) is not None


def invalid_offset() -> ApiError:
    # tap-lever looks for these words and starts its stream again.
    return bad_request("Invalid offset token")
