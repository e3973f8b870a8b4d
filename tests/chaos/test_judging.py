"""A judge that finds nothing proves nothing: each wrong is planted, and has to be found."""

from collections.abc import Callable

import pytest

from pinlever.audit.models import AuditEntry
from pinlever.sync.models import Claim, Intent, SyncRecord, Waiting
from tests.chaos import people
from tests.chaos.judging import Evidence, judge
from tests.sync.world import World

WHO = people.person(4)
MORE_AT_LEVER = {"name": WHO.name, "emails": [], "links": []}


def verdict(company: World) -> list[str]:
    return judge([WHO], Evidence(company.state(), company.log()))


@pytest.fixture
def synced(company: World) -> SyncRecord:
    prospect = company.person(WHO.name, emails=WHO.emails)
    [record] = company.export(prospect)
    company.work()
    record.refresh_from_db()
    return record


def test_a_run_without_any_wrong_is_found_to_be_right(company: World, synced: SyncRecord) -> None:
    assert synced.state == "synced"
    assert verdict(company) == []


def _created_again(company: World, record: SyncRecord) -> None:
    """Ours, on the same posting, of the same person."""
    more = {"contact": record.contact_id, "sources": ["Pin"]}
    company.control("opportunities", {"people": [more]})


def _another_person(company: World, record: SyncRecord) -> None:
    company.control("opportunities", {"people": [MORE_AT_LEVER]})


def _deleted(company: World, record: SyncRecord) -> None:
    company.control("delete", {"opportunity": record.opportunity_id})


def _lost(company: World, record: SyncRecord) -> None:
    record.attempts.all().delete()
    record.delete()


def _never_arrived(company: World, record: SyncRecord) -> None:
    record.prospect.candidate.full_name = "Somebody Else"
    record.prospect.candidate.save(update_fields=["full_name"])


def _change(**columns: object) -> Callable[[World, SyncRecord], None]:
    def change(company: World, record: SyncRecord) -> None:
        SyncRecord.objects.filter(pk=record.pk).update(**columns)

    return change


def _open_claim(company: World, record: SyncRecord) -> None:
    Claim.objects.filter(record=record).update(contact_id="")


def _open_intent(company: World, record: SyncRecord) -> None:
    Intent.objects.filter(record=record).update(outcome="", settled_at=None)


def _waits(company: World, record: SyncRecord) -> None:
    Waiting.objects.create(record=record, holder=record)


def _no_audit(company: World, record: SyncRecord) -> None:
    AuditEntry.objects.filter(action="sync.synced").delete()


def _fault_of_ours(company: World, record: SyncRecord) -> None:
    record.attempts.update(result="internal", told="PinLever itself failed here (ValueError).")


def _told_otherwise(company: World, record: SyncRecord) -> None:
    call = record.attempts.get().calls.get(method="POST")
    call.answered = {**call.answered, "id": "another"}
    call.save(update_fields=["answered"])


@pytest.mark.parametrize(
    ("plant", "found"),
    [
        (_created_again, "several opportunities of ours"),
        (_another_person, "2 people in Lever"),
        (_deleted, "does not exist"),
        (_lost, "lost: 0 records"),
        (_never_arrived, "lost in Pin"),
        (_change(state="queued"), "ended as queued"),
        (_change(state="failed"), "ended as failed"),
        (_change(state="needs_you", cause="ask_doubt"), "asks without a true reason"),
        (_change(state="in_lever"), "says that the person was there"),
        (_change(created_by_us=False), "not created by us"),
        (_change(contact_id="another"), "contact another"),
        (_change(posting_id="another"), "not on 'another'"),
        (_change(locked_by="somebody"), "still locked"),
        (_open_claim, "is still open"),
        (_open_intent, "is still open"),
        (_waits, "waits for"),
        (_no_audit, "without an audit row"),
        (_fault_of_ours, "a fault of ours"),
        (_told_otherwise, "Lever's log does not"),
    ],
)
def test_the_judge_finds(
    company: World, synced: SyncRecord, plant: Callable[[World, SyncRecord], None], found: str
) -> None:
    plant(company, synced)
    wrongs = verdict(company)
    assert any(found in wrong for wrong in wrongs), wrongs
