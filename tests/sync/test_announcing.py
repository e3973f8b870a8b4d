"""Other systems are told who is in Lever now and who could not be brought there: once, with what came of it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pinlever.audit.services import SYSTEM
from pinlever.notices.endpoints import add
from pinlever.notices.models import Announcement
from pinlever.recruiting.models import IdentityKey
from pinlever.sync.models import SyncRecord, Wish
from pinlever.sync.turning_up import note_turned_up
from tests.sync.play import no_pace
from tests.sync.test_turning_up import LONG_AGO, appears, given_up
from tests.sync.world import World

REFUSED = {"kind": "status", "match": {"method": "POST", "path": "/opportunities$"}, "args": {"status": 400}}


@pytest.fixture(autouse=True)
def _at_once(company: World) -> Iterator[None]:
    with no_pace():
        yield


@pytest.fixture
def _somebody_listens(company: World) -> None:
    add(by=SYSTEM, name="Outreach", url="https://outreach.example/", kinds=())


def told() -> list[tuple[str, Any]]:
    return list(Announcement.objects.order_by("id").values_list("kind", "data"))


@pytest.mark.usefixtures("_somebody_listens")
def test_who_was_created_is_told_with_where_they_are(company: World) -> None:
    company.job.external_id = "pin:eng-12"
    company.job.save(update_fields=["external_id"])
    prospect = company.person()
    IdentityKey.objects.create(kind="external", value="test:p-1", candidate=prospect.candidate)
    company.export(prospect)
    company.work()
    record = SyncRecord.objects.get()
    ((kind, data),) = told()
    assert kind == "sync.completed" and record.synced_at is not None
    assert data == {
        "candidate": {"key": str(prospect.candidate.key), "external_ids": ["test:p-1"]},
        "job": {"key": str(company.job.key), "external_id": "pin:eng-12"},
        "prospect": str(prospect.key),
        "how": "created",
        "opportunity": record.opportunity_id,
        "contact": record.contact_id,
        "posting": None,
        "lever_url": record.lever_url,
        "synced_at": record.synced_at.isoformat(),
    }


@pytest.mark.usefixtures("_somebody_listens")
def test_who_was_there_is_told_as_linked_and_one_more_opportunity_as_added(company: World) -> None:
    company.control("opportunities", {"people": [{"name": "Ada L.", "emails": ["ada@people.example"]}]})
    prospect = company.person("Ada L.", emails=("ada@people.example",))
    company.export(prospect)
    company.work()
    company.export(prospect, wish=Wish.ADD)
    company.work()
    assert [(kind, data["how"]) for kind, data in told()] == [
        ("sync.completed", "linked"),
        ("sync.completed", "added"),
    ]


@pytest.mark.usefixtures("_somebody_listens")
def test_who_could_not_be_brought_there_is_told_with_the_reason(company: World) -> None:
    company.control("faults", REFUSED)
    company.export(company.person())
    company.work()
    record = SyncRecord.objects.get()
    assert record.state == "failed"
    ((kind, data),) = told()
    assert (kind, data["cause"], data["reason"]) == ("sync.failed", record.cause, record.reason)
    assert "opportunity" not in data


@pytest.mark.usefixtures("_somebody_listens")
def test_who_turns_up_after_all_is_told_too(company: World) -> None:
    record = given_up(company)
    assert told() == [], "whoever needs a decision is neither there nor refused"
    made = appears(company, record)
    assert note_turned_up(company.account, since=LONG_AGO) == 1
    ((kind, data),) = told()
    assert (kind, data["opportunity"]) == ("sync.completed", made)


def test_as_long_as_nobody_listens_it_costs_one_query(company: World) -> None:
    company.export(company.person())
    with CaptureQueriesContext(connection) as queries:
        company.work()
    asked = [one["sql"] for one in queries if "notices_" in one["sql"]]
    assert len(asked) == 1 and told() == []
