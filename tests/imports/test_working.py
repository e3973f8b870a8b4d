"""Working an import batch by batch: who is added, what is left out, and that a crash anywhere repeats nothing."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest
from django.db import OperationalError
from django.utils import timezone

from pinlever.accounts.models import User
from pinlever.audit.models import AuditEntry
from pinlever.audit.services import SYSTEM, Actor
from pinlever.connection.models import LeverAccount
from pinlever.foundation import failpoints
from pinlever.imports import arriving, working
from pinlever.imports.models import Import, ImportRow
from pinlever.imports.services import due_imports, start_import
from pinlever.imports.working import link_waiting, work_import
from pinlever.outreach.models import OutreachEvent
from pinlever.recruiting.models import Candidate, ContactPoint, Job, Prospect
from pinlever.sync.models import SyncRecord
from tests.imports.conftest import PROFILE
from tests.recruiting.at_once import at_once

FILE = (
    b"Name,Emails,LinkedIn,Sourced by,Sourced at,Sourcing tag,Score,Notes\n"
    b'Ann Lee,"a@example.com, ann@example.org",linkedin.com/in/ann,REC@example.com,2026-01-31,Spring,87,kept\n'
    b"Bob,nope,,,,,,\n"
    b"Cy,,,,,,,\n"
    b"Ann,A@example.com,,Somebody,,,,\n"
    b"Dee,d@example.com,,,,,,\n"
)


def started(job: Job, content: bytes = FILE, **choices: object) -> Import:
    return start_import(by=SYSTEM, name="people.csv", content=content, job=job, **choices)  # type: ignore[arg-type]


def finished(job: Job, content: bytes = FILE, **choices: object) -> Import:
    made = started(job, content, **choices)
    while work_import(made.pk):
        pass
    made.refresh_from_db()
    assert made.state == "done"
    return made


def everything() -> dict[str, object]:
    """All that an import leaves behind, without row numbers of the database and times of arrival."""
    return {
        "people": sorted(Candidate.objects.values_list("full_name", "sourced_via")),
        "points": sorted(ContactPoint.objects.values_list("candidate__full_name", "normalised", "is_quiet")),
        "prospects": sorted(
            Prospect.objects.values_list("candidate__full_name", "sourcer_email", "sourcing_tag")
        ),
        "events": sorted(
            OutreachEvent.objects.values_list("prospect__candidate__full_name", "kind", "is_quiet")
        ),
        "rows": list(
            ImportRow.objects.order_by("number").values_list("number", "state", "candidate__full_name")
        ),
        "records": sorted(SyncRecord.objects.values_list("wish_opportunity_id", flat=True)),
        "audit": sorted(AuditEntry.objects.values_list("action", flat=True)),
    }


def test_good_rows_become_prospects_and_the_others_are_left_out(job: Job) -> None:
    recruiter = User.objects.create_user("rec@example.com")
    made = finished(job)
    assert made.totals | {"seconds": 0} == {
        "rows": 5,
        "ready": 0,
        "problem": 1,
        "done": 4,
        "skipped": 0,
        "created": 3,
        "joined": 1,
        "linked": 0,
        "seconds": 0,
    }
    assert sorted(Candidate.objects.values_list("full_name", flat=True)) == ["Ann Lee", "Cy", "Dee"]
    ann = Prospect.objects.get(candidate__full_name="Ann Lee")
    assert (ann.job, ann.sourcer, ann.sourcing_tag, ann.score) == (job, recruiter, "Spring", 87)
    assert ann.sourced_at == datetime(2026, 1, 31, tzinfo=UTC)
    assert [row.state for row in made.rows.all()] == ["done", "problem", "done", "done", "done"]
    assert made.rows.get(number=5).candidate == ann.candidate
    assert made.finished_at is not None


def test_a_sourcer_who_is_not_here_is_kept_in_words(job: Job) -> None:
    finished(job, b"Name,Emails,Sourced by\nAnn,a@example.com,gone@example.com\n")
    prospect = Prospect.objects.get()
    assert (prospect.sourcer, prospect.sourcer_email) == (None, "gone@example.com")


@pytest.mark.parametrize("fires", [False, True])
def test_an_import_is_quiet_unless_it_was_ticked(job: Job, fires: bool) -> None:
    finished(job, fires_triggers=fires)
    assert set(ContactPoint.objects.values_list("is_quiet", flat=True)) == {not fires}
    assert set(OutreachEvent.objects.values_list("kind", "is_quiet")) == {("contact_found", not fires)}


@pytest.mark.parametrize(
    ("source", "profile", "via"), [("import", "", "import"), ("import", PROFILE, "lever"), ("pin", "", "pin")]
)
def test_where_people_come_from_is_kept(
    job: Job, account: LeverAccount, source: str, profile: str, via: str
) -> None:
    finished(job, f"Name,Emails,Profile ID\nAnn,a@example.com,{profile}\n".encode(), source=source)
    assert Candidate.objects.get().sourced_via == via


def test_a_repeat_of_the_same_file_adds_nobody_and_nothing(job: Job, account: LeverAccount) -> None:
    content = FILE + b"\nEve,,,,,,,\n,,,,,,,\nZed,z@example.com,,,,,,\n"
    finished(job, content)
    before = everything()
    again = finished(job, content)
    after = everything()
    assert Import.objects.count() == 2
    assert (again.totals["created"], again.totals["joined"]) == (0, 6)
    assert [after[name] for name in ("people", "points", "prospects", "events", "records")] == [
        before[name] for name in ("people", "points", "prospects", "events", "records")
    ]


def test_batches_end_and_say_whether_there_is_more(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "BATCH", 2)
    made = started(job)
    assert work_import(made.pk) is True
    made.refresh_from_db()
    assert (made.totals["done"], made.totals["ready"], made.locked_by) == (2, 2, "")
    assert due_imports() == [made.pk]
    assert work_import(made.pk) is False
    assert due_imports() == []
    assert work_import(made.pk) is False


class Killed(BaseException):
    """The process dies here: nothing may catch it."""


def killing(where: str, time: int) -> Callable[[str], None]:
    seen = []

    def hook(name: str) -> None:
        if name == where:
            seen.append(name)
            if len(seen) == time:
                raise Killed

    return hook


@pytest.mark.parametrize(
    ("where", "time", "together"),
    [
        *(("imports.row_before_done", time, together) for time in (1, 2, 3, 4) for together in (1, 3, 20)),
        *(("imports.rows_done", time, 1) for time in (1, 2, 3, 4)),
        *(("imports.rows_done", time, 3) for time in (1, 2)),
    ],
)
def test_a_crash_anywhere_and_a_resumption_give_the_same_result(
    job: Job, account: LeverAccount, monkeypatch: pytest.MonkeyPatch, where: str, time: int, together: int
) -> None:
    monkeypatch.setattr(working, "TOGETHER", together)
    content = FILE.replace(b",Notes", b",Profile ID").replace(b",kept", f",{PROFILE}".encode())
    finished(job, content)
    expected = everything()
    for model in (ImportRow, Import, SyncRecord, OutreachEvent, Prospect, AuditEntry):
        model.objects.all().delete()
    Candidate.objects.all().delete()

    made = started(job, content)
    failpoints.install(killing(where, time))
    with pytest.raises(Killed):
        work_import(made.pk)
    failpoints.install(None)
    assert work_import(made.pk) is False  # the dead worker's lease still runs
    Import.objects.update(locked_until=timezone.now() - timedelta(seconds=1))
    assert due_imports() == [made.pk]
    while work_import(made.pk):
        pass
    assert everything() == expected


def test_a_worker_suspended_past_its_lease_repeats_nothing(job: Job) -> None:
    made = started(job)

    def suspended(name: str) -> None:
        failpoints.install(None)
        Import.objects.update(locked_until=timezone.now() - timedelta(seconds=1))
        assert work_import(made.pk) is False  # another worker takes over and finishes

    failpoints.install(suspended)
    assert work_import(made.pk) is False
    made.refresh_from_db()
    assert (made.state, made.totals["done"]) == ("done", 4)
    assert AuditEntry.objects.filter(action="import.finished").count() == 1
    assert Candidate.objects.count() == 3


def test_no_row_is_begun_after_the_time_of_a_task(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "WORK_FOR", 0.0)
    made = started(job)
    assert work_import(made.pk) is True
    assert not Candidate.objects.exists()
    assert due_imports() == [made.pk]


def test_a_fault_with_one_row_keeps_nobody_else_waiting(job: Job) -> None:
    real = arriving.outreach.person_arrived

    def faulty(**facts: object) -> object:
        if facts["facts"].full_name == "Cy":  # type: ignore[attr-defined]
            raise ZeroDivisionError
        return real(**facts)  # type: ignore[arg-type]

    with patch.object(arriving.outreach, "person_arrived", faulty):
        made = finished(job)
    assert [row.state for row in made.rows.all()] == ["done", "problem", "problem", "done", "done"]
    problem = made.rows.get(number=4).problems[0]
    assert "could not be added" in problem["wrong"] and problem["cure"]


def test_an_absent_database_is_not_the_rows_fault(job: Job) -> None:
    made = started(job)
    with (
        patch.object(working, "bring_in", side_effect=OperationalError("gone")),
        pytest.raises(OperationalError),
    ):
        work_import(made.pk)
    assert not ImportRow.objects.filter(number=2, state="problem").exists()
    made.refresh_from_db()
    assert (made.locked_by, made.claims_unended) == ("", 0)
    assert work_import(made.pk) is False
    assert Candidate.objects.count() == 3


def test_a_row_on_which_workers_die_is_left_out_in_the_end(job: Job) -> None:
    made = started(job)
    for _ in range(working.MOST_DEATHS):
        failpoints.install(killing("imports.row_before_done", 2))
        with pytest.raises(Killed):
            work_import(made.pk)
        failpoints.install(None)
        ImportRow.objects.filter(number=2).update(state="ready")  # so that each worker gets as far as row 4
        Import.objects.update(locked_until=timezone.now() - timedelta(seconds=1))
    ImportRow.objects.filter(number=2).update(state="done")
    work_import(made.pk)
    assert "Workers died" in ImportRow.objects.get(number=4).problems[0]["wrong"]
    assert ImportRow.objects.filter(state="done").count() == 3


def test_a_row_with_a_lever_profile_asks_for_its_link(job: Job, account: LeverAccount) -> None:
    link = f"https://hire.lever.co/candidates/{PROFILE}"
    made = finished(job, f"Candidate Name,Profile ID\nAnn,{link}\n".encode())
    record = SyncRecord.objects.get()
    assert (record.wish_opportunity_id, record.prospect, record.account) == (
        PROFILE,
        Prospect.objects.get(),
        account,
    )
    assert record.origin == f"import {made.pk}"
    assert made.totals["linked"] == 1


def test_rows_without_a_profile_ask_for_nothing(job: Job, account: LeverAccount) -> None:
    finished(job)
    assert not SyncRecord.objects.exists()


def test_without_an_account_the_link_waits_until_there_is_one(
    job: Job, request: pytest.FixtureRequest
) -> None:
    made = finished(job, f"Name,Profile ID\nAnn,{PROFILE}\n".encode())
    row = made.rows.get()
    assert (row.state, row.note) == ("done", arriving.WAITS)
    assert link_waiting() == 0
    request.getfixturevalue("account")
    assert link_waiting() == 1
    assert SyncRecord.objects.get().wish_opportunity_id == PROFILE
    assert link_waiting() == 0
    row.refresh_from_db()
    assert row.note == ""


def test_a_file_in_which_every_row_has_a_problem_ends_too(job: Job) -> None:
    made = finished(job, b"Name,Emails\nAnn,nope\n")
    assert (made.totals["problem"], made.totals["done"]) == (1, 0)


def test_the_person_who_imports_stands_in_the_audit_log(job: Job) -> None:
    user = User.objects.create_user("rec@example.com", first_name="Rita")
    made = start_import(by=Actor.person(user), name="people.csv", content=FILE, job=job)
    work_import(made.pk)
    assert set(AuditEntry.objects.values_list("by_kind", "by_id", "by_label")) == {
        ("person", str(user.pk), "Rita")
    }


def test_where_rows_cannot_be_added_together_each_is_added_on_its_own(job: Job) -> None:
    """The last row fails once, as when the database ends a deadlock: nothing of the others is lost or done twice."""
    real, failed = arriving.outreach.person_arrived, list[str]()

    def failing_once(**facts: object) -> object:
        name = facts["facts"].full_name  # type: ignore[attr-defined]
        if name == "Dee" and not failed:
            failed.append(name)
            raise OperationalError("deadlock detected")
        return real(**facts)  # type: ignore[arg-type]

    with patch.object(arriving.outreach, "person_arrived", failing_once):
        made = finished(job)
    assert failed == ["Dee"]
    assert (made.totals["done"], made.totals["problem"], made.totals["created"]) == (4, 1, 3)
    assert Candidate.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_two_files_with_the_same_people_in_other_orders_both_end() -> None:
    job, other = Job.objects.create(title="Engineer"), Job.objects.create(title="Designer")
    people = [f'Person {n},"{n}@example.com, p{n}@example.org"' for n in range(30)]
    files = [["Name,Emails", *people], ["Name,Emails", *reversed(people)]]
    imports = [
        started(each, "\n".join(lines).encode()) for each, lines in zip((job, other), files, strict=True)
    ]

    def worked(of: Import) -> None:
        while work_import(of.pk):
            pass

    at_once(*[lambda of=of: worked(of) for of in imports])
    assert Candidate.objects.count() == 30
    assert Prospect.objects.count() == 60
    assert set(ImportRow.objects.values_list("state", flat=True)) == {"done"}
