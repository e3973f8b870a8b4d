"""Keeping the story of an attempt: each call is stored as soon as it ended, so that a dead worker's are known."""

import os
import socket
from datetime import UTC, datetime

from pinlever.foundation.clock import db_now
from pinlever.lever.http import CallMade
from pinlever.sync.models import Attempt, Call, SyncRecord


class Story:
    """The attempt in hand. `heard` is what the gateway reports each call to."""

    def __init__(self, record: SyncRecord) -> None:
        worker = f"{socket.gethostname()}:{os.getpid()}"[:80]
        self.attempt = Attempt.objects.create(record=record, worker=worker, started_at=db_now())

    def heard(self, call: CallMade) -> None:
        """Stores one call."""
        Call.objects.create(
            attempt=self.attempt,
            at=datetime.fromtimestamp(call.started_at, UTC),
            method=call.method,
            path=call.path[:300],
            params=call.params,
            sent=call.request_summary,
            status=call.status,
            answered=call.response_summary,
            error=call.error,
            seconds=call.seconds,
        )

    def ends(self, result: str, told: str) -> None:
        """Closes the attempt. Inside the transaction that gives the record back."""
        Attempt.objects.filter(pk=self.attempt.pk).update(ended_at=db_now(), result=result, told=told)
