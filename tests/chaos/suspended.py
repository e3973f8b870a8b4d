"""Processes that suspended themselves at a failpoint: resumed when their lease has run out."""

import signal
import socket
import time
from collections import Counter
from pathlib import Path

from django.conf import settings

from pinlever.audit.services import PIN
from pinlever.outreach.services import add_contact_point
from pinlever.sync.models import Attempt
from tests.chaos.processes import send

LATER_THAN_LEASE = 1.5
# The person's keys are read, and what is made of them is not committed yet.
PLANNING = ("claims.after_commit", "intent.before_commit")
CHANGED = "email changed between plan and push"
PAST_THE_LEASE = "suspended past the lease"


class Suspended:
    def __init__(self, folder: Path, counts: "Counter[str]") -> None:
        self.folder, self.counts = folder / "stops", counts
        self.resume_at: dict[Path, float] = {}

    @property
    def are_some(self) -> bool:
        return bool(self.resume_at)

    def tend(self) -> None:
        now = time.monotonic()
        for file in self.folder.iterdir():
            if file not in self.resume_at:
                self.resume_at[file] = now + self._how_long(file)
            elif now >= self.resume_at[file]:
                send(int(file.name), signal.SIGCONT)
                file.unlink()
                del self.resume_at[file]

    def forget(self) -> None:
        """All of them are dead."""
        for file in self.folder.iterdir():
            file.unlink()
        self.resume_at.clear()

    def _how_long(self, file: Path) -> float:
        if file.read_text() in PLANNING and self._change_email(int(file.name)):
            return 0.0
        self.counts[PAST_THE_LEASE] += 1
        return float(settings.RECORD_LEASE) + LATER_THAN_LEASE

    def _change_email(self, pid: int) -> bool:
        """A new address for the very person whose plan the suspended worker is about to commit."""
        mine = Attempt.objects.filter(worker=f"{socket.gethostname()}:{pid}", ended_at=None)
        attempt = mine.order_by("-pk").first()
        if attempt is None:
            return False
        candidate = attempt.record.prospect.candidate
        value = f"changed{candidate.pk}@people.example"
        add_contact_point(by=PIN, candidate=candidate, kind="email", value=value)
        self.counts[CHANGED] += 1
        return True
