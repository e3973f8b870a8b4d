"""Which records a list means, and what stopped them, by cause."""

import pytest

from pinlever.sync.activity import Asked, counts, groups, in_their_order, records_of
from pinlever.sync.models import SyncRecord
from tests.sync.world import World


def stopped(company: World, *causes: str, state: str = "failed") -> list[SyncRecord]:
    records = company.export(*[company.person() for _ in causes])
    for record, cause in zip(records, causes, strict=True):
        SyncRecord.objects.filter(pk=record.pk).update(state=state, cause=cause)
    return records


def test_causes_are_grouped_the_largest_first_with_their_newest_people(company: World) -> None:
    records = stopped(company, "posting_gone", "rejected_400", "rejected_422", "rejected_422", "odd")
    found = groups(company.account, "failed", examples=2)
    assert [(group.code, group.count) for group in found] == [
        ("rejected", 3),
        ("odd", 1),
        ("posting_gone", 1),
    ]
    assert len(found[0].examples) == 2
    assert found[1].cause.title == "Another cause"
    assert found[2].examples == (records[0],)
    assert groups(company.account, "held") == []


@pytest.mark.parametrize(
    ("asked", "number"),
    [
        (Asked("failed"), 3),
        (Asked("failed", cause="rejected"), 2),
        (Asked("failed", cause="rejected_422"), 1),
        (Asked("held"), 1),
        (Asked("waiting"), 1),
        (Asked("all"), 5),
        (Asked("all", text="solheim"), 5),
        (Asked("all", text="nobody"), 0),
    ],
)
def test_lists_mean_what_they_say(company: World, asked: Asked, number: int) -> None:
    stopped(company, "posting_gone", "rejected_400", "rejected_422")
    stopped(company, "outgoing_off", state="held")
    company.export(company.person())
    assert records_of(company.account, asked).count() == number


def test_tabs_are_counted(company: World) -> None:
    stopped(company, "posting_gone", "rejected_400")
    company.export(company.person())
    assert counts(company.account) == {"waiting": 1, "held": 0, "failed": 2}
    assert counts(None) == {"waiting": 0, "held": 0, "failed": 0}


def test_who_waits_is_listed_as_the_worker_takes_them(company: World) -> None:
    first, second = company.export(company.person(), company.person())
    SyncRecord.objects.filter(pk=second.pk).update(priority=5)
    rows = in_their_order(records_of(company.account, Asked("waiting")))
    assert [row.pk for row in rows] == [second.pk, first.pk]
