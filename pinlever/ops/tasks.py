"""What the worker runs. A task carries ids only, may run twice, and is short or queues itself again.

The queue only wakes work up. All work is in rows, and `sweep` finds every row that is due.
"""

import logging
import uuid
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django_q.models import Task
from django_q.tasks import async_task

from pinlever.accounts import sessions
from pinlever.connection import crawl as people, reconciling, spending
from pinlever.connection.accounts import current_connection, home_account
from pinlever.connection.catalogue import refresh_catalogue
from pinlever.connection.gateway import open_client
from pinlever.connection.models import LeverConnection
from pinlever.connection.refresh import poll as read_changes
from pinlever.foundation.clock import db_now
from pinlever.imports import tasks as imports
from pinlever.imports.uploads import forget_old
from pinlever.imports.working import link_waiting
from pinlever.inbound import tasks as inbound
from pinlever.lever.errors import LeverError
from pinlever.notices import tasks as notices
from pinlever.ops import alerts, reading
from pinlever.ops.models import WorkerGroup, go_on, take_turn
from pinlever.sync import pruning as cures, sweep as sync_sweep, tasks as sync
from pinlever.sync.presences import catch_up
from pinlever.sync.waking import wake

LONGEST_PAGE = 90.0  # seconds without a page after which a crawl counts as broken off
FAILURES_KEPT = timedelta(days=30)
GROUPS_KEPT = timedelta(days=1)

log = logging.getLogger(__name__)


def queue(task: str, *args: str | int) -> None:
    """Wakes up one of this module's tasks."""
    async_task(f"{__name__}.{task}", *args)


def drain() -> None:
    """Works off the sync records that are due; what Lever tells meanwhile comes before each of them."""
    sync.drain(first=inbound.deliver_first)


def sweep() -> None:
    """Finds all work that is due and wakes it up: what was promised in rows goes on, whatever was lost."""
    failures = [failure for step in SWEEP_STEPS if (failure := _try_step(step))]
    if failures:
        raise failures[0]


def crawl(turn: str) -> None:
    """Reads the people in Lever for some seconds, then queues itself again. Of two chains the older one ends."""
    connection = _usable_connection()
    if connection is None or not go_on("crawl", uuid.UUID(turn)):
        return
    try:
        is_more = reading.read_on(connection)
    except LeverError as error:
        log.warning("The people in Lever could not be read on: %s", error)
        return  # the sweep starts again where it stopped
    if is_more:
        queue("crawl", turn)


def poll() -> None:
    """Reads what changed in Lever."""
    _with_lever("What changed in Lever could not be read", read_changes)


def read_catalogue() -> None:
    """Reads postings, stages, archive reasons and users again."""
    _with_lever("Lever's postings and users could not be read", refresh_catalogue)


def forget() -> None:
    """Removes what nobody needs any more: old failures of the queue, groups long gone, files put down a day ago,
    sessions that ran out, what Lever told, or others were told, long ago, and cures that everybody is through with."""
    Task.objects.filter(stopped__lt=timezone.now() - FAILURES_KEPT).delete()
    WorkerGroup.objects.filter(stamped_at__lt=db_now() - GROUPS_KEPT).delete()
    forget_old()
    notices.forget()
    notices.forget_alerts()
    sessions.forget_ended()
    inbound.forget()
    cures.forget()
    reconciling.forget_old()
    spending.forget_old()


def _try_step(step: Callable[[], None]) -> Exception | None:
    try:
        step()
    except Exception as error:  # one kind of work must not keep the others from being found
        log.exception("The sweep's step %s failed; it is tried again with the next sweep.", step.__name__)
        return error
    return None


def _wake_reading() -> None:
    connection = _usable_connection()
    if connection is None:
        return
    if reading.is_to_do(connection.account):
        turn = take_turn("crawl", every=LONGEST_PAGE)
        if turn:
            queue("crawl", str(turn))
    if people.is_complete(connection.account) and take_turn("poll", every=settings.POLL_EVERY):
        queue("poll")


def _wake_imports() -> None:
    imports.queue_due()
    link_waiting()


def _wake_exports() -> None:
    sync.wake_exports()


def derive_all() -> None:
    """Looks at everybody, not only at those about whom something arrived lately: what was missed for hours goes on."""
    sync_sweep.sweep(everything=True)
    inbound.look_at_everybody()


def _sweep_sync() -> None:
    sync_sweep.sweep()


def _wake_sync() -> None:
    wake()


def _sweep_inbound() -> None:
    inbound.sweep()


def _sweep_notices() -> None:
    notices.sweep()


def _look_for_alerts() -> None:
    alerts.look_if_due()


def _follow_presences() -> None:
    account = home_account()
    if account is not None:
        catch_up(account)


SWEEP_STEPS: tuple[Callable[[], None], ...] = (
    _sweep_sync,
    _sweep_inbound,
    _sweep_notices,
    _wake_reading,
    _wake_imports,
    _wake_exports,
    _wake_sync,
    _follow_presences,
    _look_for_alerts,
)


def _usable_connection() -> LeverConnection | None:
    connection = current_connection()
    return connection if connection and connection.state == LeverConnection.State.ACTIVE else None


def _with_lever(trouble: str, work: Callable[..., object]) -> None:
    connection = _usable_connection()
    if connection is None:
        return
    try:
        work(connection.account, open_client(connection))
    except LeverError as error:
        log.warning("%s: %s", trouble, error)
