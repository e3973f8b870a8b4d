"""What the worker keeps about itself: which groups are alive, and whose turn a recurring chore is."""

import uuid
from datetime import timedelta
from typing import ClassVar

from django.db import models

from pinlever.foundation.clock import db_now


class WorkerGroup(models.Model):
    """The processes of one supervisor. `stamped_at` moves while they work; a group that hangs stands still."""

    group = models.UUIDField(primary_key=True)
    host = models.CharField(max_length=200)
    pid = models.PositiveIntegerField(help_text="Of the group's first process, on its host.")
    started_at = models.DateTimeField()
    stamped_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering: ClassVar = ["started_at"]

    def __str__(self) -> str:
        return f"{self.host}, process {self.pid}"


class Chore(models.Model):
    """Something done again and again by whoever comes first. Two workers never start the same turn."""

    name = models.CharField(max_length=40, primary_key=True)
    turn = models.UUIDField(default=uuid.uuid4)
    taken_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


def take_turn(name: str, *, every: float) -> uuid.UUID | None:
    """A new turn if the last one began or went on longer than `every` seconds ago; None otherwise."""
    now, turn = db_now(), uuid.uuid4()
    _, is_first = Chore.objects.get_or_create(name=name, defaults={"turn": turn, "taken_at": now})
    if is_first:
        return turn
    due = Chore.objects.filter(name=name, taken_at__lte=now - timedelta(seconds=every))
    return turn if due.update(turn=turn, taken_at=now) else None


def go_on(name: str, turn: uuid.UUID) -> bool:
    """Whether this turn is still the latest; if so it counts as begun anew."""
    return bool(Chore.objects.filter(name=name, turn=turn).update(taken_at=db_now()))
