"""What a posting may be made of: types, states, salaries, and the little HTML Lever lets through."""

import html
import re
from html.parser import HTMLParser
from typing import Any

from .errors import bad_request
from .records import Json
from .routing import Call

STATES = ("published", "internal", "closed", "draft", "pending", "rejected")
WORKPLACES = ("unspecified", "onsite", "remote", "hybrid")
CHANNELS = ("public", "internal")
CATEGORIES = ("team", "department", "location", "commitment", "level")
INTERVALS = (
    *("per-year-salary", "per-month-salary", "semi-month-salary", "bi-month-salary", "bi-week-salary"),
    *("per-week-salary", "per-day-wage", "per-hour-wage", "one-time"),
)
# Documented: everything else is refused.
_TAGS = frozenset({"div", "p", "span", "br", "b", "i", "s", "u", "a"})
_ITEM_TAGS = frozenset({"li", "b", "i", "s", "u", "a"})
_ATTRIBUTES = frozenset({"class", "href", "style"})


def checked(call: Call) -> Json:
    """The fields of the body that make up a posting, in the shape they are stored in."""
    given: Json = {}
    _choice(call, given, "state", STATES)
    _choice(call, given, "workplaceType", WORKPLACES)
    if (text := call.body.text("text")) is not None:
        given["text"] = text
    for name in ("tags", "requisitionCodes", "distributionChannels"):
        if name in call.body.fields:
            given[name] = call.body.texts(name)
    if not set(given.get("distributionChannels", ())) <= set(CHANNELS):
        raise bad_request(f"distributionChannels are {' and '.join(CHANNELS)}")
    if (categories := call.body.object("categories")) is not None:
        given["categories"] = _categories(categories)
    if (content := call.body.object("content")) is not None:
        given["content"] = _content(content)
    return {**given, **_salary(call)}


def _choice(call: Call, given: Json, name: str, choices: tuple[str, ...]) -> None:
    value = call.body.text(name)
    if value is None:
        return
    if value not in choices:
        raise bad_request(f"{name} is none of {', '.join(choices)}: {value}")
    given[name] = value


def _categories(given: Json) -> Json:
    for name in CATEGORIES:
        if not isinstance(given.get(name), (str, type(None))):
            raise bad_request(f"{name} is not a string")
    places = given.get("allLocations", [])
    if not isinstance(places, list) or not all(isinstance(place, str) for place in places):
        raise bad_request("allLocations is not a list of strings")
    return {name: given[name] for name in (*CATEGORIES, "allLocations") if name in given}


def _content(given: Json) -> Json:
    """The closing comes as closingPostingHtml and is told as closingHtml."""
    kept: Json = {}
    for name, told, plain in (
        ("descriptionHtml", "descriptionHtml", "description"),
        ("closingPostingHtml", "closingHtml", "closing"),
    ):
        if name in given:
            markup = _text(given, name)
            _check_markup(markup, _TAGS, name)
            kept |= {told: markup, plain: _plain(markup)}
    if "lists" in given:
        kept["lists"] = [_list(row) for row in _rows(given["lists"])]
    return kept


def _rows(value: Any) -> list[Json]:
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise bad_request("lists is not a list of objects")
    return value


def _list(row: Json) -> Json:
    kept = {name: _text(row, name) for name in ("text", "content")}
    _check_markup(kept["content"], _ITEM_TAGS, "content")
    return kept


def _text(given: Json, name: str) -> str:
    value = given.get(name)
    if not isinstance(value, str):
        raise bad_request(f"{name} is not a string")
    return value


def _plain(markup: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", re.sub(r"<br\s*/?>|</(?:div|p)>", "\n", markup)))


def _salary(call: Call) -> Json:
    kept: Json = {}
    if (markup := call.body.text("salaryDescriptionHtml")) is not None:
        _check_markup(markup, _TAGS, "salaryDescriptionHtml")
        kept |= {"salaryDescriptionHtml": markup, "salaryDescription": _plain(markup)}
    if (band := call.body.object("salaryRange")) is not None:
        if set(band) != {"min", "max", "currency", "interval"} or band["interval"] not in INTERVALS:
            raise bad_request("salaryRange needs min, max, currency and a known interval")
        kept["salaryRange"] = band
    return kept


class _Markup(HTMLParser):
    def __init__(self, tags: frozenset[str], name: str) -> None:
        super().__init__()
        self.tags = tags
        self.name = name

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.tags:
            raise bad_request(f"{self.name} may not hold <{tag}>")
        for attribute, _ in attrs:
            if attribute not in _ATTRIBUTES:
                raise bad_request(f"{self.name} may not hold the attribute {attribute}")

    def handle_comment(self, data: str) -> None:
        raise bad_request(f"{self.name} may not hold comments")

    def handle_decl(self, decl: str) -> None:
        raise bad_request(f"{self.name} may not hold declarations")


def _check_markup(markup: str, tags: frozenset[str], name: str) -> None:
    parser = _Markup(tags, name)
    parser.feed(markup)
    parser.close()
