"""A million opportunities in the index, written in bulk: some of them our own people, most of them strangers."""

import time
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from pinlever.ops.demo.crowd import FIRST, LAST
from tests.bench.company import JOBS, email, linkedin

CHUNK = 10_000
OURS = 10  # each tenth of our people is in Lever
STAGES = ("lead-new", "lead-reached-out", "lead-responded", "applicant-new", "interview", "offer")


class Crowd:
    """Opportunities number 0 to `many`; of the first ones the person is our candidate with ten times that number."""

    def __init__(self, account: Any, candidates: int, many: int, now: datetime) -> None:
        self.account, self.candidates, self.many, self.now = account, candidates, many, now

    def fill(self) -> None:
        self._catalogue()
        for start in range(0, self.many, CHUNK):
            with transaction.atomic():
                self._chunk(range(start, min(start + CHUNK, self.many)))
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")

    def _catalogue(self) -> None:
        from pinlever.connection.models import ArchiveReason, Stage

        Stage.objects.bulk_create(
            Stage(account=self.account, lever_id=name, text=name, order=place)
            for place, name in enumerate(STAGES)
        )
        for name, kind in (("reason-hired", "hired"), ("reason-no", "non-hired")):
            ArchiveReason.objects.create(account=self.account, lever_id=name, text=name, kind=kind)

    def _chunk(self, numbers: range) -> None:
        from pinlever.connection.models import KnownKey, KnownOpportunity

        rows = KnownOpportunity.objects.bulk_create(self._row(number) for number in numbers)
        KnownKey.objects.bulk_create(
            KnownKey(account=self.account, opportunity=row, kind=kind, value=value)
            for row, number in zip(rows, numbers, strict=True)
            for kind, value in self._keys(number)
        )

    def _keys(self, number: int) -> tuple[tuple[str, str], ...]:
        ours = number * OURS
        if ours < self.candidates:
            return (("email", email(ours)), ("linkedin", linkedin(ours).rsplit("/", 1)[1]))
        return (("email", f"stranger{number}@mail.example"), ("linkedin", f"stranger-{number}"))

    def _row(self, number: int) -> Any:
        from pinlever.connection.models import KnownOpportunity
        from pinlever.recruiting.identity import name_key

        name = f"{FIRST[number % len(FIRST)]} {LAST[number // len(FIRST) % len(LAST)]} Nr{number}"
        is_archived, is_hired = number % 3 == 0, number % 60 == 0
        return KnownOpportunity(
            account=self.account,
            lever_id=f"00000000-0000-4000-8000-{number:012}",
            contact_id=f"contact-{number}",
            name=name,
            search_name=name_key(name),
            posting_id=f"posting-{number % JOBS}",
            stage_id=STAGES[number % len(STAGES)],
            archived_at=self.now if is_archived else None,
            archive_reason_id="reason-hired" if is_hired else "reason-no" if is_archived else "",
            opened_at=self.now,
            active_at=self.now - timedelta(seconds=number * 7 % 8_000_000),
            changed_at=self.now,
            seen_at=self.now,
            told_by="crawl",
        )


def work_out(account: Any) -> dict[str, float]:
    """Presences of everybody, as the first sweep after connecting makes them, and how long that took."""
    from pinlever.sync.models import Presence
    from pinlever.sync.presences import catch_up

    began, turns, longest = time.perf_counter(), 0, 0.0
    done = False
    while not done:
        turn = time.perf_counter()
        done = catch_up(account)
        turns, longest = turns + 1, max(longest, time.perf_counter() - turn)
    taken = time.perf_counter() - began
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as autovacuum does within a minute
    return {
        "presences": Presence.objects.count(),
        "seconds": round(taken, 1),
        "turns": turns,
        "longest_turn": round(longest, 1),
    }
