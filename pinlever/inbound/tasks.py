"""What the worker runs for what comes from Lever."""

import time

from pinlever.connection.accounts import ending_connections, home_account
from pinlever.connection.gateway import open_client
from pinlever.connection.models import LeverConnection
from pinlever.inbound import pruning, subscriptions, working
from pinlever.inbound.changes import work_changes
from pinlever.inbound.drifting import note_drift
from pinlever.inbound.ending import end_all
from pinlever.inbound.models import Address, StatusPass
from pinlever.inbound.passing import work_pass
from pinlever.inbound.waking import wake, wake_keeping, wake_status

__all__ = [
    "apply_rules",
    "deliver",
    "deliver_first",
    "forget",
    "keep_webhooks",
    "look_at_everybody",
    "sweep",
]

DELIVER_FOR = 8.0  # seconds; a worker that is asked to end is given ten
forget = pruning.forget


def sweep() -> None:
    """Finds what is due: deliveries, missing webhooks, connections that are ending, changes nobody has worked off."""
    _wake_who_is_due()
    account = home_account()
    if account is not None:
        work_changes(account)
        note_drift(account)
        if work_pass(account):
            wake_status()


def _wake_who_is_due() -> None:
    """First of all: whatever goes wrong with changes, deliveries are worked off."""
    connection = working.usable_connection()
    if connection is not None and working.is_more_due(connection.account):
        wake(connection.account_id)
    if ending_connections() or (connection is not None and subscriptions.is_due(connection)):
        wake_keeping()


def apply_rules() -> None:
    """Goes on with looking at everybody whom a status rule may hold; another wake-up while there is more."""
    account = home_account()
    if account is not None and work_pass(account):
        wake_status()


def look_at_everybody() -> None:
    """Once an hour: whoever a lost wake-up left out is held or released after all."""
    account = home_account()
    if account is not None:
        StatusPass.ask(account, anew=False)
        wake_status()


def deliver() -> None:
    """Works off deliveries until there are none or the time is over; asks for company while there are more."""
    connection = working.usable_connection()
    if connection is None:
        return
    Address.taken(connection.account_id)
    ends = time.monotonic() + DELIVER_FOR
    while working.work_one():
        if working.is_more_due(connection.account):
            wake(connection.account_id)
        if time.monotonic() > ends:
            return


def deliver_first() -> None:
    """One delivery, if any waits: called between the turns of longer work, so that Lever's news wait for no bulk."""
    working.work_one()


def keep_webhooks() -> None:
    """Removes the webhooks of connections that are ending, and looks after those of the one that is connected."""
    end_all()
    connection: LeverConnection | None = working.usable_connection()
    if connection is not None and subscriptions.is_due(connection):
        subscriptions.keep(connection, open_client(connection))
