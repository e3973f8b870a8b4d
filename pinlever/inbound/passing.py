"""Looking at everybody whom a status rule may hold: in outreach, or held by a rule. In batches by id.

A batch is noted after it is done: a crash repeats one, and repeating changes nothing. Asked for again, it begins anew.
"""

import logging
from datetime import timedelta
from typing import Final

from django.db.models import Exists, OuterRef, QuerySet

from pinlever.connection.models import LeverAccount
from pinlever.foundation.clock import db_now, steady_clock
from pinlever.foundation.failpoints import failpoint
from pinlever.foundation.leases import Lease, claim_first, give_back
from pinlever.inbound import shared_contacts
from pinlever.inbound.applying import apply_to
from pinlever.inbound.models import StatusPass
from pinlever.inbound.status import BY_STATUS
from pinlever.inbound.status_rules import rules_of
from pinlever.outreach.models import Hold
from pinlever.recruiting.models import Candidate, Prospect

BATCH: Final = 200
LEASE: Final = 60.0
WORK_FOR: Final = 8.0  # seconds; a worker that is asked to end is given ten

log = logging.getLogger(__name__)


def work_pass(account: LeverAccount) -> bool:
    """Some batches, as long as nobody else is at it. True: there is more, and it is ours to go on with."""
    claimed = claim_first(StatusPass.objects.filter(account=account, finished_at=None), seconds=LEASE)
    if claimed is None:
        return False
    row, lease = claimed
    ends = steady_clock() + WORK_FOR
    more = True
    while more and _is_ours(row, lease) and steady_clock() < ends:
        more = _one_batch(account, row, lease)
    give_back(row, lease)
    return StatusPass.objects.filter(pk=row.pk, finished_at=None).exists()


def _is_ours(row: StatusPass, lease: Lease) -> bool:
    """Prolongs the claim; reads the row again, in case it was asked for anew."""
    until = db_now() + timedelta(seconds=LEASE)
    if not StatusPass.objects.filter(pk=row.pk, locked_by=lease.token).update(locked_until=until):
        return False
    row.refresh_from_db(fields=["asked_at", "reached", "finished_at"])
    return row.finished_at is None


def _one_batch(account: LeverAccount, row: StatusPass, lease: Lease) -> bool:
    if row.reached == 0:
        shared_contacts.flag_all(account)
    people = list(may_be_held().filter(pk__gt=row.reached).values_list("pk", flat=True)[:BATCH])
    if people:
        _apply_each(account, people)
    failpoint("status.before_noted")
    as_read = StatusPass.objects.filter(pk=row.pk, locked_by=lease.token, asked_at=row.asked_at)
    if len(people) < BATCH:
        as_read.update(reached=people[-1] if people else row.reached, finished_at=db_now())
        return False
    as_read.update(reached=people[-1])
    return True


def _apply_each(account: LeverAccount, people: list[int]) -> None:
    """All at once; one by one where that fails, so that nobody's bad data stops the others."""
    rules = rules_of(account)
    try:
        apply_to(account, people, rules)
    except Exception:  # told below, by name of whoever it is
        log.info("A batch of the status pass failed; it is done one by one.")
        for one in people:
            try:
                apply_to(account, [one], rules)
            except Exception:  # everybody else is looked at all the same; tried again with the next pass
                log.exception("Status rules could not be applied to candidate %s.", one)


def may_be_held() -> QuerySet[Candidate]:
    """By id."""
    rows = Prospect.objects.filter(candidate=OuterRef("pk")).exclude(outreach_stage=Prospect.Stage.SOURCED)
    held = Hold.objects.filter(candidate=OuterRef("pk"), released_at=None, cause__in=BY_STATUS)
    return Candidate.objects.filter(Exists(rows) | Exists(held)).order_by("pk")
