"""Outreach by hand: logged once, people added once, and whoever is in Lever already is said before."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from pinlever.accounts.models import User
from pinlever.audit.services import Actor
from pinlever.outreach.models import OutreachEvent
from pinlever.recruiting.models import Candidate, ContactPoint, Job, Prospect
from pinlever.sync import services
from pinlever.sync.models import SyncRecord, Trigger
from tests.sync.world import World
from tests.web.known_people import somebody_in_lever

ADD = "/outreach/add/"
Stage = Prospect.Stage


def log_url(prospect: Prospect) -> str:
    return f"/candidates/{prospect.candidate.key}/log/"


def said(of: Prospect, **more: Any) -> dict[str, Any]:
    return {
        "kind": "replied",
        "channel": "email",
        "prospect": of.pk,
        "occurred_at": timezone.localtime().strftime("%Y-%m-%dT%H:%M"),
        "note": "Happy to talk next week.",
        "token": "abc123",
        **more,
    }


def test_they_require_signing_in(company: World, client: Client) -> None:
    prospect = company.person()
    contact = f"/candidates/{prospect.candidate.key}/contact/"
    for address in (log_url(prospect), ADD, contact):
        assert client.get(address).status_code == 302
        assert client.post(address, said(prospect)).status_code == 302
    assert not OutreachEvent.objects.filter(kind="replied").exists()


def test_what_happened_is_on_the_timeline_and_says_what_follows(
    company: World, as_recruiter: Client, recruiter: User
) -> None:
    prospect = company.person("Ada Lind")
    services.set_trigger(by=Actor.person(recruiter), job=company.job, trigger=Trigger.REPLIED)
    form = as_recruiter.get(log_url(prospect)).content.decode()
    assert "Your time zone" in form
    now = timezone.localtime().strftime(
        "%Y-%m-%dT%H:%M:%S"
    )  # as the field has it: within the rule's own second
    page = as_recruiter.post(log_url(prospect), said(prospect, occurred_at=now), follow=True).content.decode()
    assert "Recorded for Ada Lind." in page
    assert "Happy to talk next week." in page
    assert f"logged by <bdi>{recruiter}</bdi>" in page
    prospect.refresh_from_db()
    assert prospect.outreach_stage == Stage.REPLIED
    assert SyncRecord.objects.filter(prospect=prospect, state="queued").exists()


def test_sent_twice_it_is_recorded_once(company: World, as_recruiter: Client) -> None:
    prospect = company.person("Ada Lind")
    for _ in range(2):
        assert as_recruiter.post(log_url(prospect), said(prospect)).status_code == 302
    assert OutreachEvent.objects.filter(kind="replied").count() == 1
    again = as_recruiter.post(log_url(prospect), said(prospect, note="Another note"))
    assert "was sent before with other content" in again.content.decode()
    assert "Another note" in again.content.decode()
    assert OutreachEvent.objects.filter(kind="replied").count() == 1


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"occurred_at": "2999-01-01T10:00"}, "lies in the future"),
        ({"occurred_at": "yesterday"}, "Give day and time"),
        ({"occurred_at": ""}, "required"),
        ({"kind": "contact_found"}, "valid choice"),
        ({"channel": "pigeon"}, "valid choice"),
        ({"prospect": 0}, "valid choice"),
        ({"prospect": "x"}, "valid choice"),
        ({"note": "x" * 3000}, "at most 2000"),
    ],
)
def test_a_mistake_is_told_and_the_note_is_kept(
    company: World, as_recruiter: Client, wrong: dict[str, Any], sentence: str
) -> None:
    prospect = company.person("Ada Lind")
    page = as_recruiter.post(log_url(prospect), said(prospect, **wrong)).content.decode()
    assert sentence in page
    assert "note" in wrong or "Happy to talk next week." in page
    assert not OutreachEvent.objects.filter(kind="replied").exists()


def test_nothing_is_logged_on_somebody_elses_prospect(company: World, as_recruiter: Client) -> None:
    ada, bo = company.person("Ada"), company.person("Bo")
    assert "valid choice" in as_recruiter.post(log_url(ada), said(bo)).content.decode()


def test_the_time_is_read_in_the_persons_own_time_zone(
    company: World, as_recruiter: Client, recruiter: User
) -> None:
    recruiter.time_zone = "America/Los_Angeles"
    recruiter.save()
    prospect = company.person("Ada")
    as_recruiter.post(log_url(prospect), said(prospect, occurred_at="2026-01-05T09:00"))
    event = OutreachEvent.objects.get(kind="replied")
    assert event.occurred_at.isoformat() == "2026-01-05T17:00:00.999999+00:00"


def test_somebody_on_no_job_is_led_to_one(as_recruiter: Client) -> None:
    who = Candidate.objects.create(full_name="Ada")
    assert "is on no job yet" in as_recruiter.get(f"/candidates/{who.key}/log/").content.decode()


def test_one_person_is_added_once(company: World, as_recruiter: Client) -> None:
    prospect = company.person("Ada Lind")
    page = as_recruiter.get(ADD, {"prospect": prospect.pk}).content.decode()
    assert "Add 1 person to outreach" in page
    token = as_recruiter.get(ADD, {"prospect": prospect.pk}).context["token"]
    for _ in range(2):
        as_recruiter.post(ADD, {"prospect": prospect.pk, "token": token})
    assert OutreachEvent.objects.filter(kind="added_to_outreach").count() == 1
    prospect.refresh_from_db()
    assert prospect.outreach_stage == Stage.IN_OUTREACH
    page = as_recruiter.post(ADD, {"prospect": prospect.pk, "token": "other"}, follow=True).content.decode()
    assert "Everybody was in outreach already" in page


def test_many_are_added_and_who_was_there_stays(company: World, as_recruiter: Client) -> None:
    people = [company.person(f"Person {number}") for number in range(4)]
    company.event(people[0], "replied", "email")
    asked = {"prospect": [one.pk for one in people]}
    page = as_recruiter.get(ADD, asked).content.decode()
    assert "Add 3 people to outreach" in page
    assert "in outreach already: replied" in page
    done = as_recruiter.post(ADD, {**asked, "token": "t"}, headers={"HX-Request": "true"})
    assert done["HX-Redirect"] == f"/jobs/{company.job.key}/"
    assert OutreachEvent.objects.filter(kind="added_to_outreach").count() == 3
    people[0].refresh_from_db()
    assert people[0].outreach_stage == Stage.REPLIED


def test_who_is_in_lever_already_is_warned_of_first(company: World, as_recruiter: Client) -> None:
    company.person("Bo Berg")
    somebody_in_lever(company, "Ingrid S. Solheim", links=["https://www.linkedin.com/in/ingrid-solheim"])
    ingrid = company.person("Ingrid Solheim", emails=(), linkedin="linkedin.com/in/Ingrid-Solheim")
    asked = {"prospect": [one.pk for one in Prospect.objects.all()]}
    answer = as_recruiter.get(ADD, asked)
    text = answer.content.decode()
    assert "1 person is in Lever already" in text
    assert "In Lever as <bdi>Ingrid S. Solheim</bdi>" in text
    assert "LinkedIn profile ingrid-solheim" in text
    assert [one.prospect for one in answer.context["groups"][0].people] == [ingrid]


def test_a_confidential_candidacy_is_told_of_without_its_job(company: World, as_recruiter: Client) -> None:
    somebody_in_lever(company, emails=["ada@people.example"])
    known = company.account.opportunities.get()
    known.is_confidential = True
    known.save()
    ada = company.person("Ada", emails=("ada@people.example",))
    text = as_recruiter.get(ADD, {"prospect": ada.pk}).content.decode()
    assert "A confidential candidacy" in text
    assert known.url not in text


def test_somebody_without_a_job_gets_the_chosen_one(company: World, as_recruiter: Client) -> None:
    who = Candidate.objects.create(full_name="Ada")
    asked = {"candidate": str(who.key), "token": "t"}
    assert "Choose the job" in as_recruiter.post(ADD, asked).content.decode()
    assert "Choose the job" in as_recruiter.post(ADD, {**asked, "job": "x"}).content.decode()
    as_recruiter.post(ADD, {**asked, "job": str(company.job.key)})
    assert Prospect.objects.get(candidate=who).outreach_stage == Stage.IN_OUTREACH


@pytest.mark.parametrize("asked", [{}, {"prospect": "x"}, {"candidate": "x"}, {"prospect": "9" * 40}])
def test_nobody_chosen_is_a_sentence(as_recruiter: Client, asked: dict[str, str]) -> None:
    assert "Nobody was chosen" in as_recruiter.get(ADD, asked).content.decode()
    assert "Nobody was chosen" in as_recruiter.post(ADD, asked).content.decode()


def test_too_many_at_once_is_a_sentence(company: World, as_recruiter: Client) -> None:
    people = Candidate.objects.bulk_create([Candidate(full_name="Ada") for _ in range(501)])
    asked = {"candidate": [str(one.key) for one in people], "job": str(company.job.key)}
    assert "At most 500" in as_recruiter.post(ADD, asked).content.decode()
    assert not Prospect.objects.exists()


def test_the_dialog_costs_the_same_for_two_and_for_forty(
    company: World, as_recruiter: Client, django_assert_max_num_queries
) -> None:
    def cost() -> int:
        asked = {"prospect": [one.pk for one in Prospect.objects.all()]}
        with django_assert_max_num_queries(40) as found:
            as_recruiter.get(ADD, asked)
        return len(found.captured_queries)

    somebody_in_lever(company, emails=["ada@people.example"])
    company.person("Ada", emails=("ada@people.example",))
    company.person("Bo")
    before = cost()
    for number in range(38):
        company.person(f"Person {number}")
    assert cost() <= before


def test_contact_details_found_by_hand_are_announced(company: World, as_recruiter: Client) -> None:
    prospect = company.person("Ada", emails=())
    address = f"/candidates/{prospect.candidate.key}/contact/"
    wrong = as_recruiter.post(address, {"kind": "email", "value": "no address"}).content.decode()
    assert "Check the spelling" in wrong
    assert 'value="no address"' in wrong
    page = as_recruiter.post(
        address, {"kind": "email", "value": "ada@people.example", "source": "website"}, follow=True
    )
    assert "ada@people.example was added to Ada." in page.content.decode()
    assert ContactPoint.objects.get().source == "website"
    assert OutreachEvent.objects.filter(prospect=prospect, kind="contact_found").exists()
    as_recruiter.post(address, {"kind": "phone", "value": "+47 406 12 345", "phone_type": "work"})
    assert ContactPoint.objects.filter(phone_type="work").exists()


def test_an_address_of_somebody_else_asks_who_it_is(company: World, as_recruiter: Client) -> None:
    company.person("Bo", emails=("bo@people.example",))
    ada = company.person("Ada")
    address = f"/candidates/{ada.candidate.key}/contact/"
    page = as_recruiter.post(address, {"kind": "email", "value": "bo@people.example"}, follow=True)
    assert "It is not decided yet" in page.content.decode()


def test_a_closed_job_is_no_choice(company: World, as_recruiter: Client) -> None:
    closed = Job.objects.create(title="Old", is_open=False)
    who = Candidate.objects.create(full_name="Ada")
    asked = {"candidate": str(who.key), "job": str(closed.key)}
    assert "Choose the job" in as_recruiter.post(ADD, asked).content.decode()


def test_a_jobs_list_offers_both(company: World, as_recruiter: Client) -> None:
    company.person("Ada Lind")
    page = as_recruiter.get(f"/jobs/{company.job.key}/").content.decode()
    assert 'formaction="/outreach/add/"' in page
    assert f"/candidates/new/?job={company.job.key}" in page
    form = as_recruiter.get("/candidates/new/", {"job": str(company.job.key)}).content.decode()
    assert f'<option value="{company.job.key}" selected>' in form
