"""Holding outreach by hand, and releasing it with a reason."""

import pytest
from django.test import Client
from django.urls import reverse

from pinlever.audit.services import PIN
from pinlever.outreach.events import record_event
from pinlever.outreach.models import Hold
from pinlever.recruiting.models import Candidate, Prospect
from tests.sync.world import World


@pytest.fixture
def ingrid(company: World) -> Prospect:
    return company.person("Ingrid Solheim")


def page(client: Client, who: Prospect) -> str:
    return client.get(reverse("candidate", args=[who.candidate.key])).content.decode()


def replied(company: World, who: Prospect) -> Hold:
    told = {"kind": "replied", "channel": "email", "source": "pin", "external_id": "1"}
    record_event(by=PIN, prospect=who, occurred_at=who.created_at, **told)
    return Hold.objects.get()


def test_nothing_is_shown_while_nothing_holds(as_recruiter: Client, ingrid: Prospect) -> None:
    assert "holds-title" not in page(as_recruiter, ingrid)


def test_a_reply_is_shown_as_what_pauses_outreach(
    as_recruiter: Client, company: World, ingrid: Prospect
) -> None:
    replied(company, ingrid)
    told = page(as_recruiter, ingrid)
    assert "Outreach is paused" in told and "They replied by email" in told


def test_somebody_holds_and_somebody_releases(as_recruiter: Client, ingrid: Prospect) -> None:
    url = reverse("hold-new", args=[ingrid.candidate.key])
    said = {"kind": "stop", "reason": "Asked on the phone", "token": "a1"}
    for _ in range(2):  # a double click
        assert as_recruiter.post(url, said).status_code == 302
    row = Hold.objects.get()
    assert (row.kind, row.cause, row.held_by) == ("stop", "by_hand", "Rita Vik")
    assert "Outreach is stopped" in page(as_recruiter, ingrid)
    release = reverse("hold-release", args=[ingrid.candidate.key, row.pk])
    assert "stopped, not only paused" in as_recruiter.get(release).content.decode()
    as_recruiter.post(release, {"reason": "She changed her mind"})
    told = page(as_recruiter, ingrid)
    assert "Outreach may go on" in told and "She changed her mind" in told


@pytest.mark.parametrize("reason", ["", "   "])
def test_without_a_reason_the_form_comes_back(
    as_recruiter: Client, company: World, ingrid: Prospect, reason: str
) -> None:
    row = replied(company, ingrid)
    release = reverse("hold-release", args=[ingrid.candidate.key, row.pk])
    answer = as_recruiter.post(release, {"reason": reason})
    assert "Say why outreach to them may go on." in answer.content.decode()
    assert Hold.objects.get().released_at is None


def test_released_meanwhile_is_said(as_recruiter: Client, company: World, ingrid: Prospect) -> None:
    row = replied(company, ingrid)
    release = reverse("hold-release", args=[ingrid.candidate.key, row.pk])
    as_recruiter.post(release, {"reason": "One"})
    answer = as_recruiter.post(release, {"reason": "Two"}, follow=True)
    assert "Somebody else had released it already." in answer.content.decode()
    assert Hold.objects.get().release_reason == "One"


def test_a_hold_is_released_on_its_own_persons_page_only(
    as_recruiter: Client, company: World, ingrid: Prospect
) -> None:
    row = replied(company, ingrid)
    other = Candidate.objects.create(full_name="Kari Holm")
    assert (
        as_recruiter.post(reverse("hold-release", args=[other.key, row.pk]), {"reason": "x"}).status_code
        == 404
    )


def test_a_hold_never_stops_the_sync(company: World, ingrid: Prospect) -> None:
    replied(company, ingrid)
    company.export(ingrid)
    company.work()
    assert ingrid.sync_records.get().state == "synced"
