"""Every state and every cause: one sentence, one action, the same on every page, in the API and in the administration;
and the action works. A state or a cause without a row fails.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from pinlever.accounts.models import User
from pinlever.api.standing import standings
from pinlever.audit.services import SYSTEM
from pinlever.connection import accounts, rules
from pinlever.connection.models import LeverAccount, PeopleIndex, Posting, UserAlias
from pinlever.foundation.clock import db_now
from pinlever.recruiting.models import IdentityQuestion, Prospect
from pinlever.sync import services
from pinlever.sync.cures import BY_CODE
from pinlever.sync.explain import COLOURS, Explanation, explain_record, explanations
from pinlever.sync.models import ExportRun, Question, State, SyncRecord, Wish
from pinlever.sync.runs import work_run
from pinlever.sync.surroundings import Surroundings
from tests.sync.world import World
from tests.web.pressing import Page, press, read, says

# cause, state, the action's code and its words, and for whom the page has the button.
# A cause stands with the state it is met in; states without a cause stand with "-".
ROWS = """
not_connected         held       connect          super   Connect Lever
reconnect             held       connect          super   Connect Lever again
configuration         held       connect          super   Connect Lever again
forbidden             held       connect          super   Connect Lever again
outgoing_off          held       settings         super   Switch sending on
allow_list            held       settings         super   Open the allow-list
first_crawl           held       settings         super   See how far it is
no_lever_user         failed     map_users        super   Choose Lever users
user_refused          failed     map_users        super   Choose Lever users
posting_gone          failed     job_settings     all     Choose another Lever job
posting_confidential  failed     job_settings     all     Choose another Lever job
unknown_profile       failed     export           all     Export again
email_refused         failed     fix_email        all     Correct the address
rejected              failed     retry            all     Retry now
twin                  queued     cancel           all     Cancel
index                 retrying   retry            all     Retry now
changed               queued     cancel           all     Cancel
busy                  retrying   retry            all     Retry now
slot                  queued     cancel           all     Cancel
unavailable           retrying   retry            all     Retry now
outcome_unknown       retrying   retry            all     Look again now
internal              retrying   retry            all     Retry now
lease_lost            queued     cancel           all     Cancel
ask_doubt             needs_you  decide           all     Decide
ask_match             needs_you  decide           all     Decide
ask_anonymised        needs_you  decide           all     Decide
ask_orphan            needs_you  decide           all     Decide
ask_near              needs_you  decide           all     Decide
ask_several_fit       needs_you  decide           all     Decide
ask_unsettled         needs_you  decide           all     Decide
ask_identity          needs_you  decide           all     Decide
ask_worker_dies       needs_you  decide           all     Decide
cancelled             cancelled  export           all     Export again
unlinked              cancelled  export           all     Export again
given_up              cancelled  export           all     Export again
undone                undone     export           all     Export again
removed               removed    export           all     Export again
deleted               removed    export           all     Export again
-                     queued     cancel           all     Cancel
-                     retrying   retry            all     Retry now
-                     held       retry            all     Retry now
-                     needs_you  decide           all     Decide
-                     failed     retry            all     Retry now
-                     synced     open             all     Open in Lever
-                     in_lever   open             all     Open in Lever
-                     in_lever+  add_opportunity  all     Add to this Lever job
-                     undone     export           all     Export again
-                     cancelled  export           all     Export again
-                     removed    export           all     Export again
"""
TABLE = [tuple(line.split(maxsplit=4)) for line in ROWS.strip().splitlines()]
ELSEWHERE = "in_lever+"  # in Lever, though not on the job's own posting
STORED = {"rejected": "rejected_422"}
LONG_AGO = timedelta(days=40)
LATER = timedelta(days=3, hours=12)  # so that "in 84 h" is the same for all who ask within the test


def test_every_cause_and_every_state_has_a_row() -> None:
    causes = {cause for cause, *_ in TABLE if cause != "-"}
    assert causes == BY_CODE.keys(), "Say in the table what each cause offers."
    assert {state for cause, state, *_ in TABLE if cause == "-"} == {*State.values, ELSEWHERE}


@pytest.mark.django_db
def test_any_cause_in_any_state_is_told_in_a_sentence_with_an_action_that_exists(company: World) -> None:
    """The whole product of states and causes, those that nobody has met included."""
    prospect = company.person()
    near = Surroundings(db_now(), account=company.account)
    known = {(code, words) for _, _, code, _, words in TABLE}
    for state in State.values:
        for code in ["", "something_new", *(STORED.get(one, one) for one in BY_CODE)]:
            record = SyncRecord(
                account=company.account, prospect=prospect, state=state, cause=code, reason="It says why.",
                due_at=near.now, updated_at=near.now,
            )  # fmt: skip
            told = explain_record(record, near)
            assert told.sentence.strip().endswith((".", "!")), (state, code, told.sentence)
            assert told.colour == COLOURS[State(state)]
            assert (told.action.code, told.action.label) in known, (state, code, told.action)


def made(company: World) -> dict[tuple[str, ...], SyncRecord]:
    """Somebody for each row of the table, as the engine would leave them."""
    posting, other = Posting.objects.filter(state="published").order_by("pk")[:2]
    services.set_posting(by=SYSTEM, account=company.account, job=company.job, posting_id=posting.lever_id)
    found = {}
    for number, row in enumerate(TABLE):
        cause, state, *_ = row
        person = company.person(f"Person {number:02} {cause}")
        record = SyncRecord.objects.create(
            account=company.account,
            prospect=person,
            state=state.rstrip("+"),
            cause="" if cause == "-" else STORED.get(cause, cause),
            reason="" if cause == "-" and state != "failed" else f"Reason {number:02} is told here.",
            said=f"422 X person {number}" if cause == "rejected" else "",
            due_at=db_now() + LATER,
            origin="test",
        )
        columns: dict[str, Any] = {"updated_at": db_now() - LONG_AGO}
        if state.startswith(("synced", "in_lever")):
            columns |= {
                "lever_url": f"https://hire.lever.example/{number}",
                "opportunity_id": f"opp-{number}",
                "contact_id": f"contact-{number}",
                "posting_id": other.lever_id if state == ELSEWHERE else posting.lever_id,
                "synced_at": db_now() - LONG_AGO,
                "created_by_us": state == "synced",
            }
        if state == "needs_you":
            kind = cause.removeprefix("ask_") if cause != "-" else "match"
            Question.objects.create(record=record, kind=kind, text=f"Reason {number:02} is told here.")
            columns["reason"] = f"Reason {number:02} is told here."
        if cause == "ask_identity":
            IdentityQuestion.objects.create(candidate=person.candidate, evidence=[], is_blocking=True)
        SyncRecord.objects.filter(pk=record.pk).update(**columns)
        found[row] = SyncRecord.objects.select_related("prospect__candidate", "prospect__job").get(
            pk=record.pk
        )
    return found


def explained(records: dict[tuple[str, ...], SyncRecord]) -> dict[tuple[str, ...], Explanation]:
    rows = Prospect.objects.in_bulk([record.prospect_id for record in records.values()])
    told = explanations(list(rows.values()))
    return {row: told[record.prospect_id] for row, record in records.items()}


@pytest.mark.django_db
def test_the_same_text_stands_on_pages_in_lists_in_the_api_and_in_the_administration(
    company: World, as_super_admin: Client
) -> None:
    records = made(company)
    accounts.disconnect(by=SYSTEM)  # so that what holds somebody holds them
    told = explained(records)
    lists = {
        "job": reverse("job", args=[company.job.key]),
        "candidates": reverse("candidates"),
        "activity": f"{reverse('activity')}?show=all",
        "admin": reverse("admin:sync_syncrecord_changelist"),
    }
    pages = {name: everything(as_super_admin, url) for name, url in lists.items()}
    prospects = [record.prospect for record in records.values()]
    api = standings([("job", str(one.pk)) for one in prospects], prospects)
    missing = []
    for (row, record), answer in zip(records.items(), api, strict=True):
        sentence, action = told[row].sentence, told[row].action
        missing += [(name, row, sentence) for name, words in pages.items() if sentence not in words]
        assert (answer.sentence, answer.state) == (sentence, record.state), row
        assert answer.action is not None
        assert (answer.action.code, answer.action.label) == (action.code, action.label) == (row[2], row[4])
        own = [reverse("record", args=[record.pk])]
        if row[0] == "-":  # one of each state will do: the administration's list has told all of them
            own.append(reverse("admin:sync_syncrecord_change", args=[record.pk]))
        missing += [(url, row, sentence) for url in own if not says(read(as_super_admin, url), sentence)]
    assert not missing, "\n".join(map(str, missing))


def everything(client: Client, url: str) -> str:
    """The words of all pages of a list."""
    words, page = "", read(client, url)
    for _ in range(5):
        words += page.words
        older = next(
            (each for each in page.controls if each.words in ("Older", "Next", "chevron_right")), None
        )
        if older is None or not older.target:
            break
        page = read(
            client, older.target if older.target.startswith("/") else url.split("?")[0] + older.target
        )
    return words


@pytest.mark.django_db
def test_every_action_works(
    company: World, as_recruiter: Client, as_super_admin: Client, recruiter: User
) -> None:
    """Pressed on the candidate's page, which tells the same sentence; whoever may not is told whom to ask."""
    records = made(company)
    wrong = []
    for row, record in sorted(records.items(), key=lambda each: STAGES.index(stage_of(*each[0][:2]))):
        prepare(stage_of(*row[:2]), company.account)
        SyncRecord.objects.filter(pk=record.pk).update(state=record.state, cause=record.cause)
        _, _, action, who, words = row
        url = reverse("candidate", args=[record.prospect.candidate.key])
        if who == "super":
            page = read(as_recruiter, url)
            if not says(page, "Ask a super admin") or any(each.words == words for each in page.controls):
                wrong.append((row, "a recruiter is not told to ask"))
        client = as_super_admin if who == "super" else as_recruiter
        page = read(client, url)
        if not says(page, explanations([record.prospect])[record.prospect_id].sentence):
            wrong.append((row, "the page tells it otherwise"))
        try:
            WORKS[action](client, record, page, words)
        except AssertionError as problem:
            wrong.append((row, str(problem)[:300]))
    assert not wrong, "\n".join(map(str, wrong))


STAGES = ("connected", "outgoing_off", "first_crawl", "disconnected")


def stage_of(cause: str, state: str) -> str:
    """When a hold really holds: what holds nobody any more says so instead."""
    if cause in STAGES:
        return cause
    return (
        "disconnected"
        if cause in ("not_connected", "reconnect", "configuration", "forbidden")
        else "connected"
    )


def prepare(stage: str, account: LeverAccount) -> None:
    if stage == "outgoing_off":
        rules.set_outgoing(by=SYSTEM, account=account, on=False)
    elif stage == "first_crawl":
        rules.set_outgoing(by=SYSTEM, account=account, on=True)
        PeopleIndex.objects.update(complete_at=None)
    elif stage == "disconnected" and accounts.current_connection() is not None:
        accounts.disconnect(by=SYSTEM)


def state_of(record: SyncRecord) -> str:
    record.refresh_from_db()
    return record.state


def retries(client: Client, record: SyncRecord, page: Page, words: str) -> None:
    press(client, page, words)
    assert state_of(record) in (State.QUEUED, State.RETRYING)
    assert record.due_at <= db_now()


def cancels(client: Client, record: SyncRecord, page: Page, words: str) -> None:
    press(client, page, words)
    assert state_of(record) == State.CANCELLED


def adds(client: Client, record: SyncRecord, page: Page, words: str) -> None:
    press(client, page, words)
    assert (state_of(record), record.wish) == (State.QUEUED, Wish.ADD)


def exports(client: Client, record: SyncRecord, page: Page, words: str) -> None:
    """The dialog with its plan, then the export itself; a worker hands it over."""
    dialog = Page(press(client, page, words).content.decode())
    runs = ExportRun.objects.count()
    press(client, dialog, "Export 1 person")
    assert ExportRun.objects.count() == runs + 1
    work_run(ExportRun.objects.latest("pk").pk)
    assert state_of(record) == State.QUEUED


def decides(client: Client, record: SyncRecord, page: Page, words: str) -> None:
    answer = press(client, page, words)
    assert answer.status_code == 200
    assert str(record.prospect.candidate) in Page(answer.content.decode()).words


def opens(client: Client, record: SyncRecord, page: Page, words: str) -> None:
    assert record.lever_url in [each.target for each in page.controls if each.words == words]


def connects(client: Client, record: SyncRecord, page: Page, words: str) -> None:
    settings = Page(press(client, page, words).content.decode())
    assert any("onnect" in each.words for each in settings.controls)


def settles(client: Client, record: SyncRecord, page: Page, words: str) -> None:
    """The settings hold the switch, or tell how far it is; the switch lets the person go."""
    answer = press(client, page, words)
    assert answer.status_code == 200
    if record.cause == "outgoing_off":
        client.post(reverse("ats-outgoing"), {"on": "yes"})
        assert explanations([record.prospect])[record.prospect_id].action.code in ("retry", "cancel")
        LeverAccount.objects.update(outgoing_on=False)
    elif record.cause == "allow_list":
        assert "allow-list" in answer.content.decode()


def chooses_users(client: Client, record: SyncRecord, page: Page, words: str) -> None:
    Prospect.objects.filter(pk=record.prospect_id).update(sourcer_email="sourcer@pin.example")
    dialog = Page(press(client, page, words).content.decode())
    user = record.account.default_user_id
    press(client, dialog, "Save, and retry", email="sourcer@pin.example", user=user)
    assert UserAlias.objects.get(email="sourcer@pin.example").lever_user_id == user
    assert state_of(record) == State.QUEUED
    UserAlias.objects.all().delete()


def corrects(client: Client, record: SyncRecord, page: Page, words: str) -> None:
    form = Page(press(client, page, words).content.decode())
    place = next(name for name in form.forms[-1].fields if name.startswith("to:"))
    press(client, form, "Correct, and retry", **{place: "right@people.example"})
    assert state_of(record) == State.QUEUED
    assert record.left_out_keys == [["email", place.partition(":")[2].partition(":")[2]]]


def chooses_job(client: Client, record: SyncRecord, page: Page, words: str) -> None:
    answer = press(client, page, words)
    assert 'name="posting"' in answer.content.decode()


WORKS: dict[str, Callable[[Client, SyncRecord, Page, str], None]] = {
    "retry": retries,
    "cancel": cancels,
    "add_opportunity": adds,
    "export": exports,
    "decide": decides,
    "open": opens,
    "connect": connects,
    "settings": settles,
    "map_users": chooses_users,
    "fix_email": corrects,
    "job_settings": chooses_job,
}
