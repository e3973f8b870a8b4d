"""What our rows do not know of, since a backup was restored or somebody came between: found again, never made twice."""

import time
import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest

from pinlever.audit.services import SYSTEM
from pinlever.connection import rules
from pinlever.foundation.clock import db_now
from pinlever.practice import seed
from pinlever.recruiting.models import Job, Prospect
from pinlever.sync import readback, services
from pinlever.sync.models import Attempt, Claim, Intent, SyncRecord
from tests.sync.world import World

BACKEND, DESIGN = (seed.posting_id(slug) for slug in ("backend-engineer", "product-designer"))
EMAIL = "ingrid@solheim.example"
LOST = {"match": {"method": "POST", "path": "/opportunities$", "count": 1}, "kind": "drop_after"}


def exported(company: World, prospect: Prospect) -> SyncRecord:
    [record] = company.export(prospect)
    company.work()
    record.refresh_from_db()
    return record


def forget(record: SyncRecord) -> None:
    """The rows of a database from before the record was worked."""
    Intent.objects.filter(record=record).delete()
    Claim.objects.filter(record=record).delete()
    Attempt.objects.filter(record=record).delete()
    record.delete()


def on_job(company: World, title: str, posting: str = "") -> Prospect:
    job = Job.objects.create(title=title)
    services.set_posting(by=SYSTEM, account=company.account, job=job, posting_id=posting)
    return company.person(emails=(EMAIL,), job=job)


def posts(company: World) -> int:
    return sum((row["method"], row["path"]) == ("POST", "/v1/opportunities") for row in company.log())


def test_without_a_posting_our_own_earlier_work_is_linked_and_nothing_added(company: World) -> None:
    rules.set_match_rules(by=SYSTEM, account=company.account, action="add")
    first = exported(company, on_job(company, "Talent pool"))
    assert first.state == "synced"
    prospect = first.prospect
    forget(first)
    # Told again by Pin, a prospect has another key: the link at Lever is nobody's any more.
    Prospect.objects.filter(pk=prospect.pk).update(key=uuid.uuid5(uuid.uuid4(), "again"))
    again = exported(company, Prospect.objects.get(pk=prospect.pk))
    assert (again.state, posts(company)) == ("in_lever", 1)


def test_a_second_job_without_a_posting_is_still_added(company: World) -> None:
    rules.set_match_rules(by=SYSTEM, account=company.account, action="add")
    first = exported(company, on_job(company, "Talent pool"))
    second = exported(company, on_job(company, "Another pool"))
    assert (second.state, posts(company)) == ("synced", 2)
    assert second.contact_id == first.contact_id


def test_whoever_is_linked_to_what_we_made_takes_it_from_nobody(company: World) -> None:
    first = exported(company, on_job(company, "Backend", BACKEND))
    made, prospect = first.opportunity_id, first.prospect
    forget(first)
    other = exported(company, on_job(company, "Design", DESIGN))
    assert (other.state, other.opportunity_id) == ("in_lever", made)
    again = exported(company, prospect)
    assert (again.state, again.opportunity_id, again.created_by_us) == ("synced", made, True)
    assert posts(company) == 1


def test_a_lost_answer_is_found_although_somebody_was_linked_to_it_meanwhile(company: World) -> None:
    prospect = on_job(company, "Backend", BACKEND)
    company.control("faults", LOST)
    record = exported(company, prospect)
    [made] = company.in_lever(EMAIL)
    linked = on_job(company, "Design", DESIGN)
    SyncRecord.objects.create(
        account=company.account,
        prospect=linked,
        state="in_lever",
        contact_id=made["contact"],
        opportunity_id=made["id"],
        due_at=db_now(),
    )
    company.make_due()
    company.work(1)
    record.refresh_from_db()
    assert (record.state, record.opportunity_id, posts(company)) == ("synced", made["id"], 1)


def test_a_look_that_takes_longer_than_the_window_does_not_close_it(
    company: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    company.control("faults", {**LOST, "kind": "drop_before"})
    record = exported(company, on_job(company, "Backend", BACKEND))
    real_look, later = readback._look, timedelta(0)

    def slow_look(*given: Any) -> Any:
        nonlocal later
        later = timedelta(hours=1)
        return real_look(*given)

    def now() -> datetime:
        return db_now() + later

    monkeypatch.setattr(readback, "_look", slow_look)
    monkeypatch.setattr(readback, "db_now", now)
    company.make_due()
    company.work(1)
    record.refresh_from_db()
    assert (record.state, record.cause, posts(company)) == ("retrying", "outcome_unknown", 1)


def test_each_look_reads_again_what_changed_in_lever(company: World) -> None:
    """Saved after the first look, and found by our link alone: no email, and Lever keeps no createdAt."""
    company.control("switches", {"created_at": "ignore"})
    company.control("faults", {**LOST, "kind": "late_commit", "args": {"seconds": 0.2}})
    record = exported(company, company.person(emails=(), phones=("+4790123456",)))
    company.make_due()
    company.work(1)
    time.sleep(0.25)
    assert company.app.run_due() == 1, "Lever saves it now"
    time.sleep(1.0)  # a refresh is shared by all looks of one second
    company.make_due()
    company.work(1)
    record.refresh_from_db()
    assert (record.state, posts(company)) == ("synced", 1)
