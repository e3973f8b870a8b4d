"""What each look at Lever found, and what no webhook had told: written down, shown, forgotten after a month."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from pinlever.audit.services import Actor, record
from pinlever.connection.comparing import WEBHOOK_TAKES, clear_untold
from pinlever.connection.models import LeverAccount, Reconciliation
from pinlever.connection.rules import InvalidRule
from pinlever.foundation.clock import db_now
from pinlever.lever.errors import LeverError

KEPT = timedelta(days=30)
Kind, State = Reconciliation.Kind, Reconciliation.State

log = logging.getLogger(__name__)


class NotPossible(InvalidRule):
    """What was asked for cannot be done now, in a sentence for a person."""


@dataclass(slots=True)
class Tally:
    """What a poll has read, counted while it reads."""

    read: int = 0
    news: int = 0
    deleted: int = 0


@dataclass(frozen=True, slots=True)
class Looks:
    """The latest look of each kind that came to an end, the one at everybody under way, and what webhooks missed
    in a day."""

    poll: Reconciliation | None
    full: Reconciliation | None
    under_way: Reconciliation | None
    missed: int


def polled(account: LeverAccount, began_at: datetime, tally: Tally) -> Reconciliation:
    """Writes down a poll that came to its end."""
    with transaction.atomic():
        return _poll(account, State.DONE, began_at, tally, deleted=tally.deleted, missed=_missed(account))


def broke_off(account: LeverAccount, began_at: datetime, tally: Tally, error: LeverError) -> None:
    """Writes down a poll that Lever did not let come to its end. The next one begins where this one did."""
    _poll(account, State.FAILED, began_at, tally, note=str(error)[:500])


def _poll(
    account: LeverAccount, state: str, began_at: datetime, tally: Tally, **found: Any
) -> Reconciliation:
    told = {"read": tally.read, "news": tally.news, **found}
    return Reconciliation.objects.create(
        account=account, kind=Kind.POLL, state=state, began_at=began_at, ended_at=db_now(), **told
    )


def has_webhooks(account: LeverAccount) -> bool:
    """Whether webhooks of ours are set up at Lever, as it is now."""
    return LeverAccount.objects.filter(pk=account.pk, has_webhooks=True).exists()


def looks_of(account: LeverAccount) -> Looks:
    """What is shown of an account's looks."""
    rows = Reconciliation.objects.filter(account=account)
    ended = rows.exclude(ended_at=None)
    day = ended.filter(began_at__gte=db_now() - timedelta(days=1)).values_list("missed", flat=True)
    return Looks(
        poll=ended.filter(kind=Kind.POLL).order_by("-began_at").first(),
        full=ended.filter(kind=Kind.FULL).order_by("-began_at").first(),
        under_way=rows.filter(kind=Kind.FULL, ended_at=None).first(),
        missed=sum(missed or 0 for missed in day),
    )


def read_everybody(*, by: Actor, account: LeverAccount) -> Reconciliation:
    """Begins a look at everybody now; the worker goes on with it. NotPossible while one is under way."""
    with transaction.atomic():
        LeverAccount.objects.select_for_update().get(pk=account.pk)
        if Reconciliation.objects.filter(account=account, kind=Kind.FULL, ended_at=None).exists():
            raise NotPossible("Everybody is being read already. Wait until that is done.")
        look = Reconciliation.objects.create(
            account=account, kind=Kind.FULL, began_at=db_now(), asked_by=by.label[:200]
        )
        record(by=by, action="people.read_again", subject=account)
    return look


def check_anyway(*, by: Actor, account: LeverAccount) -> Reconciliation:
    """Goes on with a look that stopped because too many were gone: each is asked after by itself."""
    with transaction.atomic():
        LeverAccount.objects.select_for_update().get(pk=account.pk)
        latest = Reconciliation.objects.filter(account=account, kind=Kind.FULL).order_by("-began_at").first()
        if latest is None or latest.state != State.STOPPED:
            raise NotPossible("There is no look that stopped. Read everybody again.")
        Reconciliation.objects.filter(pk=latest.pk).update(
            state=State.CHECKING, ended_at=None, note="", asked_by=by.label[:200]
        )
        record(by=by, action="people.check_anyway", subject=account, after={"not_met": latest.not_met})
    latest.refresh_from_db()
    return latest


def forget_old() -> None:
    """Removes looks that ended a month ago."""
    Reconciliation.objects.filter(ended_at__lt=db_now() - KEPT).delete()


def _missed(account: LeverAccount) -> int | None:
    """Counts, once each, the changes our looks found and no webhook has told since; None without webhooks."""
    count = clear_untold(account, db_now() - WEBHOOK_TAKES)
    if not has_webhooks(account):
        return None
    if count:
        log.warning("Lever sent no webhook for %d changes that a look found.", count)
    return count
