"""The rules kept for an account: whether and who is sent, who acts, what matches. Every change is audited."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from pinlever.audit.services import Actor, record
from pinlever.connection.models import (
    AllowedJob,
    AllowedPerson,
    LeverAccount,
    LeverUser,
    MatchAction,
    UserAlias,
)
from pinlever.recruiting.identity import email_key
from pinlever.recruiting.models import Candidate, Job

MATCH_KEYS = ("email", "linkedin", "phone")


class InvalidRule(ValueError):
    """What was asked for makes no sense, in a sentence for a person."""


def set_outgoing(*, by: Actor, account: LeverAccount, on: bool) -> None:
    """Off: nothing is written to Lever; what is due waits."""
    _change(by, account, "account.outgoing", outgoing_on=on)


def set_allow_list(*, by: Actor, account: LeverAccount, on: bool) -> None:
    """On: only allowed jobs and people are sent."""
    _change(by, account, "account.allow_list", allow_list_on=on)


def set_default_user(*, by: Actor, account: LeverAccount, user_id: str) -> None:
    """Who stands in for sourcers Lever does not know; empty: nobody."""
    if user_id:
        _known_user(account, user_id)
    _change(by, account, "account.default_user", default_user_id=user_id)


def set_match_rules(
    *, by: Actor, account: LeverAccount, keys: Iterable[str] | None = None, action: str | None = None
) -> None:
    """Which keys tell that somebody is in Lever already, and what is done then. None leaves a rule as it is."""
    changes: dict[str, Any] = {}
    if keys is not None:
        asked = set(keys)
        if not asked or asked - set(MATCH_KEYS):
            raise InvalidRule(f"Choose at least one matching key out of {', '.join(MATCH_KEYS)}.")
        changes["match_keys"] = [key for key in MATCH_KEYS if key in asked]
    if action is not None:
        if action not in MatchAction.values:
            raise InvalidRule(f"{action} is none of {', '.join(MatchAction.values)}.")
        changes["match_action"] = action
    _change(by, account, "account.match_rules", **changes)


def set_skills_as_tags(*, by: Actor, account: LeverAccount, on: bool) -> None:
    """Tags at Lever are for ever, in one list for everybody."""
    _change(by, account, "account.skills_as_tags", send_skills_as_tags=on)


def set_alias(*, by: Actor, account: LeverAccount, email: str, user_id: str) -> UserAlias | None:
    """The Lever user behind a sourcer's address; an empty user takes the alias away."""
    address = email_key(email)
    if address is None:
        raise InvalidRule(f"{email!r} is no email address.")
    if user_id:
        _known_user(account, user_id)
    with transaction.atomic():
        former = UserAlias.objects.filter(account=account, email=address).first()
        before = {"email": address, "user": former.lever_user_id if former else ""}
        if before["user"] != user_id:
            record(
                by=by,
                action="account.alias",
                subject=account,
                before=before,
                after={"email": address, "user": user_id},
            )
        if not user_id:
            UserAlias.objects.filter(account=account, email=address).delete()
            return None
        alias, _ = UserAlias.objects.update_or_create(
            account=account, email=address, defaults={"lever_user_id": user_id}
        )
    return alias


def allow_job(*, by: Actor, account: LeverAccount, job: Job) -> None:
    with transaction.atomic():
        _, new = AllowedJob.objects.get_or_create(account=account, job=job)
        _record_allowed(by, account, "job", job, new, True)


def disallow_job(*, by: Actor, account: LeverAccount, job: Job) -> None:
    with transaction.atomic():
        gone, _ = AllowedJob.objects.filter(account=account, job=job).delete()
        _record_allowed(by, account, "job", job, bool(gone), False)


def allow_person(*, by: Actor, account: LeverAccount, candidate: Candidate) -> None:
    with transaction.atomic():
        _, new = AllowedPerson.objects.get_or_create(account=account, candidate=candidate)
        _record_allowed(by, account, "person", candidate, new, True)


def disallow_person(*, by: Actor, account: LeverAccount, candidate: Candidate) -> None:
    with transaction.atomic():
        gone, _ = AllowedPerson.objects.filter(account=account, candidate=candidate).delete()
        _record_allowed(by, account, "person", candidate, bool(gone), False)


def _record_allowed(
    by: Actor, account: LeverAccount, kind: str, subject: Job | Candidate, changed: bool, allowed: bool
) -> None:
    if changed:
        action = f"account.{kind}_allowed" if allowed else f"account.{kind}_disallowed"
        record(by=by, action=action, subject=subject, after={"account": account, "allowed": allowed})


def _change(by: Actor, account: LeverAccount, action: str, **changes: Any) -> None:
    """Writes what differs from what is stored now, and nothing else."""
    with transaction.atomic():
        stored = LeverAccount.objects.select_for_update().get(pk=account.pk)
        news = {name: value for name, value in changes.items() if getattr(stored, name) != value}
        if news:
            before = {name: getattr(stored, name) for name in news}
            LeverAccount.objects.filter(pk=account.pk).update(**news)
            record(by=by, action=action, subject=stored, before=before, after=news)
    for name, value in changes.items():
        setattr(account, name, value)


def _known_user(account: LeverAccount, user_id: str) -> None:
    if not LeverUser.objects.filter(account=account, lever_id=user_id, gone_at=None).exists():
        raise InvalidRule("Lever has no such user. Read the users from Lever again, then choose one of them.")
