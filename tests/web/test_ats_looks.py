"""The card of our looks at Lever: what they found, what webhooks missed, and reading everybody again."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from pinlever.audit.models import AuditEntry
from pinlever.connection.models import LeverAccount, Reconciliation
from pinlever.foundation.clock import db_now
from tests.sync.world import World

HTMX = {"HX-Request": "true"}


def card(client: Client) -> str:
    answer = client.get(reverse("ats-looks"), headers=HTMX)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def look(company: World, minutes: float = 2, **fields: Any) -> Reconciliation:
    began = db_now() - timedelta(minutes=minutes)
    told = {"state": "done", "ended_at": began, **fields}
    return Reconciliation.objects.create(account=company.account, began_at=began, **told)


@pytest.fixture
def webhooks(company: World) -> None:
    LeverAccount.objects.update(has_webhooks=True)


@pytest.fixture(autouse=True)
def no_looks(company: World) -> None:
    Reconciliation.objects.all().delete()


def test_the_last_look_says_what_it_found_and_what_no_webhook_told(
    as_recruiter: Client, company: World, webhooks: None
) -> None:
    look(company, kind="poll", read=1312, news=4, missed=1, deleted=2)
    text = card(as_recruiter)
    assert "1,312 read, 4 changed, 2 deleted; 1 change no webhook had told us" in text
    assert "follows within 5 min" in text
    assert "looks found 1 change that no webhook told" in text


def test_what_webhooks_missed_in_a_day_is_summed_up(
    as_recruiter: Client, company: World, webhooks: None
) -> None:
    look(company, 25 * 60, kind="poll", missed=50)
    look(company, 60, kind="full", missed=7)
    look(company, kind="poll", missed=0)
    text = card(as_recruiter)
    assert "looks found 7 changes that no webhook told" in text
    assert "no webhook had told us" not in text


def test_without_webhooks_it_says_so(as_recruiter: Client, company: World) -> None:
    look(company, kind="poll", read=3)
    text = card(as_recruiter)
    assert "No webhooks are set up" in text
    assert "missed" not in text


def test_nothing_missed_is_said_too(as_recruiter: Client, company: World, webhooks: None) -> None:
    look(company, kind="poll", missed=0)
    assert "Webhooks missed nothing in the last 24 hours" in card(as_recruiter)


def test_before_any_look_it_says_what_will_come(as_recruiter: Client, company: World) -> None:
    text = card(as_recruiter)
    assert "is looked at every 5 min" in text
    assert "Every night, from 03:00 UTC" in text


def test_a_look_that_broke_off_says_that_nothing_is_lost(as_recruiter: Client, company: World) -> None:
    look(company, kind="poll", state="failed", note="GET /opportunities: 503")
    assert "broke off because Lever did not answer as it should. Nothing is lost" in card(as_recruiter)


def test_a_look_at_everybody_shows_how_far_it_is(as_super_admin: Client, company: World) -> None:
    look(company, 24 * 60, kind="full", read=2000)
    look(company, 5, kind="full", state="reading", ended_at=None, read=1500, asked_by="Ada Admin")
    text = card(as_super_admin)
    assert ">1,500<" in text and "of about 2,000" in text and "by Ada Admin" in text
    assert "keeps to 30 % of the budget" in text
    assert 'hx-trigger="every 5s"' in text
    assert "Read everything again now" not in text


def test_one_that_asks_after_people_says_how_many(as_recruiter: Client, company: World) -> None:
    look(company, kind="full", state="checking", ended_at=None, checked=12, not_met=40)
    assert "12 of 40" in card(as_recruiter)


def test_a_super_admin_reads_everybody_again_and_a_second_time_is_told_why_not(
    as_super_admin: Client, company: World
) -> None:
    assert "Read everything again now" in card(as_super_admin)
    answer = as_super_admin.post(reverse("ats-read-everybody"), headers=HTMX)
    assert "It begins within a minute" in answer.content.decode()
    assert Reconciliation.objects.get().asked_by == "Aud Berg"
    assert AuditEntry.objects.filter(action="people.read_again", by_label="Aud Berg").exists()
    answer = as_super_admin.post(reverse("ats-read-everybody"), headers=HTMX)
    assert "Everybody is being read already" in answer.content.decode()
    assert Reconciliation.objects.count() == 1


def test_a_recruiter_sees_the_looks_and_no_buttons(as_recruiter: Client, company: World) -> None:
    look(company, kind="full", state="stopped", not_met=500, note="500 of the 600 were not in the list.")
    text = card(as_recruiter)
    assert "500 of the 600" in text
    assert "<form" not in text


def test_those_who_were_not_in_the_list_are_checked_when_a_super_admin_says_so(
    as_super_admin: Client, company: World
) -> None:
    stopped = look(company, kind="full", state="stopped", not_met=500, note="500 of the 600.")
    text = card(as_super_admin)
    assert "Check each of the 500" in text and "counts as deleted here" in text
    answer = as_super_admin.post(reverse("ats-check-gone"), headers=HTMX)
    assert "500 candidacies are checked one by one" in answer.content.decode()
    stopped.refresh_from_db()
    assert (stopped.state, stopped.ended_at) == ("checking", None)
    answer = as_super_admin.post(reverse("ats-check-gone"), headers=HTMX)
    assert "There is no look that stopped" in answer.content.decode()


def test_the_page_of_the_integration_has_the_card(as_recruiter: Client, company: World) -> None:
    assert 'id="card-looks"' in as_recruiter.get(reverse("ats")).content.decode()
