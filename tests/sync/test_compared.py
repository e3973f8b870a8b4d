"""What the plan of an export said of each person, and what the record then says made the difference."""

import uuid
from collections.abc import Callable
from unittest import mock

import pytest

from pinlever.audit.services import PIN, SYSTEM
from pinlever.connection import crawl, rules
from pinlever.connection.accounts import current_connection
from pinlever.connection.gateway import open_client
from pinlever.connection.models import LeverAccount, Posting
from pinlever.outreach.services import add_contact_point
from pinlever.practice import seed
from pinlever.recruiting.models import Job, Prospect
from pinlever.sync import answering, compared, removals, runs, services
from pinlever.sync.models import ExportItem, ExportRun, Question, State, SyncRecord
from pinlever.sync.preview import plan_for
from tests.sync.world import World

BACKEND, SALES = seed.posting_id("backend-engineer"), seed.posting_id("account-executive")
Change = Callable[[World, Prospect], None]


def exported(company: World, *prospects: Prospect) -> ExportRun:
    """Queued, and not worked yet."""
    plan = plan_for(LeverAccount.objects.get(), [prospect.pk for prospect in prospects])
    return runs.start_export(by=PIN, account=company.account, plan=plan, token=uuid.uuid4())


def item(prospect: Prospect) -> ExportItem:
    """The latest, with the record saying the same."""
    found = ExportItem.objects.select_related("record").filter(prospect=prospect).latest("pk")
    assert found.record is not None
    assert found.record.difference == found.difference
    return found


def at_lever(company: World, **person: object) -> None:
    """Somebody adds a person there, whom our index knows nothing of yet."""
    company.control("opportunities", {"people": [{"name": "Ada Byron", **person}]})


def by_email(company: World, prospect: Prospect) -> None:
    at_lever(company, emails=["ada@people.example"])


def closed(company: World, prospect: Prospect) -> None:
    Posting.objects.filter(lever_id=BACKEND).update(state="closed")


def other_posting(company: World, prospect: Prospect) -> None:
    job = prospect.job
    services.set_posting(by=SYSTEM, account=company.account, job=job, posting_id=SALES)


def other_email(company: World, prospect: Prospect) -> None:
    company.export(company.person("Ada Lind", emails=("second@people.example",), job=other_job()))
    company.work(1)
    add_contact_point(by=PIN, candidate=prospect.candidate, kind="email", value="second@people.example")


def no_user(company: World, prospect: Prospect) -> None:
    rules.set_default_user(by=SYSTEM, account=company.account, user_id="")


def other_job() -> Job:
    return Job.objects.create(title="Elsewhere")


@pytest.mark.parametrize(
    ("change", "state", "came", "sentence"),
    [
        (
            by_email,
            State.IN_LEVER,
            "link",
            "The plan said: create. The live look-up of ada@people.example found Ada Byron in Lever.",
        ),
        (closed, State.FAILED, "blocked", "The plan said: create. The Lever job was closed in between."),
        (
            no_user,
            State.FAILED,
            "blocked",
            "The plan said: create. No Lever user could act for them any more.",
        ),
        (other_posting, State.SYNCED, "create", ""),  # created all the same
    ],
)
def test_the_record_says_which_fact_made_the_difference(
    company: World, change: Change, state: str, came: str, sentence: str
) -> None:
    services.set_posting(by=SYSTEM, account=company.account, job=company.job, posting_id=BACKEND)
    somebody = company.person("Ada Byron", emails=("ada@people.example",))
    exported(company, somebody)
    change(company, somebody)
    company.work()
    found = item(somebody)
    assert (found.planned, found.came, found.difference) == ("create", came, sentence)
    assert found.record is not None and found.record.state == state


def test_the_rule_changed(company: World) -> None:
    company.export(company.person("Ada Byron", emails=("ada@people.example",), job=other_job()))
    company.work()
    somebody = company.person("Ada Byron", emails=("ada@people.example",))
    exported(company, somebody)
    rules.set_match_rules(by=SYSTEM, account=company.account, action="add")
    company.work()
    found = item(somebody)
    assert (found.planned, found.came) == ("link", "add")
    assert found.difference == "The plan said: link. The account’s rule for matches was changed in between."


def test_what_was_asked_about_as_planned_is_over_with_the_answer(company: World) -> None:
    company.export(company.person("Ada Byron", emails=("ada@people.example",), job=other_job()))
    company.work()
    rules.set_match_rules(by=SYSTEM, account=company.account, action="ask")
    somebody = company.person("Ada Byron", emails=("ada@people.example",))
    exported(company, somebody)
    company.work()
    assert (item(somebody).planned, item(somebody).came) == ("ask", "ask")
    answering.answer_add(by=PIN, question=Question.objects.get())
    company.work()
    assert (item(somebody).came, item(somebody).difference) == ("ask", "")
    assert SyncRecord.objects.get(prospect=somebody).state == State.SYNCED


def test_what_failed_and_is_tried_again_came_out_as_planned_after_all(company: World) -> None:
    somebody = company.person()
    exported(company, somebody)
    company.control("faults", {"match": {"method": "POST"}, "kind": "status", "args": {"status": 400}})
    company.work()
    assert item(somebody).difference.startswith("The plan said: create. Lever refused")
    company.control("faults", method="DELETE")
    services.retry_now(by=PIN, record=SyncRecord.objects.get())
    company.work()
    assert (item(somebody).came, item(somebody).difference) == ("create", "")


def test_a_lost_answer_is_no_difference(company: World) -> None:
    somebody = company.person()
    exported(company, somebody)
    company.control("faults", {"match": {"method": "POST"}, "kind": "drop_after", "args": {}})
    company.work()
    assert item(somebody).came == "create"
    company.control("faults", method="DELETE")
    company.make_due()
    company.work()
    assert (SyncRecord.objects.get().state, item(somebody).difference) == (State.SYNCED, "")


def test_exported_again_the_record_starts_anew_and_each_export_keeps_its_own(company: World) -> None:
    services.set_posting(by=SYSTEM, account=company.account, job=company.job, posting_id=BACKEND)
    somebody = company.person()
    exported(company, somebody)
    closed(company, somebody)
    company.work()
    Posting.objects.filter(lever_id=BACKEND).update(state="published")
    exported(company, somebody)
    assert SyncRecord.objects.get().difference == ""
    company.work()
    assert list(ExportItem.objects.order_by("pk").values_list("came", flat=True)) == ["blocked", "create"]
    assert [bool(one.difference) for one in ExportItem.objects.order_by("pk")] == [True, False]


def test_what_a_rule_sends_is_compared_with_nothing(company: World) -> None:
    somebody = company.person("Ada Byron", emails=("ada@people.example",))
    company.export(somebody, origin="rule: replied")
    by_email(company, somebody)
    company.work()
    record = SyncRecord.objects.get()
    assert (record.state, record.difference) == (State.IN_LEVER, "")


def test_a_comparison_that_fails_stops_nobody(company: World) -> None:
    somebody = company.person()
    exported(company, somebody)
    with mock.patch.object(compared, "difference", side_effect=KeyError("bug")):
        company.work()
    assert SyncRecord.objects.get().state == State.SYNCED
    assert item(somebody).came == ""


def test_who_was_deleted_there_and_is_created_anew_came_as_planned(company: World) -> None:
    """Lever keeps the person of a deleted opportunity, and knows them again by their email."""
    ada = company.person("Ada Lind", emails=("ada@people.example",))
    exported(company, ada)
    company.work()
    company.control("delete", {"opportunity": item(ada).record.opportunity_id})
    connection = current_connection()
    assert connection is not None
    crawl.poll(company.account, open_client(connection))
    removals.note_removed(company.account, since=None)
    exported(company, ada)
    company.work()
    again = item(ada)
    assert (again.planned, again.came, again.difference) == ("create", "create", "")
    assert again.record.was_deduped
    assert again.record.reason.endswith(
        "knew them by their email from an opportunity that was deleted there."
    )
