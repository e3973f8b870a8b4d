"""A record's story as steps."""

from typing import Any

from pinlever.audit.services import PIN
from pinlever.recruiting.models import Job
from pinlever.sync import services
from pinlever.sync.models import SyncRecord
from pinlever.sync.steps import Step, steps_of
from tests.sync.world import World


def steps(record: SyncRecord) -> dict[str, Step]:
    record.refresh_from_db()
    return {step.name: step for step in steps_of(record)}


def exported(company: World, **person: Any) -> SyncRecord:
    (record,) = company.export(company.person(**person))
    return record


def test_a_person_on_the_way_has_the_check_ahead(company: World) -> None:
    found = steps(exported(company))
    assert [step.state for step in found.values()] == ["done", "now", "ahead", "ahead"]
    assert found["Trigger reached"].told == "Exported by hand"


def test_a_person_created_has_every_step_done_with_its_time(company: World) -> None:
    record = exported(company, sourced_via="pin")
    company.work()
    found = steps(record)
    assert list(found) == ["Trigger reached", "Duplicate check", "Profile + résumé", "In Lever"]
    assert all(step.state == "done" and step.at for step in found.values())
    assert found["Duplicate check"].told == "Nobody with these keys was in Lever"
    assert found["Profile + résumé"].told == "Lead without a Lever job"


def test_an_imported_person_gets_a_profile_without_a_resume(company: World) -> None:
    record = exported(company)
    company.work()
    assert "Profile" in steps(record)


def test_a_person_linked_says_on_what(company: World) -> None:
    first = company.person(emails=("ingrid@people.example",))
    second = company.person(emails=("ingrid@people.example",), job=Job.objects.create(title="Another"))
    company.export(first, second)
    company.work()
    found = steps(SyncRecord.objects.get(prospect=second))
    assert found["Duplicate check"].told == "Matched on email"
    assert found["Link"].told == "No new profile: linked"


def test_a_lost_answer_is_under_way(company: World, settings: Any) -> None:
    settings.READ_BACK_AFTER = (60.0,)
    match = {"method": "POST", "path": "/opportunities$", "count": 1}
    company.control("faults", {"match": match, "kind": "drop_after"})
    record = exported(company)
    company.work(1)
    found = steps(record)
    assert (found["Profile"].state, found["Profile"].told) == ("now", "Sent; the answer was lost")


def test_what_is_over_and_what_failed_stands_still(company: World) -> None:
    record = exported(company)
    services.cancel(by=PIN, record=record)
    assert steps(record)["Duplicate check"] == Step("Duplicate check", "ahead", "Cancelled")
    SyncRecord.objects.update(state="failed", cause="unknown_profile")
    assert steps(record)["Duplicate check"].state == "stuck"
    SyncRecord.objects.update(state="needs_you")
    assert steps(record)["Duplicate check"].told == "Needs a decision"
    SyncRecord.objects.update(state="removed")
    assert steps(record)["In Lever"].told == "Removed there"


def test_the_origin_is_told_in_words(company: World) -> None:
    record = exported(company)
    for origin, told in {
        "rule: They reply to an email": "They reply to an email",
        "import 7": "Named by an import",
        "api: Pin": "api: Pin",
    }.items():
        SyncRecord.objects.update(origin=origin)
        assert steps(record)["Trigger reached"].told == told
