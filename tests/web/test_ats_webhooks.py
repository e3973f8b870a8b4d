"""Settings → ATS integration → Webhooks, its line in readiness, and the administration's face of deliveries."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from pinlever.audit.models import AuditEntry
from pinlever.connection.models import LeverAccount, LeverConnection, Reconciliation
from pinlever.foundation.clock import db_now
from pinlever.inbound.events import SUBSCRIBED
from pinlever.inbound.models import Address, Subscription, WebhookDelivery
from pinlever.web import ats_webhooks
from tests.inbound.telling import make_webhooks, tell
from tests.sync.world import World
from tests.web.test_admin import act

State = WebhookDelivery.State


@pytest.fixture(autouse=True)
def woken(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    asked: list[bool] = []
    monkeypatch.setattr(ats_webhooks, "wake_keeping", lambda: asked.append(True))
    return asked


@pytest.fixture
def address(company: World) -> Address:
    return make_webhooks()


def page(client: Client, name: str = "ats-webhooks") -> str:
    answer = client.get(reverse(name))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_every_group_is_named_as_lever_names_it(as_super_admin: Client, address: Address) -> None:
    text = page(as_super_admin)
    for event in SUBSCRIBED:
        assert event.group in text
    assert text.count("is it switched on?") == len(SUBSCRIBED)
    assert "Lever does not tell which are on" in text
    assert "Nothing has arrived in the last day" in text
    assert str(address.key) not in text


def test_what_arrives_shows_when_and_is_not_asked_about_any_more(
    as_super_admin: Client, address: Address
) -> None:
    tell(address, "candidateStageChange", opportunityId="5b8e1d1e")
    text = page(as_super_admin)
    assert text.count("is it switched on?") == len(SUBSCRIBED) - 1
    assert "Waiting to be worked off</dt><dd" in text


def test_failed_deliveries_lead_to_where_they_are_replayed(as_super_admin: Client, address: Address) -> None:
    tell(address, opportunityId="5b8e1d1e")
    WebhookDelivery.objects.update(state=State.FAILED)
    assert f'href="{reverse("activity")}?show=failed#deliveries"' in page(as_super_admin)


def test_a_recruiter_looks_and_changes_nothing(as_recruiter: Client, address: Address) -> None:
    text = page(as_recruiter)
    assert "Candidate stage change" in text
    assert "New signatures" not in text and "Look at Lever again" not in text


def test_without_a_public_address_it_says_what_happens_instead(
    as_super_admin: Client, company: World, settings: Settings
) -> None:
    LeverAccount.objects.update(environment="production")
    text = page(as_super_admin)
    assert "Lever cannot reach PinLever at http://127.0.0.1:8000" in text
    assert "every 5 minutes" in text
    assert "New signatures" not in text
    settings.PINLEVER_URL = "https://pinlever.example.com"
    assert "cannot reach" not in page(as_super_admin)


def test_trouble_is_told(as_super_admin: Client, address: Address) -> None:
    Address.objects.update(trouble="Lever refuses to make webhooks: no")
    assert "Lever refuses to make webhooks: no" in page(as_super_admin)
    assert "Lever refuses to make webhooks: no" in page(as_super_admin, "ats")


def test_new_signatures_are_made_after_a_page_that_says_what_that_means(
    as_super_admin: Client, address: Address, woken: list[bool]
) -> None:
    text = page(as_super_admin, "ats-webhooks-signatures")
    assert "What the old ones signed counts for one more day" in text
    assert not Subscription.objects.exclude(leaving_at=None).exists()
    answer = as_super_admin.post(reverse("ats-webhooks-signatures"), follow=True)
    assert "7 webhooks are being replaced" in answer.content.decode()
    assert Subscription.objects.exclude(leaving_at=None).count() == 7
    assert woken == [True]
    assert AuditEntry.objects.get(action="webhooks.rotated").by_label == "Aud Berg"


def test_looking_again_is_asked_for(as_super_admin: Client, address: Address, woken: list[bool]) -> None:
    answer = as_super_admin.post(reverse("ats-webhooks-check"), follow=True)
    assert "Lever is being asked" in answer.content.decode()
    assert Address.objects.get().due_at <= db_now()
    assert woken == [True]


@pytest.mark.parametrize("name", ["ats-webhooks-check", "ats-webhooks-signatures"])
def test_not_connected_is_said(as_super_admin: Client, company: World, name: str) -> None:
    LeverConnection.objects.update(is_current=False, state="ended")
    answer = as_super_admin.post(reverse(name), follow=True)
    assert "No Lever account is connected" in answer.content.decode()
    assert as_super_admin.get(reverse("ats-webhooks"), follow=True).redirect_chain


class TestReadiness:
    def test_names_the_groups_that_must_still_be_switched_on(
        self, as_super_admin: Client, company: World, address: Address
    ) -> None:
        Subscription.objects.exclude(event="contactUpdated").update(delivered_at=db_now())
        text = page(as_super_admin, "ats")
        assert "Lever tells of changes at once. Not heard of yet" in text
        now = db_now()
        Reconciliation.objects.create(
            account=company.account, kind="poll", state="done", began_at=now, ended_at=now, missed=2
        )
        text = page(as_super_admin, "ats")
        assert "2 changes of the last day came without one and were found by asking" in text
        assert "Integrations and API → Webhooks: Contact updated" in text

    def test_counts_what_is_made(self, as_super_admin: Client, company: World, address: Address) -> None:
        Subscription.objects.filter(event="contactUpdated").update(ended_at=db_now())
        assert "6 of 7 are there" in page(as_super_admin, "ats")


class TestDeliveriesInTheAdministration:
    def test_chosen_ones_are_replayed(self, as_super_admin: Client, address: Address) -> None:
        row = tell(address, opportunityId="5b8e1d1e")
        empty = tell(address)
        WebhookDelivery.objects.filter(pk=row.pk).update(state=State.FAILED, tries=8)
        text = act(as_super_admin, WebhookDelivery, "replay", row, empty)
        assert "1 will be replayed" in text and "names nobody" in text
        row.refresh_from_db()
        assert (row.state, row.tries) == (State.WAITING, 0)
        assert AuditEntry.objects.get(action="webhook.replayed").by_label == "Aud Berg"

    def test_no_page_shows_a_token_of_ours_or_the_whole_key(
        self, as_super_admin: Client, address: Address
    ) -> None:
        row = tell(address, opportunityId="5b8e1d1e")
        subscription = Subscription.objects.earliest("pk")
        shown = ""
        for model, one in (("address", address), ("subscription", subscription), ("webhookdelivery", row)):
            for url in (
                reverse(f"admin:inbound_{model}_changelist"),
                reverse(f"admin:inbound_{model}_change", args=[one.pk]),
            ):
                answer = as_super_admin.get(url)
                assert answer.status_code == 200
                shown += answer.content.decode()
        assert "5b8e1d1e" in shown and f"{str(address.key)[:4]}…" in shown
        assert str(address.key) not in shown
        assert subscription.signature_token not in shown


def test_disconnecting_says_that_webhooks_are_removed_first(as_super_admin: Client, address: Address) -> None:
    assert "Its webhooks there are removed first" in page(as_super_admin, "ats-disconnect")
    as_super_admin.post(reverse("ats-disconnect"))
    assert LeverConnection.objects.get().state == "ending"
    assert "connect it again and everything goes on" in page(as_super_admin, "ats")


def test_deliveries_of_long_ago_are_not_counted_as_today_s(as_super_admin: Client, address: Address) -> None:
    tell(address)
    WebhookDelivery.objects.update(received_at=db_now() - timedelta(days=2))
    assert "Nothing has arrived in the last day" in page(as_super_admin)


def test_the_page_costs_the_same_however_many_deliveries_there_are(
    as_super_admin: Client, address: Address, django_assert_max_num_queries: object
) -> None:
    for number in range(20):
        tell(address, opportunityId=f"person{number}")
    with django_assert_max_num_queries(26):  # type: ignore[operator]
        page(as_super_admin)
