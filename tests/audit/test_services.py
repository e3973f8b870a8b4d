"""Rows of the audit log: what is in them, and that they stand or fall with the change they tell of."""

import dataclasses
import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pinlever.accounts.models import User
from pinlever.audit.models import AuditEntry
from pinlever.audit.services import LEVER, PIN, SYSTEM, Actor, entry, record, record_many
from pinlever.recruiting.models import Candidate, Job

pytestmark = pytest.mark.django_db

ADA = Actor("person", "7", "Ada Admin")


@pytest.fixture
def job() -> Job:
    return Job.objects.create(title="Hydrologist")


def test_a_row_tells_who_did_what_to_whom_from_what_to_what(job: Job) -> None:
    before = timezone.now()
    made = record(
        by=ADA,
        action="job.renamed",
        subject=job,
        before={"title": "Fisher"},
        after={"title": "Hydrologist"},
        note="on request",
    )
    row = AuditEntry.objects.get()
    assert row == made
    assert (row.by_kind, row.by_id, row.by_label) == ("person", "7", "Ada Admin")
    assert (row.action, row.note) == ("job.renamed", "on request")
    assert (row.subject_type, row.subject_id, row.subject_label) == ("recruiting.job", str(job.pk), str(job))
    assert (row.before, row.after) == ({"title": "Fisher"}, {"title": "Hydrologist"})
    assert before <= row.at <= timezone.now() + timedelta(seconds=1)
    assert str(row) == f"Ada Admin: job.renamed {job}"


def test_what_is_not_said_is_empty(job: Job) -> None:
    row = record(by=SYSTEM, action="job.seen", subject=job)
    row.refresh_from_db()
    assert (row.before, row.after, row.note) == ({}, {}, "")


def test_the_newest_row_comes_first(job: Job) -> None:
    for number in range(3):
        record(by=SYSTEM, action=f"job.{number}", subject=job)
    assert [row.action for row in AuditEntry.objects.all()] == ["job.2", "job.1", "job.0"]


KEY = uuid.UUID("f16708ff-fc2e-4214-b5e0-0701eb48e411")
PLAIN: list[tuple[Any, Any]] = [
    ("text 鍵 \N{GRINNING FACE}", "text 鍵 \N{GRINNING FACE}"),
    ("", ""),
    (None, None),
    (True, True),
    (0, 0),
    (2.5, 2.5),
    (["a", 1], ["a", 1]),
    ({"a": [1]}, {"a": [1]}),
    (date(2026, 2, 28), "2026-02-28"),
    (datetime(2026, 2, 28, 1, 2, 3, 4000, tzinfo=UTC), "2026-02-28T01:02:03.004000+00:00"),
    (KEY, str(KEY)),
]


@pytest.mark.parametrize(("value", "kept"), PLAIN)
def test_values_are_kept_as_plain_json(job: Job, value: Any, kept: Any) -> None:
    row = record(by=SYSTEM, action="job.changed", subject=job, before={"it": value}, after={"it": value})
    row.refresh_from_db()
    assert (row.before, row.after) == ({"it": kept}, {"it": kept})


def test_another_row_is_told_by_its_number(job: Job) -> None:
    candidate = Candidate.objects.create(full_name="Nia")
    row = record(by=SYSTEM, action="job.filled", subject=job, after={"by": candidate})
    row.refresh_from_db()
    assert row.after == {"by": candidate.pk}


def test_the_caller_s_own_values_are_left_as_they_were(job: Job) -> None:
    told = {"at": date(2026, 1, 1)}
    record(by=SYSTEM, action="job.changed", subject=job, after=told)
    assert told == {"at": date(2026, 1, 1)}


def test_names_of_any_length_fit() -> None:
    candidate = Candidate.objects.create(full_name="x" * 290)
    long = Actor("person", "1", "y" * 1000)
    row = record(by=long, action="candidate.created", subject=candidate)
    record_many(by=long, action="candidate.seen", subjects=[(candidate, {})])
    row.refresh_from_db()
    assert row.by_label == "y" * 200
    assert row.subject_label == str(candidate)[:300]


def test_a_change_that_is_undone_takes_its_row_along(job: Job) -> None:
    class Stop(Exception):
        pass

    with pytest.raises(Stop), transaction.atomic():
        record(by=SYSTEM, action="job.renamed", subject=job)
        record_many(by=SYSTEM, action="job.seen", subjects=[(job, {})])
        raise Stop
    assert not AuditEntry.objects.exists()


def test_what_cannot_be_told_undoes_the_change(job: Job) -> None:
    """Rather no change than one without its row."""
    with pytest.raises(TypeError), transaction.atomic():
        Job.objects.filter(pk=job.pk).update(title="Changed")
        record(by=SYSTEM, action="job.renamed", subject=job, after={"it": object()})
    assert Job.objects.get().title == "Hydrologist"


def test_many_rows_are_one_statement() -> None:
    jobs = [Job.objects.create(title=f"Job {number}") for number in range(20)]
    with CaptureQueriesContext(
        connection,
    ) as captured:
        record_many(by=PIN, action="job.created", subjects=[(job, {"title": job.title}) for job in jobs])
    assert len([query for query in captured if "INSERT" in query["sql"]]) == 1
    rows = AuditEntry.objects.order_by("id")
    assert [(row.subject_id, row.after) for row in rows] == [
        (str(job.pk), {"title": job.title}) for job in jobs
    ]
    assert {(row.by_kind, row.by_label, row.action, row.subject_type) for row in rows} == {
        ("pin", "Pin", "job.created", "recruiting.job")
    }
    assert all(row.at and row.before == {} and row.note == "" for row in rows)


def test_many_and_one_tell_the_same(job: Job) -> None:
    told = {"key": KEY, "on": date(2026, 1, 1)}
    record(by=ADA, action="job.changed", subject=job, after=told)
    record_many(by=ADA, action="job.changed", subjects=[(job, told)])
    one, other = (
        {name: value for name, value in row.items() if name not in ("id", "at")}
        for row in AuditEntry.objects.values()
    )
    assert one == other


def test_no_rows_at_all_are_fine() -> None:
    record_many(by=PIN, action="job.created", subjects=[])
    assert not AuditEntry.objects.exists()


def test_a_person_acts_under_name_or_address() -> None:
    named = User.objects.create_user("ada@x.example", first_name="Ada", last_name="Admin")
    unnamed = User.objects.create_user("bo@x.example")
    assert Actor.person(named) == Actor("person", str(named.pk), "Ada Admin")
    assert Actor.person(unnamed).label == "bo@x.example"


def test_who_is_nobody_in_particular_has_a_name_too() -> None:
    kinds = [SYSTEM, PIN, LEVER]
    assert [one.kind for one in kinds] == ["system", "pin", "lever"]
    assert {one.id for one in kinds} == {""} and all(one.label for one in kinds)
    longest = AuditEntry._meta.get_field("by_kind").max_length
    assert longest and all(len(one.kind) <= longest for one in [*kinds, ADA])


def test_an_actor_cannot_be_changed_underway() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        SYSTEM.label = "somebody else"  # type: ignore[misc]


def test_a_row_outlives_its_subject_and_its_actor(job: Job) -> None:
    user = User.objects.create_user("ada@x.example")
    record(by=Actor.person(user), action="job.renamed", subject=job)
    job.delete()
    user.delete()
    row = AuditEntry.objects.get()
    assert (row.by_label, row.subject_label) == ("ada@x.example", "Hydrologist")


def test_what_is_named_like_a_secret_is_never_kept(db: None) -> None:
    subject = Actor("person", "1", "Aud")
    kept = entry(
        subject, "changed", AuditEntry(pk=1), {"api_key": "k"}, {"nested": {"refresh_token": "r"}}, ""
    )
    assert kept["before"] == {"api_key": "(secret)"}
    assert kept["after"] == {"nested": {"refresh_token": "(secret)"}}


def test_values_inside_lists_are_plain_too() -> None:
    kept = entry(SYSTEM, "changed", AuditEntry(pk=1), None, {"days": [date(2026, 1, 2)]}, "")
    assert kept["after"] == {"days": ["2026-01-02"]}
