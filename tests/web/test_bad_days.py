"""Whole bad days, as a recruiter sees them: Lever away for an hour, its access revoked, the Lever job closed."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from pinlever.audit.services import PIN
from pinlever.connection.models import Posting
from pinlever.practice import seed
from pinlever.recruiting.models import Prospect
from pinlever.sync import services
from pinlever.sync.answering import answer_send_again
from pinlever.sync.models import Intent, Question, SyncRecord
from pinlever.sync.sweep import sweep
from tests.sync.play import no_pace
from tests.sync.world import World

EVERYTHING: dict[str, str] = {}
POST = {"method": "POST", "path": "/opportunities$"}


@pytest.fixture(autouse=True)
def _at_once() -> Iterator[None]:
    with no_pace():
        yield


def time_passes(company: World) -> None:
    """What waits is due, and read-back windows are over."""
    for intent in Intent.objects.filter(outcome=""):
        Intent.objects.filter(pk=intent.pk).update(over_at=intent.over_at - timedelta(hours=1))
    company.make_due()


def page(client: Client, prospect: Prospect) -> str:
    return client.get(reverse("candidate", args=[prospect.candidate.key])).content.decode()


@pytest.mark.parametrize(
    ("match", "says"),
    [pytest.param(EVERYTHING, "503", id="everything"), pytest.param(POST, "Send again", id="only writing")],
)
def test_lever_is_away_for_an_hour(
    company: World, as_recruiter: Client, match: dict[str, str], says: str
) -> None:
    """Three sendings of unknown outcome ask somebody; then they say what they saw, and nobody is there twice."""
    people = [company.person(f"Person {number}") for number in range(3)]
    company.control("faults", {"kind": "status", "match": match, "args": {"status": 503}})
    company.export(*people)
    for _ in range(12):
        company.work(3)
        time_passes(company)
        sweep()
    for prospect in people:
        assert says in page(as_recruiter, prospect)
    for name in ("home", "jobs", "candidates", "activity", "ats"):
        assert as_recruiter.get(reverse(name)).status_code == 200
    company.control("faults", method="DELETE")
    for question in Question.objects.filter(answered_at=None):
        answer_send_again(by=PIN, question=question)
    for _ in range(12):
        company.work()
        time_passes(company)
        sweep()
    assert set(SyncRecord.objects.values_list("state", flat=True)) == {"synced"}
    assert len(company.opportunities()) == 3


def test_levers_access_is_revoked_and_given_again(company: World, as_recruiter: Client) -> None:
    prospect = company.person()
    company.control("faults", {"kind": "status", "match": EVERYTHING, "args": {"status": 401}})
    company.export(prospect)
    company.work()
    assert "connect Lever again" in page(as_recruiter, prospect)
    assert "must be connected again" in as_recruiter.get("/").content.decode()


def test_a_closed_lever_job_is_told_with_its_cure_and_the_cure_cures(
    company: World, as_recruiter: Client
) -> None:
    prospect, closed = company.person(), seed.posting_id("data-analyst")
    services.set_posting(by=PIN, account=company.account, job=company.job, posting_id=closed)
    (record,) = company.export(prospect)
    company.work()
    assert "Choose another Lever job" in page(as_recruiter, prospect)
    open_one = Posting.objects.filter(state="published").exclude(lever_id=closed)[0].lever_id
    as_recruiter.post(reverse("job-posting", args=[company.job.key]), {"posting": open_one})
    as_recruiter.post(reverse("record-act", args=[record.pk, "retry"]))
    company.work()
    record.refresh_from_db()
    assert record.state == "synced"
