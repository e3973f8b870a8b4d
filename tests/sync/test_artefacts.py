"""Profile, résumé, notes and form as steps: each state's words and buttons, and constant queries for many."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pinlever.audit.services import PIN
from pinlever.foundation import failpoints
from pinlever.sync import after_creation, artefacts, step_rows
from pinlever.sync.artefacts import Artefact
from pinlever.sync.models import FollowUp, SyncRecord
from tests.sync.artefacts_story import change_template, files, the, with_form, without_resume
from tests.sync.lever_story import follow, in_lever
from tests.sync.play import no_pace
from tests.sync.world import World

UPLOAD = {"method": "POST", "path": "/files$", "count": 1}


@pytest.fixture(autouse=True)
def _at_once(company: World) -> Iterator[None]:
    with no_pace():
        yield
    failpoints.install(None)


def steps(record: SyncRecord) -> dict[str, Artefact]:
    record.refresh_from_db()
    return {one.step: one for one in artefacts.of_one(record)}


def states(record: SyncRecord) -> dict[str, str]:
    return {step: one.state for step, one in steps(record).items()}


def codes(one: Artefact) -> list[str]:
    return [action.code for action in one.actions]


def test_who_was_created_with_everything(company: World) -> None:
    with_form(company)
    record = in_lever(company, sourced_via="pin")
    follow()
    found = steps(record)
    assert list(found) == ["profile", "resume", "notes", "form"]
    assert {one.state for one in found.values()} == {"done"}
    assert found["resume"].told == "Went along with the profile."
    assert found["notes"].told == "1 note written" and found["form"].told == "Written."
    assert all(one.actions == () and one.at for one in found.values())


def test_a_missing_resume_waits_fails_is_left_out_and_is_sent(company: World) -> None:
    record = without_resume(company)
    assert states(record)["resume"] == "waiting"
    fault = {"match": UPLOAD, "kind": "status", "args": {"status": 400, "body": {"message": "Too odd"}}}
    company.control("faults", fault)
    follow()
    resume = steps(record)["resume"]
    assert resume.state == "failed" and codes(resume) == ["retry", "leave_out"]
    assert "Too odd" in resume.reason and "appears under Files, not as their résumé" in resume.sentence
    after_creation.leave_out(by=PIN, record=record, kind="resume")
    resume = steps(record)["resume"]
    assert (resume.state, codes(resume)) == ("left_out", ["send"]) and "left it out" in resume.reason
    after_creation.send_resume(by=PIN, record=record)
    follow()
    resume = steps(record)["resume"]
    assert (resume.state, resume.told, resume.actions) == ("done", "Sent as a file.", ())
    assert "under Files" in resume.hint


def test_a_file_that_lever_cannot_show_says_so(company: World) -> None:
    record = without_resume(company)
    follow()
    (file,) = files(company)
    file["status"] = "error"
    FollowUp.objects.filter(kind="resume").update(state="waiting", done_at=None)
    follow()
    resume = steps(record)["resume"]
    assert (resume.state, resume.reason) == (
        "done",
        "Lever has the file, and says that it cannot show it (error).",
    )


def test_who_was_linked_needs_nothing(company: World) -> None:
    with_form(company)
    company.control("opportunities", {"people": [{"name": "Ada", "emails": ["ada@people.example"]}]})
    (record,) = company.export(company.person(emails=("ada@people.example",), sourced_via="pin"))
    company.work()
    assert states(record) == {
        "profile": "not_needed",
        "resume": "not_needed",
        "notes": "waiting",
        "form": "not_needed",
    }


def test_imported_people_need_no_resume_and_without_the_rule_no_form(company: World) -> None:
    record = in_lever(company)
    found = steps(record)
    assert (
        found["resume"].told.startswith("None is made") and found["form"].told == "No fields form is written."
    )
    with_form(company)
    assert codes(steps(record)["form"]) == ["send"] and "switched on" in steps(record)["form"].told


def test_a_changed_form_names_its_cure(company: World) -> None:
    with_form(company)
    record = in_lever(company)
    change_template(company, {"type": "text", "text": "Other", "required": True})
    follow()
    form = steps(record)["form"]
    assert (form.state, form.cause) == ("failed", "form_changed")
    assert codes(form) == ["map_form", "retry", "leave_out"] and form.actions[0].needs_super_admin


def test_a_further_opportunity_offers_the_file(company: World) -> None:
    company.control("opportunities", {"people": [{"name": "Ada", "emails": ["ada@people.example"]}]})
    person = company.person(emails=("ada@people.example",), sourced_via="pin")
    (record,) = company.export(person, wish="add")
    company.work()
    resume = steps(record)["resume"]
    assert (resume.state, codes(resume)) == ("left_out", ["send"])


def test_failed_notes_are_counted_with_what_lever_said(company: World) -> None:
    record = in_lever(company)
    for kind in ("message_sent", "replied"):
        company.event(record.prospect, kind, "email")
    FollowUp.objects.filter(kind="note").update(
        state="failed", cause="rejected_400", reason="Lever refused it."
    )
    notes = steps(record)["notes"]
    assert (notes.state, notes.told, notes.reason) == (
        "failed",
        "0 notes written, 3 failed",
        "Lever refused it.",
    )
    after_creation.try_step_again(by=PIN, record=record, kinds=step_rows.KINDS["notes"])
    follow()
    assert steps(record)["notes"].told == "3 notes written"


def test_what_belongs_to_a_former_profile_is_not_told_of_this_one(company: World) -> None:
    record = without_resume(company)
    follow()
    row = the("resume")
    FollowUp.objects.filter(pk=row.pk).update(opportunity_id="former")
    assert steps(record)["resume"].state == "left_out"


def test_many_cost_no_more_queries_than_one(company: World) -> None:
    with_form(company)
    records = [in_lever(company, sourced_via="pin") for _ in range(3)]
    follow()

    def asked(some: list[SyncRecord]) -> int:
        with CaptureQueriesContext(connection) as queries:
            artefacts.artefacts_of(some)
        return len(queries)

    assert asked(records) == asked(records[:1]) <= 8
    assert artefacts.artefacts_of([]) == {}


def test_who_is_not_in_lever_has_no_steps(company: World) -> None:
    (record,) = company.export(company.person())
    assert artefacts.of_one(record) == ()
