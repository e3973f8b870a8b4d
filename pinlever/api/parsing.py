"""From a request's body to JSON values that every database stores. Whatever else comes in is refused in a sentence."""

import json
import re
from collections.abc import Iterable
from typing import Any, NoReturn

from django.http import HttpRequest
from ninja.parser import Parser

from pinlever.api.errors import ApiError

DEEPEST = 50
_SUSPECT = re.compile(
    rb"\\u(?:0000|[dD][89a-fA-F])"
)  # escapes of NUL and of surrogates; good pairs look the same


class StrictParser(Parser):
    """JSON as the standard has it: no NaN, no half characters, no NUL, no endless nesting."""

    def parse_body(self, request: HttpRequest) -> Any:
        if request.content_type != "application/json":
            sent = f"'{request.content_type[:100]}'" if request.content_type else "nothing"
            told = f"The body must be application/json; Content-Type says {sent}."
            raise ApiError(415, "not_json", told)
        return parse(request.body)


def only_known(request: HttpRequest, names: Iterable[str] = ()) -> None:
    """A misspelt parameter must not be answered as if it had not been sent. Raises ApiError 422."""
    known = tuple(names)
    for name in request.GET:
        if name not in known:
            which = f"Known are {', '.join(known)}." if known else "There are none."
            told = f"{name[:100]}: nobody knows this parameter. {which}"
            raise ApiError(422, "invalid.extra_forbidden", told, name[:100])


def parse(body: bytes) -> Any:
    """Raises ApiError 400."""
    try:
        text = body.decode("utf-8-sig")
        value = json.loads(text, parse_constant=_no_number, parse_float=_finite)
    except UnicodeDecodeError as wrong:
        raise _refusal(f"it is not UTF-8 at byte {wrong.start}") from wrong
    except json.JSONDecodeError as wrong:
        raise _refusal(f"{wrong.msg} at line {wrong.lineno}, column {wrong.colno}") from wrong
    except RecursionError as wrong:
        raise _refusal(f"it is nested deeper than {DEEPEST} levels") from wrong
    except ValueError as wrong:
        raise _refusal(str(wrong)) from wrong
    if b"\x00" in body or _SUSPECT.search(body):
        _check_texts(value)
    if _depth(value) > DEEPEST:
        raise _refusal(f"it is nested deeper than {DEEPEST} levels")
    return value


def _refusal(why: str) -> ApiError:
    return ApiError(400, "bad_json", f"The body is no JSON that could be used: {why}.")


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number in JSON")


def _finite(digits: str) -> float:
    value = float(digits)
    if value in (float("inf"), float("-inf")):
        raise ValueError("a number is too large")
    return value


def _check_texts(value: Any) -> None:
    """Names and texts alike, by writing it all out again."""
    written = json.dumps(value, ensure_ascii=False)
    if re.search("[\ud800-\udfff]", written):
        raise _refusal("it holds half a character (a lone surrogate)")
    if re.search(r"(?<!\\)(?:\\\\)*\\u0000", written):
        raise _refusal("it holds a NUL character")


def _depth(value: Any) -> int:
    deepest, level = 0, [value]
    while level and deepest <= DEEPEST:
        deepest += 1
        below: list[Any] = []
        for item in level:
            if isinstance(item, dict):
                below += item.values()
            elif isinstance(item, list):
                below += item
        level = below
    return deepest
