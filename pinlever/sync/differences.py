"""Why a person came out otherwise than planned: two sets of facts, compared by the decision itself. Pure.

Each thing that changed is put into the facts of the plan by itself; the one that makes the decision come out as it
did is the one to tell. Where none does so alone, all that changed is told.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields, replace
from typing import Any

from pinlever.sync import causes
from pinlever.sync.key_words import their_keys_told
from pinlever.sync.outcomes import PLANNED, Kind, kind_of
from pinlever.sync.plan import Add, Ask, BringBack, Decision, Facts, Key, Link, Person, decide
from pinlever.sync.snapshots import PEOPLE

WISHES = frozenset({"wish", "wish_contact_id", "wish_opportunity_id"})
AT_LEVER = PEOPLE | {"orphans"}
UNDOING = frozenset({"undone_opportunity_id", "undone_reason_id"})
RULES = frozenset(each.name for each in fields(Facts)) - WISHES - AT_LEVER - UNDOING - {"keys", "posting_id"}
POINTS = Link | Add | BringBack  # decisions that name a person in Lever

SAID = "The plan said: {planned}. {why}"
OTHER_POSTING = "Another Lever job was chosen in between: {now} instead of {then}."
RULE = "The account’s rule for matches was changed in between."
WISH = "Somebody decided about them in between."
UNDONE = "They were taken back in between."
LIVE = "The live look-up of {email} found {name} in Lever."
KNOWN = "{name} came to be known in Lever in between, by {keys}."
OTHER_JOB = "They went to Lever for another job first, as {name}."
GONE = "{name} is no longer in Lever."
ANONYMISED = "{name} was anonymised in Lever in between."
ON_POSTING = "{name} came to be on this Lever job in between."
OFF_POSTING = "{name} is no longer active on this Lever job."
MOVED = "What Lever knows of {name} changed in between."
ALREADY_ON = "{name} is on this Lever job already, as Lever said when it was asked once more."
NOT_FIRST = "The same person was to go for another job of this export first, and had not got there."
LET_THROUGH = "The allow-list lets them through by now."
DEDUPED = "Lever had just come to know their email and added this to the person who has it."
BY_CAUSE = {
    causes.POSTING_GONE: "The Lever job was closed in between.",
    causes.POSTING_CONFIDENTIAL: "The Lever job became confidential in between.",
    causes.NO_LEVER_USER: "No Lever user could act for them any more.",
    causes.ALLOW_LIST: "They are on the allow-list no more.",
    "ask_identity": "Some of their keys came to belong to others in Pin.",
}


@dataclass(frozen=True)
class Came:
    """How it came out. `told_live`: (contact, email) that only the live look-up told."""

    kind: Kind
    facts: Facts | None = None
    cause: str = ""
    reason: str = ""
    told_live: frozenset[tuple[str, str]] = field(default=frozenset())
    was_deduped: bool = False


def difference(planned: Kind, then: Facts, came: Came, *, posting: Callable[[str], str] = str) -> str:
    """What made the difference, in a sentence or two; "" where it came out as planned. `posting`: names one."""
    if _is_as_planned(planned, then, came):
        return SAID.format(planned=PLANNED[planned], why=DEDUPED) if came.was_deduped else ""
    return SAID.format(planned=PLANNED[planned], why=_why(planned, then, came, posting))


def _is_as_planned(planned: Kind, then: Facts, came: Came) -> bool:
    if planned != came.kind:
        return False
    before, now = decide(then), decide(came.facts) if came.facts else None
    if isinstance(before, POINTS) and isinstance(now, POINTS):
        return before.person.contact_id == now.person.contact_id
    return True


def _why(planned: Kind, then: Facts, came: Came, posting: Callable[[str], str]) -> str:
    if came.cause in BY_CAUSE:
        return BY_CAUSE[came.cause]
    now = came.facts
    if planned == Kind.HELD:
        return LET_THROUGH
    if now is None:
        return came.reason
    decision = decide(now)
    if isinstance(decision, Add) and came.kind == Kind.LINK:
        return ALREADY_ON.format(name=_name(decision.person))
    if kind_of(decision) != came.kind:
        return came.reason
    told = [(changed, sentence) for changed, sentence in _changes(then, now, came, posting) if sentence]
    for changed, sentence in told:
        if _outcome(decide(changed)) == _outcome(decision):
            return sentence
    if not told:
        return NOT_FIRST if planned == Kind.LINK else came.reason
    return " ".join(sentence for _, sentence in told)


def _outcome(decision: Decision) -> tuple[object, ...]:
    if isinstance(decision, POINTS):
        return type(decision), decision.person.contact_id
    return type(decision), decision.kind if isinstance(decision, Ask) else ""


def _changes(
    then: Facts, now: Facts, came: Came, posting: Callable[[str], str]
) -> Iterator[tuple[Facts, str]]:
    """Each thing that changed: the planned facts with that alone, and the sentence for it."""
    if then.posting_id != now.posting_id:
        names = {"now": _posting(now, posting), "then": _posting(then, posting)}
        yield replace(then, posting_id=now.posting_id), OTHER_POSTING.format(**names)
    for names_of, sentence in ((RULES, RULE), (WISHES, WISH), (UNDOING, UNDONE)):
        if changed := {name: value for name, value in _of(now, names_of) if value != getattr(then, name)}:
            yield replace(then, **changed), sentence
    if set(then.keys) != set(now.keys):
        yield replace(then, keys=now.keys, people=_by_other_keys(then, now)), _keys(then, now)
    if people := _people(then, now, came):
        yield replace(then, **dict(_of(now, AT_LEVER))), people


def _of(facts: Facts, names: frozenset[str]) -> list[tuple[str, Any]]:
    return [(name, getattr(facts, name)) for name in sorted(names)]


def _posting(facts: Facts, posting: Callable[[str], str]) -> str:
    return f"“{posting(facts.posting_id)}”" if facts.posting_id else "none"


def _by_other_keys(then: Facts, now: Facts) -> tuple[Person, ...]:
    """Who is told by the keys of now, as far as the keys alone make it."""
    new, gone = set(now.keys) - set(then.keys), set(then.keys) - set(now.keys)
    stay = [one for one in then.people if one.matched - gone or not one.matched]
    known = {one.contact_id for one in stay}
    come = [one for one in now.people if one.matched & new and one.contact_id not in known]
    return tuple(sorted([*stay, *come], key=lambda one: one.contact_id))


def _keys(then: Facts, now: Facts) -> str:
    """ "What we know of them changed in between: the email a@b.c is new." """
    told = [
        f"{their_keys_told(sorted(keys))} {word}"
        for keys, word in (
            (set(now.keys) - set(then.keys), "came in"),
            (set(then.keys) - set(now.keys), "went"),
        )
        if their_keys_told(sorted(keys))
    ]
    return f"Their details in Pin changed in between: {'; '.join(told)}." if told else ""


def _people(then: Facts, now: Facts, came: Came) -> str:
    before, after = _everybody(then), _everybody(now)
    told = [_news(one, came, then) for contact, one in after.items() if contact not in before]
    told += [GONE.format(name=_name(one)) for contact, one in before.items() if contact not in after]
    told += [
        _moved(one, after[contact], now.posting_id)
        for contact, one in before.items()
        if contact in after and after[contact] != one
    ]
    return " ".join(dict.fromkeys(told))


def _everybody(facts: Facts) -> dict[str, Person]:
    return {one.contact_id: one for name in sorted(PEOPLE) for one in getattr(facts, name)}


def _news(person: Person, came: Came, then: Facts) -> str:
    for contact, email in sorted(came.told_live):
        if contact == person.contact_id:
            return LIVE.format(email=email, name=_name(person))
    if any(kind == "candidate" for kind, _ in person.matched):
        return OTHER_JOB.format(name=_name(person))
    matched: list[Key] = sorted(person.matched)
    return KNOWN.format(name=_name(person), keys=their_keys_told(matched) or "their name")


def _moved(before: Person, after: Person, posting_id: str) -> str:
    name = _name(after)
    if after.is_anonymised and not before.is_anonymised:
        return ANONYMISED.format(name=name)
    was_on, is_on = before.active_on(posting_id), after.active_on(posting_id)
    if is_on and not was_on:
        return ON_POSTING.format(name=name)
    return (OFF_POSTING if was_on and not is_on else MOVED).format(name=name)


def _name(person: Person) -> str:
    return person.name or "somebody"
