"""Notes on Lever's timeline: once each, in order, whatever happens on the way."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pinlever.audit.services import PIN, SYSTEM
from pinlever.connection import rules as account_rules
from pinlever.foundation import failpoints
from pinlever.foundation.clock import db_now
from pinlever.outreach.events import Happening, record_events
from pinlever.recruiting.models import Prospect
from pinlever.sync import services, timeline_rules
from pinlever.sync.models import FollowUp, SyncRecord
from pinlever.sync.note_texts import marked_with
from pinlever.sync.promises import NothingToTry, try_again
from pinlever.sync.sweep import sweep
from tests.sync.acts import Killed
from tests.sync.lever_story import follow, in_lever, notes, pass_time, texts, titles
from tests.sync.play import no_pace
from tests.sync.world import World

NOTES = {"method": "POST", "path": "/notes$"}
PLACES = (
    "followup.claimed",
    "followup.before_commit",
    "followup.after_commit",
    "call.before POST /opportunities/:id/notes",
    "call.after POST /opportunities/:id/notes",
    "followup.after_send",
    "followup.before_end",
    "followup.after_end",
)
# What the client sees, and whether Lever keeps the note.
FAULTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("drop_after", {}),
    ("drop_before", {}),
    ("garbage", {}),
    ("truncated", {}),
    ("status", {"status": 500, "commit": True}),
    ("status", {"status": 503}),
    ("status", {"status": 408, "commit": True}),
    ("status", {"status": 429}),
)


@pytest.fixture(autouse=True)
def _at_once(company: World) -> Iterator[None]:
    with no_pace():
        yield
    failpoints.install(None)


def ago(**span: float) -> datetime:
    return db_now() - timedelta(**span)


def fault(company: World, kind: str, args: dict[str, Any], **match: Any) -> None:
    company.control("faults", {"match": {**NOTES, "count": 1, **match}, "kind": kind, "args": args})


def test_what_happened_before_the_sync_goes_along_in_order(company: World) -> None:
    prospect = company.person(sourced_at=ago(days=9))
    company.event(
        prospect, "message_sent", "email", occurred_at=ago(days=2), details={"subject": "A role in Oslo"}
    )
    company.event(prospect, "opened", "email", occurred_at=ago(days=1))
    company.event(prospect, "bounced", "sms", occurred_at=ago(days=3))
    company.event(prospect, "replied", "email", occurred_at=ago(hours=1))
    company.export(prospect)
    company.work()
    follow()
    assert titles(company) == [
        "Sourced in Pin",
        "A message could not be delivered by SMS",
        "Message sent by email",
        "They replied by email",
    ]
    assert "Opened on" in texts(company)[2] and "Subject: A role in Oslo" in texts(company)[2]
    assert FollowUp.objects.exclude(state="done").count() == 0


def test_a_note_bears_its_events_own_time_and_never_one_to_come(company: World) -> None:
    record = in_lever(company)
    moment = datetime(2026, 3, 4, 5, 6, 7, 891000, UTC)
    company.event(record.prospect, "message_sent", "email", occurred_at=moment)
    company.event(record.prospect, "replied", "email", occurred_at=db_now() + timedelta(minutes=4))
    follow()
    times = {note["fields"][0]["value"].split(" ")[0]: note["createdAt"] for note in notes(company)}
    assert times["Message"] == int(moment.timestamp() * 1000)
    assert times["They"] <= company.app.world.now_ms()


def test_what_happens_later_follows_once_however_often_it_is_told(company: World) -> None:
    record = in_lever(company)
    event = company.event(record.prospect, "message_sent", "email")
    company.event(
        record.prospect, "message_sent", "email", occurred_at=event.occurred_at, external_id=event.external_id
    )
    for _ in range(2):
        sweep(everything=True)
        follow()
    assert titles(company) == ["Sourced in Pin", "Message sent by email"]


def test_an_event_that_came_while_the_record_was_being_finished_is_found_by_the_sweep(company: World) -> None:
    record = in_lever(company)
    follow()
    company.event(record.prospect, "replied", "email")
    FollowUp.objects.filter(state="waiting").delete()
    sweep()
    follow()
    assert titles(company) == ["Sourced in Pin", "They replied by email"]


def test_linked_people_get_notes_unless_the_rule_says_no(company: World) -> None:
    company.control("opportunities", {"people": [{"name": "Ada", "emails": ["ada@people.example"]}]})
    prospect = company.person(emails=("ada@people.example",))
    company.event(prospect, "message_sent", "email")
    company.export(prospect)
    company.work()
    follow()
    assert SyncRecord.objects.get().state == "in_lever"
    assert titles(company) == ["Sourced in Pin", "Message sent by email"]
    timeline_rules.change(by=SYSTEM, account=company.account, linked=False)
    company.event(prospect, "replied", "email")
    sweep()
    follow()
    assert len(notes(company)) == 2


def test_switching_on_later_does_not_reach_back_to_people_in_lever_by_then(company: World) -> None:
    timeline_rules.change(by=SYSTEM, account=company.account, kinds=[], sourced=False)
    record = in_lever(company)
    company.event(record.prospect, "message_sent", "email")
    timeline_rules.change(by=SYSTEM, account=company.account, kinds=["message_sent"], sourced=True)
    sweep(everything=True)
    follow()
    assert notes(company) == []
    company.event(record.prospect, "message_sent", "sms")
    follow()
    assert titles(company) == ["Message sent by SMS"]


def test_switching_off_writes_nothing_more_of_what_waits(company: World) -> None:
    record = in_lever(company)
    company.event(record.prospect, "message_sent", "email")
    timeline_rules.change(by=SYSTEM, account=company.account, kinds=[], sourced=False)
    follow()
    assert notes(company) == []
    assert set(FollowUp.objects.values_list("state", "cause")) == {("skipped", "switched_off")}


def test_words_of_messages_go_only_by_rule_and_secretly_if_it_says_so(company: World) -> None:
    record = in_lever(company)
    details = {"text": "Call me, @aud"}
    company.event(record.prospect, "replied", "email", details=details)
    follow()
    timeline_rules.change(by=SYSTEM, account=company.account, bodies="notes")
    company.event(record.prospect, "replied", "email", details=details)
    follow()
    timeline_rules.change(by=SYSTEM, account=company.account, bodies="secret")
    company.event(record.prospect, "replied", "email", details=details)
    company.event(record.prospect, "bounced", "email")
    follow()
    told = [("Call me, (at)aud" in note["fields"][0]["value"], note["secret"]) for note in notes(company)[1:]]
    assert told == [(False, False), (True, False), (True, True), (False, False)]
    assert "@" not in "".join(texts(company))


def test_the_recruiter_stands_as_author_where_lever_knows_them(company: World) -> None:
    users = {user["email"]: user["id"] for user in company.state()["users"]}
    email = sorted(users)[1]
    record = in_lever(company)
    company.event(record.prospect, "message_sent", "email", details={"by_email": email.upper()})
    company.event(record.prospect, "replied", "email")
    follow()
    authors = [note["user"] for note in notes(company)]
    assert authors == [company.account.default_user_id, users[email], company.account.default_user_id]


def test_the_first_note_tells_who_sourced_them_and_what_was_verified(company: World) -> None:
    prospect = company.person(emails=("ingrid@solheim.example",), phones=("+47 406 12 345",))
    prospect.sourcer_email = "rita@company.example"
    prospect.save(update_fields=["sourcer_email"])
    prospect.candidate.contact_points.filter(kind="email").update(
        verified_at=datetime(2026, 5, 3, tzinfo=UTC), source="Hunter"
    )
    company.export(prospect)
    company.work()
    follow()
    (text,) = texts(company)
    assert text.startswith("Sourced in Pin by rita(at)company.example · Backend Engineer\nOn ")
    assert "stands in, in place of rita(at)company.example, whom Lever does not know." in text
    assert "• ingrid(at)solheim.example (email): from Hunter, verified on 3 May 2026" in text
    assert "+47 406 12 345 (mobile): from test, not verified" in text or "(mobile): not verified" in text
    assert f"/prospects/{prospect.key}/" in text and marked_with(text)


def test_opens_are_summed_up_on_the_messages_note(company: World) -> None:
    record = in_lever(company, sourced_at=ago(hours=6))
    company.event(record.prospect, "message_sent", "email", occurred_at=ago(hours=5))
    company.event(record.prospect, "message_sent", "linkedin", occurred_at=ago(hours=4))
    follow()
    for hours in (3, 2, 1):
        company.event(record.prospect, "opened", "email", occurred_at=ago(hours=hours))
    assert follow() == 0  # they are gathered for a while
    pass_time()
    assert follow() == 1
    assert ["Opened 3 times, last on" in text for text in texts(company)] == [False, True, False]
    company.event(record.prospect, "opened", "email")
    row = FollowUp.objects.get(kind="opens")
    assert row.state == "waiting" and row.due_at > db_now() + timedelta(minutes=8)
    pass_time()
    follow()
    assert "Opened 4 times" in texts(company)[1]
    assert notes(company)[1]["createdAt"] == notes(company)[1]["fields"][0]["createdAt"]


def test_opens_do_not_bring_words_along_that_a_later_rule_lets_through(company: World) -> None:
    record = in_lever(company, sourced_at=ago(hours=2))
    company.event(
        record.prospect, "message_sent", "email", occurred_at=ago(hours=1), details={"text": "Between us"}
    )
    follow()
    timeline_rules.change(by=SYSTEM, account=company.account, bodies="secret")
    company.event(record.prospect, "opened", "email")
    pass_time()
    follow()
    assert "Opened on" in texts(company)[1] and "Between us" not in texts(company)[1]


def test_a_refused_sum_of_opens_is_tried_again(company: World) -> None:
    record = in_lever(company, sourced_at=ago(hours=2))
    company.event(record.prospect, "message_sent", "email", occurred_at=ago(hours=1))
    follow()
    company.event(record.prospect, "opened", "email")
    match = {"method": "PUT", "path": "/notes/", "count": 1}
    company.control("faults", {"match": match, "kind": "status", "args": {"status": 429}})
    for _ in range(2):
        pass_time()
        follow()
    assert "Opened on" in texts(company)[1]


def test_a_note_that_somebody_commented_on_is_left_as_they_have_it(company: World) -> None:
    record = in_lever(company, sourced_at=ago(hours=2))
    company.event(record.prospect, "message_sent", "email", occurred_at=ago(hours=1))
    follow()
    note = notes(company)[1]
    company.app.world.store.put(
        "note", {**note, "fields": [*note["fields"], {"value": "Nice", "createdAt": 1}]}
    )
    company.event(record.prospect, "opened", "email")
    pass_time()
    follow()
    assert FollowUp.objects.get(kind="opens").cause == "commented"
    assert len(notes(company)[1]["fields"]) == 2


def test_an_open_whose_answer_is_lost_is_summed_up_once_more_without_harm(company: World) -> None:
    record = in_lever(company, sourced_at=ago(hours=2))
    company.event(record.prospect, "message_sent", "email", occurred_at=ago(hours=1))
    follow()
    for kind in ("drop_after", "drop_before"):
        company.event(record.prospect, "opened", "email")
        company.control("faults", {"match": {"method": "PUT", "path": "/notes/", "count": 1}, "kind": kind})
        for _ in range(4):
            pass_time()
            follow()
    assert FollowUp.objects.get(kind="opens").state == "done"
    assert "Opened 2 times" in texts(company)[1]


@pytest.mark.parametrize("fault_kind", FAULTS, ids=lambda one: f"{one[0]} {one[1]}")
def test_a_lost_answer_makes_neither_two_notes_nor_none(
    company: World, fault_kind: tuple[str, dict[str, Any]]
) -> None:
    record = in_lever(company)
    company.event(record.prospect, "message_sent", "email")
    fault(company, *fault_kind)
    for _ in range(8):
        follow()
        pass_time(minutes=9)
    assert titles(company) == ["Sourced in Pin", "Message sent by email"]
    assert set(FollowUp.objects.values_list("state", flat=True)) == {"done"}


def test_a_certain_refusal_is_not_waited_for(company: World) -> None:
    in_lever(company)
    fault(company, "status", {"status": 429})
    follow()
    row = FollowUp.objects.get()
    assert (row.state, row.cause, row.over_at) == ("waiting", "busy", None)


def test_a_note_saved_late_is_found_within_the_window(company: World) -> None:
    in_lever(company)
    fault(company, "late_commit", {"seconds": 300})
    follow()
    assert FollowUp.objects.get().cause == "outcome_unknown"
    for _ in range(2):
        pass_time(seconds=40)
        follow()
    assert notes(company) == []
    company.app.world.commits.clock = lambda: 9e12
    company.app.run_due()
    pass_time(seconds=40)
    follow()
    assert len(notes(company)) == 1
    assert FollowUp.objects.get().result["read_back"] is True


@pytest.mark.parametrize("place", PLACES)
def test_a_worker_that_dies_anywhere_leaves_one_note(company: World, place: str) -> None:
    record = in_lever(company)
    company.event(record.prospect, "message_sent", "email")
    deaths = 2

    def die(name: str) -> None:
        nonlocal deaths
        if name == place and deaths:
            deaths -= 1
            raise Killed

    failpoints.install(die)
    for _ in range(14):
        try:
            follow()
        except Killed:
            FollowUp.objects.exclude(locked_by="").update(locked_until=ago(seconds=1))
        pass_time()
    assert deaths == 0
    assert titles(company) == ["Sourced in Pin", "Message sent by email"]
    assert set(FollowUp.objects.values_list("state", flat=True)) == {"done"}


def test_a_worker_that_lost_its_lease_changes_nothing(company: World) -> None:
    in_lever(company)

    def take_over(name: str) -> None:
        if name == "followup.before_end":
            FollowUp.objects.update(locked_by="a successor", locked_until=ago(seconds=-60))

    failpoints.install(take_over)
    follow()
    row = FollowUp.objects.get()
    assert (row.state, row.locked_by) == ("waiting", "a successor")


def test_lever_that_never_shows_it_ends_in_a_failure_that_can_be_tried_again(company: World) -> None:
    in_lever(company)
    company.control("faults", {"match": NOTES, "kind": "drop_before"})
    for _ in range(4):
        follow()
        pass_time()
    row = FollowUp.objects.get()
    assert (row.state, row.cause) == ("failed", "outcome_unknown")
    company.control("faults", method="DELETE")
    try_again(by=PIN, row=row)
    follow()
    row.refresh_from_db()
    assert row.state == "done" and len(notes(company)) == 1
    with pytest.raises(NothingToTry):
        try_again(by=PIN, row=row)


def test_what_lever_refuses_fails_alone_with_its_words(company: World) -> None:
    record = in_lever(company)
    company.event(record.prospect, "message_sent", "email")
    company.control(
        "faults",
        {
            "match": {**NOTES, "nth": 1},
            "kind": "status",
            "args": {"status": 400, "body": {"message": "too long"}},
        },
    )
    follow()
    first = FollowUp.objects.order_by("place").first()
    assert first is not None and first.state == "failed" and "too long" in first.reason
    assert titles(company) == ["Message sent by email"]


def test_a_profile_that_is_gone_needs_no_note(company: World) -> None:
    record = in_lever(company)
    company.control("faults", {"match": NOTES, "kind": "status", "args": {"status": 404}})
    follow()
    assert FollowUp.objects.get().cause == "gone"
    SyncRecord.objects.filter(pk=record.pk).update(state="removed")
    company.event(record.prospect, "replied", "email")
    assert FollowUp.objects.count() == 1


def test_unlinked_people_get_nothing_more_until_they_are_linked_again(company: World) -> None:
    record = in_lever(company)
    company.event(record.prospect, "message_sent", "email")
    services.unlink(by=PIN, record=record)
    follow()
    assert notes(company) == []
    company.export(record.prospect)
    company.work()
    follow()
    assert titles(company) == ["Sourced in Pin", "Message sent by email"]


def test_nothing_is_due_while_sending_is_off(company: World) -> None:
    in_lever(company)
    account_rules.set_outgoing(by=SYSTEM, account=company.account, on=False)
    assert not FollowUp.objects.due(db_now()).exists() and follow() == 0
    account_rules.set_outgoing(by=SYSTEM, account=company.account, on=True)
    follow()
    assert len(notes(company)) == 1


def test_sending_switched_off_between_the_look_and_the_writing_holds_it(company: World) -> None:
    in_lever(company)

    def switch_off(name: str) -> None:
        if name == "followup.before_commit":
            account_rules.set_outgoing(by=SYSTEM, account=company.account, on=False)

    failpoints.install(switch_off)
    follow()
    assert notes(company) == [] and FollowUp.objects.get().over_at is None


def test_a_restored_backup_writes_no_note_again(company: World) -> None:
    record = in_lever(company)
    company.event(record.prospect, "message_sent", "email", occurred_at=ago(hours=3))
    follow()
    before = texts(company)
    FollowUp.objects.all().delete()
    SyncRecord.objects.filter(pk=record.pk).delete()  # the backup knew the person, not yet that they had gone
    company.export(record.prospect)
    company.work()
    assert SyncRecord.objects.get().state == "synced"
    follow()
    assert texts(company) == before


def test_a_worker_killer_is_set_aside(company: World) -> None:
    in_lever(company)
    FollowUp.objects.update(claims_unended=5)
    follow()
    assert FollowUp.objects.get().cause == "worker_dies"


def test_anonymised_people_get_no_note(company: World) -> None:
    record = in_lever(company)
    company.account.opportunities.filter(lever_id=record.opportunity_id).update(is_anonymized=True)
    follow()
    assert FollowUp.objects.get().cause == "anonymised" and notes(company) == []


def test_events_of_many_people_in_lever_cost_as_few_queries_as_those_of_one(company: World) -> None:
    people = [in_lever(company).prospect for _ in range(6)]

    def cost(of: list[Prospect]) -> int:
        told = [
            Happening(one, kind, db_now(), "test", kind, "email")
            for one in of
            for kind in ("message_sent", "replied")
        ]
        with CaptureQueriesContext(connection) as asked:
            record_events(by=PIN, told=told)
        return len(asked)

    assert cost(people[:1]) >= cost(people[1:]) - 1
    assert FollowUp.objects.filter(kind="note").exclude(key="sourced").count() == 12


def test_what_is_sent_of_a_note_asks_lever_to_notify_nobody(company: World) -> None:
    in_lever(company)
    follow()
    payload = FollowUp.objects.get().payload
    assert (
        set(payload) == {"value", "secret", "created_ms", "perform_as", "told"}
        and "@" not in payload["value"]
    )
    (call,) = [call for call in company.log() if call["method"] == "POST" and call["path"].endswith("/notes")]
    assert "notify" not in str(call).lower()


@pytest.mark.parametrize("promised_again", [False, True])
def test_what_a_backup_restored_a_minute_later_forgot_is_found_and_not_written_again(
    company: World, promised_again: bool
) -> None:
    record = in_lever(company)
    company.event(record.prospect, "message_sent", "email")
    follow()
    written = texts(company)
    ago = timedelta(minutes=1)
    SyncRecord.objects.filter(pk=record.pk).update(synced_at=db_now() - ago)
    rows = FollowUp.objects.filter(record=record, kind="note")
    rows.update(place=db_now() - ago, state="waiting", lever_id="", payload={}, due_at=db_now(), done_at=None)
    if promised_again:  # Pin sends the event once more
        rows.update(made_at=db_now())
    follow()
    assert len(written) == 2 and texts(company) == written
    assert set(rows.values_list("state", flat=True)) == {"done"} and all(row.lever_id for row in rows)
