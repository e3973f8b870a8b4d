"""Adding a candidate by hand: once, whoever knows them already."""

from typing import Any

import pytest
from django.test import Client

from pinlever.accounts.models import User
from pinlever.outreach.models import OutreachEvent
from pinlever.recruiting.models import Candidate, ContactPoint, IdentityQuestion, Job, Prospect
from tests.sync.world import World
from tests.web.known_people import somebody_in_lever

NEW = "/candidates/new/"
INGRID = {"full_name": "Ingrid Solheim", "email": "ingrid@solheim.example"}


def send(client: Client, **said: Any) -> str:
    return client.post(NEW, said, follow=True).content.decode()


def test_it_requires_signing_in(db: None, client: Client) -> None:
    assert client.post(NEW, INGRID).status_code == 302
    assert client.get("/candidates/known/").status_code == 302
    assert not Candidate.objects.exists()


def test_it_is_a_page_without_javascript_and_a_dialog_with_it(as_recruiter: Client) -> None:
    assert "<html" in as_recruiter.get(NEW).content.decode()
    part = as_recruiter.get(NEW, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "<dialog data-open" in part


def test_somebody_is_added_with_all_that_was_typed(as_recruiter: Client, recruiter: User) -> None:
    job = Job.objects.create(title="Designer")
    page = send(
        as_recruiter,
        **INGRID,
        phone="+47 406 12 345",
        linkedin="no.linkedin.com/in/Ingrid-Solheim?x",
        job=str(job.key),
        title="Engineer",
        company="Nordlys",
        city="Bergen",
        state="Vestland",
        country="Norway",
    )
    assert "Ingrid Solheim was added. They are on Designer." in page
    prospect = Prospect.objects.get()
    who = prospect.candidate
    assert (who.full_name, who.current_title, who.current_company) == (
        "Ingrid Solheim",
        "Engineer",
        "Nordlys",
    )
    assert (who.city, who.state, who.country, who.sourced_via) == ("Bergen", "Vestland", "Norway", "pin")
    assert prospect.sourcer == who.sourced_by == recruiter
    assert {point.source for point in ContactPoint.objects.all()} == {"added by hand"}
    assert OutreachEvent.objects.filter(kind="contact_found").count() == 2


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"full_name": " "}, "This field is required"),
        ({"full_name": "\u202e\u200b"}, "Give the name"),
        ({"email": "ingrid at solheim"}, "no email address"),
        ({"phone": "call me"}, "no phone number"),
        ({"linkedin": "https://www.linkedin.com/company/x"}, "no public LinkedIn profile"),
        ({"job": "x"}, "not a valid UUID"),
        ({"city": "x" * 200}, "at most 120 characters"),
    ],
)
def test_a_mistake_is_told_and_nothing_typed_is_lost(
    as_recruiter: Client, wrong: dict[str, str], sentence: str
) -> None:
    page = send(as_recruiter, **{**INGRID, "company": "Nordlys Energi", **wrong})
    assert sentence in page
    assert 'value="Nordlys Energi"' in page
    assert not Candidate.objects.exists()


def test_a_closed_job_is_no_choice(as_recruiter: Client) -> None:
    job = Job.objects.create(title="Designer", is_open=False)
    assert "Select a valid choice" in send(as_recruiter, **INGRID, job=str(job.key))


def test_sent_twice_it_adds_one_person_even_without_any_contact_details(as_recruiter: Client) -> None:
    form = as_recruiter.get(NEW).context["form"]
    said = {
        "full_name": "Ingrid Solheim",
        "begun_at": form["begun_at"].value(),
        "token": form["token"].value(),
    }
    send(as_recruiter, **said)
    send(as_recruiter, **said)
    assert Candidate.objects.count() == 1


@pytest.mark.parametrize(
    "begun", ["", "x", "2999-01-01T00:00:00+00:00", "1999-01-01T00:00:00+00:00", "2026-01-01"]
)
def test_a_forged_time_of_beginning_breaks_nothing(as_recruiter: Client, begun: str) -> None:
    assert "was added" in send(as_recruiter, **INGRID, begun_at=begun)


def test_who_is_known_is_joined_and_said(company: World, as_recruiter: Client) -> None:
    company.person("Ingrid Solheim", emails=("ingrid@solheim.example",))
    page = send(as_recruiter, full_name="Ingrid S.", email="INGRID@Solheim.example", company="Nordlys")
    assert "was here already" in page
    who = Candidate.objects.get()
    assert (who.full_name, who.current_company) == ("Ingrid Solheim", "Nordlys")


def test_keys_of_two_people_ask_who_it_is(company: World, as_recruiter: Client) -> None:
    company.person("Ada", emails=("ada@people.example",))
    company.person("Bo", emails=(), linkedin="https://www.linkedin.com/in/bo-berg")
    page = send(as_recruiter, full_name="Ada", email="ada@people.example", linkedin="linkedin.com/in/bo-berg")
    assert "Somebody has to say" in page
    assert IdentityQuestion.objects.count() == 1


def test_who_is_in_lever_already_is_said_afterwards(company: World, as_recruiter: Client) -> None:
    somebody_in_lever(company, emails=["ingrid@solheim.example"])
    assert "In Lever already, as Ingrid Solheim: matched on email" in send(as_recruiter, **INGRID)


def test_what_is_typed_is_looked_up_here_and_in_lever(company: World, as_recruiter: Client) -> None:
    company.person("Ada Lind", emails=("ada@people.example",))
    somebody_in_lever(company, links=["https://www.linkedin.com/in/ingrid-solheim"])
    known = as_recruiter.get(
        "/candidates/known/", {"email": " ADA@people.example", "linkedin": "linkedin.com/in/Ingrid-Solheim/"}
    ).content.decode()
    assert "Ada Lind" in known
    assert "In Lever already, as <bdi>Ingrid Solheim" in known
    assert as_recruiter.get("/candidates/known/", {"email": "ada@"}).content.decode().strip() == ""


def test_hostile_text_is_shown_and_not_run(company: World, as_recruiter: Client) -> None:
    hostile = "<script>alert(1)</script>"
    company.person(hostile, emails=("ada@people.example",))
    somebody_in_lever(company, hostile, emails=["ada@people.example"])
    for page in (
        as_recruiter.get("/candidates/known/", {"email": "ada@people.example"}).content.decode(),
        send(as_recruiter, full_name=hostile, email=hostile, company=hostile),
        send(as_recruiter, full_name=hostile, email="ada@people.example"),
    ):
        assert "<script>alert" not in page
