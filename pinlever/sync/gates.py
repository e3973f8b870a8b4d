"""What holds a record before anything is looked up or sent, and letting go of what is held no longer."""

from django.db.models import Q

from pinlever.connection import crawl
from pinlever.connection.accounts import mark_broken
from pinlever.connection.models import AllowedJob, AllowedPerson, LeverAccount, LeverConnection
from pinlever.foundation.clock import db_now
from pinlever.lever.errors import ConfigurationError, Forbidden, LeverError, ReconnectNeeded
from pinlever.recruiting.services import families, family
from pinlever.sync import causes
from pinlever.sync.models import FollowUp, State, SyncRecord, UndoItem

OF_THE_CREDENTIAL = (ConfigurationError, Forbidden, ReconnectNeeded)


def is_active(account: LeverAccount, connection: LeverConnection | None) -> bool:
    """Whether this is a connection to that account, and works."""
    return (
        connection is not None
        and connection.account_id == account.pk
        and connection.state == LeverConnection.State.ACTIVE
    )


def closed_to_all(record: SyncRecord, connection: LeverConnection | None) -> str | None:
    """The cause that stops even reading for this record, or None."""
    if connection is None or connection.account_id != record.account_id:
        return causes.NOT_CONNECTED
    if connection.state == LeverConnection.State.BROKEN:
        return causes.RECONNECT
    return None if connection.state == LeverConnection.State.ACTIVE else causes.NOT_CONNECTED


def closed_to_writing(record: SyncRecord) -> str | None:
    """The cause that stops writing for this record, or None. Reads the account's switches as they are now."""
    account = LeverAccount.objects.only("outgoing_on", "allow_list_on").get(pk=record.account_id)
    if not account.outgoing_on:
        return causes.OUTGOING_OFF
    if account.allow_list_on and not _is_allowed(record):
        return causes.ALLOW_LIST
    return None


def closed_now(record: SyncRecord, connection: LeverConnection | None) -> str:
    """Why nothing may be sent for this record at this moment, in a sentence; "" when it may.

    For the transaction that commits what is about to be sent: the connection is read again.
    """
    if closed_to_writing(record):
        return "Sending was switched off."
    if connection is not None:
        connection.refresh_from_db(fields=["is_current", "state"])
    if closed_to_all(record, connection) or connection is None or not connection.is_current:
        return "The connection changed."
    return ""


def closed_to_deciding(record: SyncRecord) -> str | None:
    """Until the index is complete nobody can be said not to be in Lever."""
    return None if crawl.is_complete(record.account) else causes.FIRST_CRAWL


def let_go(account: LeverAccount, connection: LeverConnection | None) -> int:
    """Queues again whom nothing holds any more, and what else waited for that is due. Answers how many people."""
    if not is_active(account, connection):
        return 0
    free = causes.let_go(is_active=True, outgoing_on=account.outgoing_on, is_read=crawl.is_complete(account))
    which = Q(cause__in=free)
    if account.outgoing_on:
        which |= Q(cause=causes.ALLOW_LIST) & allowed_now(account)
    _make_due(account, free)
    held = SyncRecord.objects.filter(which, account=account, state=State.HELD)
    return held.update(state=State.QUEUED, cause="", reason="", due_at=db_now())


def _make_due(account: LeverAccount, free: frozenset[str]) -> None:
    """Follow-ups and undos look again by themselves, but not before a minute is over."""
    now = db_now()
    late = Q(cause__in=free, due_at__gt=now)
    FollowUp.objects.filter(late, record__account=account, state=FollowUp.State.WAITING).update(due_at=now)
    UndoItem.objects.filter(late, run__account=account, state=UndoItem.State.WAITING).update(due_at=now)


def note_refusal(connection: LeverConnection | None, error: LeverError) -> None:
    """What Lever refuses the credential itself, it refuses for everybody: the connection is held, not each record."""
    if connection is not None and isinstance(error, OF_THE_CREDENTIAL):
        mark_broken(connection, causes.said(error))


def _is_allowed(record: SyncRecord) -> bool:
    prospect = record.prospect
    jobs = AllowedJob.objects.filter(account_id=record.account_id, job_id=prospect.job_id)
    people = AllowedPerson.objects.filter(account_id=record.account_id)
    return jobs.exists() or people.filter(candidate__in=family(prospect.candidate).ids).exists()


def allowed_now(account: LeverAccount) -> Q:
    """Which records the allow-list lets through, whatever else holds them."""
    if not account.allow_list_on:
        return Q()
    jobs = AllowedJob.objects.filter(account=account).values("job")
    allowed = list(AllowedPerson.objects.filter(account=account).values_list("candidate", flat=True))
    people = {row for each in families(allowed).values() for row in each.ids}
    return Q(prospect__job__in=jobs) | Q(prospect__candidate__in=people)
