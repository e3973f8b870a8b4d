"""What counts as wrong, kind by kind: the state that begins it, and the one that ends it."""

import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail as outbox
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from pinlever.audit.services import SYSTEM
from pinlever.connection import rules as account_rules
from pinlever.connection.models import LeverConnection
from pinlever.connection.readiness import Webhooks
from pinlever.foundation.clock import db_now
from pinlever.inbound.models import Drift
from pinlever.notices.alert_kinds import WORDS
from pinlever.notices.models import Alert, AlertKind, AlertRules
from pinlever.ops import alerts, wrong
from pinlever.ops.models import Chore, WorkerGroup
from pinlever.ops.wrong import LOOKS, Scene
from pinlever.sync.models import FollowUp, JobPosting, State, SyncRecord, UndoItem, UndoRun
from tests.notices.alert_play import owner, send_all
from tests.sync.world import World, world

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def company(db: None) -> Iterator[World]:
    with world() as made:
        seen()
        yield made


def seen(ago: timedelta = timedelta(0)) -> None:
    now = db_now()
    WorkerGroup.objects.all().delete()
    WorkerGroup.objects.create(group=uuid.uuid4(), host="one", pid=1, started_at=now, stamped_at=now - ago)


def found(standing: tuple[str, ...] = ()) -> dict[str, Any]:
    scene = Scene.now_with(AlertRules.kept(), frozenset(standing), db_now())
    return {one.kind: one for look in LOOKS.values() for one in look(scene)}


def ended(company: World, state: str, number: int, ago: timedelta = timedelta(0)) -> None:
    for _ in range(number):
        (made,) = company.export(company.person())
        SyncRecord.objects.filter(pk=made.pk).update(state=state, updated_at=db_now() - ago)


def broken(company: World, monkeypatch: Any) -> None:
    why = "Lever said: aud@company.example revoked it."
    LeverConnection.objects.update(state=LeverConnection.State.BROKEN, broken_why=why)


def mended(company: World, monkeypatch: Any) -> None:
    LeverConnection.objects.update(state=LeverConnection.State.ACTIVE, last_ok_at=db_now())


def silent(company: World, monkeypatch: Any) -> None:
    LeverConnection.objects.update(last_ok_at=db_now() - HOUR)


def no_worker(company: World, monkeypatch: Any) -> None:
    seen(2 * HOUR)


def a_worker(company: World, monkeypatch: Any) -> None:
    seen()


def many_fail(company: World, monkeypatch: Any) -> None:
    ended(company, State.FAILED, 10)


def fewer_fail(company: World, monkeypatch: Any) -> None:
    SyncRecord.objects.filter(pk__in=list(SyncRecord.objects.values_list("pk", flat=True)[:6])).update(
        state=State.SYNCED
    )


def notes_fail(company: World, monkeypatch: Any) -> None:
    (made,) = company.export(company.person())
    now = db_now()
    FollowUp.objects.bulk_create(
        FollowUp(
            record=made,
            kind="note",
            key=str(number),
            place=now,
            state="failed",
            due_at=now,
            made_at=now,
            done_at=now,
        )
        for number in range(10)
    )


def notes_go(company: World, monkeypatch: Any) -> None:
    FollowUp.objects.update(done_at=db_now() - 2 * HOUR)


def no_webhooks(company: World, monkeypatch: Any) -> None:
    monkeypatch.setattr(wrong, "webhooks_of", lambda account: Webhooks(wanted=7, made=7, missed=3))


def webhooks(company: World, monkeypatch: Any) -> None:
    monkeypatch.setattr(wrong, "webhooks_of", lambda account: Webhooks(wanted=7, made=7))


def drifted(company: World, monkeypatch: Any) -> None:
    JobPosting.objects.create(account=company.account, job=company.job, posting_id="p-1")
    for kind, lever_id in (("posting_gone", "p-1"), ("stage_gone", "s-1")):
        Drift.objects.create(
            account=company.account,
            kind=kind,
            lever_id=lever_id,
            before="Bob Stone",
            after="gone",
            noticed_at=db_now() - HOUR,
        )


def settled(company: World, monkeypatch: Any) -> None:
    Drift.objects.update(put_aside_at=db_now())


def switched_off(company: World, monkeypatch: Any) -> None:
    company.export(company.person())
    account_rules.set_outgoing(by=SYSTEM, account=company.account, on=False)


def switched_on(company: World, monkeypatch: Any) -> None:
    account_rules.set_outgoing(by=SYSTEM, account=company.account, on=True)


Act = Callable[[World, Any], None]
TABLE: dict[str, tuple[Act, Act, str]] = {
    AlertKind.CONNECTION: (broken, mended, "Lever said: … revoked it."),
    AlertKind.SILENT: (silent, mended, "more than 10 minutes"),
    AlertKind.WORKER: (no_worker, a_worker, "no import goes on"),
    AlertKind.FAILURES: (many_fail, fewer_fail, "10 people have failed of 10 within the last hour."),
    AlertKind.FOLLOWUPS: (notes_fail, notes_go, "10 things failed within the last hour."),
    AlertKind.WEBHOOKS: (no_webhooks, webhooks, "3 changes of the last day"),
    AlertKind.DRIFT: (drifted, settled, "Lever job gone: 1, stage gone: 1. 1 job is concerned."),
    AlertKind.PAUSED: (switched_off, switched_on, "1 person waits."),
}


def test_every_kind_is_looked_for() -> None:
    assert set(LOOKS) == set(TABLE) == set(AlertKind.values)


@pytest.mark.parametrize("kind", TABLE)
def test_each_is_wrong_and_no_longer_wrong(
    company: World, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    begin, end, said = TABLE[kind]
    assert found() == {}
    begin(company, monkeypatch)
    there = found()
    assert set(there) == {kind}
    text = f"{there[kind].title} {there[kind].sentence} {there[kind].affected}"
    assert said in text and "@" not in text and "Bob Stone" not in text
    assert there[kind].url.startswith("/")
    end(company, monkeypatch)
    assert found(standing=(kind,)) == {}


@pytest.mark.parametrize("kind", TABLE)
def test_each_begins_once_and_ends_once_from_look_to_mail(
    company: World, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    owner()
    AlertRules.objects.create(pk=1, quiet_minutes=0, paused_hours=0)
    begin, end, _ = TABLE[kind]
    begin(company, monkeypatch)
    for _ in range(3):
        alerts.look()
    send_all()
    end(company, monkeypatch)
    for _ in range(3):
        alerts.look()
    send_all()
    (row,) = Alert.objects.all()
    assert (row.kind, row.round) == (kind, 2) and row.over_at is not None
    assert [mail.subject for mail in outbox.outbox] == [
        f"PinLever: {row.title}",
        f"PinLever: over: {WORDS[kind].over}",
    ]


def test_failures_begin_at_the_threshold_and_end_at_half_of_it(company: World) -> None:
    AlertRules.objects.create(pk=1, failures=4)
    ended(company, State.FAILED, 3)
    assert found() == {}
    ended(company, State.FAILED, 1)
    assert set(found()) == {AlertKind.FAILURES}
    ended(company, State.SYNCED, 17)
    assert found() == {}, "less than every fifth"
    assert set(found(standing=("failures",))) == {AlertKind.FAILURES}
    SyncRecord.objects.filter(state=State.FAILED).update(updated_at=db_now() - 2 * HOUR)
    assert found(standing=("failures",)) == {}


def undone(company: World, cause: str, number: int, ago: timedelta = timedelta(0)) -> UndoRun:
    """So many ended an undo: for a cause nobody took back, or without one."""
    now = db_now()
    run = UndoRun.objects.create(account=company.account, scope="selection", by_label="Rita", made_at=now)
    for _ in range(number):
        (made,) = company.export(company.person())
        run.items.create(
            record=made,
            state="could_not" if cause else "taken_back",
            cause=cause,
            due_at=now,
            made_at=now,
            done_at=now - ago,
        )
    return run


def test_people_who_cannot_be_taken_back_are_an_alert_once_from_look_to_mail(company: World) -> None:
    owner()
    AlertRules.objects.create(pk=1, quiet_minutes=0, failures=4)
    undone(company, "undo_refused", 3)
    assert found() == {}
    run = undone(company, "undo_refused", 1)
    for _ in range(3):
        alerts.look()
    send_all()
    (row,) = Alert.objects.all()
    assert (row.kind, row.title, row.affected, row.url) == (
        "failures",
        "Many people cannot be taken back from Lever",
        "4 people could not be taken back of 4 in the last hour.",
        f"/undo/{run.pk}/?list=could_not",
    )
    UndoItem.objects.update(done_at=db_now() - 2 * HOUR)
    for _ in range(3):
        alerts.look()
    send_all()
    assert [mail.subject for mail in outbox.outbox] == [
        "PinLever: Many people cannot be taken back from Lever",
        "PinLever: over: Fewer people fail again",
    ]


def test_those_who_got_to_lever_do_not_hide_those_who_cannot_be_taken_back(company: World) -> None:
    AlertRules.objects.create(pk=1, failures=4)
    ended(company, State.SYNCED, 30)
    undone(company, "undo_no_reason", 4)
    undone(company, "", 17)
    assert found() == {}, "less than every fifth undo"
    assert set(found(standing=("failures",))) == {AlertKind.FAILURES}
    UndoItem.objects.filter(state="taken_back").update(done_at=db_now() - 2 * HOUR)
    assert found()["failures"].affected == "4 people could not be taken back of 4 in the last hour."


def test_that_it_was_too_late_to_take_somebody_back_is_no_failure(company: World) -> None:
    for cause in ("undo_too_late", "undo_not_there", "undo_gone", "undo_anonymised"):
        undone(company, cause, 10)
    assert found() == {}


def test_when_people_fail_on_their_way_too_it_is_told_once_more(company: World) -> None:
    owner()
    AlertRules.objects.create(pk=1, quiet_minutes=0)
    undone(company, "undo_refused", 10)
    alerts.look()
    ended(company, State.FAILED, 10)
    for _ in range(3):
        alerts.look()
    (row,) = Alert.objects.all()
    assert (row.round, row.url) == (2, "/activity/?show=failed")
    assert row.title == "Many people fail on their way to Lever, and on being taken back"
    assert "10 people have failed of 10" in row.affected and "10 people could not" in row.affected


def test_an_installation_that_was_never_started_or_connected_is_no_alert(db: None) -> None:
    assert found() == {}


def test_disconnecting_on_purpose_is_no_alert(company: World) -> None:
    LeverConnection.objects.update(state=LeverConnection.State.ENDED, is_current=False)
    assert found() == {}


def test_webhooks_that_cannot_come_are_no_alert(company: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wrong, "webhooks_of", lambda account: Webhooks(is_reachable=False, missed=9))
    assert found() == {}


def test_lever_is_not_called_silent_while_nobody_asks_it(
    company: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent(company, monkeypatch)
    seen(2 * HOUR)
    assert set(found()) == {AlertKind.WORKER}


def test_what_cannot_be_looked_at_keeps_nothing_else_from_being_told(
    company: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(scene: Scene) -> Iterator[Any]:
        raise RuntimeError

    AlertRules.objects.create(pk=1, quiet_minutes=0)
    broken(company, monkeypatch)
    alerts.look()
    monkeypatch.setitem(LOOKS, AlertKind.CONNECTION, fails)
    seen(2 * HOUR)
    alerts.look()
    assert set(Alert.objects.standing().values_list("kind", flat=True)) == {"connection", "worker"}


def test_a_look_is_cheap_and_does_not_grow(company: World) -> None:
    def asked() -> int:
        with CaptureQueriesContext(database) as statements:
            alerts.look()
        return len(statements)

    few = asked()
    ended(company, State.SYNCED, 20)
    assert asked() <= few < 40


def test_the_workers_look_every_twenty_seconds_together(
    company: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[int] = []
    monkeypatch.setattr(alerts, "look", lambda *given: looks.append(1))
    for _ in range(5):
        alerts.look_if_due()
    assert len(looks) == 1
    Chore.objects.update(taken_at=db_now() - timedelta(seconds=30))
    alerts.look_if_due()
    assert len(looks) == 2


class TestTheWebProcess:
    def test_does_nothing_while_a_worker_is_seen(self, company: World) -> None:
        assert not alerts.look_from_web()
        assert not Chore.objects.filter(name="alerts.web").exists()

    def test_notices_that_no_worker_runs_and_mails_it_itself(self, company: World) -> None:
        owner()
        seen(timedelta(minutes=5))
        assert alerts.look_from_web()
        assert [mail.subject for mail in outbox.outbox] == ["PinLever: No worker runs"]
        assert not alerts.look_from_web(), "once a minute, whoever asks"
        seen()
        AlertRules.objects.create(pk=1, quiet_minutes=0)
        alerts.look()
        assert not Alert.objects.standing().exists()

    def test_begins_to_watch_with_its_first_request_and_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        begun: list[Any] = []
        monkeypatch.setattr(alerts.threading, "Thread", lambda **given: begun.append(given) or Begun())

        class Begun:
            def start(self) -> None: ...

        app = alerts.watched(lambda environ, start_response: [b"ok"])
        assert not begun
        assert [app({}, print) for _ in range(3)] == [[b"ok"]] * 3
        assert len(begun) == 1 and begun[0]["daemon"]

    def test_the_served_application_is_watched(self) -> None:
        from config import wsgi

        assert wsgi.application is not wsgi.django_application
