"""Pausing and resuming everything that goes to Lever. What is under way is settled, and nothing is lost.

Paused, a worker makes at most the one write that is committed already; who is due after that is held, and looks at
Lever for what was sent without an answer go on. Resumed, whoever was held goes on at once, the most urgent first.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from pinlever.accounts.models import User
from pinlever.audit.services import Actor
from pinlever.connection.accounts import current_connection
from pinlever.connection.models import LeverAccount
from pinlever.connection.rules import set_outgoing
from pinlever.sync import causes, gates
from pinlever.sync.models import Intent, State, SyncRecord
from pinlever.sync.waking import wake

MOST_NAMED = 3


@dataclass(frozen=True)
class Pause:
    """How sending stands. `by` and `at` are empty where it was never on; `held`: who waits for nothing else."""

    is_on: bool
    held: int = 0
    unsettled: int = 0
    at: datetime | None = None
    by: str = ""
    why: str = ""


def pause(*, by: Actor, account: LeverAccount, why: str = "") -> None:
    """From now on nothing more is written to Lever. Paused already, it stays as it is."""
    set_outgoing(by=by, account=account, on=False, why=why)


@transaction.atomic
def resume(*, by: Actor, account: LeverAccount) -> int:
    """Everything goes on; answers how many people were held and are in the queue again."""
    set_outgoing(by=by, account=account, on=True)
    freed = gates.let_go(account, current_connection())
    wake()
    return freed


def standing(account: LeverAccount) -> Pause:
    """Two queries while it is paused, else none."""
    if account.outgoing_on:
        return Pause(True)
    held = SyncRecord.objects.filter(account=account, state=State.HELD, cause=causes.OUTGOING_OFF)
    unsettled = Intent.objects.filter(account=account, outcome=Intent.Outcome.OPEN)
    return Pause(
        False, held.count(), unsettled.count(), account.paused_at, account.paused_by, account.paused_why
    )


def who_may() -> str:
    """The super admins to ask, by name: "Aud Berg or Bo Li"."""
    people = User.objects.filter(is_superuser=True, is_active=True).order_by("first_name", "pk")
    names = [str(user) for user in people[:MOST_NAMED]]
    return " or ".join(filter(None, [", ".join(names[:-1]), names[-1]])) if names else "a super admin"
