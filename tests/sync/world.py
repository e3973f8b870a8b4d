"""A small company for tests of the sync: Pin's people on one side, Practice Lever in process on the other."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.test import override_settings

from pinlever.audit.services import PIN
from pinlever.connection.models import LeverAccount
from pinlever.foundation.clock import db_now
from pinlever.outreach.models import OutreachEvent
from pinlever.outreach.services import person_arrived, record_event
from pinlever.practice.app import PracticeApp
from pinlever.recruiting.facts import EmailFact, PersonFacts, PhoneFact
from pinlever.recruiting.models import Job, Prospect
from pinlever.sync import services
from pinlever.sync.models import SyncRecord
from pinlever.sync.work import work_one
from tests.practice_adapter import control, in_process, practice
from tests.sync.connected import connect, connected_before

NUMBERS = itertools.count(1)


class World:
    """Connected, crawled, outgoing on; `state()` is what Practice Lever holds."""

    def __init__(self, app: PracticeApp, account: LeverAccount | None = None) -> None:
        self.app = app
        self.account = account or connect(app)
        self.job = Job.objects.create(title="Backend Engineer")

    def state(self) -> dict[str, Any]:
        return control(self.app, "state", method="GET")

    def log(self) -> list[dict[str, Any]]:
        return control(self.app, "log", method="GET")["data"]

    def control(self, command: str, given: Any = None, method: str = "POST") -> Any:
        return control(self.app, command, given, method)

    def person(
        self,
        name: str = "Ingrid Solheim",
        *,
        emails: tuple[str, ...] | None = None,
        linkedin: str | None = None,
        phones: tuple[str, ...] = (),
        job: Job | None = None,
        sourced_via: str = "import",
        **facts: Any,
    ) -> Prospect:
        """Somebody sourced for a job; imported by default, so that no résumé has to be made."""
        number = next(NUMBERS)
        addresses = (f"person{number}@people.example",) if emails is None else emails
        sourced = person_arrived(
            by=PIN,
            facts=PersonFacts(
                full_name=name,
                emails=tuple(EmailFact(value) for value in addresses),
                phones=tuple(PhoneFact(value, type="mobile") for value in phones),
                linkedin_urls=(linkedin,) if linkedin else (),
                sourced_via=sourced_via,
                **facts,
            ),
            source="test",
            job=job or self.job,
        )
        assert sourced.prospect is not None
        return sourced.prospect

    def event(self, prospect: Prospect, kind: str, channel: str = "", **more: Any) -> OutreachEvent:
        options = {"occurred_at": db_now(), "source": "test", "external_id": str(next(NUMBERS)), **more}
        return record_event(by=PIN, prospect=prospect, kind=kind, channel=channel, **options).event

    def export(self, *prospects: Prospect, **options: Any) -> list[SyncRecord]:
        return services.export(by=PIN, prospects=prospects, **options)

    def work(self, most: int = 100) -> int:
        """Turns until nothing is due; answers how many."""
        turns = 0
        while turns < most and work_one():
            turns += 1
        return turns

    def make_due(self) -> None:
        SyncRecord.objects.filter(state__in=("queued", "retrying")).update(due_at=db_now())

    def opportunities(self) -> list[dict[str, Any]]:
        return [row for row in self.state()["opportunities"] if not row.get("deletedAt")]

    def in_lever(self, email: str) -> list[dict[str, Any]]:
        return [row for row in self.opportunities() if email in row["emails"]]


@contextmanager
def world(**switches: Any) -> Iterator[World]:
    """A company whose connection was made before; where Lever has a clock of its own, it is made now."""
    app = practice(**switches)
    with in_process(app), override_settings(LEVER_RATE=1000):  # nobody waits for a slot
        yield World(app, None if "clock" in switches else connected_before())
