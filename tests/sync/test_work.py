"""The engine end to end, against Practice Lever in process."""

from datetime import timedelta
from typing import Any

import pytest

from pinlever.audit.models import AuditEntry
from pinlever.audit.services import PIN, SYSTEM
from pinlever.connection import accounts, rules
from pinlever.connection.models import Posting
from pinlever.foundation.clock import db_now
from pinlever.outreach.services import add_contact_point
from pinlever.recruiting import services as recruiting
from pinlever.recruiting.models import Job, Prospect
from pinlever.sync import services
from pinlever.sync.answering import answer_create, answer_give_up, answer_link
from pinlever.sync.models import Claim, SyncRecord
from pinlever.sync.sweep import sweep
from tests.sync.world import World

LINKEDIN = "https://www.linkedin.com/in/ingrid-solheim/"


def export(company: World, prospect: Prospect, **options: Any) -> SyncRecord:
    (record,) = company.export(prospect, **options)
    company.work()
    record.refresh_from_db()
    return record


def somebody_in_lever(company: World, **person: Any) -> list[str]:
    """Ids of opportunities made by somebody else at Lever."""
    made = company.control("opportunities", {"people": [{"name": "Ingrid Solheim", **person}]})
    return [id for row in made["data"] for id in row["opportunities"]]


def test_a_person_nobody_knows_is_created_with_everything(company: World) -> None:
    prospect = company.person(
        emails=("ingrid@solheim.example", "i.solheim@work.example"),
        linkedin=LINKEDIN,
        phones=("+47 406 12 345",),
        city="Bergen",
        country="Norway",
        current_title="Engineer",
        current_company="Nordlys",
        sourced_via="pin",
    )
    record = export(company, prospect)
    assert record.state == "synced", record.reason
    (found,) = company.opportunities()
    assert (found["id"], found["contact"]) == (record.opportunity_id, record.contact_id)
    assert found["name"] == "Ingrid Solheim"
    assert found["headline"] == "Engineer, Nordlys"
    assert found["location"] == "Bergen, Norway"
    assert found["emails"] == ["ingrid@solheim.example", "i.solheim@work.example"]
    assert found["phones"] == [{"type": "mobile", "value": "+47 406 12 345"}]
    assert found["links"][0] == "https://www.linkedin.com/in/ingrid-solheim"
    assert str(prospect.key) in found["links"][1]
    assert (found["origin"], found["sources"], found["stage"]) == ("sourced", ["Pin"], "lead-new")
    assert found["tags"] == []
    assert found["owner"] == found["sourcedBy"] == company.account.default_user_id
    assert record.created_by_us
    assert record.lever_url.endswith(found["urls"]["show"])
    assert len(company.state()["resumes"]) == 1


def test_a_new_person_with_an_email_linkedin_and_resume_costs_two_calls(company: World) -> None:
    record = export(company, company.person(linkedin=LINKEDIN, sourced_via="pin"))
    calls = [(call.method, call.path, dict(call.params)) for call in record.attempts.get().calls.all()]
    refreshes = [call for call in calls if "updated_at_start" in call[2]]
    assert [call[:2] for call in calls if call not in refreshes] == [
        ("GET", "/opportunities"),
        ("POST", "/opportunities"),
    ]
    assert len(refreshes) <= 1


def test_an_imported_person_gets_no_resume(company: World) -> None:
    export(company, company.person(sourced_via="import"))
    assert company.state()["resumes"] == []


def test_skills_become_tags_only_where_the_rules_say_so(company: World) -> None:
    export(company, company.person(skills=("Rust",)))
    rules.set_skills_as_tags(by=SYSTEM, account=company.account, on=True)
    export(company, company.person("Another Person", skills=("Go",)))
    assert [found["tags"] for found in sorted(company.opportunities(), key=lambda row: row["createdAt"])] == [
        [],
        ["Go"],
    ]


def test_the_jobs_posting_is_used_and_a_closed_one_is_refused_with_its_cure(company: World) -> None:
    posting = Posting.objects.filter(state="published", is_confidential=False).first()
    closed = Posting.objects.filter(state="closed").first()
    services.set_posting(by=PIN, account=company.account, job=company.job, posting_id=posting.lever_id)
    record = export(company, company.person())
    assert record.posting_id == posting.lever_id
    services.set_posting(by=PIN, account=company.account, job=company.job, posting_id=closed.lever_id)
    record = export(company, company.person("Somebody Else"))
    assert (record.state, record.cause) == ("failed", "posting_gone")
    assert "Choose another Lever job" in record.reason


@pytest.mark.parametrize("how", ["email", "linkedin"])
def test_who_is_in_lever_already_is_linked_and_nobody_is_created(company: World, how: str) -> None:
    (theirs,) = somebody_in_lever(
        company, emails=["INGRID@solheim.example"], links=["http://no.linkedin.com/in/Ingrid-Solheim?x=1"]
    )
    emails = ("ingrid@solheim.example",) if how == "email" else ()
    record = export(company, company.person(emails=emails, linkedin=LINKEDIN if how == "linkedin" else None))
    assert (record.state, record.opportunity_id) == ("in_lever", theirs)
    assert [kind for kind, _ in record.matched_on] == [how]
    assert len(company.opportunities()) == 1
    assert not record.created_by_us


def test_the_same_person_on_two_jobs_is_created_once_and_linked_once(company: World) -> None:
    first = company.person(emails=("ada@people.example",))
    second = company.person(emails=("ada@people.example",), job=Job.objects.create(title="Designer"))
    assert first.candidate_id == second.candidate_id
    company.export(first, second)
    company.work()
    assert sorted(SyncRecord.objects.values_list("state", flat=True)) == ["in_lever", "synced"]
    assert len(company.opportunities()) == 1


def test_an_opportunity_is_added_when_a_person_asks_for_it(company: World) -> None:
    somebody_in_lever(company, emails=["ada@people.example"])
    posting = Posting.objects.filter(state="published", is_confidential=False).first()
    services.set_posting(by=PIN, account=company.account, job=company.job, posting_id=posting.lever_id)
    record = export(company, company.person(emails=("ada@people.example",)), wish="add")
    assert record.state == "synced", record.reason
    assert len(company.opportunities()) == 2
    assert len({found["contact"] for found in company.opportunities()}) == 1
    again = export(company, record.prospect, wish="add")
    assert again.opportunity_id == record.opportunity_id
    assert len(company.opportunities()) == 2


def test_doubt_asks_and_each_answer_works(company: World) -> None:
    somebody_in_lever(company, emails=["ada@people.example"])
    somebody_in_lever(company, links=[LINKEDIN])
    prospects = [company.person(emails=("ada@people.example",), linkedin=LINKEDIN)]
    record = export(company, prospects[0])
    assert (record.state, record.cause) == ("needs_you", "ask_doubt")
    assert not Claim.objects.filter(record=record).exists()
    question = record.questions.get()
    by_linkedin = next(option for option in question.options if option["matched"][0][0] == "linkedin")
    answer_link(by=PIN, question=question, contact_id=by_linkedin["contact"])
    company.work()
    record.refresh_from_db()
    assert (record.state, record.contact_id) == ("in_lever", by_linkedin["contact"])
    assert len(company.opportunities()) == 2


def test_creating_without_the_shared_keys_leaves_them_out_of_the_payload(company: World) -> None:
    somebody_in_lever(company, emails=["ada@people.example"])
    somebody_in_lever(company, links=[LINKEDIN])
    record = export(
        company,
        company.person("New One", emails=("ada@people.example", "own@people.example"), linkedin=LINKEDIN),
    )
    answer_create(by=PIN, question=record.questions.get())
    company.work()
    record.refresh_from_db()
    assert record.state == "synced", record.reason
    (made,) = [found for found in company.opportunities() if found["id"] == record.opportunity_id]
    assert made["emails"] == ["own@people.example"]
    assert [link for link in made["links"] if "linkedin" in link] == []


def test_giving_up_ends_a_question(company: World) -> None:
    somebody_in_lever(company, emails=["ada@people.example"])
    somebody_in_lever(company, links=[LINKEDIN])
    record = export(company, company.person(emails=("ada@people.example",), linkedin=LINKEDIN))
    answer_give_up(by=PIN, question=record.questions.get())
    record.refresh_from_db()
    assert (record.state, record.cause) == ("cancelled", "given_up")
    with pytest.raises(services.NotPossible):
        answer_give_up(by=PIN, question=record.questions.get())


def test_an_anonymised_person_is_asked_about(company: World) -> None:
    prospect = company.person(emails=("ada@people.example",))
    record = export(company, prospect)
    company.control("anonymize", {"contact": record.contact_id})
    other = company.person(emails=("ada@people.example",), job=Job.objects.create(title="Designer"))
    record = export(company, other)
    company.make_due()
    company.work()
    record.refresh_from_db()
    assert record.cause == "ask_anonymised", record.reason


def test_nothing_is_sent_while_outgoing_is_off_and_it_goes_when_switched_on(company: World) -> None:
    rules.set_outgoing(by=SYSTEM, account=company.account, on=False)
    record = export(company, company.person())
    assert (record.state, record.cause) == ("held", "outgoing_off")
    sweep()
    company.work()
    assert company.opportunities() == []
    rules.set_outgoing(by=SYSTEM, account=company.account, on=True)
    sweep()
    company.work()
    record.refresh_from_db()
    assert record.state == "synced"


def test_the_allow_list_lets_only_its_jobs_and_people_through(company: World) -> None:
    rules.set_allow_list(by=SYSTEM, account=company.account, on=True)
    allowed, other = company.person("Allowed"), company.person("Other")
    rules.allow_person(by=SYSTEM, account=company.account, candidate=allowed.candidate)
    records = company.export(allowed, other)
    company.work()
    assert [SyncRecord.objects.get(pk=record.pk).state for record in records] == ["synced", "held"]
    rules.allow_job(by=SYSTEM, account=company.account, job=company.job)
    sweep()
    company.work()
    assert SyncRecord.objects.get(pk=records[1].pk).state == "synced"


def test_disconnecting_holds_and_reconnecting_goes_on_exporting_nobody_again(company: World) -> None:
    done = export(company, company.person("Done"))
    accounts.disconnect(by=SYSTEM)
    record = export(company, company.person("Waiting"))
    assert (record.state, record.cause) == ("held", "not_connected")
    accounts.connect_with_key(by=SYSTEM, environment="practice", api_key="practice-key")
    sweep()
    company.work()
    record.refresh_from_db()
    assert record.state == "synced", record.reason
    assert SyncRecord.objects.get(pk=done.pk).opportunity_id == done.opportunity_id
    assert len(company.opportunities()) == 2


def test_an_event_that_fulfils_the_rule_makes_the_record_in_its_own_transaction(company: World) -> None:
    services.set_trigger(by=PIN, job=company.job, trigger="replied")
    prospect = company.person()
    company.event(prospect, "message_sent", "email")
    assert not SyncRecord.objects.exists()
    company.event(prospect, "replied", "email")
    record = SyncRecord.objects.get()
    assert record.priority == 20
    company.work()
    record.refresh_from_db()
    assert record.state == "synced"


def test_what_was_true_before_the_rule_stays_where_it_is(company: World) -> None:
    prospect = company.person()
    company.event(prospect, "message_sent", "email", occurred_at=db_now() - timedelta(days=1))
    services.set_trigger(by=PIN, job=company.job, trigger="messaged")
    company.event(prospect, "opened", "email")
    sweep(everything=True)
    assert not SyncRecord.objects.exists()


def test_the_sweep_makes_the_record_a_crash_left_out(company: World) -> None:
    services.set_trigger(by=PIN, job=company.job, trigger="messaged")
    prospect = company.person()
    company.event(prospect, "message_sent", "email")
    SyncRecord.objects.all().delete()
    sweep()
    assert SyncRecord.objects.get().prospect == prospect


def test_contact_found_fires_with_a_contact_point_found_after_outreach_began(company: World) -> None:
    services.set_trigger(by=PIN, job=company.job, trigger="contact_found")
    prospect = company.person(emails=(), linkedin=LINKEDIN)
    company.event(prospect, "added_to_outreach")
    assert not SyncRecord.objects.exists()
    add_contact_point(by=PIN, candidate=prospect.candidate, kind="email", value="ingrid@solheim.example")
    assert SyncRecord.objects.count() == 1


def test_a_merged_candidates_claims_cover_all_their_rows(company: World) -> None:
    first = company.person(emails=("ada@people.example",))
    second = company.person("Ada B.", emails=(), linkedin=LINKEDIN, job=Job.objects.create(title="Designer"))
    recruiting.merge(by=PIN, gone=second.candidate, into=first.candidate)
    company.export(first, second)
    company.work()
    assert len(company.opportunities()) == 1
    assert sorted(SyncRecord.objects.values_list("state", flat=True)) == ["in_lever", "synced"]


def test_an_open_question_of_identity_is_asked_first_and_goes_on_when_answered(company: World) -> None:
    company.person(emails=("ada@people.example",))
    company.person("Ada Linked", emails=(), linkedin=LINKEDIN)
    doubtful = company.person("Ada Third", emails=("ada@people.example",), linkedin=LINKEDIN)
    record = export(company, doubtful)
    assert record.cause == "ask_identity", record.reason
    question = doubtful.candidate.questions.get()
    recruiting.answer_identity_question(by=PIN, question=question, same_as=None)
    sweep()
    company.work()
    record.refresh_from_db()
    assert record.state in ("synced", "in_lever"), record.reason


def test_a_file_that_names_a_profile_links_it_without_a_trigger(company: World) -> None:
    (theirs,) = somebody_in_lever(company, emails=["x@people.example"])
    prospect = company.person("From Lever", emails=())
    record = services.link_from_file(
        by=PIN, prospect=prospect, profile=f"https://hire.lever.co/candidates/{theirs}", origin="file"
    )
    company.work()
    record.refresh_from_db()
    assert (record.state, record.opportunity_id) == ("in_lever", theirs)


def test_a_profile_unknown_to_the_account_is_a_problem_never_a_link(company: World) -> None:
    record = services.link_from_file(
        by=PIN, prospect=company.person(), profile="0d2c7a86-51c1-4f4c-9c0a-2a7c0d1b3f21", origin="file"
    )
    company.work()
    record.refresh_from_db()
    assert (record.state, record.cause) == ("failed", "unknown_profile")


def test_what_lever_refuses_fails_with_levers_own_words_and_frees_the_keys(company: World) -> None:
    company.control(
        "faults",
        {
            "match": {"method": "POST"},
            "kind": "status",
            "args": {"status": 400, "body": {"code": "BadRequest", "message": "Name is too odd"}},
        },
    )
    record = export(company, company.person())
    assert (record.state, record.cause) == ("failed", "rejected_400")
    assert "Name is too odd" in record.reason
    assert not Claim.objects.exists()


def test_a_refused_resume_is_left_out_and_said(company: World) -> None:
    company.control(
        "faults", {"match": {"method": "POST", "count": 1}, "kind": "status", "args": {"status": 422}}
    )
    record = export(company, company.person(sourced_via="pin"))
    assert record.state == "synced", record.reason
    assert "without it" in record.resume_note
    assert company.state()["resumes"] == []


def test_deleting_in_lever_is_noticed_and_never_created_again_by_itself(company: World) -> None:
    record = export(company, company.person())
    company.control("delete", {"opportunity": record.opportunity_id})
    from pinlever.connection import crawl
    from pinlever.connection.gateway import open_client

    crawl.poll(company.account, open_client(accounts.current_connection()))
    sweep()
    record.refresh_from_db()
    assert record.state == "removed"
    assert not Claim.objects.exists()
    assert company.work() == 0


def test_every_change_of_a_record_is_in_the_audit_log(company: World) -> None:
    record = export(company, company.person())
    actions = list(
        AuditEntry.objects.filter(subject_type="sync.syncrecord", subject_id=str(record.pk))
        .order_by("id")
        .values_list("action", "by_kind")
    )
    assert actions == [("sync.exported", "pin"), ("sync.synced", "system")]
