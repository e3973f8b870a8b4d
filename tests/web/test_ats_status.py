"""Settings → ATS integration → Status rules: what is shown, changed, put back and put aside, and by whom."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from pinlever.audit.models import AuditEntry
from pinlever.audit.services import SYSTEM
from pinlever.connection import accounts
from pinlever.connection.models import KnownOpportunity, LeverAccount, Posting, Stage
from pinlever.foundation.clock import db_now
from pinlever.inbound.drifting import note_drift
from pinlever.inbound.models import Drift, StatusPass, StatusRule
from pinlever.inbound.status_rules import set_rule
from pinlever.outreach.models import EventRule
from pinlever.practice import seed
from pinlever.sync import presences
from pinlever.sync.services import set_posting
from pinlever.web.ats_pages import NOT_CONNECTED
from tests.inbound.lever_side import added, archived, edited, moved
from tests.sync.world import World

PAGE, SAVE, COUNTS = "/settings/ats/status/", "/settings/ats/status/save/", "/settings/ats/status/counts/"


def text(client: Client, url: str = PAGE, **more: str) -> str:
    return client.get(url, **more).content.decode()


def change(client: Client, of: str, lever_id: str, effect: str) -> str:
    answer = client.post(
        SAVE, {"of": of, "lever_id": lever_id, "effect": effect}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 200
    return answer.content.decode()


def somebody_there(company: World, stage: str = "on-site", **more: str) -> str:
    """In outreach here, and standing in a stage in Lever."""
    number = KnownOpportunity.objects.count()
    prospect = company.person(emails=(f"p{number}@people.example",))
    company.event(prospect, "message_sent", "email")
    there = added(company, emails=[f"p{number}@people.example"], **more)
    moved(company, there, stage)
    presences.work_out(company.account, [prospect.candidate_id])
    return there


def test_it_requires_signing_in(client: Client, db: None) -> None:
    for url in (PAGE, COUNTS):
        assert client.get(url).status_code == 302
    assert client.post(SAVE).status_code == 302


def test_without_lever_it_leads_to_connecting(as_super_admin: Client) -> None:
    answer = as_super_admin.get(PAGE, follow=True)
    assert answer.redirect_chain == [("/settings/ats/", 302)]
    assert "No Lever account is connected" in answer.content.decode()


def test_stages_are_shown_by_pipeline_with_their_defaults(company: World, as_super_admin: Client) -> None:
    told = text(as_super_admin)
    for name in (
        "Leads",
        "Applicants",
        "Screens",
        "On-site",
        "Offers",
        "On-site interview",
        "Do not contact",
    ):
        assert name in told
    assert told.count(">default<") == Stage.objects.count() + 6 + 1 + 3
    assert f'id="effect-stage-{seed.stage_id("on-site")}"' in told


def test_a_recruiter_sees_the_rules_and_changes_none(company: World, as_recruiter: Client) -> None:
    told = text(as_recruiter)
    assert "Only super admins may change them" in told
    assert "<select" not in told and "Pause outreach" in told
    answer = as_recruiter.post(SAVE, {"of": "stage", "lever_id": "offer", "effect": "stop"})
    assert answer.status_code == 403
    assert not StatusRule.objects.exists()


def test_a_change_is_saved_and_says_so(company: World, as_super_admin: Client) -> None:
    told = change(as_super_admin, "stage", "offer", "stop")
    assert "Offer: stops outreach. Nobody in outreach is there now." in told
    assert StatusRule.objects.get().effect == "stop"
    assert AuditEntry.objects.get(action="rule.status").by_kind == "person"
    assert StatusPass.objects.get().finished_at is None and "everybody is being looked at" in told
    assert "for Offer: Pause outreach" in told
    told = change(as_super_admin, "stage", "offer", "default")
    assert "Offer: pauses outreach." in told
    assert not StatusRule.objects.exists()


def test_it_tells_how_many_it_holds_now(company: World, as_super_admin: Client) -> None:
    for _ in range(2):
        somebody_there(company)
    hidden = somebody_there(company)
    edited(company, hidden, confidentiality="confidential")
    gone = somebody_there(company)
    archived(company, gone, "withdrew")
    told = text(as_super_admin, COUNTS, headers={"HX-Request": "true"})
    stage, reason = seed.stage_id("on-site"), seed.archive_reason_id("withdrew")
    assert f'id="count-stage-{stage}" hx-swap-oob="true">2 people in outreach are there now<' in told
    assert f'id="count-reason-{reason}" hx-swap-oob="true">1 person in outreach is there now<' in told
    assert "2 people in outreach are there; they are held or released within a minute." in change(
        as_super_admin, "stage", stage, "stop"
    )


def test_whom_lever_says_not_to_contact_are_counted_too(company: World, as_super_admin: Client) -> None:
    edited(company, somebody_there(company), data_protection={"contact": {"allowed": False}})
    told = change(as_super_admin, "no_contact", "", "pause")
    assert "Lever says not to contact them: pauses outreach. 1 person in outreach is there" in told


def test_rules_for_events_are_changed_here(company: World, as_super_admin: Client) -> None:
    told = change(as_super_admin, "event", "replied", "stop")
    assert "They replied: stops outreach. It counts from now on" in told
    assert EventRule.objects.get().effect == "stop"
    assert "They replied: pauses outreach." in change(as_super_admin, "event", "replied", "default")


@pytest.mark.parametrize(
    ("of", "lever_id", "effect"),
    [
        ("stage", "nowhere", "stop"),
        ("stage", "offer", "explode"),
        ("event", "opened", "stop"),
        ("event", "replied", "resume"),
        ("event", "", "default"),
        ("event", "<script>", "default"),
        ("", "", ""),
        ("reason", "x" * 5000, "default"),
    ],
)
def test_nonsense_is_refused_with_a_sentence(
    company: World, as_super_admin: Client, of: str, lever_id: str, effect: str
) -> None:
    told = change(as_super_admin, of, lever_id, effect)
    assert "alert-danger" in told
    assert not StatusRule.objects.exists() and not EventRule.objects.exists()


def test_it_works_without_scripts(company: World, as_super_admin: Client) -> None:
    answer = as_super_admin.post(SAVE, {"of": "stage", "lever_id": "offer", "effect": "stop"}, follow=True)
    assert answer.redirect_chain == [(PAGE, 302)]
    assert "Offer: stops outreach." in answer.content.decode()


def test_the_rules_stay_when_lever_is_disconnected(company: World, as_super_admin: Client) -> None:
    as_super_admin.post(SAVE, {"of": "stage", "lever_id": "offer", "effect": "stop"})
    accounts.disconnect(by=SYSTEM)
    while accounts.current_connection():
        accounts.finish_ending(by=SYSTEM, connection=accounts.ending_connections()[0])
    said = as_super_admin.post(SAVE, {"of": "stage", "lever_id": "offer", "effect": "nothing"}, follow=True)
    assert NOT_CONNECTED in said.text
    assert StatusRule.objects.get().effect == "stop"


def test_what_changed_in_lever_is_shown_with_its_jobs_here_and_at_home(
    company: World, as_super_admin: Client
) -> None:
    posting = seed.posting_id("backend-engineer")
    set_posting(by=SYSTEM, job=company.job, account=company.account, posting_id=posting)
    Posting.objects.filter(lever_id=posting).update(state="closed")
    note_drift(company.account)
    for url in (PAGE, "/"):
        told = text(as_super_admin, url)
        assert "The Lever job Backend Engineer is closed" in told
    assert reverse("job-settings", args=[company.job.key]) in text(as_super_admin)
    url = reverse("ats-status-aside", args=[Drift.objects.get().pk])
    answer = as_super_admin.post(url, headers={"HX-Request": "true"})
    assert "Put aside." in answer.content.decode()
    assert "It was over already." in as_super_admin.post(url, headers={"HX-Request": "true"}).content.decode()
    assert "is closed" not in text(as_super_admin, "/")


def test_several_changes_are_one_line_at_home(company: World, as_recruiter: Client) -> None:
    for slug in ("recruiter-screen", "on-site"):
        set_rule(by=SYSTEM, account=company.account, of="stage", lever_id=seed.stage_id(slug), effect="stop")
        Stage.objects.filter(lever_id=seed.stage_id(slug)).update(gone_at=db_now())
    note_drift(company.account)
    told = text(as_recruiter, "/")
    assert "2 things changed in Lever" in told
    page = text(as_recruiter)
    assert "The stage Recruiter screen is no longer in Lever" in page and "Put aside" not in page


def test_hostile_names_of_levers_stay_text(company: World, as_super_admin: Client) -> None:
    Stage.objects.filter(lever_id="offer").update(text="<img src=x onerror=alert(1)>")
    assert "<img src=x" not in text(as_super_admin)
    assert "<img src=x" not in change(as_super_admin, "stage", "offer", "stop")


def test_it_costs_the_same_however_many_stages(
    company: World,
    as_super_admin: Client,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_max_num_queries(24) as before:
        text(as_super_admin)
    Stage.objects.bulk_create(
        Stage(account=LeverAccount.objects.get(), lever_id=f"s{number}", text=f"Stage {number}")
        for number in range(50)
    )
    with django_assert_num_queries(len(before)):
        text(as_super_admin)
