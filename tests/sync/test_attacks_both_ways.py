"""Attacks on what goes both ways: people merged in Lever, two jobs of one person, two workers, facts told twice."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pinlever.audit.services import PIN, SYSTEM
from pinlever.connection.gateway import open_client
from pinlever.connection.models import LeverAccount, LeverConnection
from pinlever.connection.refresh import poll
from pinlever.foundation.clock import db_now
from pinlever.outreach.services import person_arrived
from pinlever.recruiting.facts import EmailFact, PersonFacts
from pinlever.recruiting.models import Arrival, ContactPoint, Job
from pinlever.sync import detail_updates, new_facts
from pinlever.sync.following import follow_one
from pinlever.sync.followups import HANDLERS
from pinlever.sync.models import FollowUp, SyncRecord
from pinlever.sync.update_rules import set_policy
from tests.sync.lever_story import follow, in_lever, pass_time
from tests.sync.test_detail_updates import contact, learns, puts, updates, work
from tests.sync.world import World

MINE = "first@x.example"


def allow(company: World, *fields: str) -> None:
    for field in fields:
        set_policy(by=SYSTEM, account=company.account, field=field, policy="add")


def hear(company: World) -> None:
    assert poll(company.account, open_client(LeverConnection.objects.get()))


def on_two_jobs(company: World) -> tuple[SyncRecord, SyncRecord]:
    """One person in Lever with an opportunity for each of two jobs."""
    first = in_lever(company, name="Ingrid Solheim", emails=(MINE,))
    prospect = company.person(name="Ingrid Solheim", emails=(MINE,), job=Job.objects.create(title="Lead"))
    (second,) = company.export(prospect)
    company.work()
    second.refresh_from_db()
    assert second.contact_id == first.contact_id
    follow()
    new_facts.derive(company.account, since=None)
    return first, second


def test_what_was_learned_before_a_field_was_switched_on_stays_in_pin(company: World) -> None:
    """Also for people whose details were remembered long before."""
    record = in_lever(company, emails=(MINE,))
    new_facts.derive(company.account, since=None)
    learns(record, "before@x.example")
    new_facts.derive(company.account, since=None)
    allow(company, "emails")
    work(company)
    assert updates(company) == []
    learns(record, "after@x.example")
    work(company)
    assert contact(company, record)["emails"] == [MINE, "after@x.example"]


def test_what_was_learned_while_nothing_was_sent_stays_in_pin(company: World) -> None:
    """Every field off for a while, then one on again."""
    record = in_lever(company, emails=(MINE,))
    new_facts.derive(company.account, since=None)
    for field in ("links", "tags"):
        set_policy(by=SYSTEM, account=company.account, field=field, policy="never")
    person_arrived(
        by=PIN,
        facts=PersonFacts(emails=(EmailFact(MINE),), tags=("secret project",), sourced_via="import"),
        source="other",
    )
    new_facts.derive(company.account, since=None)
    allow(company, "tags")
    work(company)
    assert updates(company) == []
    assert record.opportunity_id


def test_two_jobs_of_one_person_write_a_new_address_once(company: World) -> None:
    allow(company, "emails")
    first, _ = on_two_jobs(company)
    learns(first)
    for _ in range(3):
        work(company)
        pass_time()
    assert contact(company, first)["emails"] == [MINE, "ingrid@solheim.example"]
    assert puts(company) == 1
    assert {row.state for row in updates(company)} <= {"done", "skipped"}


def test_two_workers_lose_nothing_of_one_persons_two_jobs(
    company: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While one worker is between its look and its writing, another one writes to the same person."""
    allow(company, "emails")
    first, second = on_two_jobs(company)
    learns(first, "one@x.example")
    new_facts.derive(company.account, since=None)
    FollowUp.objects.filter(record=second, kind="details").delete()
    FollowUp.objects.filter(record=first, kind="details").update(priority=10)
    learns(first, "two@x.example")
    new_facts.derive(company.account, since=None)
    FollowUp.objects.filter(record=first, kind="details", priority=30).delete()
    second_row = FollowUp.objects.get(record=second, kind="details")
    facts = {"facts": {"emails": ["two@x.example"]}}
    FollowUp.objects.filter(pk=second_row.pk).update(payload=facts)
    send, nested = detail_updates._send, []

    def overtaken(*args: Any) -> None:
        if not nested:
            nested.append(True)
            follow_one(HANDLERS)
        send(*args)

    monkeypatch.setattr(detail_updates, "_send", overtaken)
    follow()
    pass_time()
    follow()
    assert set(contact(company, first)["emails"]) == {MINE, "one@x.example", "two@x.example"}
    assert {row.state for row in updates(company)} == {"done"}


def test_a_person_merged_in_lever_learns_at_the_survivor(company: World) -> None:
    """Before the index has heard of it."""
    allow(company, "emails")
    record = in_lever(company, name="Ingrid Solheim", emails=(MINE,))
    new_facts.derive(company.account, since=None)
    company.control("opportunities", {"people": [{"name": "Ingrid S", "emails": ["new@x.example"]}]})
    hear(company)
    other = next(one for one in company.state()["contacts"] if "new@x.example" in one["emails"])
    company.control("merge", {"from": record.contact_id, "to": other["id"]})
    learns(record, "new@x.example")
    learns(record, "newer@x.example")
    work(company)
    survivor = next(one for one in company.state()["contacts"] if one["id"] == other["id"])
    assert "newer@x.example" in survivor["emails"]
    (row,) = updates(company)
    assert "somebody else" not in row.reason


def test_nothing_is_written_to_a_deleted_opportunity(company: World) -> None:
    allow(company, "emails")
    record = in_lever(company, emails=(MINE,))
    follow()
    new_facts.derive(company.account, since=None)
    learns(record)
    new_facts.derive(company.account, since=None)
    company.event(record.prospect, "message_sent", "email")
    company.control("delete", {"opportunity": record.opportunity_id})
    follow()
    rows = FollowUp.objects.filter(record=record).exclude(state="done")
    assert {(row.kind, row.state, row.cause) for row in rows} == {
        ("note", "skipped", "gone"),
        ("details", "skipped", "gone"),
    }
    assert puts(company) == 0


def test_what_was_learned_while_an_answer_was_missing_is_news(company: World, settings: Any) -> None:
    """The payload was written down before; the person counts as being in Lever only after the read-back."""
    settings.READ_BACK_AFTER = (60.0, 120.0)
    where = {"method": "POST", "path": "/opportunities", "count": 1}
    company.control("faults", {"match": where, "kind": "drop_after"})
    (record,) = company.export(company.person(emails=(MINE,)))
    company.work(1)
    facts = PersonFacts(
        emails=(EmailFact(MINE),), linkedin_urls=("https://www.linkedin.com/in/ingrid-solheim",)
    )
    person_arrived(by=PIN, facts=facts, source="other")
    company.make_due()
    company.work(1)
    record.refresh_from_db()
    assert record.state == "synced", record.reason
    work(company)
    assert [row.result["added"] for row in updates(company)] == [
        {"links": ["https://www.linkedin.com/in/ingrid-solheim"]}
    ]


def test_people_of_many_are_looked_at_in_a_constant_number_of_queries(company: World) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            new_facts.derive(company.account, since=None)
        return len(asked)

    in_lever(company)
    one = queries()
    for _ in range(5):
        in_lever(company)
    assert queries() <= one


def test_whoever_was_looked_at_is_not_looked_at_with_every_sweep(company: World) -> None:
    """Until something arrives again; what may not have been committed yet is looked at a little longer."""
    record = in_lever(company, emails=(MINE,))
    lately = db_now() - timedelta(minutes=15)
    new_facts.derive(company.account, since=lately)
    there = SyncRecord.objects.filter(pk=record.pk)

    def looked_at() -> int:
        return sum(len(batch) for batch in new_facts._changed(there, lately))

    ContactPoint.objects.update(arrived_at=db_now() - timedelta(minutes=5))
    Arrival.objects.update(arrived_at=db_now() - timedelta(minutes=5))
    new_facts.derive(company.account, since=None)
    assert looked_at() == 0
    learns(record)
    assert looked_at() == 1


@pytest.mark.parametrize("why", ["outgoing switched off", "not connected"])
def test_while_nothing_may_be_written_what_waits_is_not_even_looked_at(company: World, why: str) -> None:
    """A million rows may wait, and every sweep asks."""
    in_lever(company)
    if why == "not connected":
        LeverConnection.objects.update(state=LeverConnection.State.BROKEN)
    else:
        LeverAccount.objects.update(outgoing_on=False)
    with CaptureQueriesContext(connection) as asked:
        assert not FollowUp.objects.due(db_now()).exists()
    assert not any("sync_followup" in each["sql"] for each in asked)
