"""What follows for outreach from how a person stands at Lever: a pure decision from their candidacies, the rules and
the holds there are.

A stage or reason that holds does so once for each time it was reached: what a person released stays released, what a
rule released may come again. A stage that resumes ends the pauses that began before it was reached, those made for
replies too; a stop ends only with what it stands on. What is anonymised neither holds nor releases.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from pinlever.audit.services import Actor
from pinlever.inbound.status_rules import Rules
from pinlever.lever.types import to_ms
from pinlever.outreach.models import Effect, Hold

RULE = Actor("lever", "", "Lever, by rule")
Cause = Hold.Cause
BY_STATUS = (Cause.STAGE, Cause.ARCHIVED, Cause.NO_CONTACT)
RESUMED = (Cause.STAGE, Cause.ARCHIVED, Cause.REPLIED)
LOOKED_AT = frozenset({*BY_STATUS, *RESUMED})
NO_CONTACT = "no-contact"  # one for the person, whichever of their candidacies says so
OVER = ":over"  # what it stood on has ended since: the next time is another time
HOLDING = {Effect.PAUSE.value: Hold.Kind.PAUSE.value, Effect.STOP.value: Hold.Kind.STOP.value}


@dataclass(frozen=True)
class Candidacy:
    """An opportunity that is not deleted, with names; `staged_at`: when it came to its stage."""

    id: str
    stage: str
    stage_name: str
    staged_at: datetime
    archived_at: datetime | None = None
    reason: str = ""
    reason_name: str = ""
    posting_name: str = ""
    contact_allowed: bool | None = None
    is_anonymised: bool = False
    is_confidential: bool = False

    @property
    def place(self) -> str:
        """In words."""
        posting = f" for {self.posting_name}" if self.posting_name else ""
        if self.archived_at is not None:
            return f"archived in Lever as “{self.reason_name or 'without a reason'}”{posting}"
        return f"in the stage “{self.stage_name or self.stage}” in Lever{posting}"

    @property
    def holds(self) -> str:
        """Why it holds, in a sentence; of a confidential one nothing but that it does."""
        if self.is_confidential:
            return "A confidential candidacy of theirs in Lever holds outreach."
        return f"{self.place[:1].upper()}{self.place[1:]}."

    @property
    def resumes(self) -> str:
        if self.is_confidential:
            return "A confidential candidacy of theirs in Lever resumes outreach."
        return f"They are {self.place} now, which resumes outreach."


@dataclass(frozen=True)
class Due:
    """A hold that how they stand calls for."""

    cause: str
    kind: str
    stands_on: str
    since: datetime
    reason: str
    basis: str = ""


@dataclass
class Decision:
    """What is to be made, released (with the sentence) and marked as over."""

    make: list[Due] = field(default_factory=list)
    release: list[tuple[Hold, str]] = field(default_factory=list)
    forget: list[Hold] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.make or self.release or self.forget)


@dataclass(frozen=True)
class Elsewhere:
    """Opportunities of the account that are not among the person's: those that are deleted, and all others."""

    deleted: Collection[str] = ()
    left: Collection[str] = ()


def decide(
    candidacies: Sequence[Candidacy],
    rules: Rules,
    holds: Iterable[Hold],
    elsewhere: Elsewhere = Elsewhere(),
) -> Decision:
    """`holds` are all of the person's with a cause that is LOOKED_AT, released ones too."""
    alive = [one for one in candidacies if not one.is_anonymised]
    resumed = max(_resumed(alive, rules), key=lambda one: one[0], default=None)
    resumed_at = resumed[0] if resumed else None
    wanted = {one.stands_on: one for one in _wanted(alive, rules) if not _is_resumed(one, resumed_at)}
    known = list(holds)
    decision = Decision()
    for hold in known:
        if hold.released_at is not None:
            continue
        due = wanted.get(stands_on(hold)) if hold.cause in BY_STATUS else None
        if due is not None and due.kind == hold.kind:
            continue
        if resumed and hold.cause in RESUMED and _is_resumed(hold, resumed_at):
            decision.release.append((hold, resumed[1].resumes))
        elif hold.cause in BY_STATUS and (why := _over(hold, due, candidacies, elsewhere)):
            decision.release.append((hold, why))
    _make(decision, wanted, known)
    if alive and NO_CONTACT not in wanted:
        decision.forget = [hold for hold in known if hold.cause == Cause.NO_CONTACT and _is_persons(hold)]
    return decision


def stands_on(hold: Hold) -> str:
    """What the hold stands on, without which time of it this is."""
    parts = hold.basis.removesuffix(OVER).split(":")
    return ":".join(parts[: 1 if hold.cause == Cause.NO_CONTACT else 3])


def opportunity_of(hold: Hold) -> str:
    """The opportunity a hold for a stage or a reason stands on."""
    return "" if hold.cause == Cause.NO_CONTACT else hold.basis.split(":")[0]


def _wanted(alive: Sequence[Candidacy], rules: Rules) -> Iterator[Due]:
    for one in alive:
        if one.archived_at is None:
            effect, cause, what, at = rules.of_stage(one.stage), Cause.STAGE, one.stage, one.staged_at
        else:
            effect, cause, what, at = rules.of_reason(one.reason), Cause.ARCHIVED, one.reason, one.archived_at
        if kind := HOLDING.get(effect):
            yield Due(cause, kind, f"{one.id}:{what}:{to_ms(at)}", at, one.holds)
    denied = [one for one in alive if one.contact_allowed is False]
    if denied and (kind := HOLDING.get(rules.no_contact)):
        since = max(one.archived_at or one.staged_at for one in denied)
        yield Due(Cause.NO_CONTACT, kind, NO_CONTACT, since, "Lever says not to contact them.")


def _resumed(alive: Sequence[Candidacy], rules: Rules) -> Iterator[tuple[datetime, Candidacy]]:
    for one in alive:
        if one.archived_at is None and rules.of_stage(one.stage) == Effect.RESUME:
            yield one.staged_at, one
        elif one.archived_at is not None and rules.of_reason(one.reason) == Effect.RESUME:
            yield one.archived_at, one


def _is_resumed(one: Due | Hold, resumed_at: datetime | None) -> bool:
    if resumed_at is None or one.kind != Hold.Kind.PAUSE or one.cause == Cause.NO_CONTACT:
        return False
    return one.since <= resumed_at


def _over(hold: Hold, due: Due | None, candidacies: Sequence[Candidacy], elsewhere: Elsewhere) -> str:
    """Why the hold has lost its ground, in a sentence; empty if it has not, as far as we know."""
    if due is not None:
        return "The rule for it has changed."
    alive = [one for one in candidacies if not one.is_anonymised]
    if hold.cause == Cause.NO_CONTACT:
        if not alive:
            return ""
        denied = any(one.contact_allowed is False for one in alive)
        return "The rule for it has changed." if denied else "Lever no longer says not to contact them."
    id = opportunity_of(hold)
    for one in candidacies:
        if one.id == id and not one.is_anonymised:
            return _moved(hold, one)
        if one.id == id:
            return ""
    if id in elsewhere.deleted:
        return "That candidacy was deleted in Lever."
    return "That candidacy in Lever is no longer theirs." if id in elsewhere.left else ""


def _moved(hold: Hold, now: Candidacy) -> str:
    what, at = now.stage, now.staged_at
    if now.archived_at is not None:
        what, at = now.reason, now.archived_at
    if stands_on(hold) == f"{now.id}:{what}:{to_ms(at)}":
        return "The rule for it has changed."
    if now.is_confidential:
        return "It is no longer so in Lever."
    return f"They are {now.place} now."


def _make(decision: Decision, wanted: dict[str, Due], known: Sequence[Hold]) -> None:
    released = {id(hold) for hold, _ in decision.release}
    for due in wanted.values():
        same = [hold for hold in known if hold.cause == due.cause and stands_on(hold) == due.stands_on]
        ended = [hold for hold in same if id(hold) in released or _is_over(hold)]
        if len(ended) < len(same):
            continue  # it stands, or a person released it
        time = f":{len(ended) + 1}" if ended else ""
        reason = due.reason
        decision.make.append(
            Due(due.cause, due.kind, due.stands_on, due.since, reason, f"{due.stands_on}{time}")
        )


def _is_over(hold: Hold) -> bool:
    return hold.basis.endswith(OVER) or (hold.released_at is not None and hold.released_by == RULE.label)


def _is_persons(hold: Hold) -> bool:
    """Released by a person, and its ground is there no more."""
    return hold.released_at is not None and not _is_over(hold)
