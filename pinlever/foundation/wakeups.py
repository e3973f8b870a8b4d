"""Whether a worker has been asked for and has not begun yet: one row for a kind of work, so that wake-ups coalesce."""

from datetime import timedelta

from django.db import models

from pinlever.foundation.clock import db_now


class AskedFor(models.Model):
    """The row with id 1. A wake-up that no worker took within its time counts as lost."""

    asked_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"asked for until {self.asked_until}" if self.asked_until else "nobody asked for"

    @classmethod
    def ask(cls, *, for_seconds: float) -> bool:
        """Whether the caller is the one to queue a wake-up."""
        now = db_now()
        until = now + timedelta(seconds=for_seconds)
        cls._base_manager.get_or_create(pk=1)
        free = models.Q(asked_until=None) | models.Q(asked_until__lt=now)
        return bool(cls._base_manager.filter(free, pk=1).update(asked_until=until))

    @classmethod
    def taken(cls) -> None:
        """A worker has begun: the next wake-up is queued again."""
        cls._base_manager.filter(pk=1).update(asked_until=None)
