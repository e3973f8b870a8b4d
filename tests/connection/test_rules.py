"""The account's rules: each change written once, audited, nonsense refused."""

from collections.abc import Callable
from typing import Any

import pytest

from pinlever.audit.models import AuditEntry
from pinlever.connection import rules
from pinlever.connection.models import (
    AllowedJob,
    AllowedPerson,
    Environment,
    LeverAccount,
    LeverUser,
    UserAlias,
)
from pinlever.foundation.clock import db_now
from pinlever.recruiting.models import Candidate, Job
from tests.connection.conftest import ADMIN


@pytest.fixture
def account(db: None) -> LeverAccount:
    account = LeverAccount.objects.create(environment=Environment.PRACTICE, first_connected_at=db_now())
    LeverUser.objects.create(account=account, lever_id="aud", text="Aud", email="aud@acme.example")
    LeverUser.objects.create(account=account, lever_id="gone", text="Gone", gone_at=db_now())
    return account


CHANGES: list[tuple[Callable[..., None], dict[str, Any], dict[str, Any]]] = [
    (rules.set_outgoing, {"on": True}, {"outgoing_on": True}),
    (rules.set_allow_list, {"on": True}, {"allow_list_on": True}),
    (rules.set_default_user, {"user_id": "aud"}, {"default_user_id": "aud"}),
    (rules.set_skills_as_tags, {"on": True}, {"send_skills_as_tags": True}),
    (rules.set_match_rules, {"keys": ["phone", "email"]}, {"match_keys": ["email", "phone"]}),
    (rules.set_match_rules, {"action": "ask"}, {"match_action": "ask"}),
    (rules.set_match_rules, {"primary": "linkedin"}, {"primary_key": "linkedin"}),
    (rules.set_match_rules, {"on_conflict": "primary"}, {"on_conflict": "primary"}),
    (rules.set_match_rules, {"near": "ignore"}, {"near_matches": "ignore"}),
    (
        rules.set_match_rules,
        {"keys": ["phone"], "primary": "phone"},
        {"match_keys": ["phone"], "primary_key": "phone"},
    ),
]


@pytest.mark.parametrize(("change", "asked", "stored"), CHANGES)
def test_a_change_is_written_and_audited_once(
    account: LeverAccount, change: Callable[..., None], asked: dict[str, Any], stored: dict[str, Any]
) -> None:
    before = {name: getattr(account, name) for name in stored}
    for _ in range(2):
        change(by=ADMIN, account=account, **asked)
    row = LeverAccount.objects.get()
    assert {name: getattr(row, name) for name in stored} == stored
    assert {name: getattr(account, name) for name in stored} == stored
    entry = AuditEntry.objects.get()
    assert (entry.by_label, entry.before, entry.after) == ("Ada Admin", before, stored)


def test_a_change_leaves_what_others_changed(account: LeverAccount) -> None:
    LeverAccount.objects.update(default_user_id="aud", confidential_access=True)
    rules.set_outgoing(by=ADMIN, account=account, on=True)
    row = LeverAccount.objects.get()
    assert (row.default_user_id, row.confidential_access, row.outgoing_on) == ("aud", True, True)


REFUSED: list[tuple[Callable[..., Any], dict[str, Any], str]] = [
    (rules.set_default_user, {"user_id": "nobody"}, "no such user"),
    (rules.set_default_user, {"user_id": "gone"}, "no such user"),
    (rules.set_match_rules, {"keys": []}, "at least one"),
    (rules.set_match_rules, {"keys": ["email", "name"]}, "at least one"),
    (rules.set_match_rules, {"action": "guess"}, "guess is none of"),
    (rules.set_match_rules, {"primary": "name"}, "name is none of"),
    (rules.set_match_rules, {"primary": "phone"}, "Phone is switched off as a key"),
    (rules.set_match_rules, {"keys": ["phone"], "primary": "linkedin"}, "LinkedIn profile is switched off"),
    (rules.set_match_rules, {"on_conflict": "guess"}, "guess is none of"),
    (rules.set_match_rules, {"near": "link"}, "link is none of"),
    (rules.set_alias, {"email": "no address", "user_id": "aud"}, "no email address"),
    (rules.set_alias, {"email": "a@b.example", "user_id": "nobody"}, "no such user"),
]


@pytest.mark.parametrize(("change", "asked", "why"), REFUSED)
def test_nonsense_is_refused_with_a_sentence(
    account: LeverAccount, change: Callable[..., Any], asked: dict[str, Any], why: str
) -> None:
    with pytest.raises(rules.InvalidRule, match=why):
        change(by=ADMIN, account=account, **asked)
    assert not AuditEntry.objects.exists()


def test_a_primary_key_that_is_switched_off_gives_way_to_the_email(account: LeverAccount) -> None:
    rules.set_match_rules(by=ADMIN, account=account, primary="linkedin")
    rules.set_match_rules(by=ADMIN, account=account, keys=["phone"])
    assert LeverAccount.objects.get().primary_key == account.primary_key == "email"
    entry = AuditEntry.objects.order_by("id").last()
    assert entry is not None
    assert entry.after == {"match_keys": ["phone"], "primary_key": "email"}


def test_email_always_counts(account: LeverAccount) -> None:
    rules.set_match_rules(by=ADMIN, account=account, keys=["phone"], primary="email")
    assert account.match_kinds == {"email", "phone"}


def test_an_alias_is_set_changed_and_taken_away(account: LeverAccount) -> None:
    LeverUser.objects.create(account=account, lever_id="liv", text="Liv")
    for user_id in ("aud", "aud", "liv", "", ""):
        rules.set_alias(by=ADMIN, account=account, email=" Aud@Pin.example", user_id=user_id)
    assert not UserAlias.objects.exists()
    told = [(entry.before["user"], entry.after["user"]) for entry in AuditEntry.objects.order_by("id")]
    assert told == [("", "aud"), ("aud", "liv"), ("liv", "")]


def test_jobs_and_people_are_allowed_and_disallowed(account: LeverAccount) -> None:
    job, person = Job.objects.create(title="Engineer"), Candidate.objects.create(full_name="Ingrid")
    for _ in range(2):
        rules.allow_job(by=ADMIN, account=account, job=job)
        rules.allow_person(by=ADMIN, account=account, candidate=person)
    assert AllowedJob.objects.get().job == job
    assert AllowedPerson.objects.get().candidate == person
    for _ in range(2):
        rules.disallow_job(by=ADMIN, account=account, job=job)
        rules.disallow_person(by=ADMIN, account=account, candidate=person)
    assert not AllowedJob.objects.exists() and not AllowedPerson.objects.exists()
    actions = list(AuditEntry.objects.order_by("id").values_list("action", flat=True))
    assert actions == [
        "account.job_allowed",
        "account.person_allowed",
        "account.job_disallowed",
        "account.person_disallowed",
    ]
