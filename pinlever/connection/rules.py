"""The rules kept for an account: whether and who is sent, who acts, what matches. Every change is audited."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from pinlever.audit.services import Actor, record
from pinlever.connection import undo_reasons
from pinlever.connection.models import (
    AllowedJob,
    AllowedPerson,
    Conflict,
    LeverAccount,
    LeverUser,
    MatchAction,
    MatchKey,
    NearMatches,
    UserAlias,
    kinds_of,
)
from pinlever.foundation.clock import db_now
from pinlever.recruiting.identity import email_key
from pinlever.recruiting.models import Candidate, Job

MATCH_KEYS = tuple(MatchKey.values)
LONGEST_WHY = 300


class InvalidRule(ValueError):
    """What was asked for makes no sense, in a sentence for a person."""


def set_outgoing(*, by: Actor, account: LeverAccount, on: bool, why: str = "") -> None:
    """Off: nothing is written to Lever; what is due waits. Who switched it off is kept, and `why` if they said so.

    Off twice changes nothing, and keeps the first one's name.
    """
    paused: dict[str, Any] = {"paused_at": None, "paused_by": "", "paused_why": ""}
    if not on:
        paused = {"paused_at": db_now(), "paused_by": by.label[:200], "paused_why": why.strip()[:LONGEST_WHY]}
    with transaction.atomic():
        rows = LeverAccount.objects.filter(pk=account.pk, outgoing_on=not on)
        if rows.update(outgoing_on=on, **paused):
            before, after = {"outgoing_on": not on}, {"outgoing_on": on}
            record(by=by, action="account.outgoing", subject=account, before=before, after=after, note=why)
    account.refresh_from_db(fields=["outgoing_on", *paused])


def set_allow_list(*, by: Actor, account: LeverAccount, on: bool) -> None:
    """On: only allowed jobs and people are sent."""
    _change(by, account, "account.allow_list", allow_list_on=on)


def set_default_user(*, by: Actor, account: LeverAccount, user_id: str) -> None:
    """Who stands in for sourcers Lever does not know; empty: nobody."""
    if user_id:
        _known_user(account, user_id)
    _change(by, account, "account.default_user", default_user_id=user_id)


def set_match_rules(
    *,
    by: Actor,
    account: LeverAccount,
    keys: Iterable[str] | None = None,
    action: str | None = None,
    primary: str | None = None,
    on_conflict: str | None = None,
    near: str | None = None,
) -> None:
    """Which keys tell that somebody is in Lever already, and what is done then. None leaves a rule as it is.

    `primary` has to be a key that is on; a primary key that is switched off gives way to the email, which always is.
    """
    changes: dict[str, Any] = {}
    if keys is not None:
        asked = set(keys)
        if not asked or asked - set(MATCH_KEYS):
            raise InvalidRule(f"Choose at least one matching key out of {', '.join(MATCH_KEYS)}.")
        changes["match_keys"] = [key for key in MATCH_KEYS if key in asked]
    for name, value, among in (
        ("match_action", action, MatchAction),
        ("primary_key", primary, MatchKey),
        ("on_conflict", on_conflict, Conflict),
        ("near_matches", near, NearMatches),
    ):
        if value is not None:
            if value not in among.values:
                raise InvalidRule(f"{value} is none of {', '.join(among.values)}.")
            changes[name] = value
    with transaction.atomic():
        stored = LeverAccount.objects.select_for_update().get(pk=account.pk)
        changes |= _primary(stored, changes)
        _change(by, account, "account.match_rules", **changes)


def _primary(stored: LeverAccount, changes: dict[str, Any]) -> dict[str, str]:
    """What becomes of the primary key. Raises InvalidRule when one is chosen that is off."""
    on = kinds_of(changes.get("match_keys", stored.match_keys))
    if changes.get("primary_key", stored.primary_key) in on:
        return {}
    if "primary_key" in changes:
        label = MatchKey(changes["primary_key"]).label
        raise InvalidRule(
            f"{label} is switched off as a key, so it cannot be the primary one. Switch it on first."
        )
    return {"primary_key": MatchKey.EMAIL.value}


def set_hold_while_asked(*, by: Actor, account: LeverAccount, on: bool) -> None:
    """On: outreach to a person is paused while somebody has to say who they are."""
    _change(by, account, "account.hold_while_asked", hold_while_asked=on)


def set_skills_as_tags(*, by: Actor, account: LeverAccount, on: bool) -> None:
    """Tags at Lever are for ever, in one list for everybody."""
    _change(by, account, "account.skills_as_tags", send_skills_as_tags=on)


def set_undo_reason(*, by: Actor, account: LeverAccount, reason_id: str) -> None:
    """The archive reason for what is taken back; empty: found by its name. Raises InvalidRule."""
    if reason_id and not undo_reasons.choices(account).filter(lever_id=reason_id).exists():
        raise InvalidRule(
            "Lever has no such archive reason any more. Load the page again and choose another."
        )
    _change(by, account, "account.undo_reason", undo_reason_id=reason_id)


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
