"""Making and releasing holds by the status rules: for people a change is about, added to outreach, or all in turn.

What they are held for is decided from what is stored when they are locked, so that of two who look at one person at
once the later one is right.
"""

import logging
from collections.abc import Iterable, Sequence

from django.db import transaction

from pinlever.connection.accounts import home_account
from pinlever.connection.models import LeverAccount
from pinlever.foundation.batches import batched
from pinlever.inbound.persons import Person, persons
from pinlever.inbound.status import OVER, RULE, Decision, decide
from pinlever.inbound.status_rules import Rules, rules_of
from pinlever.outreach.holding import Wanted, hold_many, release
from pinlever.outreach.models import Hold, OutreachEvent
from pinlever.recruiting.families import roots_of
from pinlever.recruiting.merging import lock
from pinlever.recruiting.models import Prospect

TOGETHER = 100
# After these somebody may be in outreach who is in Lever already.
NEWS = frozenset({OutreachEvent.Kind.ADDED_TO_OUTREACH, OutreachEvent.Kind.CONTACT_FOUND})
log = logging.getLogger(__name__)


def apply_to(account: LeverAccount, candidates: Iterable[int], rules: Rules | None = None) -> int:
    """Holds and releases these people as the rules say; answers how many were. Nobody is locked for nothing."""
    by = rules_of(account) if rules is None else rules
    ids = sorted(set(candidates))
    changed = 0
    for some in batched(ids, TOGETHER):
        roots = set(roots_of(some).values())
        concerned = [one.family.root.pk for one, _ in _decided(account, roots, by)]
        changed += _apply(account, concerned, by) if concerned else 0
    return changed


def hear(sender: type[OutreachEvent], events: Sequence[OutreachEvent], **_: object) -> None:
    """Whoever is in outreach now, once that is committed: it locks people, and who records events has locked more.

    Should it be lost, the hourly look at everybody finds them.
    """
    people = {
        event.prospect.candidate_id for event in events if event.kind in NEWS and _is_in_outreach(event)
    }
    if people:
        transaction.on_commit(lambda: _apply_at_home(people), robust=True)


def _is_in_outreach(event: OutreachEvent) -> bool:
    return event.prospect.outreach_stage != Prospect.Stage.SOURCED


def _apply_at_home(people: set[int]) -> None:
    account = home_account()
    if account is not None:
        apply_to(account, people)


@transaction.atomic
def _apply(account: LeverAccount, roots: Iterable[int], rules: Rules) -> int:
    locked = lock(roots)
    done = _decided(account, {root.pk for root in locked.values()}, rules)
    for _, decision in done:
        for hold, why in decision.release:
            release(by=RULE, hold=hold, reason=why)
        for hold in decision.forget:
            Hold.objects.filter(pk=hold.pk).update(basis=f"{hold.basis}{OVER}")
    hold_many(by=RULE, wanted=[wanted for one, decision in done for wanted in _wanted(one, decision)])
    return len(done)


def _decided(account: LeverAccount, roots: Iterable[int], rules: Rules) -> list[tuple[Person, Decision]]:
    """Those for whom something is to be done."""
    found = []
    for one in persons(account, roots, rules):
        decision = decide(one.candidacies, rules, one.holds, one.elsewhere)
        if decision:
            found.append((one, decision))
    return found


def _wanted(one: Person, decision: Decision) -> list[Wanted]:
    return [
        Wanted(one.family.root, due.kind, due.cause, due.basis, due.reason, due.since)
        for due in decision.make
    ]
