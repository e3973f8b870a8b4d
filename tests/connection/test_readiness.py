"""What the check list says, by tables of facts."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from pinlever.connection.readiness import (
    BAD,
    LOOK,
    OK,
    UNDER_WAY,
    Facts,
    Webhooks,
    checks,
    missing_scopes,
)
from pinlever.lever.hosts import SCOPES

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TOLD = Webhooks(wanted=2, made=2, groups=[("Candidate hired", AT), ("Contact created", AT)])
SOME = replace(TOLD, groups=[("Candidate hired", AT), ("Contact created", None)])
NONE = replace(TOLD, groups=[("Candidate hired", None), ("Contact created", None)])
GOOD = Facts(
    last_ok_at=AT,
    granted=SCOPES,
    catalogue_read_at=AT,
    postings=42,
    open_postings=30,
    stages=("lead-new", "applicant-new"),
    users=31,
    sees_confidential=True,
    default_user="Recruiting Bot",
    default_user_state="set",
    is_index_complete=True,
    webhooks=TOLD,
)


def judged(name: str, **changes: Any) -> tuple[str, str]:
    line = next(line for line in checks(replace(GOOD, **changes)) if line.name == name)
    return line.state, line.sentence


def test_with_all_in_place_every_line_is_green() -> None:
    assert {line.state for line in checks(GOOD)} == {OK}


TABLE: list[tuple[str, dict[str, Any], str, str]] = [
    ("access", {"is_accepted": False, "broken_why": "Lever ended it."}, BAD, "Lever ended it."),
    ("access", {"is_accepted": False}, BAD, "no longer accepts"),
    ("scopes", {"granted": None}, OK, "an API key names none"),
    ("scopes", {"granted": ("offline_access",)}, BAD, f"1 of {len(SCOPES)} granted"),
    ("scopes", {"granted": SCOPES[:-1]}, BAD, "Missing: confidential:access:admin"),
    ("scopes", {}, OK, f"all {len(SCOPES)} granted"),
    ("postings", {"catalogue_read_at": None}, BAD, "not been read yet"),
    ("postings", {"open_postings": 0}, LOOK, "No Lever job is open"),
    ("postings", {"postings": 1, "open_postings": 1}, OK, "1 Lever job readable"),
    ("postings", {"postings": 1_204}, OK, "1,204 Lever jobs readable, 30 of them open"),
    ("stages", {"catalogue_read_at": None}, BAD, "not been read yet"),
    ("stages", {"stages": ("offer",)}, BAD, 'no stage "lead-new"'),
    ("stages", {}, OK, "2 stages found"),
    ("users", {"users": 0}, BAD, "No active Lever user"),
    ("users", {"users": 1}, OK, "1 Lever user read"),
    ("confidential", {"sees_confidential": False}, LOOK, "hidden from us"),
    ("confidential", {"sees_confidential": None}, LOOK, "hidden from us"),
    ("default_user", {"default_user_state": "unset"}, LOOK, "No default user is set"),
    ("default_user", {"default_user_state": "gone"}, LOOK, "no longer in Lever"),
    ("default_user", {"default_user_state": "deactivated"}, LOOK, "Recruiting Bot, is deactivated"),
    ("default_user", {}, OK, "Recruiting Bot"),
    ("sourcers", {"without_account": 1}, LOOK, "1 recruiter has"),
    ("sourcers", {"without_account": 1_500}, LOOK, "1,500 recruiters have"),
    ("clock", {"clock_offset": 29.0}, OK, "in step"),
    ("clock", {"clock_offset": 61.2}, LOOK, "61 s behind"),
    ("clock", {"clock_offset": -61.2}, LOOK, "61 s ahead of"),
    ("index", {"is_index_complete": False}, UNDER_WAY, "still being read"),
    ("webhooks", {"webhooks": None}, UNDER_WAY, "not been asked for webhooks yet"),
    (
        "webhooks",
        {"webhooks": Webhooks(is_reachable=False, own_url="http://127.0.0.1:8000")},
        LOOK,
        "cannot reach PinLever at http://127.0.0.1:8000, so changes in Lever are found by asking every 5 minutes. "
        "With PINLEVER_URL set to a public https address",
    ),
    ("webhooks", {"webhooks": Webhooks(is_reachable=False, poll_every=30)}, LOOK, "every 30 seconds"),
    ("webhooks", {"webhooks": replace(TOLD, trouble="Lever refuses.")}, LOOK, "Lever refuses."),
    ("webhooks", {"webhooks": replace(TOLD, made=1)}, UNDER_WAY, "1 of 2 are there"),
    (
        "webhooks",
        {"webhooks": NONE},
        LOOK,
        "none has arrived yet. A Super Admin of Lever must still switch on",
    ),
    ("webhooks", {"webhooks": NONE}, LOOK, "API → Webhooks: Candidate hired, Contact created"),
    (
        "webhooks",
        {"webhooks": replace(NONE, missed=3)},
        LOOK,
        "though 3 changes of the last day came without one",
    ),
    ("webhooks", {"webhooks": replace(SOME, missed=1)}, LOOK, "API → Webhooks: Contact created"),
    (
        "webhooks",
        {"webhooks": replace(TOLD, missed=1)},
        LOOK,
        "1 change of the last day came without one and was",
    ),
    (
        "webhooks",
        {"webhooks": SOME},
        OK,
        "Not heard of yet, perhaps not switched on in Lever: Contact created",
    ),
    ("webhooks", {}, OK, "Lever tells of changes at once"),
    ("alerts", {}, OK, "1 person hears by email when something stops"),
    ("alerts", {"heard_by": 3}, OK, "3 people hear"),
    ("alerts", {"heard_by": 0}, LOOK, "there is no super admin"),
    ("alerts", {"mail_trouble": "The mail server did not answer in time."}, LOOK, "did not answer in time"),
]


@pytest.mark.parametrize(("name", "changes", "state", "told"), TABLE)
def test_a_line_says_how_it_stands(name: str, changes: dict[str, Any], state: str, told: str) -> None:
    found, sentence = judged(name, **changes)
    assert found == state
    assert told in sentence


def test_a_lever_account_that_answers_nothing_yet_has_a_line_for_everything() -> None:
    lines = checks(Facts())
    assert len({line.name for line in lines}) == len(lines) == 12
    assert all(line.colour and line.word for line in lines)


def test_write_includes_read() -> None:
    granted = [scope.replace(":read:", ":write:") for scope in SCOPES]
    assert missing_scopes(granted) == []
    assert missing_scopes([]) == list(SCOPES)
