"""Asking Lever about what a delivery names, and telling the index. Each answers, in a sentence, what came of it."""

from datetime import timedelta
from itertools import islice

from pinlever.connection import index
from pinlever.connection.gateway import lever_time
from pinlever.connection.models import KnownOpportunity, LeverAccount, ToldBy
from pinlever.connection.progress import confidentiality, read_deletions
from pinlever.foundation.clock import db_now
from pinlever.foundation.failpoints import failpoint
from pinlever.inbound.changes import work_changes
from pinlever.inbound.events import CREATIONS
from pinlever.inbound.models import WebhookDelivery
from pinlever.lever.client import LeverClient
from pinlever.lever.errors import NotFound
from pinlever.lever.types import Opportunity

LOOKED_BACK = timedelta(hours=1)  # for a deletion, before the delivery that made us look
LONGEST_BACK = timedelta(days=14)  # Lever sends a delivery again by hand for two weeks
MOST_OF_ONE = 100  # opportunities of one person that are read
BY_ID = 5
KNOWN_AS_OURS = "It tells what PinLever itself had just done; nothing was fetched."
FETCHED = "Fetched and noted."
DELETED = "It is deleted in Lever; noted."
NEVER_KNOWN = "Lever has no such opportunity, and PinLever knew of none."
HIDDEN = "Lever does not show it to this connection, which sees nothing confidential. What is known was left as it is."
NOBODY = "Lever lists no opportunity of this person."
PEOPLE = "{} fetched and noted."


def opportunity(account: LeverAccount, client: LeverClient, delivery: WebhookDelivery) -> str:
    """Fetches the one it names; gone, its deletion is noted."""
    lever_id = delivery.opportunity_id
    if _is_echo(account, delivery, {"lever_id": lever_id}):
        return KNOWN_AS_OURS
    try:
        found = client.opportunity(lever_id)
    except NotFound:
        return _gone(account, client, delivery)
    _take(account, [found])
    return FETCHED


def contact(account: LeverAccount, client: LeverClient, delivery: WebhookDelivery) -> str:
    """Fetches the person's opportunities: known ones one by one, since lists may lag behind; else by list."""
    if _is_echo(account, delivery, {"contact_id": delivery.contact_id}):
        return KNOWN_AS_OURS
    known = KnownOpportunity.objects.filter(account=account, contact_id=delivery.contact_id, deleted_at=None)
    ids = list(known.order_by("-active_at").values_list("lever_id", flat=True)[: BY_ID + 1])
    found = _by_id(client, ids) if 0 < len(ids) <= BY_ID else []
    if not found:
        listed = client.opportunities(
            contact_id=delivery.contact_id, confidentiality=confidentiality(account)
        )
        found = list(islice(listed, MOST_OF_ONE))
    _take(account, found)
    return PEOPLE.format(_counted(len(found))) if found else NOBODY


def _is_echo(account: LeverAccount, delivery: WebhookDelivery, about: dict[str, str]) -> bool:
    """Whether it announces something new that we made ourselves and have noted since: nothing is to be learned."""
    if delivery.event not in CREATIONS:
        return False
    ours = KnownOpportunity.objects.filter(account=account, told_by=ToldBy.OURS, deleted_at=None, **about)
    seen_at = ours.order_by("-seen_at").values_list("seen_at", flat=True).first()
    return seen_at is not None and lever_time(account.pk, seen_at) >= delivery.triggered_at


def _by_id(client: LeverClient, ids: list[str]) -> list[Opportunity]:
    found = []
    for lever_id in ids:
        try:
            found.append(client.opportunity(lever_id))
        except NotFound:  # a delivery of its own tells of a deletion, and the poll looks for them
            continue
    return found


def _take(account: LeverAccount, found: list[Opportunity]) -> None:
    failpoint("delivery.before_take")
    index.upsert(account, found, db_now(), told_by=ToldBy.WEBHOOK)
    failpoint("delivery.after_take")
    work_changes(account, lever_ids=[one.id for one in found])


def _gone(account: LeverAccount, client: LeverClient, delivery: WebhookDelivery) -> str:
    """Lever answers the same for what is deleted and what it hides, so its list of deletions is asked too."""
    lever_id = delivery.opportunity_id
    known = KnownOpportunity.objects.filter(account=account, lever_id=lever_id)
    if not known.exists():
        return NEVER_KNOWN
    earliest = lever_time(account.pk, db_now()) - LONGEST_BACK
    read_deletions(
        account, client, max(earliest, delivery.triggered_at - LOOKED_BACK), told_by=ToldBy.WEBHOOK
    )
    if known.filter(deleted_at=None).exists():
        if not account.confidential_access:
            return HIDDEN
        index.mark_deleted(account, {lever_id: lever_time(account.pk, db_now())}, told_by=ToldBy.WEBHOOK)
    work_changes(account, lever_ids=[lever_id])
    return DELETED


def _counted(count: int) -> str:
    return "1 opportunity" if count == 1 else f"{count} opportunities"
