"""Noticing that something of Lever's, which rules or jobs of ours name, is no longer what it was.

Told from the catalogue as it is stored, so nothing is lost between two readings. Each is noticed once; it is over when
it is no longer so. What is put aside is not noticed again until it was over, or has changed once more.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q

from pinlever.accounts.models import User
from pinlever.audit.services import LEVER, Actor, record
from pinlever.connection.looking import OPEN
from pinlever.connection.models import (
    ArchiveReason,
    FormTemplate,
    LeverAccount,
    LeverUser,
    Posting,
    Stage,
    UserAlias,
)
from pinlever.foundation.clock import db_now
from pinlever.inbound.models import Drift, StatusRule
from pinlever.inbound.status_rules import reason_default, stage_default
from pinlever.recruiting.models import Job, Prospect
from pinlever.sync.models import JobPosting
from pinlever.sync.stage_moves import LEAD_STAGES

Kind = Drift.Kind
GONE = "no longer in Lever"


@dataclass(frozen=True)
class Found:
    """What differs now. `changed_at`: when, for what does not end by itself."""

    kind: str
    lever_id: str
    before: str
    after: str
    changed_at: datetime | None = None

    @property
    def key(self) -> tuple[str, str]:
        return self.kind, self.lever_id


def note_drift(account: LeverAccount) -> int:
    """Writes what is new and ends what is over; answers how many were news. A handful of queries."""
    found = {one.key: one for one in _found(account)}
    open_rows = {(row.kind, row.lever_id): row for row in Drift.objects.filter(account=account, over_at=None)}
    if not found and not open_rows:
        return 0
    for key, row in open_rows.items():
        if _goes_on(row, found.get(key)) or _is_told_by_its_end(row, found.get(key)):
            found.pop(key, None)
    return sum(_notice(account, one) for one in found.values())


def put_aside(*, by: Actor, drift: Drift) -> bool:
    """Somebody has seen it; False if it was over or put aside before."""
    with transaction.atomic():
        rows = Drift.objects.filter(pk=drift.pk, over_at=None, put_aside_at=None)
        done = bool(rows.update(put_aside_at=db_now(), put_aside_by=by.label[:200]))
        if done:
            record(by=by, action="drift.put_aside", subject=drift, after={"kind": drift.kind})
    return done


def standing_drift(account: LeverAccount | None) -> list[Drift]:
    """What is to be shown, the newest first."""
    rows = Drift.objects.filter(account=account, over_at=None, put_aside_at=None)
    return list(rows.order_by("-noticed_at", "-pk")) if account else []


def _goes_on(row: Drift, now: Found | None) -> bool:
    """Whether the row still tells it; one that changed further says so, unless it was put aside as it was."""
    if now is None or now.after == row.before:
        return False
    if now.after == row.after and (now.changed_at is None or now.changed_at <= row.noticed_at):
        return True
    if row.put_aside_at is not None:
        return False
    Drift.objects.filter(pk=row.pk).update(after=now.after, noticed_at=db_now())
    return True


def _is_told_by_its_end(row: Drift, now: Found | None) -> bool:
    """Ends the row. True: with that all is said, as it is what it was before, or no longer of interest.

    One that changed further was over at that moment, and what is told now began then.
    """
    is_said = now is None or now.after == row.before
    ended_at = None if now is None or is_said else now.changed_at
    Drift.objects.filter(pk=row.pk, over_at=None).update(over_at=ended_at or db_now())
    return is_said


def _notice(account: LeverAccount, one: Found) -> bool:
    earlier = Drift.objects.filter(account=account, kind=one.kind, lever_id=one.lever_id)
    if one.changed_at is not None:
        since = Q(noticed_at__gte=one.changed_at) | Q(over_at__gt=one.changed_at)
        if earlier.filter(since).exists():
            return False
    try:
        with transaction.atomic():
            row = Drift.objects.create(
                account=account,
                kind=one.kind,
                lever_id=one.lever_id,
                before=one.before,
                after=one.after,
                noticed_at=db_now(),
            )
            record(
                by=LEVER,
                action="drift.noticed",
                subject=row,
                before={"was": one.before},
                after={"is": one.after},
            )
    except IntegrityError:  # another worker noticed it at the same moment
        return False
    return True


def _found(account: LeverAccount) -> Iterator[Found]:
    rules = set(StatusRule.objects.filter(account=account).values_list("of", "lever_id"))
    yield from _stages(account, {id for of, id in rules if of == StatusRule.Of.STAGE})
    yield from _reasons(account, {id for of, id in rules if of == StatusRule.Of.REASON})
    yield from _postings(account)
    yield from _users(account)
    yield from _templates(account)


def _stages(account: LeverAccount, ruled: set[str]) -> Iterator[Found]:
    changed = Q(renamed_at__isnull=False) | Q(gone_at__isnull=False)
    for row in Stage.objects.filter(changed, account=account):
        is_used = row.lever_id in ruled or row.lever_id in LEAD_STAGES
        if row.gone_at is not None:
            if is_used:
                yield Found(Kind.STAGE_GONE, row.lever_id, row.text, GONE)
        elif is_used or stage_default(row.pipeline, row.text) != stage_default(row.pipeline, row.former_text):
            yield Found(Kind.STAGE_RENAMED, row.lever_id, row.former_text, row.text, row.renamed_at)


def _reasons(account: LeverAccount, ruled: set[str]) -> Iterator[Found]:
    changed = Q(renamed_at__isnull=False) | Q(gone_at__isnull=False)
    for row in ArchiveReason.objects.filter(changed, account=account):
        if row.gone_at is not None:
            if row.lever_id in ruled:
                yield Found(Kind.REASON_GONE, row.lever_id, row.text, GONE)
        elif row.lever_id in ruled or reason_default(row.kind, row.text) != reason_default(
            row.kind, row.former_text
        ):
            yield Found(Kind.REASON_RENAMED, row.lever_id, row.former_text, row.text, row.renamed_at)


def _postings(account: LeverAccount) -> Iterator[Found]:
    """Of jobs that are open with us."""
    used = JobPosting.objects.filter(account=account, job__is_open=True, posting_id=OuterRef("lever_id"))
    rows = Posting.objects.filter(Q(gone_at__isnull=False) | ~Q(state__in=OPEN), account=account)
    for row in rows.filter(Exists(used)):
        if row.gone_at is not None:
            yield Found(Kind.POSTING_GONE, row.lever_id, row.text, GONE)
        else:
            yield Found(Kind.POSTING_CLOSED, row.lever_id, row.text, row.state)


def _users(account: LeverAccount) -> Iterator[Found]:
    """Who acts in Lever for somebody here: the default user, who sourcers are there, sourcers and owners of jobs."""
    left = LeverUser.objects.filter(
        Q(gone_at__isnull=False) | Q(deactivated_at__isnull=False), account=account
    )
    by_id = {row.lever_id: row for row in left}
    if not by_id:
        return
    aliases = UserAlias.objects.filter(account=account, lever_user_id__in=by_id)
    acting = {account.default_user_id, *aliases.values_list("lever_user_id", flat=True)}
    here = User.objects.filter(
        Exists(Prospect.objects.filter(sourcer=OuterRef("pk")))
        | Exists(Job.objects.filter(owner=OuterRef("pk"), is_open=True)),
        is_active=True,
    )
    emails = {email.lower() for email in here.values_list("email", flat=True)}
    for row in by_id.values():
        if row.lever_id in acting or (row.email and row.email in emails):
            after = GONE if row.gone_at else "deactivated"
            yield Found(Kind.USER_DEACTIVATED, row.lever_id, row.text or row.email, after)


def _templates(account: LeverAccount) -> Iterator[Found]:
    for row in FormTemplate.objects.filter(account=account):
        times = [at for at in (row.renamed_at, row.fields_changed_at, row.gone_at) if at is not None]
        if times:
            told = (
                GONE if row.gone_at else "other fields" if row.fields_changed_at == max(times) else row.text
            )
            before = row.former_text if row.renamed_at == max(times) else row.text
            yield Found(Kind.TEMPLATE_CHANGED, row.lever_id, before, told, max(times))
