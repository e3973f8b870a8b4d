"""The page people land on: what needs them, how the connection is, what happened, and how to begin."""

from typing import Any

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from pinlever.accounts.models import User
from pinlever.audit.models import AuditEntry
from pinlever.audit.services import SYSTEM, record
from pinlever.connection import rules
from pinlever.connection.models import LeverConnection, PeopleIndex
from pinlever.recruiting.models import Job
from pinlever.sync.models import State, SyncRecord
from pinlever.sync.services import set_trigger
from tests.sync.world import World


def page(client: Client) -> str:
    return client.get("/").content.decode()


def failed(
    company: World, number: int, cause: str = "rejected_422", reason: str = "Lever refused this person."
) -> None:
    for _ in range(number):
        (made,) = company.export(company.person())
        SyncRecord.objects.filter(pk=made.pk).update(state=State.FAILED, cause=cause, reason=reason)


def test_it_requires_signing_in(client: Client) -> None:
    answer = client.get("/")
    assert answer.status_code == 302
    assert answer["Location"] == "/accounts/login/?next=/"


def test_a_super_admin_is_led_through_the_first_steps(as_super_admin: Client) -> None:
    told = page(as_super_admin)
    assert "Welcome, Aud" in told and "First steps" in told
    assert f'href="{reverse("ats")}">Connect Lever</a>' in told
    assert f'href="{reverse("job-new")}">Add a job</a>' in told
    assert "after the steps above" in told  # importing needs a job


def test_a_recruiter_sees_whom_to_ask(as_recruiter: Client, super_admin: User) -> None:
    told = page(as_recruiter)
    assert "A super admin does this: Aud Berg (aud@company.example)." in told
    assert ">Connect Lever</a>" not in told and ">Add a job</a>" in told


def test_done_steps_are_ticked(as_super_admin: Client, company: World) -> None:
    set_trigger(by=SYSTEM, job=company.job, trigger="replied")
    told = page(as_super_admin)
    assert told.count('aria-label="Done"') == 4
    assert reverse("job-import", args=[company.job.key]) in told


def test_the_guide_goes_once_people_are_there(as_super_admin: Client, company: World) -> None:
    company.person()
    assert "First steps" not in page(as_super_admin)
    assert "All clear" in page(as_super_admin)


def test_failures_are_grouped_by_cause_with_one_button_for_all(as_recruiter: Client, company: World) -> None:
    failed(company, 2)
    failed(company, 1, "posting_gone", "The Lever job is closed.")
    told = page(as_recruiter)
    assert "2 people failed" in told and "1 person failed" in told
    assert "2 people failed: Lever refused the person" in told and "Look, and retry all" in told
    assert f"{reverse('activity')}?show=failed&amp;cause=rejected" in told
    assert "Choose another Lever job for the job, or none; then retry." in told


def test_decisions_are_counted_by_kind(as_recruiter: Client, company: World) -> None:
    (made,) = company.export(company.person())
    SyncRecord.objects.filter(pk=made.pk).update(state=State.NEEDS_YOU)
    made.questions.create(kind="doubt", text="Which?")
    told = page(as_recruiter)
    assert "1 person: keys point at different people" in told
    assert f"{reverse('duplicates')}?record={made.pk}" in told


def test_sending_switched_off_is_told_with_who_waits(as_recruiter: Client, company: World) -> None:
    rules.set_outgoing(by=SYSTEM, account=company.account, on=False)
    company.export(company.person())
    company.work()
    told = page(as_recruiter)
    assert "switched off</b>: nothing is written to Lever" in told
    assert "1 person waits" in told and "See who" in told


def test_a_lost_connection_comes_first(as_recruiter: Client, as_super_admin: Client, company: World) -> None:
    company.person()
    LeverConnection.objects.update(
        state=LeverConnection.State.BROKEN, broken_why="Lever took the permission back."
    )
    told = page(as_recruiter)
    assert (
        "Lever must be connected again" in told
        and "Ask a super admin" in told
        and ">Connect again" not in told
    )
    assert ">Connect again" in page(as_super_admin)


def test_a_disconnected_company_sees_the_step_again(as_super_admin: Client, company: World) -> None:
    company.person()
    LeverConnection.objects.update(is_current=False, state=LeverConnection.State.ENDED)
    assert "Disconnected" in page(as_super_admin) and ">Connect Lever</a>" in page(as_super_admin)


def test_the_first_crawl_shows_how_far_it_is(as_recruiter: Client, company: World) -> None:
    PeopleIndex.objects.update(complete_at=None, crawl_seen=4321)
    assert "<b>4,321</b> so far" in page(as_recruiter)


def test_what_happened_is_told_in_plain_sentences(as_recruiter: Client, company: World) -> None:
    set_trigger(by=SYSTEM, job=company.job, trigger="replied")
    ingrid = company.person("Ingrid Solheim")
    company.event(ingrid, "replied", "email")
    company.work()
    told = " ".join(page(as_recruiter).split())
    assert "Ingrid Solheim</a>" in told and "Open Ingrid Solheim in Lever" in told
    assert " was created in Lever for Backend Engineer, because they replied</div>" in told
    assert reverse("candidate", args=[ingrid.candidate.key]) in told


def test_thousands_of_other_entries_do_not_hide_what_happened(as_recruiter: Client, company: World) -> None:
    record(by=SYSTEM, action="job.added", subject=company.job)
    record_of = AuditEntry.objects.latest("pk")
    AuditEntry.objects.bulk_create(
        AuditEntry(
            by_kind="system",
            by_label="PinLever",
            action="candidate.created",
            subject_type="x",
            subject_id="1",
        )
        for _ in range(500)
    )
    assert f"{record_of.by_label} added the job" in page(as_recruiter)


def test_hostile_names_are_shown_as_text(as_recruiter: Client, company: World) -> None:
    evil = "<script>alert(1)</script>"
    set_trigger(by=SYSTEM, job=company.job, trigger="replied")
    company.event(company.person(evil), "replied", "email")
    company.work()
    failed(company, 1, reason=evil)
    Job.objects.create(title=evil)
    assert "<script>alert" not in page(as_recruiter)


def test_queries_do_not_grow(
    as_recruiter: Client, company: World, django_assert_max_num_queries: Any
) -> None:
    failed(company, 25)
    PeopleIndex.objects.update(complete_at=timezone.now())
    with django_assert_max_num_queries(34):
        page(as_recruiter)


@pytest.mark.parametrize(
    ("told", "is_shown"), [({"missed": 3}, True), ({}, False), ({"is_reachable": False}, False)]
)
def test_webhooks_that_should_come_and_do_not_are_told_to_super_admins(
    company: World, as_super_admin: Client, as_recruiter: Client, monkeypatch, told: dict, is_shown: bool
) -> None:
    from pinlever.connection.readiness import Webhooks
    from pinlever.web import needs

    monkeypatch.setattr(needs, "webhooks_of", lambda account: Webhooks(wanted=7, made=7, **told))
    assert ("Lever does not tell of every change" in as_super_admin.get("/").content.decode()) == is_shown
    assert "Lever does not tell" not in as_recruiter.get("/").content.decode()


def test_the_queue_is_counted_once_for_home_and_the_menu(as_recruiter: Client, company: World) -> None:
    company.export(*(company.person() for _ in range(3)))
    with CaptureQueriesContext(database) as seen:
        told = page(as_recruiter)
    assert told.count("3 waiting · about 1 s") == 2  # on the card, and at the foot of the menu
    told_by_priority = 'SELECT "sync_syncrecord"."priority" AS "priority", COUNT('
    assert sum(told_by_priority in one["sql"] for one in seen.captured_queries) == 1
