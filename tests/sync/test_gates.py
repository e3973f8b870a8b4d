"""What holds a record, and that everything that holds lets go of exactly what it held."""

from datetime import timedelta
from typing import Any

import pytest

from pinlever.audit.services import SYSTEM
from pinlever.connection import rules
from pinlever.connection.accounts import current_connection
from pinlever.connection.models import LeverConnection, PeopleIndex
from pinlever.foundation.clock import db_now
from pinlever.lever import errors
from pinlever.sync import causes, gates
from pinlever.sync.models import FollowUp, SyncRecord, UndoItem, UndoRun
from tests.sync.world import World


@pytest.fixture
def record(company: World) -> SyncRecord:
    return company.export(company.person())[0]


def connection() -> LeverConnection:
    found = current_connection()
    assert found is not None
    return found


def hold(record: SyncRecord, cause: str) -> None:
    SyncRecord.objects.filter(pk=record.pk).update(state="held", cause=cause)


@pytest.mark.parametrize(
    ("state", "cause"),
    [
        ("active", None),
        ("broken", causes.RECONNECT),
        ("ending", causes.NOT_CONNECTED),
        ("ended", causes.NOT_CONNECTED),
    ],
)
def test_only_an_active_connection_reads(record: SyncRecord, state: str, cause: str | None) -> None:
    LeverConnection.objects.update(state=state)
    assert gates.closed_to_all(record, connection()) == cause


def test_another_accounts_connection_reads_nothing_for_the_record(record: SyncRecord) -> None:
    other = connection()
    other.account_id += 1
    assert gates.closed_to_all(record, other) == gates.closed_to_all(record, None) == causes.NOT_CONNECTED


def test_the_outgoing_switch_comes_before_the_allow_list(company: World, record: SyncRecord) -> None:
    account = company.account
    assert gates.closed_to_writing(record) is None
    rules.set_allow_list(by=SYSTEM, account=account, on=True)
    assert gates.closed_to_writing(record) == causes.ALLOW_LIST
    rules.set_outgoing(by=SYSTEM, account=account, on=False)
    assert gates.closed_to_writing(record) == causes.OUTGOING_OFF
    rules.set_outgoing(by=SYSTEM, account=account, on=True)
    rules.allow_job(by=SYSTEM, account=account, job=company.job)
    assert gates.closed_to_writing(record) is None


def test_nobody_is_decided_on_before_the_index_is_complete(record: SyncRecord) -> None:
    assert gates.closed_to_deciding(record) is None
    PeopleIndex.objects.update(complete_at=None)
    assert gates.closed_to_deciding(record) == causes.FIRST_CRAWL


@pytest.mark.parametrize("cause", causes.HELD_REASONS)
def test_every_hold_lets_go_once_nothing_holds(company: World, record: SyncRecord, cause: str) -> None:
    hold(record, cause)
    assert gates.let_go(company.account, connection()) == 1
    record.refresh_from_db()
    assert (record.state, record.cause, record.due_at <= db_now()) == ("queued", "", True)


def test_notes_and_undos_go_on_with_the_people(company: World) -> None:
    """What was switched off holds all three; what waits for something else goes on waiting."""
    later = db_now() + timedelta(minutes=1)
    for cause in (causes.OUTGOING_OFF, causes.UNAVAILABLE):
        (record,) = company.export(company.person())
        waits: dict[str, Any] = {"record": record, "state": "waiting", "cause": cause, "due_at": later}
        FollowUp.objects.create(kind=FollowUp.Kind.NOTE, key="1", place=later, made_at=later, **waits)
        run = UndoRun.objects.create(account=company.account, scope="one", by_kind="system", made_at=later)
        UndoItem.objects.create(run=run, made_at=later, **waits)
    gates.let_go(company.account, connection())
    for model in (FollowUp, UndoItem):
        assert [row.cause for row in model.objects.filter(due_at__lt=later)] == [causes.OUTGOING_OFF]


@pytest.mark.parametrize("cause", causes.HELD_REASONS)
@pytest.mark.parametrize("state", ["broken", "ended"])
def test_nothing_is_let_go_without_a_connection(
    company: World, record: SyncRecord, cause: str, state: str
) -> None:
    hold(record, cause)
    LeverConnection.objects.update(state=state)
    assert gates.let_go(company.account, connection()) == gates.let_go(company.account, None) == 0


@pytest.mark.parametrize(
    ("outgoing", "allow_list", "crawled", "held"),
    [
        (False, False, True, {causes.OUTGOING_OFF, causes.ALLOW_LIST}),
        (True, True, True, {causes.ALLOW_LIST}),
        (True, False, False, {causes.FIRST_CRAWL}),
        (True, False, True, set()),
    ],
)
def test_what_still_holds_keeps_its_own(
    company: World, outgoing: bool, allow_list: bool, crawled: bool, held: set[str]
) -> None:
    for cause in causes.HELD_REASONS:
        hold(company.export(company.person())[0], cause)
    rules.set_outgoing(by=SYSTEM, account=company.account, on=outgoing)
    rules.set_allow_list(by=SYSTEM, account=company.account, on=allow_list)
    if not crawled:
        PeopleIndex.objects.update(complete_at=None)
    company.account.refresh_from_db()
    gates.let_go(company.account, connection())
    assert set(SyncRecord.objects.filter(state="held").values_list("cause", flat=True)) == held


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (errors.Forbidden("no", status=403), "broken"),
        (errors.ReconnectNeeded("no", status=401), "broken"),
        (errors.ConfigurationError("no"), "broken"),
        (errors.Rejected("no", status=400), "active"),
        (errors.Busy("full"), "active"),
        (errors.Unavailable("odd"), "active"),
    ],
)
def test_only_what_concerns_the_credential_breaks_the_connection(
    company: World, error: errors.LeverError, state: str
) -> None:
    gates.note_refusal(connection(), error)
    gates.note_refusal(None, error)
    assert connection().state == state
