"""Signs of life of an idle group: a ping goes through the queue all groups share, and finds the one it is for."""

import uuid
from datetime import timedelta

from django_q.tasks import async_task

from pinlever.foundation.clock import db_now
from pinlever.ops.group import STAMP_EVERY, own_group
from pinlever.ops.models import WorkerGroup

LIFE = 20.0  # seconds; the supervisor sends another one meanwhile
MOST_HOPS = 40


def send_ping(group: uuid.UUID) -> None:
    """Queues a ping for one group."""
    _queue(str(group), db_now().timestamp(), 0)


def ping(group: str, sent_at: float, hops: int) -> None:
    """Any task is a sign of life. Taken by another group the ping is sent again, while that has a meaning."""
    if own_group() in (None, uuid.UUID(group)) or hops >= MOST_HOPS:
        return
    now = db_now()
    recently = now - timedelta(seconds=STAMP_EVERY)
    is_stale = now.timestamp() - sent_at > LIFE
    if not is_stale and not WorkerGroup.objects.filter(group=group, stamped_at__gte=recently).exists():
        _queue(group, sent_at, hops + 1)


def _queue(group: str, sent_at: float, hops: int) -> None:
    async_task(f"{__name__}.ping", group, sent_at, hops)
