"""Somebody in Lever who is not the person: remembered for all their jobs, whoever is merged, until it is taken back."""

from typing import Any

import pytest

from pinlever.audit.models import AuditEntry
from pinlever.audit.services import PIN
from pinlever.connection import rules
from pinlever.connection.models import KnownKey, KnownOpportunity
from pinlever.outreach.models import Hold
from pinlever.recruiting.families import family
from pinlever.recruiting.models import Candidate, Job, Prospect
from pinlever.recruiting.services import merge, unmerge
from pinlever.sync import pairs, removals
from pinlever.sync.answering import answer_create, answer_link
from pinlever.sync.models import NotTheSame, Presence, State, SyncRecord
from pinlever.sync.presence import in_lever
from pinlever.sync.preview import plan_for
from pinlever.sync.reversing import reverse
from pinlever.sync.subject import subject_of
from pinlever.sync.who_is_it import answer_who
from tests.sync.world import World

LINKEDIN = "https://www.linkedin.com/in/ada-lovelace/"


def in_lever_already(company: World, name: str, **facts: Any) -> str:
    """Their contact there."""
    made = company.control("opportunities", {"people": [{"name": name, **facts}]})
    return str(made["data"][0]["contact"])


def ada(company: World, title: str = "") -> Prospect:
    job = Job.objects.create(title=title) if title else None
    return company.person(
        "Ada Lovelace", emails=("ada@people.example", "ada@work.example"), linkedin=LINKEDIN, job=job
    )


def exported(company: World, prospect: Prospect) -> SyncRecord:
    (record,) = company.export(prospect)
    company.work()
    record.refresh_from_db()
    return record


def told_apart(company: World) -> SyncRecord:
    """Somebody in Lever has one of Ada's addresses and is somebody else; Ada was created without it."""
    rules.set_match_rules(by=PIN, account=company.account, action="ask")
    in_lever_already(company, "Ada Byron", emails=["ada@people.example"])
    record = exported(company, ada(company))
    answer_create(by=PIN, question=record.questions.get())
    company.work()
    record.refresh_from_db()
    return record


def test_the_shared_key_is_in_no_claim_match_or_payload_of_any_job(company: World) -> None:
    record = told_apart(company)
    assert record.state == State.SYNCED
    (made,) = company.in_lever("ada@work.example")
    assert made["emails"] == ["ada@work.example"]
    second = exported(company, ada(company, "Designer"))
    assert (second.state, second.contact_id) == (
        State.IN_LEVER,
        record.contact_id,
    ) or second.cause == "ask_match"
    assert not second.questions.filter(options__0__contact=NotTheSame.objects.get().contact_id).exists()
    assert ("email", "ada@people.example") in subject_of(second).left_out
    assert not second.claims.filter(value="ada@people.example").exists()
    assert AuditEntry.objects.filter(action="pair.not_the_same").exists()


def test_the_plan_for_many_knows_it_too(company: World) -> None:
    told_apart(company)
    Presence.objects.all().delete()
    second = ada(company, "Designer")
    plan = plan_for(company.account, [second.pk])
    assert "Ada Byron" not in str(plan)
    (theirs,) = in_lever(company.account, [family(second.candidate)]).values()
    assert [one.name for one in theirs] == ["Ada Lovelace"]


def test_what_they_come_to_share_later_is_left_out_as_well(company: World) -> None:
    record = told_apart(company)
    other = NotTheSame.objects.get().contact_id
    held = KnownKey.objects.get(value="ada@people.example", opportunity__contact_id=other)
    KnownKey.objects.create(
        account=company.account, opportunity=held.opportunity, kind="email", value="ada@work.example"
    )
    assert ("email", "ada@work.example") in subject_of(record).left_out


@pytest.mark.parametrize("said_before_the_merge", [True, False])
def test_it_holds_whoever_is_merged_and_taken_apart(company: World, said_before_the_merge: bool) -> None:
    twin = company.person("A. Lovelace", emails=("twin@people.example",)).candidate
    if said_before_the_merge:
        record = told_apart(company)
        merge(by=PIN, gone=record.prospect.candidate, into=twin)
    else:
        prospect = ada(company)
        merge(by=PIN, gone=prospect.candidate, into=twin)
        record = told_apart(company)
    assert ("email", "ada@people.example") in subject_of(record).left_out
    unmerge(by=PIN, candidate=Candidate.objects.get(full_name="Ada Lovelace"))
    (again,) = company.export(ada(company, "Designer"))
    assert ("email", "ada@people.example") in subject_of(again).left_out


def test_it_follows_whom_lever_merges(company: World) -> None:
    told_apart(company)
    said = NotTheSame.objects.get()
    KnownOpportunity.objects.filter(contact_id=said.contact_id).update(contact_id="survivor")
    pairs.follow_merged(company.account, since=None)
    said.refresh_from_db()
    assert said.contact_id == "survivor"
    removals.note_merged(company.account, since=None)


def test_whom_a_link_passes_over_is_not_asked_about_again(company: World) -> None:
    by_email = in_lever_already(company, "Ada By Email", emails=["ada@people.example"])
    in_lever_already(company, "Ada By LinkedIn", links=[LINKEDIN])
    record = exported(company, ada(company))
    assert record.cause == "ask_doubt"
    answer_link(by=PIN, question=record.questions.get(), contact_id=by_email)
    company.work()
    second = exported(company, ada(company, "Designer"))
    assert (second.state, second.contact_id) == (State.IN_LEVER, by_email), second.reason


def test_a_later_link_overrules_it(company: World) -> None:
    record = told_apart(company)
    other = NotTheSame.objects.get().contact_id
    question = record.questions.get()
    again = reverse(by=PIN, question=question)
    assert again is not None
    answer_link(by=PIN, question=again, contact_id=other)
    company.work()
    record.refresh_from_db()
    assert (record.state, record.contact_id) == (State.IN_LEVER, other)
    assert not NotTheSame.objects.filter(reversed_at=None).exists()


def test_whom_somebody_else_in_pin_is_linked_to_is_not_theirs(company: World) -> None:
    first = company.person("Ada Mail", emails=("ada@people.example",))
    company.person("Ada Linked", emails=(), linkedin=LINKEDIN)
    theirs = exported(company, first)
    third = company.person(
        "Ada Third", emails=("ada@people.example", "third@people.example"), linkedin=LINKEDIN
    )
    record = exported(company, third)
    assert record.cause == "ask_identity"
    answer_who(by=PIN, question=third.candidate.questions.get(), same_as=None)
    company.work()
    record.refresh_from_db()
    assert record.state == State.SYNCED and record.contact_id != theirs.contact_id, record.reason
    assert company.in_lever("third@people.example")[0]["emails"] == ["third@people.example"]
    assert not Hold.objects.filter(released_at=None).exists()
