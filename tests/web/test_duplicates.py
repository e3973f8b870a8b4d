"""Questions side by side with their evidence, decided with one click, and the way back."""

from typing import Any

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pinlever.audit.services import PIN
from pinlever.connection import rules
from pinlever.recruiting.models import Candidate, IdentityQuestion, Job
from pinlever.sync.answering import answer_give_up
from pinlever.sync.models import Question, State, SyncRecord
from tests.sync.world import World

LINKEDIN = "https://www.linkedin.com/in/ada-lovelace/"


def somebody_in_lever(company: World, name: str, **facts: Any) -> list[str]:
    """Ids of their opportunities."""
    made = company.control("opportunities", {"people": [{"name": name, **facts}]})
    return [each for row in made["data"] for each in row["opportunities"]]


def doubtful(company: World, name: str = "Ada Lovelace") -> SyncRecord:
    """Email and LinkedIn point at two different people in Lever."""
    somebody_in_lever(company, "Ada By Email", emails=["ada@people.example"], headline="Analyst, Engines")
    somebody_in_lever(company, "Ada By LinkedIn", links=["http://no.linkedin.com/in/Ada-Lovelace?x=1"])
    (record,) = company.export(company.person(name, emails=("Ada@People.example",), linkedin=LINKEDIN))
    company.work()
    record.refresh_from_db()
    assert record.cause == "ask_doubt", record.reason
    return record


def same_in_pin(company: World) -> IdentityQuestion:
    company.person("Ada Mail", emails=("ada@people.example",))
    company.person("Ada Linked", emails=(), linkedin=LINKEDIN)
    third = company.person("Ada Third", emails=("ada@people.example",), linkedin=LINKEDIN)
    (record,) = company.export(third)
    company.work()
    record.refresh_from_db()
    assert record.cause == "ask_identity"
    return third.candidate.questions.get()


def page_at(client: Client, query: str = "") -> str:
    answer = client.get(f"/duplicates/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("url", ["/duplicates/", "/duplicates/decided/"])
def test_it_requires_signing_in(client: Client, db: None, url: str) -> None:
    assert client.get(url).status_code == 302
    for path in ("/duplicates/records/1/", "/duplicates/people/1/", "/duplicates/people/1/apart/"):
        assert client.post(path)["Location"].startswith("/accounts/login/")


def test_with_nothing_to_decide_it_says_so(as_recruiter: Client) -> None:
    assert "Nothing to decide" in page_at(as_recruiter)
    assert "Nothing has been decided yet" in page_at(as_recruiter, "decided/")


def test_both_sides_are_shown_as_they_are_spelled_with_the_shared_keys_marked(
    company: World, as_recruiter: Client
) -> None:
    record = doubtful(company)
    page = page_at(as_recruiter)
    assert record.reason in page
    for shown in (
        "Ada By Email",
        "Ada By LinkedIn",
        "Analyst, Engines",
        "http://no.linkedin.com/in/Ada-Lovelace?x=1",
    ):
        assert shown in page
    assert page.count("says-so") == 4  # each key on either side
    assert "Same person as Ada By Email" in page
    assert "None of them: create" in page
    assert "without the email ada@people.example and the LinkedIn profile ada-lovelace" in page
    assert "Lever itself joins people by email" in page


def test_linking_with_one_click_goes_on_and_shows_the_next(company: World, as_recruiter: Client) -> None:
    record = doubtful(company)
    question = record.questions.get()
    by_linkedin = next(option for option in question.options if option["matched"][0][0] == "linkedin")
    answer = as_recruiter.post(
        f"/duplicates/records/{question.pk}/", {"do": "link", "contact": by_linkedin["contact"]}, follow=True
    )
    page = answer.content.decode()
    assert "Ada Lovelace is being linked to the person you chose." in page
    assert "Nothing to decide" in page
    company.work()
    record.refresh_from_db()
    assert (record.state, record.contact_id) == (State.IN_LEVER, by_linkedin["contact"])
    decided = page_at(as_recruiter, "decided/")
    assert "Linked to Ada By LinkedIn" in decided
    assert f"/duplicates/records/{question.pk}/back/" in decided


@pytest.mark.parametrize(("do", "state"), [("create", "synced"), ("give_up", "cancelled")])
def test_creating_apart_and_leaving_out(company: World, as_recruiter: Client, do: str, state: str) -> None:
    record = doubtful(company)
    as_recruiter.post(f"/duplicates/records/{record.questions.get().pk}/", {"do": do})
    company.work()
    record.refresh_from_db()
    assert record.state == state


def test_a_match_may_be_linked_with_one_more_opportunity(company: World, as_recruiter: Client) -> None:
    rules.set_match_rules(by=PIN, account=company.account, action="ask")
    somebody_in_lever(company, "Ada", emails=["ada@people.example"])
    (record,) = company.export(company.person("Ada", emails=("ada@people.example",)))
    company.work()
    page = page_at(as_recruiter)
    assert "Same person, and add this job" in page
    as_recruiter.post(f"/duplicates/records/{record.questions.get().pk}/", {"do": "add"})
    company.work()
    record.refresh_from_db()
    assert record.state == State.SYNCED
    assert len(company.opportunities()) == 2


def test_somebody_anonymised_cannot_be_linked(company: World, as_recruiter: Client) -> None:
    (record,) = company.export(company.person("Ada", emails=("ada@people.example",)))
    company.work()
    record.refresh_from_db()
    company.control("anonymize", {"contact": record.contact_id})
    other = company.person("Ada", emails=("ada@people.example",), job=Job.objects.create(title="Designer"))
    (second,) = company.export(other)
    for _ in range(2):
        company.make_due()
        company.work()
    second.refresh_from_db()
    assert second.cause == "ask_anonymised", second.reason
    page = page_at(as_recruiter, f"?record={second.pk}")
    assert "Create them again" in page
    assert "Anonymised in Lever" in page
    assert 'value="link"' not in page


def test_a_lost_answer_may_be_sent_again_and_a_dying_worker_tried_again(
    company: World, as_recruiter: Client
) -> None:
    (record,) = company.export(company.person("Ada"))
    for kind, button in (("unsettled", "Not in Lever: send again"), ("worker_dies", "Try once more")):
        SyncRecord.objects.update(state="needs_you", cause=f"ask_{kind}", reason="?")
        question = Question.objects.create(record=record, kind=kind, text="?")
        assert button in page_at(as_recruiter)
        as_recruiter.post(f"/duplicates/records/{question.pk}/", {"do": "send_again"})
        record.refresh_from_db()
        assert record.state == State.QUEUED


def test_an_unsettled_one_shows_whom_the_keys_find(company: World, as_recruiter: Client) -> None:
    made = somebody_in_lever(company, "Ada There", emails=["ada@people.example"])
    (first,) = company.export(company.person("Ada", emails=("ada@people.example",)))
    company.work()  # reads her into the index
    SyncRecord.objects.filter(pk=first.pk).update(state="needs_you", cause="ask_unsettled", reason="?")
    Question.objects.create(record=first, kind="unsettled", text="?")
    page = page_at(as_recruiter)
    assert "Ada There" in page
    assert "It is this one" in page
    assert made[0] in page


def test_an_unsettled_one_is_linked_to_a_profile_somebody_found(company: World, as_recruiter: Client) -> None:
    (made,) = somebody_in_lever(company, "Ada There", emails=["ada@people.example"])
    (record,) = company.export(company.person("Ada", emails=("ada@people.example",)))
    company.work()  # reads her into the index
    SyncRecord.objects.update(state="needs_you", cause="ask_unsettled", reason="?")
    question = Question.objects.create(record=record, kind="unsettled", text="?")
    url = f"/duplicates/records/{question.pk}/"
    for profile, said in (
        ("nonsense", "That is no link"),
        (str(company.job.key), "No profile of that link is known"),
    ):
        page = as_recruiter.post(url, {"do": "link", "profile": profile}, follow=True).content.decode()
        assert said in page
    as_recruiter.post(url, {"do": "link", "profile": f"https://hire.lever.co/candidates/{made}?x"})
    company.work()
    record.refresh_from_db()
    assert (record.state, record.opportunity_id) == (State.IN_LEVER, made)


def test_an_answer_given_meanwhile_is_a_sentence(company: World, as_recruiter: Client) -> None:
    question = doubtful(company).questions.get()
    answer_give_up(by=PIN, question=question)
    answer = as_recruiter.post(f"/duplicates/records/{question.pk}/", {"do": "create"}, follow=True)
    assert "Pin has answered this already." in answer.content.decode()


@pytest.mark.parametrize("given", [{}, {"do": "explode"}, {"do": "link", "contact": "nobody"}, {"do": "add"}])
def test_a_wrong_answer_changes_nothing(company: World, as_recruiter: Client, given: dict[str, str]) -> None:
    record = doubtful(company)
    answer = as_recruiter.post(f"/duplicates/records/{record.questions.get().pk}/", given, follow=True)
    assert answer.status_code == 200
    record.refresh_from_db()
    assert record.state == State.NEEDS_YOU
    assert as_recruiter.post("/duplicates/records/99999/", given).status_code == 404


def test_the_same_person_in_pin_is_merged_and_the_record_goes_on(
    company: World, as_recruiter: Client
) -> None:
    question = same_in_pin(company)
    page = page_at(as_recruiter)
    for shown in ("Ada Third", "Ada Mail", "Ada Linked", "Same person", "Not the same"):
        assert shown in page
    other = Candidate.objects.get(full_name="Ada Mail")
    answer = as_recruiter.post(f"/duplicates/people/{question.pk}/", {"same_as": other.pk}, follow=True)
    assert "are one person now" in answer.content.decode()
    assert Candidate.objects.get(full_name="Ada Third").merged_into == other
    assert SyncRecord.objects.get().state == State.QUEUED


def test_not_the_same_person_keeps_them_apart(company: World, as_recruiter: Client) -> None:
    question = same_in_pin(company)
    as_recruiter.post(f"/duplicates/people/{question.pk}/", {"same_as": ""})
    assert not Candidate.objects.exclude(merged_into=None).exists()
    company.work()
    assert SyncRecord.objects.get().state in ("synced", "in_lever")


def test_a_merge_is_taken_apart_again_and_asked_again(company: World, as_recruiter: Client) -> None:
    question = same_in_pin(company)
    other = Candidate.objects.get(full_name="Ada Mail")
    as_recruiter.post(f"/duplicates/people/{question.pk}/", {"same_as": other.pk})
    assert "Take apart again" in page_at(as_recruiter, "decided/")
    answer = as_recruiter.post(f"/duplicates/people/{question.candidate_id}/apart/", follow=True)
    assert "is a person of their own again" in answer.content.decode()
    question.refresh_from_db()
    assert question.reversed_by == "Rita Vik"
    assert IdentityQuestion.objects.filter(answered_at=None).count() == 1
    again = as_recruiter.post(f"/duplicates/people/{question.candidate_id}/apart/", follow=True)
    assert "merged into nobody" in again.content.decode()


def test_a_stranger_is_nobody_to_merge_with(company: World, as_recruiter: Client) -> None:
    question = same_in_pin(company)
    stranger = company.person("Stranger").candidate
    for given in (str(stranger.pk), "9" * 30):
        as_recruiter.post(f"/duplicates/people/{question.pk}/", {"same_as": given})
    assert not Candidate.objects.exclude(merged_into=None).exists()


def test_another_answer_given_meanwhile_is_told(company: World, as_recruiter: Client) -> None:
    question = same_in_pin(company)
    as_recruiter.post(f"/duplicates/people/{question.pk}/", {"same_as": ""})
    other = Candidate.objects.get(full_name="Ada Mail")
    answer = as_recruiter.post(f"/duplicates/people/{question.pk}/", {"same_as": other.pk}, follow=True)
    assert "was answered by Rita Vik" in answer.content.decode()


def test_the_list_leads_from_record_and_kind_and_strange_addresses_are_no_error(
    company: World, as_recruiter: Client
) -> None:
    record = doubtful(company)
    name = f"at=record-{record.questions.get().pk}"
    (other,) = company.export(company.person("Somebody Else"))
    SyncRecord.objects.filter(pk=other.pk).update(state="needs_you", cause="ask_worker_dies")
    Question.objects.create(record=other, kind="worker_dies", text="Workers died.")
    for query in (f"?record={record.pk}", "?kind=doubt", f"?{name}"):
        assert "Ada By Email" in page_at(as_recruiter, query)
    assert "Workers died." in page_at(as_recruiter, "?kind=worker_dies")
    for query in ("?at=record-99", "?at=%00", "?record=99999999999999999999", "?kind=x"):
        page_at(as_recruiter, query)


def test_hostile_text_is_escaped(company: World, as_recruiter: Client) -> None:
    bad = "<script>alert(1)</script>"
    somebody_in_lever(company, bad, emails=["ada@people.example"], headline=bad)
    somebody_in_lever(company, "B", links=[LINKEDIN])
    company.export(company.person(bad, emails=("ada@people.example",), linkedin=LINKEDIN))
    company.work()
    page = page_at(as_recruiter)
    assert bad not in page
    assert "&lt;script&gt;alert(1)" in page


def test_queries_do_not_grow_with_questions(company: World, as_recruiter: Client) -> None:
    doubtful(company)

    def queries() -> int:
        with CaptureQueriesContext(database) as captured:
            page_at(as_recruiter)
        return len(captured)

    queries()
    few = queries()
    for record in company.export(*[company.person() for _ in range(40)]):
        SyncRecord.objects.filter(pk=record.pk).update(state="needs_you", cause="ask_doubt")
        Question.objects.create(record=record, kind="doubt", text="?")
    assert queries() <= few


def test_the_menu_counts_each_decision_once(company: World, as_recruiter: Client) -> None:
    same_in_pin(company)  # a question about a person in Pin, and the record that waits for it
    (record,) = company.export(company.person("Somebody Else"))
    SyncRecord.objects.filter(pk=record.pk).update(state="needs_you", cause="ask_worker_dies")
    Question.objects.create(record=record, kind="worker_dies", text="Workers died.")
    page = page_at(as_recruiter)
    assert '2<span class="visually-hidden"> need a decision</span>' in page
    assert "1 of 2" in page


def test_questions_about_the_same_people_are_shown_together_and_skipped_together(
    company: World, as_recruiter: Client
) -> None:
    record = doubtful(company)
    other = company.person(
        "Ada King", emails=("ada@people.example",), job=Job.objects.create(title="Designer")
    )
    assert other.candidate == record.prospect.candidate
    company.person("Somebody", emails=("some@people.example",), phones=("+442079460000",))
    company.person("Body", emails=("body@people.example",), phones=("+442079460000",))
    (alone,) = company.export(company.person("Alone"))
    SyncRecord.objects.filter(pk=alone.pk).update(state="needs_you", cause="ask_worker_dies")
    Question.objects.create(record=alone, kind="worker_dies", text="Workers died.")
    (second,) = company.export(other)
    company.work()
    second.refresh_from_db()
    assert second.cause == "ask_doubt"
    page = page_at(as_recruiter)
    assert "1 of 3" in page
    assert "and 1 more about the same people" in page
    assert page.count("None of them: create") == 2
    keys = [f"record-{one.questions.get().pk}" for one in (record, second)]
    answer = as_recruiter.post("/duplicates/skip/", {"key": [*keys, "record-x", "x-1"]}, follow=True)
    page = answer.content.decode()
    assert "waits at the end of the list" in page
    assert "Workers died." in page
    assert "Skipped by Rita Vik" in page_at(as_recruiter, f"?at={keys[0]}")
    Question.objects.update(skipped_at=record.created_at.replace(year=2020))
    assert "None of them: create" in page_at(as_recruiter)


def test_an_answer_is_taken_back_with_what_stays_said_before(company: World, as_recruiter: Client) -> None:
    record = doubtful(company)
    question = record.questions.get()
    as_recruiter.post(f"/duplicates/records/{question.pk}/", {"do": "create"})
    company.work()
    url = f"/duplicates/records/{question.pk}/back/"
    asked = as_recruiter.get(url).content.decode()
    assert "stays in Lever until the export is undone" in asked
    assert "Take 1 decision back" in asked
    page = as_recruiter.post(url, follow=True).content.decode()
    assert "Taken back. Ada Lovelace is asked about again." in page
    assert "None of them: create" in page
    decided = page_at(as_recruiter, "decided/")
    assert "Taken back by Rita Vik" in decided
    assert url not in decided
    assert "has taken that back already" in as_recruiter.post(url).content.decode()


def test_somebody_else_is_asked_about_again_when_it_is_taken_back(
    company: World, as_recruiter: Client
) -> None:
    question = same_in_pin(company)
    as_recruiter.post(f"/duplicates/people/{question.pk}/", {"same_as": ""})
    url = f"/duplicates/people/{question.pk}/again/"
    assert url in page_at(as_recruiter, "decided/")
    assert "is asked again" in as_recruiter.post(url, follow=True).content.decode()
    assert IdentityQuestion.objects.filter(answered_at=None).count() == 1
    assert "not how it stands" in as_recruiter.post(url, follow=True).content.decode()


def test_the_rule_that_outreach_waits_is_a_switch_of_super_admins(
    company: World, as_recruiter: Client, as_super_admin: Client
) -> None:
    doubtful(company)
    assert "Pause outreach to them" in as_recruiter.get("/settings/ats/").content.decode()
    assert as_recruiter.post("/settings/ats/asking/", {"on": "yes"}).status_code == 403
    answer = as_super_admin.post("/settings/ats/asking/", {}, HTTP_HX_REQUEST="true").content.decode()
    assert "no longer waits for open questions. Let go now: 1." in answer
    company.account.refresh_from_db()
    assert not company.account.hold_while_asked
