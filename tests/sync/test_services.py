"""What people set in motion: rules, exports, cancelling, unlinking, trying again, answering; also twice at once."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from pinlever.audit.models import AuditEntry
from pinlever.audit.services import PIN, SYSTEM
from pinlever.connection import rules
from pinlever.connection.index import marker_link
from pinlever.connection.models import PeopleIndex, Posting
from pinlever.foundation import failpoints
from pinlever.foundation.clock import db_now
from pinlever.recruiting import services as recruiting
from pinlever.recruiting.models import Job, Prospect
from pinlever.sync import services
from pinlever.sync.answering import (
    answer_add,
    answer_create,
    answer_give_up,
    answer_link,
    answer_send_again,
)
from pinlever.sync.explain import explanations
from pinlever.sync.models import NO_POSTING, Claim, JobRule, SyncRecord, Wish
from tests.sync.play import no_pace
from tests.sync.test_claims import in_threads
from tests.sync.world import World, world

UNKNOWN = "0d2c7a86-51c1-4f4c-9c0a-2a7c0d1b3f21"
ADA = "ada@people.example"


@pytest.fixture(autouse=True)
def _at_once() -> object:
    with no_pace():
        yield


def worked(company: World, prospect: Prospect, **options: Any) -> SyncRecord:
    (record,) = company.export(prospect, **options)
    return again(company, record)


def again(company: World, record: SyncRecord, turns: int = 3) -> SyncRecord:
    for _ in range(turns):
        company.work(1)
        company.make_due()
    record.refresh_from_db()
    return record


def in_lever(company: World, **person: Any) -> str:
    made = company.control("opportunities", {"people": [{"name": "Ingrid Solheim", **person}]})
    return str(made["data"][0]["contact"])


def same_person(record: SyncRecord, title: str) -> Prospect:
    job = Job.objects.create(title=title)
    return recruiting.add_prospect(by=PIN, candidate=record.prospect.candidate, job=job)[0]


def postings() -> list[str]:
    return list(
        Posting.objects.filter(state="published", is_confidential=False).values_list("lever_id", flat=True)
    )


def test_exporting_twice_is_one_record_one_person_and_says_so_twice(company: World) -> None:
    prospect = company.person()
    assert company.export(prospect, prospect) == company.export(prospect)[:1] * 2
    company.work()
    record = worked(company, prospect)
    assert (record.state, SyncRecord.objects.count(), len(company.opportunities())) == ("synced", 1, 1)


def test_records_come_back_in_the_order_asked_for(company: World) -> None:
    first, second = company.person("First"), company.person("Second")
    assert [row.prospect_id for row in company.export(second, first)] == [second.pk, first.pk]


def test_setting_the_same_trigger_again_moves_no_date(company: World) -> None:
    first = services.set_trigger(by=PIN, job=company.job, trigger="replied")
    JobRule.objects.update(trigger_set_at=db_now() - timedelta(days=3))
    before = JobRule.objects.get().trigger_set_at
    assert services.set_trigger(by=PIN, job=company.job, trigger="replied").trigger_set_at == before
    assert services.set_trigger(by=PIN, job=company.job, trigger="messaged").trigger_set_at > before
    assert AuditEntry.objects.filter(action="rule.set").count() == 2
    assert first.trigger == "replied"


def test_without_a_posting_although_the_job_has_one(company: World) -> None:
    """The plan says the same; the job's next person goes to the job's own."""
    own, prospect, later = postings()[0], company.person(), company.person()
    services.set_posting(by=PIN, account=company.account, job=company.job, posting_id=own)
    record = worked(company, prospect, posting_id=NO_POSTING)
    assert (record.state, record.posting_id) == ("synced", "")
    (made,) = [one for one in company.opportunities() if one["id"] == record.opportunity_id]
    assert not made["applications"]
    assert "this job" not in explanations([prospect])[prospect.pk].sentence
    assert worked(company, later).posting_id == own


def test_exported_again_they_go_to_the_jobs_own_posting_not_to_one_chosen_before(company: World) -> None:
    own, other = postings()[:2]
    prospect = company.person()
    services.set_posting(by=PIN, account=company.account, job=company.job, posting_id=own)
    (record,) = company.export(prospect, posting_id=other)
    services.cancel(by=PIN, record=record)
    assert worked(company, prospect).posting_id == own


def test_no_posting_chosen_in_the_middle_of_a_turn_is_what_lever_gets(company: World) -> None:
    own, prospect = postings()[0], company.person()
    services.set_posting(by=PIN, account=company.account, job=company.job, posting_id=own)
    company.export(prospect)

    def hook(name: str) -> None:
        if name == "claims.after_commit":
            failpoints.install(None)
            company.export(prospect, posting_id=NO_POSTING)

    failpoints.install(hook)
    try:
        company.work()
    finally:
        failpoints.install(None)
    record = SyncRecord.objects.get()
    assert (record.state, record.posting_id) == ("synced", "")
    assert len(company.opportunities()) == 1


def test_another_posting_chosen_in_the_middle_of_a_turn_is_the_one_used(company: World) -> None:
    first, second = postings()[:2]
    prospect = company.person()
    company.export(prospect, posting_id=first)

    def hook(name: str) -> None:
        if name == "claims.after_commit":
            failpoints.install(None)
            company.export(prospect, posting_id=second)

    failpoints.install(hook)
    try:
        company.work()
    finally:
        failpoints.install(None)
    record = SyncRecord.objects.get()
    assert (record.state, record.posting_id) == ("synced", second)
    assert len(company.opportunities()) == 1


def test_who_was_cancelled_can_be_exported_again(company: World) -> None:
    (record,) = company.export(company.person())
    services.cancel(by=PIN, record=record)
    services.cancel(by=PIN, record=record)
    assert company.work() == 0
    assert worked(company, record.prospect).state == "synced"


def test_cancelling_refuses_who_is_in_lever(company: World) -> None:
    record = worked(company, company.person())
    with pytest.raises(services.NotPossible, match="in Lever already"):
        services.cancel(by=PIN, record=record)
    with pytest.raises(services.NotPossible):
        services.retry_now(by=PIN, record=record)


def test_cancelling_an_addition_leaves_the_link_as_it_was(company: World) -> None:
    in_lever(company, emails=[ADA])
    record = worked(company, company.person(emails=(ADA,)))
    assert record.state == "in_lever"
    company.export(record.prospect, wish=Wish.ADD)
    services.cancel(by=PIN, record=record)
    record.refresh_from_db()
    assert (record.state, bool(record.contact_id)) == ("in_lever", True)
    assert company.work() == 0


def test_unlinking_frees_the_keys_with_the_last_link_alone(company: World) -> None:
    first = worked(company, company.person(emails=(ADA,)))
    second = worked(company, same_person(first, "Designer"))
    services.unlink(by=PIN, record=first)
    assert Claim.objects.exists()
    services.unlink(by=PIN, record=second)
    assert not Claim.objects.exists()
    with pytest.raises(services.NotPossible):
        services.unlink(by=PIN, record=second)


def test_an_unlinked_record_is_not_linked_again_by_an_old_wish(company: World) -> None:
    contact = in_lever(company, emails=["x@people.example"])
    prospect = company.person(emails=(ADA,))
    (opportunity,) = [row["id"] for row in company.opportunities()]
    record = services.link_from_file(by=PIN, prospect=prospect, profile=opportunity, origin="file")
    assert again(company, record).contact_id == contact
    services.unlink(by=PIN, record=record)
    record = worked(company, prospect)
    assert (record.state, record.contact_id != contact) == ("synced", True)


def test_after_a_file_named_an_unknown_profile_the_person_can_be_exported(company: World) -> None:
    prospect = company.person()
    record = services.link_from_file(by=PIN, prospect=prospect, profile=UNKNOWN, origin="file")
    assert again(company, record).cause == "unknown_profile"
    assert worked(company, prospect).state == "synced"


def test_a_profile_that_is_none_is_refused(company: World) -> None:
    with pytest.raises(services.NotPossible, match="neither"):
        services.link_from_file(by=PIN, prospect=company.person(), profile="hello", origin="file")


def test_a_link_from_a_file_waits_for_no_crawl(company: World) -> None:
    contact = in_lever(company, emails=["x@people.example"])
    (opportunity,) = [row["id"] for row in company.opportunities()]
    PeopleIndex.objects.update(complete_at=None)
    prospect = company.person(emails=())
    record = services.link_from_file(by=PIN, prospect=prospect, profile=opportunity, origin="file")
    assert again(company, record, 1).contact_id == contact


@pytest.fixture
def asked(company: World) -> SyncRecord:
    """Somebody linked before, whom the rule now is to ask about."""
    first = worked(company, company.person(emails=(ADA,)))
    rules.set_match_rules(by=SYSTEM, account=company.account, action="ask")
    posting = postings()[0]
    record = worked(company, same_person(first, "Designer"), posting_id=posting)
    assert record.cause == "ask_match", record.reason
    return record


def test_a_match_is_answered_by_adding_the_job(company: World, asked: SyncRecord) -> None:
    answer_add(by=PIN, question=asked.questions.get())
    record = again(company, asked)
    assert record.state == "synced", record.reason
    assert len(company.opportunities()) == 2
    assert len({row["contact"] for row in company.opportunities()}) == 1


def test_a_match_is_answered_by_creating_without_the_shared_keys(company: World, asked: SyncRecord) -> None:
    answer_create(by=PIN, question=asked.questions.get())
    record = again(company, asked)
    assert record.state == "synced", record.reason
    (made,) = [row for row in company.opportunities() if row["id"] == record.opportunity_id]
    assert made["emails"] == []
    third = worked(company, same_person(record, "Writer"))
    assert third.state == "needs_you"  # two people by now, and nobody guesses


def test_a_match_is_answered_by_linking_once(company: World, asked: SyncRecord) -> None:
    question = asked.questions.get()
    contact = question.options[0]["contact"]
    answer_link(by=PIN, question=question, contact_id=contact)
    for answer in (answer_add, answer_create, answer_give_up, answer_send_again):
        with pytest.raises(services.NotPossible, match="answered this already"):
            answer(by=PIN, question=question)
    assert again(company, asked).contact_id == contact


def test_a_link_to_somebody_who_is_no_choice_is_refused(company: World, asked: SyncRecord) -> None:
    with pytest.raises(services.NotPossible, match="choices"):
        answer_link(by=PIN, question=asked.questions.get(), contact_id="somebody")


def test_doubt_is_no_question_to_answer_by_adding(company: World) -> None:
    in_lever(company, emails=[ADA])
    in_lever(company, links=["https://linkedin.com/in/ada-lind"])
    record = worked(company, company.person(emails=(ADA,), linkedin="https://linkedin.com/in/ada-lind"))
    assert record.cause == "ask_doubt"
    with pytest.raises(services.NotPossible, match="who this is"):
        answer_add(by=PIN, question=record.questions.get())


def test_an_orphan_of_ours_can_be_linked(company: World) -> None:
    contact = in_lever(company, links=[marker_link(uuid.uuid5(uuid.NAMESPACE_URL, "lost"))])
    PeopleIndex.objects.update(refreshed_at=db_now() - timedelta(minutes=5))
    record = worked(company, company.person(emails=()))
    assert record.cause == "ask_orphan", record.reason
    answer_link(by=PIN, question=record.questions.get(), contact_id=contact)
    assert again(company, record).contact_id == contact
    assert len(company.opportunities()) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_double_clicks_at_once_do_no_harm() -> None:
    with world() as company:
        people = [company.person() for _ in range(5)]
        got = in_threads(
            lambda: services.set_trigger(by=PIN, job=company.job, trigger="replied"),
            lambda: services.set_trigger(by=PIN, job=company.job, trigger="replied"),
            lambda: company.export(*people),
            lambda: company.export(*people[::-1]),
        )
        assert not [one for one in got if isinstance(one, Exception)], got
        assert (JobRule.objects.count(), SyncRecord.objects.count()) == (1, 5)
