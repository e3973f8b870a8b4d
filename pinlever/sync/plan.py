"""What will happen to a person, decided from facts alone. Worker and previews use this one function."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from pinlever.connection.models import Conflict, MatchAction, MatchKey
from pinlever.sync.key_words import kinds_told
from pinlever.sync.models import Question, Wish

Key = tuple[str, str]  # (kind, value)


@dataclass(frozen=True)
class Opening:
    """An opportunity of a person in Lever."""

    id: str
    posting_id: str
    is_archived: bool
    archived_at: datetime | None
    active_at: datetime
    is_ours: bool = False  # our source, on the posting this record is for, by a Lever user we act as
    url: str = ""
    archive_reason_id: str = ""


@dataclass(frozen=True)
class Person:
    """A person in Lever (a contact) whom some key, or a claim settled before, points at."""

    contact_id: str
    name: str
    openings: tuple[Opening, ...]
    matched: frozenset[Key]
    is_anonymised: bool = False

    def active_on(self, posting_id: str) -> Opening | None:
        """The active opportunity on this posting. Without a posting only our own earlier work counts."""
        found = [one for one in self.openings if one.posting_id == posting_id and not one.is_archived]
        if not posting_id:
            found = [one for one in found if one.is_ours]
        return max(found, key=lambda one: (one.active_at, one.id)) if found else None


@dataclass(frozen=True)
class Facts:
    """All that the decision depends on. `people` are those that an enabled key matches, each contact once."""

    keys: tuple[Key, ...]
    posting_id: str
    people: tuple[Person, ...] = ()
    orphans: tuple[str, ...] = ()  # names of people we once created whom no row of ours knows
    orphaned: tuple[Person, ...] = ()  # and who they are in Lever
    near: tuple[Person, ...] = ()  # of the same name and company, or name and phone; no key says it is them
    match_action: str = MatchAction.LINK
    primary_key: str = MatchKey.EMAIL
    on_conflict: str = Conflict.ASK
    wish: str = Wish.BY_RULE
    wish_contact_id: str = ""
    wish_opportunity_id: str = ""
    undone_opportunity_id: str = ""  # ours, taken back by us
    undone_reason_id: str = ""  # and by which archive reason


@dataclass(frozen=True)
class Create:
    """Nobody in Lever is this person."""


@dataclass(frozen=True)
class Link:
    """The person is in Lever: no new profile. `adopted`: it is our own earlier work.

    `set_aside`: keys of theirs that somebody else in Lever has, where the primary key decided; `besides` says so.
    """

    person: Person
    opening: Opening
    adopted: bool = False
    set_aside: frozenset[Key] = frozenset()
    besides: str = ""


@dataclass(frozen=True)
class Add:
    """One more opportunity of the person in Lever; `set_aside` and `besides` as for Link."""

    person: Person
    set_aside: frozenset[Key] = frozenset()
    besides: str = ""


@dataclass(frozen=True)
class BringBack:
    """Our own opportunity, taken back before, is taken out of the archive; nothing new is made."""

    person: Person
    opening: Opening


@dataclass(frozen=True)
class Ask:
    """A person decides."""

    kind: str
    text: str
    people: tuple[Person, ...] = field(default=())


Decision = Create | Link | Add | BringBack | Ask


def decide(facts: Facts) -> Decision:
    """The outcome for these facts."""
    decision = _decide(facts)
    if isinstance(decision, Link) and _is_taken_back(facts, decision.opening):
        return BringBack(decision.person, decision.opening)
    return decision


def _is_taken_back(facts: Facts, opening: Opening) -> bool:
    """Whether it is the one of ours that was taken back, and nobody archived it anew since."""
    ours = bool(opening.id) and opening.id == facts.undone_opportunity_id
    return ours and (not opening.is_archived or opening.archive_reason_id == facts.undone_reason_id)


def _undone(facts: Facts, person: Person) -> Opening | None:
    """The opportunity of ours on this posting that was taken back, unless somebody put them there anew."""
    if (there := person.active_on(facts.posting_id)) is not None and there.id != facts.undone_opportunity_id:
        return None
    found = (one for one in person.openings if one.posting_id == facts.posting_id)
    return next((one for one in found if _is_taken_back(facts, one)), None)


def _decide(facts: Facts) -> Decision:
    people = tuple(person for person in facts.people if person.openings or person.is_anonymised)
    if facts.wish == Wish.LINK:
        return _link_wished(facts, people)
    marked = [person for person in people if any(kind == "marker" for kind, _ in person.matched)]
    if len(marked) == 1 and not marked[0].is_anonymised:
        return _adopt(facts, marked[0], people)
    if any(person.is_anonymised for person in people):
        return Ask(Question.Kind.ANONYMISED, _ANONYMISED, people)
    if len(people) > 1:
        return _several(facts, people)
    if people:
        return _matched(facts, people[0])
    if (
        facts.orphans
        and facts.wish != Wish.CREATE
        and not any(kind in ("email", "linkedin") for kind, _ in facts.keys)
    ):
        return Ask(Question.Kind.ORPHAN, _ORPHAN.format(name=facts.orphans[0]), facts.orphaned)
    near = tuple(person for person in facts.near if person.openings and not person.is_anonymised)
    if near and facts.wish != Wish.CREATE:
        return Ask(Question.Kind.NEAR, _near(near), near)
    return Create()


def best_opening(openings: Iterable[Opening], posting_id: str) -> Opening:
    """The active one on the posting, else the most recently active one, else the newest archived one."""
    rows = sorted(openings, key=lambda opening: opening.id)
    active = [opening for opening in rows if not opening.is_archived]
    on_posting = [opening for opening in active if posting_id and opening.posting_id == posting_id]
    if on_posting or active:
        return max(on_posting or active, key=lambda opening: opening.active_at)
    return max(rows, key=lambda opening: opening.archived_at or opening.active_at)


def _adopt(facts: Facts, person: Person, people: tuple[Person, ...]) -> Decision:
    """Our link is on this person: our own earlier work, unless the other keys say somebody else too."""
    if len(people) > 1:
        return Ask(Question.Kind.DOUBT, _doubt(people), people)
    if (undone := _undone(facts, person)) is not None:
        return Link(person, undone, adopted=True)
    ours = [opening for opening in person.openings if opening.is_ours]
    if len(ours) == 1:
        return Link(person, ours[0], adopted=True)
    if len(ours) > 1:
        return Ask(Question.Kind.SEVERAL_FIT, _SEVERAL.format(number=len(ours)), people)
    return _matched(facts, person)


def _several(facts: Facts, people: tuple[Person, ...]) -> Decision:
    """Keys point at different people: the primary one decides where the rule says so and it names one of them alone.

    What was decided or made before says more than any key: whoever else that points at has to be asked about.
    """
    asked = Ask(Question.Kind.DOUBT, _doubt(people), people)
    named = [person for person in people if facts.primary_key in _kinds(person)]
    if facts.on_conflict != Conflict.PRIMARY or len(named) != 1:
        return asked
    person = named[0]
    others = [one for one in people if one is not person]
    if any(_kinds(one) - set(MatchKey.values) for one in others):
        return asked
    decision = _matched(facts, person)
    if not isinstance(decision, Link | Add):
        return asked
    theirs = frozenset(key for one in others for key in one.matched)
    person = replace(person, matched=person.matched - theirs)
    besides = _besides(facts.primary_key, others)
    return replace(decision, person=person, set_aside=theirs, besides=besides)


def _kinds(person: Person) -> frozenset[str]:
    return frozenset(kind for kind, _ in person.matched)


def _matched(facts: Facts, person: Person) -> Decision:
    if (undone := _undone(facts, person)) is not None:
        return Link(person, undone, adopted=True)
    there = person.active_on(facts.posting_id)
    if there is not None:
        return Link(person, there)
    if facts.wish == Wish.ADD or facts.match_action == MatchAction.ADD:
        return Add(person)
    if facts.match_action == MatchAction.ASK:
        return Ask(Question.Kind.MATCH, _MATCH.format(name=person.name or "This person"), (person,))
    return Link(person, best_opening(person.openings, facts.posting_id))


def _link_wished(facts: Facts, people: tuple[Person, ...]) -> Decision:
    for person in people:
        if person.contact_id == facts.wish_contact_id and person.openings and not person.is_anonymised:
            named = [opening for opening in person.openings if opening.id == facts.wish_opportunity_id]
            opening = named[0] if named else best_opening(person.openings, facts.posting_id)
            return Link(person, opening, adopted=opening.is_ours)
    return Ask(Question.Kind.DOUBT, _WISH_GONE, people)


def _doubt(people: tuple[Person, ...]) -> str:
    evidence = "; ".join(
        f"{kinds_told(person.matched) or 'an earlier decision'} {_says(person)} {_named(person)}"
        for person in people
    )
    return f"{evidence[0].upper()}{evidence[1:]}. Which of them is this person?"


def _says(person: Person) -> str:
    return "say" if len(_kinds(person)) > 1 else "says"


def _besides(primary: str, others: list[Person]) -> str:
    told = "; ".join(f"{kinds_told(one.matched)} {_says(one)} {_named(one)}" for one in others)
    return f"{told[0].upper()}{told[1:]}, but {kinds_told([(primary, '')])} is the primary key."


def _near(people: tuple[Person, ...]) -> str:
    if len(people) > 1:
        return f"{len(people)} people in Lever have the same name and {_same(people)}, but no key in common. {_ONE}"
    return (
        f"{_named(people[0])} in Lever has the same name and {_same(people)}, but no key in common. {_THEY}"
    )


def _same(people: tuple[Person, ...]) -> str:
    return " or ".join(word for kind, word in _NEAR.items() if any(kind in _kinds(one) for one in people))


def _named(person: Person) -> str:
    return person.name or person.contact_id


_NEAR = {"near_company": "company", "near_phone": "phone number"}
_THEY = "Is this the same person?"
_ONE = "Is one of them this person?"
_ANONYMISED = "This person was anonymised in Lever. Create them again, or leave them out?"
_ORPHAN = "We once created a {name} in Lever whom no record of ours knows any more. Is this the same person?"
_SEVERAL = "{number} opportunities in Lever could be the one we made. Which one is it?"
_MATCH = "{name} is in Lever already. Link, add this job as a new opportunity, or create?"
_WISH_GONE = "The person you chose is no longer to be found in Lever. Choose again."
