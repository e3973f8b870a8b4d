"""How the processes of one worker group show that they are alive.

The supervisor names the group in the environment; every task stamps the group's row at its start, at its end and
every few seconds between. Outside a group (a shell, a test) nothing is stamped. Stamping never fails a task.
"""

import logging
import os
import socket
import threading
import uuid

from django.db import DatabaseError, InterfaceError, connection

from pinlever.foundation.clock import db_now
from pinlever.ops.models import WorkerGroup

GROUP_VARIABLE = "PINLEVER_GROUP"
STAMP_EVERY = 5.0

log = logging.getLogger(__name__)


def own_group() -> uuid.UUID | None:
    """The group this process belongs to."""
    name = os.environ.get(GROUP_VARIABLE)
    return uuid.UUID(name) if name else None


def stamp(group: uuid.UUID) -> None:
    """Writes that the group is alive now."""
    now = db_now()
    if WorkerGroup.objects.filter(group=group).update(stamped_at=now):
        return
    WorkerGroup.objects.get_or_create(
        group=group,
        defaults={"host": socket.gethostname(), "pid": os.getpgrp(), "started_at": now, "stamped_at": now},
    )


class Heartbeat:
    """Stamps around and during one task at a time: `begin` and `end` are called for every task of the process."""

    def __init__(self, every: float = STAMP_EVERY) -> None:
        self.every = every
        self._done = threading.Event()

    def begin(self, **signal: object) -> None:
        group = own_group()
        if group is None:
            return
        self._done = threading.Event()
        _try_to_stamp(group)
        threading.Thread(target=self._go_on, args=(group, self._done), daemon=True).start()

    def end(self, **signal: object) -> None:
        group = own_group()
        if group is None:
            return
        self._done.set()
        _try_to_stamp(group)

    def _go_on(self, group: uuid.UUID, done: threading.Event) -> None:
        while not done.wait(self.every):
            _try_to_stamp(group)
            connection.close()  # this thread's own; it must not stay open between stamps


def _try_to_stamp(group: uuid.UUID) -> None:
    try:
        stamp(group)
    except (DatabaseError, InterfaceError) as error:
        log.warning("This group's sign of life could not be written: %s", error)
