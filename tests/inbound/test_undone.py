"""Whom PinLever archived itself, taking an export back, nobody at Lever archived: no rule holds them for it."""

from collections.abc import Iterator

import pytest

from pinlever.audit.services import SYSTEM
from pinlever.connection import rules
from pinlever.connection.models import KnownOpportunity
from pinlever.foundation.clock import db_now
from pinlever.inbound.changes import work_changes
from pinlever.inbound.models import StatusRule
from pinlever.inbound.status_rules import set_rule
from pinlever.outreach.models import Effect, Hold
from pinlever.practice import seed
from pinlever.practice.hiring import change_archived
from pinlever.sync.models import SyncRecord
from tests.sync.lever_story import in_lever
from tests.sync.play import no_pace
from tests.sync.test_undo import MISTAKE, settled, undo
from tests.sync.world import World, world


@pytest.fixture
def company(db: None) -> Iterator[World]:
    with world() as made, no_pace():
        rules.set_undo_reason(by=SYSTEM, account=made.account, reason_id=MISTAKE)
        yield made


def heard(company: World) -> int:
    """Works off what the index tells; answers how many holds for Lever's status there are then."""
    KnownOpportunity.objects.update(unheard_at=db_now())
    work_changes(company.account)
    return Hold.objects.filter(cause__in=("archived", "stage"), released_at=None).count()


def stops_on(company: World, reason: str) -> None:
    set_rule(by=SYSTEM, account=company.account, of=StatusRule.Of.REASON, lever_id=reason, effect=Effect.STOP)


def archived(company: World, record: SyncRecord, reason: str) -> None:
    lever = company.app.world
    row = lever.store.opportunities[record.opportunity_id]
    change_archived(lever, row, lever.store.documents["archive_reason"][reason])
    known = KnownOpportunity.objects.get(lever_id=record.opportunity_id)
    known.archived_at, known.archive_reason_id = db_now(), reason
    known.save()


def test_our_own_archive_holds_nobodys_outreach(company: World) -> None:
    stops_on(company, MISTAKE)
    record = in_lever(company)
    undo(company, record)
    assert settled(company, record).state == "taken_back"
    assert heard(company) == 0


def test_somebody_elses_archive_after_it_does(company: World) -> None:
    other = seed.archive_reason_id("position-filled")
    stops_on(company, other)
    record = in_lever(company)
    undo(company, record)
    settled(company, record)
    archived(company, record, other)
    assert heard(company) == 1


def test_by_the_same_reason_where_we_took_nobody_back_it_does(company: World) -> None:
    stops_on(company, MISTAKE)
    record = in_lever(company)
    archived(company, record, MISTAKE)
    assert heard(company) == 1
