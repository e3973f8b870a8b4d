"""What Lever's own users delete, anonymise and merge: records follow, and nobody is made twice by it."""

import pytest

from pinlever.audit.models import AuditEntry
from pinlever.audit.services import PIN
from pinlever.recruiting import services as recruiting
from pinlever.recruiting.models import Job, Prospect
from pinlever.sync import removals
from pinlever.sync.answering import answer_create
from pinlever.sync.matching import Look
from pinlever.sync.models import Claim, SyncRecord
from pinlever.sync.sweep import sweep
from tests.sync.play import no_pace
from tests.sync.world import World


@pytest.fixture(autouse=True)
def _at_once(company: World) -> object:
    with no_pace():
        yield


def worked(company: World, prospect: Prospect, turns: int = 4) -> SyncRecord:
    (record,) = company.export(prospect)
    for _ in range(turns):
        company.make_due()
        company.work(1)
    record.refresh_from_db()
    return record


def same_person(record: SyncRecord, title: str) -> Prospect:
    job = Job.objects.create(title=title)
    prospect, _ = recruiting.add_prospect(by=PIN, candidate=record.prospect.candidate, job=job)
    return prospect


def people(company: World) -> set[str]:
    return {row["contact"] for row in company.opportunities()}


def merged_into_somebody(company: World, record: SyncRecord) -> str:
    made = company.control("opportunities", {"people": [{"name": "Other", "emails": ["z@people.example"]}]})
    survivor = made["data"][0]["contact"]
    company.control("merge", {"from": record.contact_id, "to": survivor})
    return str(survivor)


@pytest.mark.parametrize("emails", [(), ("ada@people.example",)])
def test_the_next_job_of_somebody_merged_in_lever_links_to_who_survived(
    company: World, emails: tuple[str, ...]
) -> None:
    first = worked(company, company.person(emails=emails))
    survivor = merged_into_somebody(company, first)
    second = worked(company, same_person(first, "Designer"))
    assert (second.state, second.contact_id) == ("in_lever", survivor), second.reason
    assert people(company) == {survivor}
    sweep()
    assert set(Claim.objects.values_list("contact_id", flat=True)) == {survivor}


def test_the_sweep_lets_records_and_claims_follow_a_merge_and_says_so(company: World) -> None:
    record = worked(company, company.person())
    survivor = merged_into_somebody(company, record)
    assert removals.note_merged(company.account, since=None) == 0  # not heard of yet
    read_again(company, record)
    sweep()
    record.refresh_from_db()
    assert (record.state, record.contact_id) == ("synced", survivor)
    assert set(Claim.objects.values_list("contact_id", flat=True)) == {survivor}
    assert AuditEntry.objects.get(action="sync.merged").after == {"contact": survivor}
    assert removals.note_merged(company.account, since=None) == 0


def read_again(company: World, record: SyncRecord) -> None:
    from pinlever.connection.accounts import current_connection
    from pinlever.connection.gateway import open_client

    look = Look(company.account, open_client(current_connection()), before=lambda: None)
    look.opportunity(record.opportunity_id)


def test_two_more_jobs_of_somebody_deleted_in_lever_make_them_once(company: World) -> None:
    first = worked(company, company.person(emails=()))
    company.control("delete", {"opportunity": first.opportunity_id})
    second = worked(company, same_person(first, "Designer"))
    third = worked(company, same_person(first, "Writer"))
    assert (second.state, third.state) == ("synced", "in_lever")
    assert people(company) == {second.contact_id}


def test_a_record_whose_opportunity_is_gone_says_so_and_frees_its_keys(company: World) -> None:
    record = worked(company, company.person())
    company.control("delete", {"opportunity": record.opportunity_id})
    read_again(company, record)
    assert removals.note_removed(company.account, since=None) == 1
    record.refresh_from_db()
    assert (record.state, record.cause) == ("removed", "removed")
    assert not Claim.objects.exists()
    assert removals.note_removed(company.account, since=None) == 0


def test_keys_stay_settled_while_the_person_has_another_opportunity(company: World) -> None:
    record = worked(company, company.person(emails=("ada@people.example",)))
    company.control("opportunities", {"people": [{"contact": record.contact_id}]})
    company.control("delete", {"opportunity": record.opportunity_id})
    read_again(company, record)
    worked(company, same_person(record, "Designer"))  # its look-up brings the other one into the index
    removals.note_removed(company.account, since=None)
    record.refresh_from_db()
    assert record.state == "removed"
    assert set(Claim.objects.values_list("contact_id", flat=True)) == {record.contact_id}
    assert len(people(company)) == 1


@pytest.mark.parametrize("swept", [False, True])
def test_somebody_anonymised_can_be_created_again_with_all_their_keys(company: World, swept: bool) -> None:
    first = worked(company, company.person(emails=("ada@people.example",)))
    company.control("anonymize", {"contact": first.contact_id})
    second = worked(company, same_person(first, "Designer"))
    assert second.cause == "ask_anonymised", second.reason
    if swept:
        sweep()
    answer_create(by=PIN, question=second.questions.get(answered_at=None))
    second = worked(company, second.prospect)
    assert second.state == "synced", second.reason
    (made,) = [row for row in company.opportunities() if row["id"] == second.opportunity_id]
    assert made["emails"] == ["ada@people.example"]
