"""A day of everything that can happen to people between Pin and Lever, drawn from numbers; judged by judge.py."""

import random
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from unittest import mock

from pinlever.audit.services import PIN, SYSTEM
from pinlever.connection import gateway, rules
from pinlever.connection.models import PeopleIndex, Posting
from pinlever.foundation import failpoints
from pinlever.foundation.clock import db_now
from pinlever.recruiting.models import Job
from pinlever.sync import services
from pinlever.sync.models import WORKABLE, Intent, SyncRecord, Trigger
from pinlever.sync.sweep import sweep
from pinlever.sync.work import work_one
from tests.practice_adapter import PracticeAdapter
from tests.sync.acts import ACTS, REFUSALS, Killed, chosen, poll, reconnect, skip
from tests.sync.judge import Judge
from tests.sync.world import World


class Play:
    """The company, and the acts."""

    def __init__(self, company: World) -> None:
        self.company = company
        self.jobs = [company.job, Job.objects.create(title="Designer"), Job.objects.create(title="Writer")]
        self.postings = [
            "",
            *Posting.objects.filter(state="published").values_list("lever_id", flat=True)[:2],
        ]
        self.told: list[str] = []
        self.judge = Judge(company)
        services.set_trigger(by=PIN, job=self.jobs[2], trigger=Trigger.REPLIED)

    def act(self, name: str, seed: int) -> None:
        self.told.append(f"{name} {seed}")
        with suppress(*REFUSALS):
            ACTS[name](self, random.Random(seed))
        PeopleIndex.objects.update(refreshed_at=db_now() - timedelta(minutes=5))

    def record(self, draw: random.Random, *states: str) -> SyncRecord:
        return chosen(
            draw, SyncRecord.objects.filter(state__in=states) if states else SyncRecord.objects.all()
        )

    def contact(self, draw: random.Random) -> str:
        contacts = sorted({row["contact"] for row in self.company.opportunities()}, key=self._age)
        return draw.choice(contacts) if contacts else skip()

    def _age(self, contact: str) -> int:
        return next(row["createdAt"] for row in self.company.state()["contacts"] if row["id"] == contact)

    def work(self, most: int = 30) -> None:
        for _ in range(most):
            try:
                if not work_one():
                    return
            except Killed:
                SyncRecord.objects.exclude(locked_by="").update(locked_until=db_now() - timedelta(seconds=1))

    def settle(self) -> None:
        """The rest of the week: nothing fails any more, and time passes."""
        failpoints.install(None)
        self.company.control("faults", method="DELETE")
        reconnect(self)
        rules.set_outgoing(by=SYSTEM, account=self.company.account, on=True)
        for _ in range(25):
            poll(self)
            sweep()
            self.pass_time()
            self.work()
            if not SyncRecord.objects.filter(state__in=WORKABLE).exists():
                break
        poll(self)
        sweep()

    def pass_time(self) -> None:
        hour = timedelta(hours=1)
        for intent in Intent.objects.filter(outcome=""):
            Intent.objects.filter(pk=intent.pk).update(over_at=intent.over_at - hour)
        PeopleIndex.objects.update(refreshed_at=db_now() - timedelta(minutes=5))
        self.company.make_due()


@contextmanager
def no_pace() -> Iterator[None]:
    with mock.patch.object(gateway, "wait_for_slot", lambda *_: None):
        yield


@contextmanager
def playing(company: World) -> Iterator[Play]:
    play = Play(company)
    judged = play.judge.send(PracticeAdapter.send)
    try:
        with mock.patch.object(PracticeAdapter, "send", judged):
            yield play
    finally:
        failpoints.install(None)
