"""One cure for everybody a cause has stopped: what was wrong is put right, then they are tried again, in numbers.

Each answers the `Cure`, whose page tells what became of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from pinlever.audit.services import Actor, record as audit
from pinlever.connection import rules
from pinlever.connection.models import LeverAccount
from pinlever.outreach.services import add_contact_point
from pinlever.recruiting.identity import email_key
from pinlever.recruiting.models import ContactPoint
from pinlever.recruiting.services import family
from pinlever.sync import causes
from pinlever.sync.bulk import retry_many
from pinlever.sync.followup_groups import try_group_again
from pinlever.sync.models import IN_LEVER_STATES, Cure, FollowUp, State, SyncRecord

CORRECTED = "corrected by hand"


@dataclass(frozen=True)
class Correction:
    """An address Lever refuses, and the one to use instead; "" to send the person without it."""

    record: SyncRecord
    refused: str
    instead: str = ""


def try_again(
    *,
    by: Actor,
    account: LeverAccount,
    records: QuerySet[SyncRecord],
    what: str,
    posting_id: str | None = None,
    done: str = "",
) -> Cure:
    """Tries the records again, with `posting_id` on that Lever job. `what` had stopped them."""
    cure = _begun(by, account, what, done)
    outcome = retry_many(by=by, records=records, posting_id=posting_id, cure=cure)
    return _ended(cure, outcome.told("tried again"))


def follow_again(*, by: Actor, account: LeverAccount, rows: QuerySet[FollowUp], what: str) -> Cure:
    """Tries again what could not be written after the sync."""
    cure = _begun(by, account, what, "")
    left = rows.count()
    count = try_group_again(by=by, rows=rows, cure=cure)
    told = "1 is written again." if count == 1 else f"{count:,} are written again."
    more = f" {left - count:,} more are left: do it again for them." if left > count else ""
    return _ended(cure, f"{told}{more}")


def map_users(
    *,
    by: Actor,
    account: LeverAccount,
    users: Mapping[str, str],
    default_user: str = "",
    records: QuerySet[SyncRecord],
    what: str,
) -> Cure:
    """Says which Lever user each sourcer's address is, and who stands in for all others; then tries them again.

    Raises InvalidRule, with nothing changed, for a user Lever does not have.
    """
    with transaction.atomic():
        for email, user_id in users.items():
            rules.set_alias(by=by, account=account, email=email, user_id=user_id)
        if default_user:
            rules.set_default_user(by=by, account=account, user_id=default_user)
        count = len(users)
        said = (
            [f"{count:,} {'sourcer has' if count == 1 else 'sourcers have'} a Lever user now"]
            if count
            else []
        )
        said += ["the default user was chosen"] if default_user else []
        done = f"{', '.join(said)}."
        cure = _begun(by, account, what, f"{done[:1].upper()}{done[1:]}" if said else "")
    outcome = retry_many(by=by, records=records, cure=cure)
    return _ended(cure, outcome.told("tried again"))


def correct_emails(*, by: Actor, account: LeverAccount, corrections: Sequence[Correction], what: str) -> Cure:
    """Adds each right address to its person, leaves the refused one out for Lever, and tries them again.

    The refused address stays in Pin. Raises InvalidContactPoint, with nothing changed, for what is no address.
    """
    with transaction.atomic():
        for each in sorted(corrections, key=lambda one: one.record.pk):
            _correct(by, each)
        count = len({each.record.pk for each in corrections})
        done = f"The addresses of {'1 person' if count == 1 else f'{count:,} people'} were corrected."
        cure = _begun(by, account, what, done)
    records = SyncRecord.objects.filter(pk__in=[each.record.pk for each in corrections], state=State.FAILED)
    return _ended(cure, retry_many(by=by, records=records, cure=cure).told("tried again"))


def _correct(by: Actor, one: Correction) -> None:
    candidate = one.record.prospect.candidate
    if one.instead:
        add_contact_point(
            by=by,
            candidate=candidate,
            kind=ContactPoint.Kind.EMAIL,
            value=one.instead,
            source=CORRECTED,
        )
    refused = email_key(one.refused)
    if refused is None or refused == email_key(one.instead):
        return
    theirs = SyncRecord.objects.select_for_update(of=("self",)).filter(
        account_id=one.record.account_id, prospect__candidate__in=family(candidate).ids
    )
    for row in theirs.exclude(state__in=IN_LEVER_STATES).order_by("pk"):
        _leave_out(by, row, ["email", refused])


def _leave_out(by: Actor, row: SyncRecord, key: list[str]) -> None:
    if key in row.left_out_keys or row.intents.filter(outcome="").exists():
        return  # what is under way keeps the keys it was sent with
    keys = [*row.left_out_keys, key]
    SyncRecord.objects.filter(pk=row.pk).update(left_out_keys=keys)
    audit(
        by=by,
        action="sync.address_left_out",
        subject=row,
        before={"left_out": row.left_out_keys},
        after={"left_out": keys},
    )


def _begun(by: Actor, account: LeverAccount, what: str, done: str) -> Cure:
    return Cure.objects.create(account=account, what=what[:200], done=done, by_label=by.label[:200])


def _ended(cure: Cure, told: str) -> Cure:
    cure.told = told
    cure.save(update_fields=["told"])
    return cure


def stopped_by_users(account: LeverAccount) -> QuerySet[SyncRecord]:
    """Whom a missing or refused Lever user stopped."""
    return SyncRecord.objects.filter(
        account=account, state=State.FAILED, cause__in=(causes.NO_LEVER_USER, causes.USER_REFUSED)
    )


def stopped_by_email(account: LeverAccount) -> QuerySet[SyncRecord]:
    """Whom an address that Lever refuses stopped."""
    return SyncRecord.objects.filter(account=account, state=State.FAILED, cause=causes.EMAIL_REFUSED)
