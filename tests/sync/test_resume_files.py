"""The résumé of somebody created without it goes as a file, once, whatever happens on the way."""

from collections.abc import Iterator
from typing import Any

import pytest

from pinlever.audit.models import AuditEntry
from pinlever.audit.services import PIN
from pinlever.foundation import failpoints
from pinlever.sync import after_creation
from pinlever.sync.models import FollowUp
from pinlever.sync.promises import NothingToTry, try_again
from tests.sync.acts import Killed
from tests.sync.artefacts_story import files, follow_through, the, without_resume
from tests.sync.lever_story import follow, in_lever, pass_time
from tests.sync.play import no_pace
from tests.sync.world import World

UPLOAD = {"method": "POST", "path": "/files$", "count": 1}
PLACES = (
    "followup.claimed",
    "resume.before_look",
    "followup.before_commit",
    "followup.after_commit",
    "call.before POST /opportunities/:id/files",
    "call.after POST /opportunities/:id/files",
    "followup.after_send",
    "followup.before_end",
    "followup.after_end",
)
FAULTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("drop_after", {}),
    ("drop_before", {}),
    ("garbage", {}),
    ("truncated", {}),
    ("status", {"status": 500, "commit": True}),
    ("status", {"status": 408, "commit": True}),
    ("status", {"status": 503}),
    ("status", {"status": 429}),
)


@pytest.fixture(autouse=True)
def _at_once(company: World) -> Iterator[None]:
    with no_pace():
        yield
    failpoints.install(None)


def fault(company: World, kind: str, args: dict[str, Any], **match: Any) -> None:
    company.control("faults", {"match": {**UPLOAD, **match}, "kind": kind, "args": args})


def test_a_refused_resume_follows_once_as_a_file(company: World) -> None:
    record = without_resume(company, name="Ingrid Solheim")
    follow()
    (file,) = files(company)
    assert file["name"].startswith("Ingrid Solheim - resume ") and file["name"].endswith(".pdf")
    assert file["_opportunity"] == record.opportunity_id
    assert company.app.world.store.blob(file["id"]).startswith(b"%PDF")
    row = the("resume")
    assert (row.state, row.lever_id, row.over_at) == ("done", file["id"], None)
    assert AuditEntry.objects.filter(action="follow_up.done", subject_id=str(row.pk)).exists()


def test_whose_resume_went_along_gets_no_file(company: World) -> None:
    record = in_lever(company, sourced_via="pin")
    follow()
    assert files(company) == [] and not FollowUp.objects.filter(kind="resume").exists()
    with pytest.raises(NothingToTry, match="went along"):
        after_creation.send_resume(by=PIN, record=record)


def test_imported_and_linked_people_get_none(company: World) -> None:
    record = in_lever(company)
    with pytest.raises(NothingToTry, match="imported"):
        after_creation.send_resume(by=PIN, record=record)
    company.control("opportunities", {"people": [{"name": "Ada", "emails": ["ada@people.example"]}]})
    (linked,) = company.export(company.person(emails=("ada@people.example",), sourced_via="pin"))
    company.work()
    with pytest.raises(NothingToTry, match="created in Lever"):
        after_creation.send_resume(by=PIN, record=linked)
    assert not FollowUp.objects.filter(kind="resume").exists()


@pytest.mark.parametrize(("kind", "args"), FAULTS)
def test_whatever_lever_answers_there_is_one_file(company: World, kind: str, args: dict[str, Any]) -> None:
    without_resume(company)
    fault(company, kind, args)
    follow_through()
    assert len(files(company)) == 1 and the("resume").state == "done"


@pytest.mark.parametrize("place", PLACES)
def test_a_worker_that_dies_anywhere_leaves_one_file(company: World, place: str) -> None:
    without_resume(company)
    FollowUp.objects.exclude(kind="resume").delete()
    reached = []

    def dies(name: str) -> None:
        if name == place and not reached:
            reached.append(name)
            raise Killed

    failpoints.install(dies)
    with pytest.raises(Killed):
        follow()
    failpoints.install(None)
    FollowUp.objects.update(locked_until=None)
    follow_through()
    assert len(files(company)) == 1 and the("resume").state == "done"


def test_a_late_file_is_found_even_if_lever_renames_it(company: World) -> None:
    without_resume(company)
    fault(company, "drop_after", {})
    follow()
    assert the("resume").over_at is not None
    (file,) = files(company)
    file["name"] = "resume.pdf"
    pass_time()
    follow()
    assert len(files(company)) == 1 and the("resume").result["read_back"]


def test_a_file_of_a_forgotten_sending_is_found_by_its_name(company: World) -> None:
    """As after a restored backup."""
    without_resume(company)
    follow()
    FollowUp.objects.filter(kind="resume").update(state="waiting", payload={}, lever_id="", done_at=None)
    follow()
    assert len(files(company)) == 1 and the("resume").result["read_back"]


def test_a_refusal_stops_this_step_alone_and_can_be_tried_again(company: World) -> None:
    record = without_resume(company)
    body = {"code": "BadRequest", "message": "No such file type"}
    fault(company, "status", {"status": 400, "body": body})
    follow()
    row = the("resume")
    assert (row.state, row.cause) == ("failed", "rejected_400") and "No such file type" in row.reason
    assert not FollowUp.objects.filter(kind="note", state="failed").exists()
    after_creation.try_step_again(by=PIN, record=record, kinds=("resume",))
    follow()
    assert len(files(company)) == 1


def test_a_missing_permission_fails_the_step_and_holds_nobody(company: World) -> None:
    without_resume(company)
    fault(company, "status", {"status": 403})
    follow()
    row = the("resume")
    assert (row.state, row.cause) == ("failed", "step_forbidden")
    company.account.refresh_from_db()
    record = in_lever(company)
    assert record.state == "synced"


def test_somebody_leaves_it_out_and_sends_it_all_the_same(company: World) -> None:
    record = without_resume(company)
    with pytest.raises(NothingToTry, match="has failed"):
        after_creation.leave_out(by=PIN, record=record, kind="resume")
    fault(company, "status", {"status": 400})
    follow()
    after_creation.leave_out(by=PIN, record=record, kind="resume")
    assert (the("resume").state, the("resume").cause) == ("skipped", "left_out")
    assert follow() == 0
    after_creation.send_resume(by=PIN, record=record)
    follow()
    assert len(files(company)) == 1
    with pytest.raises(NothingToTry, match="in Lever already"):
        after_creation.send_resume(by=PIN, record=record)


def test_a_resume_that_somebody_added_in_lever_is_left_alone(company: World) -> None:
    record = without_resume(company)
    world = company.app.world
    from pinlever.practice.bodies import FilePart
    from pinlever.practice.files import store_resume

    store_resume(world, record.opportunity_id, FilePart("own.pdf", b"%PDF own"))
    follow()
    assert files(company) == [] and the("resume").cause == "has_resume"


def test_anonymised_and_deleted_people_get_nothing(company: World) -> None:
    record = without_resume(company)
    company.control("delete", {"opportunity": record.opportunity_id})
    follow()
    assert (the("resume").state, the("resume").cause) == ("skipped", "gone")
    with pytest.raises(NothingToTry):
        try_again(by=PIN, row=the("resume"))


def test_an_added_opportunity_gets_a_file_only_by_hand(company: World) -> None:
    company.control("opportunities", {"people": [{"name": "Ada", "emails": ["ada@people.example"]}]})
    prospect = company.person(emails=("ada@people.example",), sourced_via="pin")
    (record,) = company.export(prospect, wish="add")
    company.work()
    record.refresh_from_db()
    assert record.state == "synced" and record.created_by_us
    follow()
    assert files(company) == []
    after_creation.send_resume(by=PIN, record=record)
    follow()
    assert len(files(company)) == 1
