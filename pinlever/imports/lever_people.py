"""Whom of our candidates a Lever profile belongs to, by what we know of Lever.

Lever's exports name no email address, phone or link. Without this, somebody PinLever itself brought to Lever
would come back from there as a second candidate.
"""

from django.db import IntegrityError, transaction

from pinlever.connection.models import KnownKey, KnownOpportunity
from pinlever.recruiting.families import roots_of
from pinlever.recruiting.keys import Key, holders_of, take
from pinlever.recruiting.models import IdentityKey, Prospect
from pinlever.sync.models import IN_LEVER_STATES, SyncRecord

MOST_PROFILES = 100  # of one person that are looked at
SOURCE = "lever"  # the source whose external ids are ids of Lever profiles


def remember_owner(profile: str) -> None:
    """Makes the profile's id a key of the one candidate it belongs to, if it is known and nobody holds it yet.

    Not within a transaction that goes on to an arrival: keys are taken in one order there, and this one comes late.
    """
    key = Key(IdentityKey.Kind.EXTERNAL, f"{SOURCE}:{profile}")
    if holders_of([key]):
        return
    owners = _by_records(profile) or _by_index(profile)
    if len(owners) != 1:
        return
    try:
        with transaction.atomic():
            take(owners.pop(), [key], {})
    except IntegrityError:
        return  # another row of this person was quicker; the key now leads to whom it found


def _by_records(profile: str) -> set[int]:
    """Candidates of whom a sync record, or a key, says that this profile or another of the same person is theirs."""
    found = set(
        SyncRecord.objects.filter(opportunity_id=profile).values_list("prospect__candidate_id", flat=True)
    )
    for account, contact in KnownOpportunity.objects.filter(
        lever_id=profile, is_anonymized=False
    ).values_list("account", "contact_id"):
        linked = SyncRecord.objects.filter(account=account, contact_id=contact, state__in=IN_LEVER_STATES)
        found |= set(linked.values_list("prospect__candidate_id", flat=True))
        others = KnownOpportunity.objects.filter(account=account, contact_id=contact)
        ids = others.values_list("lever_id", flat=True)[:MOST_PROFILES]
        found |= set(holders_of(Key(IdentityKey.Kind.EXTERNAL, f"{SOURCE}:{one}") for one in ids).values())
    return _roots(found)


def _by_index(profile: str) -> set[int]:
    """Candidates who hold a key of this person in Lever, or whose own link stands there."""
    contacts = KnownOpportunity.objects.filter(lever_id=profile, is_anonymized=False).values(
        "account", "contact_id"
    )
    found: set[int] = set()
    for contact in contacts:
        rows = KnownKey.objects.filter(
            account=contact["account"], opportunity__contact_id=contact["contact_id"]
        ).values_list("kind", "value")
        told = set(rows)
        strong = [
            Key(kind, value) for kind, value in told if kind in (KnownKey.Kind.EMAIL, KnownKey.Kind.LINKEDIN)
        ]
        markers = [value for kind, value in told if kind == KnownKey.Kind.MARKER]
        found |= set(holders_of(strong).values())
        found |= set(Prospect.objects.filter(key__in=markers).values_list("candidate_id", flat=True))
    return _roots(found)


def _roots(ids: set[int]) -> set[int]:
    return set(roots_of(ids).values())
