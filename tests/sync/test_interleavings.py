"""Thousands of interleavings of two workers: nobody lost, nobody twice, whoever dies wherever."""

import os
import random
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from pinlever.audit.services import PIN
from pinlever.connection import gateway
from pinlever.connection.models import KnownOpportunity, LeverAccount, PeopleIndex
from pinlever.foundation import failpoints
from pinlever.recruiting.models import Job, Prospect
from pinlever.recruiting.services import add_prospect
from pinlever.sync.answering import answer_send_again
from pinlever.sync.models import Attempt, Claim, Intent, Question, SyncRecord, Waiting, WakeUp
from pinlever.sync.sweep import sweep
from pinlever.sync.work import work_one
from tests.practice_adapter import in_process, practice
from tests.sync.scheduler import Conductor, Time, conducted
from tests.sync.world import World

PIECES = int(os.environ.get("INTERLEAVINGS", "12"))  # .ci/run plays more
FIRST = int(os.environ.get("FIRST_SEED", "0"))
BLOCKS = 4  # so that they are played side by side
LINKEDIN = "https://www.linkedin.com/in/ingrid-solheim/"
# How an answer is lost; a late commit comes within the window of read-backs.
WAYS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("drop_after", {}),
    ("drop_before", {}),
    ("garbage", {}),
    *(("late_commit", {"seconds": seconds}) for seconds in (3, 40, 300, 500)),
)


def worker() -> None:
    for _ in range(3):
        if not work_one():
            return


class Piece:
    """One seed: its people, faults and order of steps."""

    def __init__(self, company: World, pairs: list[list[Any]], time: Time, seed: int) -> None:
        self.company, self.time, self.seed = company, time, seed
        self.draw = random.Random(seed)
        self.prospects = self.draw.choice(pairs)
        self.has_profile = self.prospects is pairs[0]

    def begin(self) -> None:
        for model in (Waiting, Claim, Question, Attempt, Intent, SyncRecord, KnownOpportunity):
            model.objects.all().delete()
        WakeUp.objects.all().delete()
        self.company.control("reset")
        self.company.control(
            "switches",
            {
                "limiter": False,
                "created_at": self.draw.choice(["keep", "ignore", "round"]),
                "drop_links_on_dedupe": self.draw.random() < 0.5,
            },
        )
        now = self.time.db_now()
        earlier = now - timedelta(minutes=1)
        PeopleIndex.objects.update(
            read_through=now, refreshed_at=earlier, deleted_through=now, locked_by="", locked_until=None
        )
        if self.draw.random() < 0.3 and self.has_profile:
            self.company.control("opportunities", {"people": [{"name": "Ingrid", "links": [LINKEDIN]}]})
        for _ in range(self.draw.randrange(3)):
            match = {"method": "POST", "path": "/opportunities$", "count": 1}
            kind, args = self.draw.choice(WAYS)
            self.company.control("faults", {"match": match, "kind": kind, "args": args})
        self.company.export(*self.prospects)

    def play(self) -> Conductor:
        conductor = Conductor(worker, self.seed, self.time)
        failpoints.install(conductor.hook)
        conductor.play(steps=self.draw.choice([10, 30, 60]), deaths=2)
        failpoints.install(None)
        return conductor

    def finish(self) -> None:
        """The rest of the day: time passes, the sweep sweeps, one worker works."""
        for _ in range(40):
            sweep()
            while work_one():
                pass
            # Three sendings that certainly failed, or five turns without an end: somebody looks, and it goes on.
            given_up = (Question.Kind.UNSETTLED, Question.Kind.WORKER_DIES)
            for question in Question.objects.filter(kind__in=given_up, answered_at=None):
                answer_send_again(by=PIN, question=question)
            if not SyncRecord.objects.filter(state__in=("queued", "retrying")).exists():
                return
            self.time.pass_by(130)

    def judge(self) -> Counter[str]:
        records = list(SyncRecord.objects.all())
        states = Counter(record.state for record in records)
        theirs = self.company.opportunities()
        by_contact = Counter(row["contact"] for row in theirs)
        ours = {row["id"] for row in theirs if "Pin" in row["sources"]}
        assert set(states) <= {"synced", "in_lever"}, [(record.state, record.reason) for record in records]
        assert len(by_contact) == 1, f"{len(by_contact)} people in Lever"
        assert len(ours) == states["synced"], f"{len(ours)} opportunities of ours for {states}"
        assert {record.opportunity_id for record in records if record.state == "synced"} == ours
        assert not Claim.objects.filter(contact_id="").exists()
        assert not Intent.objects.filter(outcome="").exists()
        return states


def pairs_of_prospects(company: World) -> list[list[Prospect]]:
    """One person on two jobs each: told by email and LinkedIn, by LinkedIn alone, by nothing but their name."""
    designer = Job.objects.create(title="Designer")
    people: list[dict[str, Any]] = [
        {"emails": ("ingrid@solheim.example",), "linkedin": LINKEDIN},
        {"emails": (), "linkedin": LINKEDIN.replace("ingrid", "aud")},
        {"emails": (), "phones": ("+47 406 12 345",)},
    ]
    pairs = []
    for person in people:
        first = company.person(**person)
        second, _ = add_prospect(by=PIN, candidate=first.candidate, job=designer)
        pairs.append([first, second])
    return pairs


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("block", range(BLOCKS))
def test_two_workers_in_any_order_make_every_person_once(block: int, monkeypatch: Any, settings: Any) -> None:
    settings.DEBUG = False
    time = Time()
    app = practice(clock=time.now)
    monkeypatch.setattr("pinlever.sync.waking._ask_for_worker", lambda: None)
    with in_process(app), conducted(monkeypatch, time):
        monkeypatch.setattr(gateway, "wait_for_slot", lambda *_: None)
        company = World(app)
        LeverAccount.objects.update(clock_offset=0)
        pairs = pairs_of_prospects(company)
        time.after_passing = app.run_due
        outcomes: Counter[str] = Counter()
        for seed in range(FIRST + block, FIRST + PIECES, BLOCKS):
            piece = Piece(company, pairs, time, seed)
            piece.begin()
            conductor = piece.play()
            try:
                piece.finish()
                outcomes += piece.judge()
            except AssertionError as error:
                story = "\n".join(conductor.story)
                raise AssertionError(f"seed {seed}: {error}\n{story}") from error
        assert PIECES < 100 or outcomes["synced"] > 0.5 * PIECES / BLOCKS
