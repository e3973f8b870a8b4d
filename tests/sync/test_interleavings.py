"""Thousands of interleavings of two workers: nobody lost, nobody twice, whoever dies wherever."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from pinlever.audit.services import PIN
from pinlever.connection.models import PeopleIndex
from pinlever.recruiting.models import Job, Prospect
from pinlever.recruiting.services import add_prospect
from pinlever.sync.answering import answer_send_again
from pinlever.sync.models import Attempt, Claim, Intent, Question, SyncRecord, Waiting
from pinlever.sync.sweep import sweep
from pinlever.sync.work import work_one
from tests.sync import interleaved
from tests.sync.interleaved import BLOCKS, LOST, play_all, seeds, stage
from tests.sync.scheduler import Time
from tests.sync.world import World

PIECES = 12
LINKEDIN = "https://www.linkedin.com/in/ingrid-solheim/"


def worker() -> None:
    for _ in range(3):
        if not work_one():
            return


class Piece(interleaved.Piece):
    """One seed: two prospects of one person, whom Lever may know, or drop the links of."""

    worker = worker
    cleared = (Waiting, Question, Attempt)

    def __init__(self, company: World, pairs: list[list[Prospect]], time: Time, seed: int) -> None:
        super().__init__(company, time, seed)
        self.prospects = self.draw.choice(pairs)
        self.may_be_there = self.prospects is pairs[0]
        self.states: Counter[str] = Counter()

    def switches(self) -> dict[str, Any]:
        return {
            "created_at": self.draw.choice(["keep", "ignore", "round"]),
            "drop_links_on_dedupe": self.draw.random() < 0.5,
        }

    def set_the_scene(self) -> None:
        PeopleIndex.objects.update(refreshed_at=self.time.db_now() - timedelta(minutes=1))
        if self.draw.random() < 0.3 and self.may_be_there:
            self.company.control("opportunities", {"people": [{"name": "Ingrid", "links": [LINKEDIN]}]})
        for _ in range(self.draw.randrange(3)):
            match = {"method": "POST", "path": "/opportunities$", "count": 1}
            kind, args = self.draw.choice(LOST)
            self.company.control("faults", {"match": match, "kind": kind, "args": args})
        self.company.export(*self.prospects)

    def finish(self) -> None:
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

    def judge(self) -> None:
        records = list(SyncRecord.objects.all())
        states = self.states = Counter(record.state for record in records)
        theirs = self.company.opportunities()
        by_contact = Counter(row["contact"] for row in theirs)
        ours = {row["id"] for row in theirs if "Pin" in row["sources"]}
        assert set(states) <= {"synced", "in_lever"}, [(record.state, record.reason) for record in records]
        assert len(by_contact) == 1, f"{len(by_contact)} people in Lever"
        assert len(ours) == states["synced"], f"{len(ours)} opportunities of ours for {states}"
        assert {record.opportunity_id for record in records if record.state == "synced"} == ours
        assert not Claim.objects.filter(contact_id="").exists()
        assert not Intent.objects.filter(outcome="").exists()


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
    with stage(monkeypatch, settings) as (company, time):
        pairs = pairs_of_prospects(company)
        pieces = [Piece(company, pairs, time, seed) for seed in seeds(block, PIECES)]
        play_all(pieces)
        outcomes = sum((piece.states for piece in pieces), Counter())
        assert len(pieces) < 25 or outcomes["synced"] > 0.5 * len(pieces)
