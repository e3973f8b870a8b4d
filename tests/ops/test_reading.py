"""The worker's reading of everybody: what there is to read, for how long, and who goes first."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from pytest_django import Settings

from pinlever.connection import crawl, reconciling
from pinlever.connection.models import LeverAccount, LeverConnection, PeopleIndex, Reconciliation
from pinlever.connection.reading_ahead import AtOnce
from pinlever.foundation.clock import db_now
from pinlever.ops import reading
from pinlever.sync.models import State, SyncRecord
from tests.connection.conftest import ADMIN
from tests.sync.world import World, world


@pytest.fixture
def company(db: None) -> Iterator[World]:
    with world() as made:
        yield made


@pytest.fixture
def sizes(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, bool]]:
    """Without threads; what they would have been: how many, and whether they keep to a share."""
    made: list[tuple[int, bool]] = []

    class Inline(AtOnce):
        def __init__(self, opening: Callable[[], Any], *, size: int, share: Any = None) -> None:
            super().__init__(opening())
            made.append((size, share is not None))

        def __enter__(self) -> "Inline":
            return self

        def __exit__(self, *_: object) -> None:
            return None

    monkeypatch.setattr(reading, "Readers", Inline)
    return made


@pytest.fixture
def connection(company: World) -> LeverConnection:
    return LeverConnection.objects.select_related("account").get(is_current=True)


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """For how long looks at everybody go on."""
    found: list[float] = []
    real = reading.full_crawl.read_on

    def read_on(*given: Any, **how: Any) -> bool:
        found.append(how["seconds"])
        return real(*given, **how)

    monkeypatch.setattr(reading.full_crawl, "read_on", read_on)
    return found


def someone_waits(company: World) -> SyncRecord:
    """A record that is due, with sending on."""
    (record,) = company.export(company.person("Ingrid Solheim"))
    SyncRecord.objects.filter(pk=record.pk).update(state=State.QUEUED, due_at=db_now() - timedelta(minutes=1))
    LeverAccount.objects.update(outgoing_on=True)
    company.account.refresh_from_db()
    return record


def test_nothing_is_to_do_between_the_nights(company: World, settings: Settings) -> None:
    PeopleIndex.objects.update(complete_at=db_now())
    assert not reading.is_to_do(company.account)
    PeopleIndex.objects.update(complete_at=db_now() - timedelta(hours=27))
    assert reading.is_to_do(company.account)
    assert Reconciliation.objects.get(kind="full").state == "reading"


def test_the_first_reading_takes_all_of_the_budget_a_page_ahead(
    company: World, connection: LeverConnection, sizes: list[tuple[int, bool]]
) -> None:
    someone_waits(company)
    crawl.restart(company.account)
    assert reading.is_to_do(company.account)
    while reading.read_on(connection):
        pass
    assert crawl.is_complete(company.account)
    assert set(sizes) == {(1, False)}


def test_a_look_at_everybody_keeps_to_its_share(
    company: World, connection: LeverConnection, sizes: list[tuple[int, bool]], seconds: list[float]
) -> None:
    reconciling.read_everybody(by=ADMIN, account=company.account)
    while reading.read_on(connection):
        pass
    assert Reconciliation.objects.get(kind="full").state == "done"
    assert set(sizes) == {(reading.full_crawl.LANES, True)}
    assert set(seconds) == {reading.LONGEST}


def test_while_people_wait_it_gives_the_worker_back_sooner(
    company: World, connection: LeverConnection, sizes: list[tuple[int, bool]], seconds: list[float]
) -> None:
    someone_waits(company)
    connection.account.refresh_from_db()
    reconciling.read_everybody(by=ADMIN, account=company.account)
    reading.read_on(connection)
    assert seconds == [reading.LONGEST_WHILE_PEOPLE_WAIT]


def test_people_wait_when_something_of_theirs_is_due(company: World) -> None:
    assert not reading.people_wait(company.account)
    record = someone_waits(company)
    assert reading.people_wait(company.account)
    company.account.outgoing_on = False
    assert not reading.people_wait(company.account), "nothing is written to Lever now"
    company.account.outgoing_on = True
    SyncRecord.objects.filter(pk=record.pk).update(due_at=db_now() + timedelta(hours=1))
    assert not reading.people_wait(company.account)


def test_a_delivery_of_levers_goes_first_too(company: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "is_more_due", lambda account: True)
    assert reading.people_wait(company.account)
