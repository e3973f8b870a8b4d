"""Before people are added to outreach: who of them is in Lever already, or held, and who is therefore left out.

Whoever was hired, must not be contacted or is held is left out unless the person adding says otherwise; whom outreach
is stopped for stays out. So is whoever this became known about only after the dialog was opened.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from pinlever.connection.accounts import home_account
from pinlever.foundation.batches import batched
from pinlever.outreach.holding import standing
from pinlever.outreach.models import Hold
from pinlever.recruiting.families import Family, families
from pinlever.recruiting.models import Candidate, Prospect
from pinlever.sync.presence import InLever, in_lever
from pinlever.web.candidate_rows import name_of

AT_ONCE = 500  # people looked up together
LISTED = 200  # people of a group who are named one by one


@dataclass(frozen=True)
class Why:
    """A reason to look twice. `is_out`: left out unless somebody says otherwise; `is_final`: nobody can here."""

    title: str
    told: str
    is_out: bool = True
    is_final: bool = False


STOPPED = Why("Outreach to them is stopped", "outreach to them is stopped", is_final=True)
NO_CONTACT = Why("Lever says not to contact them", "Lever says not to contact them")
HIRED = Why("Hired in Lever", "hired in Lever")
PAUSED = Why("Outreach to them is paused", "outreach to them is paused")
ACTIVE = Why("Active in Lever: somebody there may be talking to them", "active in Lever", is_out=False)
ARCHIVED = Why("Archived in Lever", "archived in Lever", is_out=False)
REASONS = (STOPPED, NO_CONTACT, HIRED, PAUSED, ACTIVE, ARCHIVED)


@dataclass(frozen=True)
class Addressed:
    """One person in the dialog. Without `prospect` a job has to be chosen for them."""

    who: Family
    prospect: Prospect | None
    there: tuple[InLever, ...]
    holds: tuple[Hold, ...] = ()

    @property
    def key(self) -> str:
        return str(self.who.root.key)

    @property
    def name(self) -> str:
        return name_of(self.who)

    @property
    def is_in_outreach(self) -> bool:
        return self.prospect is not None and self.prospect.outreach_stage != Prospect.Stage.SOURCED

    @property
    def why(self) -> Why | None:
        """The weightiest reason; None where there is none."""
        if any(hold.kind == Hold.Kind.STOP for hold in self.holds):
            return STOPPED
        if not all(one.may_be_contacted for one in self.there):
            return NO_CONTACT
        if any(one.is_hired for one in self.there):
            return HIRED
        if self.holds:
            return PAUSED
        if not self.there:
            return None
        return ACTIVE if any(one.is_active for one in self.there) else ARCHIVED


@dataclass(frozen=True)
class Group:
    """Everybody with the same reason."""

    why: Why
    people: tuple[Addressed, ...]

    @property
    def listed(self) -> tuple[Addressed, ...]:
        return self.people[:LISTED]

    @property
    def more(self) -> int:
        return max(0, len(self.people) - LISTED)

    @property
    def left_out(self) -> int:
        return len(self.people) if self.why.is_out else 0

    @property
    def unlisted_left_out(self) -> int:
        """Those whom no tick of the dialog brings back."""
        return len(self.people) if self.why.is_final else self.more if self.why.is_out else 0


@dataclass(frozen=True)
class Choice:
    kept: tuple[Addressed, ...]
    left_out: tuple[Addressed, ...]


def addressed(prospects: Sequence[Prospect], people: Sequence[Candidate]) -> list[Addressed]:
    """In their order. A constant number of queries for each some hundreds of people."""
    of = families({*(one.candidate_id for one in prospects), *(one.pk for one in people)})
    roots, account = list({each.root.pk: each for each in of.values()}.values()), home_account()
    there: dict[int, tuple[InLever, ...]] = {}
    holds: dict[int, tuple[Hold, ...]] = {}
    for some in batched(roots, AT_ONCE):
        there |= in_lever(account, some)
        found = standing([member for each in some for member in each.ids])
        holds |= {each.root.pk: _all(each, found) for each in some}
    told = [(of[one.candidate_id], one) for one in prospects] + [(of[one.pk], None) for one in people]
    return [Addressed(who, one, there[who.root.pk], holds[who.root.pk]) for who, one in told]


def groups_of(going: Sequence[Addressed]) -> list[Group]:
    """Those with a reason to look twice, the weightiest first."""
    found = [Group(why, tuple(one for one in going if one.why is why)) for why in REASONS]
    return [group for group in found if group.people]


def choose(listed: Sequence[Addressed], *, told: Collection[str], leave: Collection[str]) -> Choice:
    """Who is added and who is left out: as ticked of those the dialog `told` of, else by the reason."""
    shown, ticked = set(told), set(leave)
    out = [one for one in listed if not one.is_in_outreach and _is_out(one, shown, ticked)]
    gone = {id(one) for one in out}
    return Choice(tuple(one for one in listed if id(one) not in gone), tuple(out))


def told_of(left_out: Sequence[Addressed]) -> str:
    """ " 3 people were left out: hired in Lever (2), outreach to them is paused (1)." """
    if not left_out:
        return ""
    counts = [(why, sum(1 for one in left_out if one.why is why)) for why in REASONS]
    reasons = ", ".join(f"{why.told} ({count:,})" for why, count in counts if count)
    who = f"{left_out[0].name} was" if len(left_out) == 1 else f"{len(left_out):,} people were"
    return f" {who} left out: {reasons}."


def _is_out(one: Addressed, shown: set[str], ticked: set[str]) -> bool:
    why = one.why
    if why is None:
        return False
    if why.is_final or one.key not in shown:
        return why.is_out
    return one.key in ticked


def _all(who: Family, found: dict[int, list[Hold]]) -> tuple[Hold, ...]:
    return tuple(hold for member in who.ids for hold in found.get(member, ()))
