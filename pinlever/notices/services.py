"""Telling other systems: a row for each, in the transaction of what is told."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import transaction

from pinlever.foundation.clock import db_now
from pinlever.notices.models import TRIED_FOR, Announcement, Delivery, Endpoint
from pinlever.notices.waking import wake

__all__ = ["announce", "announce_all"]

Told = Mapping[str, Any]
AT_ONCE = 500


def announce(kind: str, data: Told) -> None:
    """Promises to tell everybody who wants this kind. Call it inside the transaction of what is told."""
    announce_all(kind, lambda: [data])


def announce_all(kind: str, told: Callable[[], Sequence[Told]]) -> None:
    """`announce` for many at once. `told` is asked only if somebody wants to know; one query if nobody does."""
    # Their secrets are left alone: one that cannot be read must not stop what happened.
    listening = Endpoint.objects.filter(is_on=True).only("kinds")
    wanted = [one for one in listening if one.wants(kind)]
    if not wanted:
        return
    now = db_now()
    with transaction.atomic():
        made = Announcement.objects.bulk_create(
            [
                Announcement(kind=kind, data=dict(data), about=_about(data), happened_at=now)
                for data in told()
            ],
            batch_size=AT_ONCE,
        )
        deliveries = [
            Delivery(announcement=one, endpoint=endpoint, due_at=now, give_up_at=now + TRIED_FOR)
            for one in made
            for endpoint in wanted
        ]
        Delivery.objects.bulk_create(deliveries, batch_size=AT_ONCE)
        if made:
            wake()


def _about(data: Told) -> uuid.UUID | None:
    """The key of the person it is about, so that what was told of them is found again."""
    who = data.get("candidate")
    key = who.get("key") if isinstance(who, Mapping) else None
    try:
        return uuid.UUID(str(key)) if key else None
    except ValueError:
        return None
