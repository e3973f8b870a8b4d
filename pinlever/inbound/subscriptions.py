"""Our webhooks at Lever: each wanted event has one whose token we hold. What is missing is made, what is foreign to our
rows is removed.

`POST /webhooks` is not idempotent and tells its token once: one that a crash left without a row is worth nothing, and
the next look removes it and makes another. One worker looks at a time; two do no lasting harm, for the next look
puts right what they left. Others' webhooks at Lever are never touched.
"""

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from pinlever.audit.services import Actor, record
from pinlever.connection.models import LeverAccount, LeverConnection
from pinlever.connection.readiness import missing_scopes
from pinlever.foundation.clock import db_now
from pinlever.foundation.failpoints import failpoint
from pinlever.foundation.leases import LeaseLost, claim_first, release
from pinlever.inbound.addresses import address_of, can_be_reached, url_of
from pinlever.inbound.events import NAMES
from pinlever.inbound.models import Address, Subscription
from pinlever.lever.client import LeverClient
from pinlever.lever.errors import LeverError, NotFound, OutcomeUnknown, Rejected
from pinlever.lever.types import Webhook

SCOPE = "webhooks:write:admin"
LOOK_EVERY = timedelta(hours=1)
AFTER_TROUBLE = timedelta(minutes=5)
LEASE = 180.0  # seconds: some twenty calls
NO_SCOPE = (
    "Lever was not asked for webhooks, since that permission was not granted. Connect again and grant it; until then "
    "changes are found by asking"
)
REFUSED = "Lever refuses to make webhooks: {}. Connect again as a Super Admin of Lever"
NOT_NOW = "Lever did not answer when the webhooks were looked at: {}. It is tried again in five minutes"
log = logging.getLogger(__name__)


def is_due(connection: LeverConnection) -> bool:
    """Whether the webhooks should be looked at now: by the clock, or since connection or address are others."""
    if not can_be_reached(connection.account):
        return False
    address = address_of(connection.account)
    return address.due_at <= db_now() or address.kept_for != _kept_for(connection, address)


def keep(connection: LeverConnection, client: LeverClient) -> bool:
    """Looks at Lever which webhooks are there and puts it right; False: not due, or somebody else looks."""
    if not is_due(connection):
        return False
    address = address_of(connection.account)
    due = Q(due_at__lte=db_now()) | ~Q(kept_for=_kept_for(connection, address))
    claimed = claim_first(Address.objects.filter(due, pk=address.pk).order_by("pk"), seconds=LEASE)
    if claimed is None:
        return False
    address, lease = claimed
    try:
        trouble = _trouble(connection, client, address)
        wait = AFTER_TROUBLE if trouble else LOOK_EVERY
        now = db_now()
        changes = {"trouble": trouble, "due_at": now + wait, "kept_for": _kept_for(connection, address)}
        release(address, lease, **changes, kept_at=address.kept_at if trouble else now)
    except LeaseLost:
        log.info("Somebody else looks after the webhooks by now.")
    return True


def rotate(*, by: Actor, account: LeverAccount) -> int:
    """Each webhook is replaced by a new one with a token of its own; both count until Lever uses the new ones.

    Answers how many will be replaced. The making is the worker's.
    """
    now = db_now()
    with transaction.atomic():
        leaving = Subscription.objects.live().filter(account=account, leaving_at=None).update(leaving_at=now)
        Address.objects.filter(account=account).update(due_at=now)
        record(by=by, action="webhooks.rotated", subject=account, after={"webhooks": leaving})
    return leaving


def look_again(*, by: Actor, account: LeverAccount) -> None:
    """The webhooks are looked at now and not within the hour."""
    with transaction.atomic():
        Address.objects.filter(account=account).update(due_at=db_now())
        record(by=by, action="webhooks.looked_at", subject=account)


def remove_all(account: LeverAccount, client: LeverClient) -> None:
    """Removes our webhooks at Lever, those without a row too; raises what Lever's answers raise."""
    address = Address.objects.filter(account=account).first()
    if address is None:
        return
    url, rows = url_of(address), {row.webhook_id: row for row in _live(account)}
    for hook in list(client.webhooks()):
        if hook.url == url or hook.id in rows:
            _remove(client, hook.id, rows.get(hook.id))
    known = [row.pk for row in rows.values()]
    Subscription.objects.live().filter(pk__in=known).update(ended_at=db_now())
    # Connected again meanwhile, new ones may be there by now.
    LeverAccount.objects.filter(pk=account.pk).exclude(connections__is_current=True).update(
        has_webhooks=False
    )


def _kept_for(connection: LeverConnection, address: Address) -> str:
    return f"{connection.pk} {url_of(address)}"[:600]


def _live(account: LeverAccount) -> QuerySet[Subscription]:
    return Subscription.objects.live().filter(account=account).order_by("-pk")


def _trouble(connection: LeverConnection, client: LeverClient, address: Address) -> str:
    """Puts it right; answers what stood in the way, in a sentence."""
    is_oauth = connection.kind == LeverConnection.Kind.OAUTH
    if is_oauth and SCOPE in missing_scopes(connection.scopes):
        return NO_SCOPE
    try:
        _put_right(connection.account, client, url_of(address))
    except OutcomeUnknown:
        return NOT_NOW.format("the answer was lost")
    except Rejected as refusal:
        return REFUSED.format(_words(refusal))
    except LeverError as failure:
        return NOT_NOW.format(_words(failure))
    return ""


def _words(error: LeverError) -> str:
    return " ".join((error.said or error.what or str(error)).split())[:300].rstrip(".")


def _put_right(account: LeverAccount, client: LeverClient, url: str) -> None:
    """New ones are made before old ones go: nothing is missed in between. One event that Lever refuses does not keep
    the others from being made."""
    there = {hook.id: hook for hook in client.webhooks()}
    rows = {row.webhook_id: row for row in _live(account)}
    for row in rows.values():
        if row.webhook_id not in there:
            _end(row, "missing")
    good, old = _sorted_out(rows, there, url)
    refused: Rejected | None = None
    for event in NAMES:
        try:
            if event not in good:
                _make(account, client, event, url)
        except Rejected as refusal:
            refused = refusal
    for row in old:
        _remove(client, row.webhook_id, row)
    for hook in there.values():
        if hook.url == url and hook.id not in rows:
            _remove(client, hook.id, None)
    if refused is not None:
        raise refused


def _sorted_out(
    rows: dict[str, Subscription], there: dict[str, Webhook], url: str
) -> tuple[set[str], list[Subscription]]:
    """The events that are served, by the newest row of each; and the rows that should go."""
    good, old = set[str](), list[Subscription]()
    for row in rows.values():
        if row.webhook_id not in there:
            continue
        fits = there[row.webhook_id].url == row.url == url and row.event in NAMES and row.event not in good
        if fits and row.leaving_at is None:
            good.add(row.event)
        else:
            old.append(row)
    return good, old


def _make(account: LeverAccount, client: LeverClient, event: str, url: str) -> None:
    LeverAccount.objects.filter(pk=account.pk, has_webhooks=False).update(has_webhooks=True)
    failpoint("webhooks.before_make")
    made = client.create_webhook(event, url)
    failpoint("webhooks.after_make")
    if not made.signature_token:
        _remove(client, made.id, None)
        raise Rejected(f"Lever made the webhook for {event} without a signature token")
    Subscription.objects.create(
        account=account,
        event=event,
        webhook_id=made.id,
        url=url,
        signature_token=made.signature_token,
        made_at=db_now(),
    )
    failpoint("webhooks.after_store")


def _remove(client: LeverClient, webhook_id: str, row: Subscription | None) -> None:
    try:
        client.delete_webhook(webhook_id)
    except NotFound:
        log.info("Webhook %s was gone already.", webhook_id)
    if row is not None:
        _end(row, "removed")


def _end(row: Subscription, why: str) -> None:
    log.info("The webhook for %s has ended: %s.", row.event, why)
    Subscription.objects.filter(pk=row.pk, ended_at=None).update(ended_at=db_now())
