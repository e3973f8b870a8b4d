"""The dialog, the three lists, and where undo is offered."""

import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from pinlever.audit.services import SYSTEM
from pinlever.connection import rules
from pinlever.connection.models import LeverAccount
from pinlever.foundation.clock import db_now
from pinlever.practice import seed
from pinlever.sync.models import ExportRun, State, SyncRecord, UndoItem, UndoRun
from tests.sync.play import no_pace
from tests.sync.test_undo import MISTAKE, moved, work_undo
from tests.sync.world import World

HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _ready(request: pytest.FixtureRequest) -> Iterator[None]:
    if "company" in request.fixturenames:
        account = request.getfixturevalue("company").account
        rules.set_undo_reason(by=SYSTEM, account=account, reason_id=MISTAKE)
    with no_pace():
        yield


@pytest.fixture
def run(company: World, as_recruiter: Client) -> ExportRun:
    """Three people exported and in Lever, one of them moved on there."""
    people = [company.person(name) for name in ("Ada Lind", "Bo Berg", "Cy Moe")]
    as_recruiter.post("/export/", {"prospect": [one.pk for one in people], "token": str(uuid.uuid4())})
    company.work()
    moved(company, SyncRecord.objects.get(prospect=people[2]))
    return ExportRun.objects.get()


def dialog(client: Client, **query: Any) -> str:
    return client.get("/undo/", query, headers=HTMX).content.decode()


def post(client: Client, **query: Any) -> UndoRun:
    answer = client.post("/undo/", query)
    assert answer.status_code == 302, answer.content.decode()
    return UndoRun.objects.latest("pk")


def page(client: Client, run: UndoRun, shown: str = "") -> str:
    return client.get(f"/undo/{run.pk}/", {"list": shown}).content.decode()


@pytest.mark.parametrize("url", ["/undo/", "/undo/1/", "/undo/1/progress/", "/undo/1/again/"])
def test_it_requires_signing_in(client: Client, db: None, url: str) -> None:
    assert client.get(url)["Location"].startswith("/accounts/login/")
    assert client.post(url)["Location"].startswith("/accounts/login/")


def test_an_export_is_undone_and_three_lists_say_what_became_of_it(
    run: ExportRun, as_recruiter: Client
) -> None:
    assert "Undo this export" in as_recruiter.get(f"/export/runs/{run.pk}/").content.decode()
    asked = dialog(as_recruiter, run=run.pk)
    assert "<strong>3</strong> will be archived in Lever" in asked and "Take back 3 people" in asked
    assert "Withdrew" in asked and "Lever lets nobody delete people" in asked
    undo = post(as_recruiter, run=run.pk, token=str(uuid.uuid4()))
    assert (undo.scope, undo.about, undo.by_label) == ("export", run.origin, "Rita Vik")
    assert "0 of 3" in page(as_recruiter, undo)
    assert as_recruiter.get(f"/undo/{undo.pk}/progress/").status_code == 200
    work_undo()
    assert as_recruiter.get(f"/undo/{undo.pk}/progress/")["HX-Refresh"] == "true"
    shown = page(as_recruiter, undo)
    assert "3 of 3" in shown and "Ada Lind" in shown and "Cy Moe" not in shown
    alone = page(as_recruiter, undo, "left_alone")
    assert "Cy Moe" in alone and "moved them to Responded" in alone


def test_one_person_from_their_card_and_the_card_says_so(run: ExportRun, as_recruiter: Client) -> None:
    record = SyncRecord.objects.get(prospect__candidate__full_name="Ada Lind")
    card = as_recruiter.get(f"/candidates/{record.prospect.candidate.key}/").content.decode()
    assert f"/undo/?record={record.pk}" in card
    post(as_recruiter, record=record.pk, token=str(uuid.uuid4()))
    work_undo()
    card = as_recruiter.get(f"/candidates/{record.prospect.candidate.key}/").content.decode()
    assert "Taken back by Rita Vik" in card and f"/undo/?record={record.pk}" not in card
    other = SyncRecord.objects.get(prospect__candidate__full_name="Cy Moe")
    post(as_recruiter, record=other.pk, token=str(uuid.uuid4()))
    work_undo()
    card = as_recruiter.get(f"/candidates/{other.prospect.candidate.key}/").content.decode()
    assert "wanted to take them back" in card and "moved them to Responded" in card


def test_a_selection_of_a_list(run: ExportRun, as_recruiter: Client) -> None:
    people = list(SyncRecord.objects.order_by("pk").values_list("prospect", flat=True)[:2])
    assert "Take back 2 people" in dialog(as_recruiter, prospect=people)
    undo = post(as_recruiter, prospect=people, token=str(uuid.uuid4()))
    assert undo.scope == "selection" and undo.items.count() == 2
    assert "Nobody of these" in dialog(as_recruiter, prospect=[])


def test_sent_twice_it_is_one_undo(run: ExportRun, as_recruiter: Client) -> None:
    token = str(uuid.uuid4())
    first, second = (post(as_recruiter, run=run.pk, token=token) for _ in range(2))
    assert first == second and UndoItem.objects.count() == 3


def test_without_a_reason_it_asks_to_choose_one_first(
    run: ExportRun, as_recruiter: Client, as_super_admin: Client
) -> None:
    LeverAccount.objects.update(undo_reason_id="")
    asked = dialog(as_recruiter, run=run.pk)
    assert "Ask a super admin to choose one" in asked and "Take back 3" not in asked
    answer = as_recruiter.post("/undo/", {"run": run.pk})
    assert answer.status_code == 200 and not UndoRun.objects.exists()
    assert "Choose one in the settings" in dialog(as_super_admin, run=run.pk)
    settings = as_super_admin.get("/settings/ats/").content.decode()
    assert "nobody can be taken back" in settings
    as_super_admin.post("/settings/ats/undo/", {"reason": MISTAKE}, headers=HTMX)
    assert LeverAccount.objects.get().undo_reason_id == MISTAKE
    hired = as_super_admin.post(
        "/settings/ats/undo/", {"reason": seed.archive_reason_id("hired")}, headers=HTMX
    )
    assert "no such archive reason" in hired.content.decode()
    assert as_recruiter.post("/settings/ats/undo/", {"reason": ""}).status_code == 403


def test_who_is_too_late_is_told_among_those_who_could_not(run: ExportRun, as_recruiter: Client) -> None:
    SyncRecord.objects.filter(prospect__candidate__full_name="Bo Berg").update(
        synced_at=db_now() - timedelta(days=40)
    )
    undo = post(as_recruiter, run=run.pk, token=str(uuid.uuid4()))
    shown = page(as_recruiter, undo, "could_not")
    assert "Bo Berg" in shown and "more than 30 days" in shown
    work_undo()
    as_recruiter.post(f"/undo/{undo.pk}/again/")
    assert UndoItem.objects.get(record__prospect__candidate__full_name="Bo Berg").state == "could_not"


def test_exported_again_the_plan_says_brought_back(
    run: ExportRun, as_recruiter: Client, company: World
) -> None:
    record = SyncRecord.objects.get(prospect__candidate__full_name="Ada Lind")
    post(as_recruiter, record=record.pk, token=str(uuid.uuid4()))
    work_undo()
    asked = as_recruiter.get("/export/", {"prospect": record.prospect_id}, headers=HTMX).content.decode()
    assert "will be brought back" in asked
    company.export(record.prospect)
    company.work()
    record.refresh_from_db()
    assert record.state == State.SYNCED and len(company.opportunities()) == 3


@pytest.mark.parametrize("query", [{"record": 9}, {"run": 9}, {"import": 9}])
def test_what_does_not_exist_is_not_found(
    company: World, as_recruiter: Client, query: dict[str, int]
) -> None:
    assert as_recruiter.get("/undo/", query).status_code == 404
