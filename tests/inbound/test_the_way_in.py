"""From a change on Practice Lever's page to ours, by all that lies between: webhook, store, worker, index, page."""

import pytest
from django.test import Client
from django.urls import reverse
from werkzeug.test import Client as Visitor

from pinlever.accounts.models import User
from pinlever.connection.models import ArchiveReason, KnownOpportunity, Stage
from pinlever.inbound import tasks
from pinlever.inbound.models import Address, WebhookDelivery
from pinlever.ops import tasks as ops
from pinlever.sync import tasks as sync
from pinlever.sync.models import SyncRecord
from tests.inbound.telling import deliver, tell
from tests.sync.world import World


@pytest.fixture(autouse=True)
def nobody_is_woken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "wake", lambda account_id: None)


def on_levers_page(company: World, record: SyncRecord, form: str, **fields: str) -> None:
    answer = Visitor(company.app).post(f"/candidates/{record.opportunity_id}/{form}", data=fields)
    assert answer.status_code == 303


@pytest.fixture
def record(company: World, address: Address) -> SyncRecord:
    """Somebody who is in Lever, and of whom nothing is left to be told."""
    (made,) = company.export(company.person("Ingrid Solheim"))
    company.work()
    deliver(company)
    tasks.deliver()
    made.refresh_from_db()
    return made


def shown(client: Client, record: SyncRecord) -> str:
    return client.get(reverse("candidate", args=[record.prospect.candidate.key])).content.decode()


def test_a_stage_changed_there_is_on_our_page(
    company: World, record: SyncRecord, client: Client, django_user_model: type[User]
) -> None:
    client.force_login(django_user_model.objects.create_user("rita@company.example"))
    stage = Stage.objects.exclude(lever_id="lead-new").order_by("-order")[0]
    assert f">{stage.text}</span>" not in shown(client, record)
    on_levers_page(company, record, "stage", stage=stage.lever_id)
    assert set(deliver(company)) == {200}
    tasks.deliver()
    assert f">{stage.text}</span>" in shown(client, record)
    assert WebhookDelivery.objects.filter(event="candidateStageChange", state="done").count() == 1


def test_what_is_archived_there_is_archived_here(company: World, record: SyncRecord) -> None:
    reason = ArchiveReason.objects.filter(is_active=True).order_by("pk")[0].lever_id
    on_levers_page(company, record, "archived", reason=reason)
    assert set(deliver(company)) == {200}
    tasks.deliver()
    known = KnownOpportunity.objects.get(lever_id=record.opportunity_id)
    assert known.archived_at is not None and known.archive_reason_id == reason
    on_levers_page(company, record, "archived")
    deliver(company)
    tasks.deliver()
    known.refresh_from_db()
    assert known.archived_at is None


def test_what_lever_tells_comes_between_the_turns_of_a_bulk(
    company: World, record: SyncRecord, address: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sync, "wake", lambda: None)
    company.export(*(company.person(f"Person {number}") for number in range(4)))
    row = tell(address, opportunityId=record.opportunity_id)
    turns: list[str] = []
    real = sync.work_due

    def turn(number: int) -> bool:
        turns.append(WebhookDelivery.objects.get(pk=row.pk).state)
        return real(number)

    monkeypatch.setattr(sync, "work_due", turn)
    ops.drain()
    assert len(turns) >= 4 and set(turns) == {"done"}
