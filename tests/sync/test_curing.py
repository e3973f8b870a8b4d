"""One cure for all whom a cause stopped: users, addresses, another Lever job; groups by what Lever said."""

from typing import Any

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from pinlever.audit.models import AuditEntry
from pinlever.audit.services import PIN, SYSTEM
from pinlever.connection import rules
from pinlever.connection.models import LeverAccount, LeverUser, UserAlias
from pinlever.connection.rules import InvalidRule
from pinlever.foundation.clock import db_now
from pinlever.outreach.services import InvalidContactPoint
from pinlever.recruiting.models import ContactPoint, Job, Prospect
from pinlever.sync import curing
from pinlever.sync.activity import MOST_GROUPS, Asked, groups, records_of
from pinlever.sync.curable import refused_addresses, sourcers_of, users_of
from pinlever.sync.curing import Correction
from pinlever.sync.followup_groups import failed, follow_groups
from pinlever.sync.models import Cure, FollowUp, State, SyncRecord
from tests.sync.world import World


def refusing(company: World, message: str, status: int = 422, **match: Any) -> None:
    """Lever refuses every creation that fits, in these words."""
    fault = {
        "match": {"method": "POST", "path": "/opportunities$", **match},
        "kind": "status",
        "args": {"status": status, "body": {"code": "Unprocessable", "message": message}},
    }
    company.control("faults", fault)


def test_refusals_are_grouped_by_what_lever_said_word_for_word(company: World) -> None:
    refusing(company, "<b>Phone</b> +47 900 00 001 of Ada Byron is odd", body="Ada")
    refusing(company, "<b>Phone</b> +47 911 11 111 of Bob Stone is odd", body="Bob")
    refusing(company, "The name is too long", body="Eve")
    company.export(company.person("Ada Byron"), company.person("Bob Stone"), company.person("Eve Lund"))
    company.work()
    found = groups(company.account, "failed")
    assert [(group.code, group.count) for group in found] == [("rejected", 2), ("rejected", 1)]
    assert found[0].said == "422 Unprocessable <b>Phone</b> +47 911 11 111 of Bob Stone is odd"
    asked = Asked("failed", cause="rejected", said=found[0].said_key)
    assert records_of(company.account, asked).count() == 2
    curing.try_again(
        by=PIN, account=company.account, records=records_of(company.account, asked), what="Lever refused"
    )
    assert SyncRecord.objects.filter(state=State.QUEUED).count() == 2


def test_words_are_forgotten_with_the_next_end(company: World) -> None:
    refusing(company, "odd")
    (record,) = company.export(company.person())
    company.work()
    record.refresh_from_db()
    assert record.said and record.said_key
    company.control("faults", method="DELETE")
    curing.try_again(by=PIN, account=company.account, records=SyncRecord.objects.all(), what="x")
    company.work()
    record.refresh_from_db()
    assert (record.state, record.said, record.said_key) == (State.SYNCED, "", "")


def test_groups_cost_three_queries_and_are_bounded_whatever_lever_says(company: World) -> None:
    records = company.export(*[company.person() for _ in range(MOST_GROUPS + 5)])
    for number, record in enumerate(records):
        SyncRecord.objects.filter(pk=record.pk).update(
            state="failed", cause="rejected_400", said=f"400 {number}", said_key=f"key{number}"
        )
    with CaptureQueriesContext(database) as captured:
        found = groups(company.account, "failed")
    assert len(captured) == 3
    assert len(found) == MOST_GROUPS
    assert all(len(group.examples) == 1 for group in found)
    merged = groups(company.account, "failed", examples=0, by_words=False)
    assert [(group.code, group.count) for group in merged] == [("rejected", len(records))]


def no_users(company: World, *emails: str) -> list[SyncRecord]:
    LeverAccount.objects.update(default_user_id="")
    people = [company.person() for _ in emails]
    for person, email in zip(people, emails, strict=True):
        Prospect.objects.filter(pk=person.pk).update(sourcer=None, sourcer_email=email)
    Job.objects.update(owner=None)
    records = company.export(*people)
    company.work()
    assert set(SyncRecord.objects.values_list("cause", flat=True)) == {"no_lever_user"}
    return records


def test_sourcers_are_told_with_their_people_and_a_user_who_looks_like_them(company: World) -> None:
    user = LeverUser.objects.filter(account=company.account, deactivated_at=None).exclude(email="").first()
    assert user is not None
    alike = f"{user.email.partition('@')[0]}@pin.example"
    no_users(company, alike, alike.upper(), "other@pin.example", "")
    stopped = curing.stopped_by_users(company.account)
    with CaptureQueriesContext(database) as captured:
        found = sourcers_of(stopped, users_of(company.account))
    assert len(captured) == 3
    assert [(one.email, one.count, one.suggested) for one in found.known] == [
        (alike, 2, user.lever_id),
        ("other@pin.example", 1, ""),
    ]
    assert found.nobodys == 1


def test_users_are_mapped_and_all_their_people_go_in_that_name(company: World) -> None:
    no_users(company, "a@pin.example", "a@pin.example", "b@pin.example", "")
    first, second = users_of(company.account)[:2]
    cure = curing.map_users(
        by=PIN,
        account=company.account,
        users={"a@pin.example": first.lever_id},
        default_user=second.lever_id,
        records=curing.stopped_by_users(company.account),
        what="No Lever user",
    )
    assert cure.told == "4 people are tried again."
    assert cure.done == "1 sourcer has a Lever user now, the default user was chosen."
    assert cure.items.count() == 4
    company.work()
    found = SyncRecord.objects.order_by("pk").values_list("state", "performed_as")
    assert list(found) == [("synced", each.lever_id) for each in (first, first, second, second)]


def test_a_user_lever_does_not_have_changes_nothing(company: World) -> None:
    no_users(company, "a@pin.example", "b@pin.example")
    user = users_of(company.account)[0]
    with pytest.raises(InvalidRule):
        curing.map_users(
            by=PIN,
            account=company.account,
            users={"a@pin.example": user.lever_id, "b@pin.example": "nobody"},
            records=curing.stopped_by_users(company.account),
            what="x",
        )
    assert not UserAlias.objects.exists()
    assert not Cure.objects.exists()
    assert set(SyncRecord.objects.values_list("state", flat=True)) == {"failed"}


def test_a_user_lever_refuses_is_replaced_by_the_one_somebody_chose(company: World) -> None:
    own, other = users_of(company.account)[:2]
    refusing(company, f"perform_as is not a user: {own.lever_id}", 400, query=own.lever_id)
    person = company.person()
    Prospect.objects.filter(pk=person.pk).update(sourcer=None, sourcer_email=own.email)
    (record,) = company.export(person)
    company.work()
    record.refresh_from_db()
    assert (record.state, record.cause) == (State.FAILED, "user_refused")
    curing.map_users(
        by=PIN,
        account=company.account,
        users={own.email: other.lever_id},
        records=curing.stopped_by_users(company.account),
        what="x",
    )
    company.work()
    record.refresh_from_db()
    assert (record.state, record.performed_as) == (State.SYNCED, other.lever_id)


def refused(company: World, *emails: str) -> SyncRecord:
    refusing(company, f"Email address {emails[0].upper()} is not valid", body=emails[0])
    (record,) = company.export(company.person("Ada Byron", emails=emails))
    company.work()
    record.refresh_from_db()
    assert (record.state, record.cause) == (State.FAILED, "email_refused")
    return record


def test_the_address_lever_names_is_corrected_and_the_refused_one_stays_in_pin(company: World) -> None:
    record = refused(company, "ada@wrong.example", "ada@fine.example")
    rows = SyncRecord.objects.select_related("prospect__candidate")
    (line,) = refused_addresses(list(rows))
    assert (line.email, line.is_named) == ("ada@wrong.example", True)
    cure = curing.correct_emails(
        by=PIN,
        account=company.account,
        corrections=[Correction(line.record, line.email, "Ada@Right.example")],
        what="x",
    )
    assert cure.done == "The addresses of 1 person were corrected."
    company.work()
    record.refresh_from_db()
    assert record.state == State.SYNCED
    (there,) = company.opportunities()
    assert sorted(email.lower() for email in there["emails"]) == ["ada@fine.example", "ada@right.example"]
    assert ContactPoint.objects.filter(value="ada@wrong.example").exists()
    assert AuditEntry.objects.filter(action="sync.address_left_out").count() == 1


def test_an_address_is_left_out_for_all_jobs_of_the_person_that_are_not_in_lever(company: World) -> None:
    record = refused(company, "ada@wrong.example")
    other = company.person("Ada Byron", emails=("ada@wrong.example",), job=Job.objects.create(title="Other"))
    (second,) = company.export(other)
    curing.correct_emails(
        by=PIN, account=company.account, corrections=[Correction(record, "ada@wrong.example")], what="x"
    )
    for row in SyncRecord.objects.all():
        assert row.left_out_keys == [["email", "ada@wrong.example"]]
    company.work()
    assert set(SyncRecord.objects.values_list("state", flat=True)) <= {"synced", "in_lever"}
    assert second.pk != record.pk


def test_what_is_no_address_changes_nobody(company: World) -> None:
    record = refused(company, "ada@wrong.example")
    with pytest.raises(InvalidContactPoint):
        curing.correct_emails(
            by=PIN,
            account=company.account,
            corrections=[Correction(record, "ada@wrong.example", "nonsense")],
            what="x",
        )
    record.refresh_from_db()
    assert (record.state, record.left_out_keys) == (State.FAILED, [])
    assert not Cure.objects.exists()


def follow_up(record: SyncRecord, number: int, **columns: Any) -> FollowUp:
    given = {"kind": "note", "state": "failed", "cause": "rejected_400", "said": "400 no", "said_key": "k"}
    return FollowUp.objects.create(
        record=record, opportunity_id=record.opportunity_id, key=f"event:{number}", place=db_now(), due_at=db_now(),
        made_at=db_now(), done_at=db_now(), **{**given, **columns},
    )  # fmt: skip


def test_what_failed_after_the_sync_is_grouped_and_tried_again_by_group(company: World) -> None:
    (record,) = company.export(company.person())
    company.work()
    record.refresh_from_db()
    for number in range(3):
        follow_up(record, number)
    follow_up(record, 4, kind="stage", cause="worker_dies", said="", said_key="")
    follow_up(record, 5, state="done")
    with CaptureQueriesContext(database) as captured:
        found = follow_groups(company.account)
    assert len(captured) == 3
    assert [(group.label, group.cause.code, group.count) for group in found] == [
        ("Note on the timeline", "refused", 3),
        ("Stage moved", "worker_dies", 1),
    ]
    assert found[0].said == "400 no"
    rows = failed(company.account, "note", "rejected", "k")
    cure = curing.follow_again(by=PIN, account=company.account, rows=rows, what="Notes")
    assert cure.told == "3 are written again."
    assert cure.items.exclude(follow_up=None).count() == 3
    again = FollowUp.objects.filter(state="waiting")
    assert set(again.values_list("cause", "said", "said_key")) == {("", "", "")}
    assert follow_groups(company.account)[0].cause.code == "worker_dies"


def test_a_cure_is_kept_by_who_made_it_even_when_nobody_is_left(company: World) -> None:
    rules.set_outgoing(by=SYSTEM, account=company.account, on=True)
    cure = curing.try_again(by=PIN, account=company.account, records=SyncRecord.objects.none(), what="Gone")
    assert (cure.told, cure.by_label, cure.items.count()) == ("Nobody is tried again.", "Pin", 0)
