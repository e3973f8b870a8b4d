"""What a candidate learns from facts: blanks are filled, lists united, nothing said before is overwritten.

Pure decisions; what differs stays with the arrival as it was said.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from pinlever.recruiting.cleaning import clean_lines, clean_text, name_key
from pinlever.recruiting.facts import PersonFacts, PositionFact
from pinlever.recruiting.linkedin import linkedin_key
from pinlever.recruiting.models import Candidate, Position, SourcedVia
from pinlever.recruiting.searching import search_text

_TEXTS = {  # the columns' lengths
    "full_name": 300,
    "headline": 500,
    "city": 120,
    "state": 120,
    "country": 120,
    "current_title": 200,
    "current_company": 200,
}
_SEARCHED = ("full_name", "current_title", "current_company")
_LISTS = ("skills", "tags")
_MOST_WORDS = 500
_MOST_POSITIONS = 100
_LONGEST_WORD = 100
_LONGEST_LINK = 500
_LONGEST_DESCRIPTION = 20_000
_MONTH = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2]))?")


def new_candidate(facts: PersonFacts) -> Candidate:
    """An unsaved candidate as the facts tell."""
    via = facts.sourced_via if facts.sourced_via in SourcedVia.values else SourcedVia.PIN
    candidate = Candidate(sourced_via=via)
    for name, value in changes(candidate, facts).items():
        setattr(candidate, name, value)
    return candidate


def changes(candidate: Candidate, facts: PersonFacts) -> dict[str, Any]:
    """The columns of the candidate that the facts fill or lengthen, with their new values."""
    told: dict[str, Any] = {
        name: value
        for name, most in _TEXTS.items()
        if not getattr(candidate, name) and (value := clean_text(getattr(facts, name), most))
    }
    if "full_name" in told:
        told["search_name"] = name_key(told["full_name"])[: _TEXTS["full_name"]]
    if told.keys() & set(_SEARCHED):
        told["search_text"] = search_text(*(told.get(name, getattr(candidate, name)) for name in _SEARCHED))
    if candidate.sourced_at is None and facts.sourced_at is not None:
        told["sourced_at"] = facts.sourced_at
    for name in _LISTS:
        known = getattr(candidate, name)
        if len(all_words := united(known, getattr(facts, name))) > len(known):
            told[name] = all_words
    return told


def united(known: Sequence[str], said: Iterable[str]) -> list[str]:
    """Both lists, each word once whatever its case, in the order they became known."""
    words: dict[str, str] = {}
    for word in (*known, *(clean_text(word, _LONGEST_WORD) for word in said)):
        words.setdefault(word.casefold(), word)
    words.pop("", None)
    return list(words.values())[: max(_MOST_WORDS, len(known))]


def new_links(known: Iterable[str], said: Iterable[str]) -> list[str]:
    """The addresses not known yet, as they were given; one for each profile, whatever its spellings."""
    there = {linkedin_key(url) or url for url in known}
    new: dict[str, str] = {}
    for url in (clean_text(url, _LONGEST_LINK) for url in said):
        key = linkedin_key(url) or url
        if url and key not in there:
            new.setdefault(key, url)
    return list(new.values())


def position_of(said: PositionFact) -> Position | None:
    """An unsaved position without candidate; None when nothing is said."""
    position = Position(
        title=clean_text(said.title, 200),
        company=clean_text(said.company, 200),
        started=_month(said.started),
        ended=_month(said.ended),
        description=clean_lines(said.description, _LONGEST_DESCRIPTION),
    )
    return position if position.title or position.company else None


def learn_positions(
    known: list[Position], said: Iterable[PositionFact]
) -> tuple[list[Position], list[Position]]:
    """(new ones, known ones with a blank filled). The same title, company and start are the same position."""
    everything, new, filled = list(known), [], []
    for fact in list(said)[:_MOST_POSITIONS]:
        position = position_of(fact)
        if position is None:
            continue
        same = next((other for other in everything if _is_same(other, position)), None)
        if same is None:
            position.order = len(everything)
            everything.append(position)
            new.append(position)
        elif _fill(same, position) and same in known and same not in filled:
            filled.append(same)
    return new, filled


def _is_same(one: Position, other: Position) -> bool:
    words = [(name_key(each.title), name_key(each.company)) for each in (one, other)]
    starts = sorted((one.started, other.started), key=len)
    return words[0] == words[1] and starts[1].startswith(starts[0])


def _fill(known: Position, said: Position) -> bool:
    blank = [
        name
        for name in ("started", "ended", "description")
        if not getattr(known, name) and getattr(said, name)
    ]
    for name in blank:
        setattr(known, name, getattr(said, name))
    return bool(blank)


def _month(text: str) -> str:
    month = clean_text(text, 7)
    return month if _MONTH.fullmatch(month) else ""
