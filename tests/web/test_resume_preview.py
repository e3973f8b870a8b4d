"""The résumé before it is sent: the very bytes, to people signed in, kept nowhere."""

import threading

import pytest
from django.test import Client

from pinlever.audit.services import SYSTEM
from pinlever.outreach.services import person_arrived
from pinlever.recruiting.facts import PersonFacts
from pinlever.recruiting.models import Job, Position
from pinlever.sync.models import ResumePdf
from pinlever.web import resume_preview
from tests.sync.world import World


def test_it_requires_signing_in(company: World, client: Client) -> None:
    prospect = company.person(sourced_via="pin")
    for part in ("resume.pdf", "resume/"):
        assert client.get(f"/prospects/{prospect.key}/{part}").status_code == 302


def test_it_is_what_is_sent(company: World, as_recruiter: Client) -> None:
    prospect = company.person(
        "Ingrid Solheim", sourced_via="pin", current_title="Engineer", skills=("Python",)
    )
    answer = as_recruiter.get(f"/prospects/{prospect.key}/resume.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("inline")
    assert "no-store" in answer["Cache-Control"]
    assert not ResumePdf.objects.exists()
    company.export(prospect)
    company.work()
    assert bytes(ResumePdf.objects.get().content) == answer.content


def test_before_lever_was_ever_connected_it_shows_what_is_known(as_recruiter: Client) -> None:
    job = Job.objects.create(title="Designer")
    prospect = person_arrived(by=SYSTEM, facts=PersonFacts(full_name="Ada"), source="test", job=job).prospect
    assert prospect is not None
    assert as_recruiter.get(f"/prospects/{prospect.key}/resume.pdf").content.startswith(b"%PDF")


def test_imported_people_have_their_own(company: World, as_recruiter: Client) -> None:
    prospect = company.person("Ingrid Solheim")
    assert "résumé of their own" in as_recruiter.get(f"/prospects/{prospect.key}/resume/").content.decode()
    answer = as_recruiter.get(f"/prospects/{prospect.key}/resume.pdf")
    assert answer.status_code == 404
    assert "résumé of their own" in answer.content.decode()


def test_letters_no_font_has_are_named(company: World, as_recruiter: Client) -> None:
    prospect = company.person("Ingrid \U00012000 Solheim", sourced_via="pin")
    page = as_recruiter.get(f"/prospects/{prospect.key}/resume/").content.decode()
    assert "no bundled font has" in page
    assert "\U00012000" in page


def test_one_at_a_time_and_nobody_waits_for_ever(
    company: World, as_recruiter: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    prospect = company.person(sourced_via="pin")
    busy = threading.BoundedSemaphore()
    busy.acquire()
    monkeypatch.setattr(resume_preview, "_ONE_AT_A_TIME", busy)
    monkeypatch.setattr(resume_preview, "PATIENCE", 0.01)
    assert as_recruiter.get(f"/prospects/{prospect.key}/resume.pdf").status_code == 503
    assert "Try again" in as_recruiter.get(f"/prospects/{prospect.key}/resume/").content.decode()


def test_a_resume_beyond_what_fits_is_a_sentence(company: World, as_recruiter: Client) -> None:
    prospect = company.person(sourced_via="pin")
    Position.objects.bulk_create(
        [Position(candidate=prospect.candidate, title=f"T{n}", description="word " * 4000) for n in range(12)]
    )
    page = as_recruiter.get(f"/prospects/{prospect.key}/resume/").content.decode()
    assert "No résumé can be made" in page
