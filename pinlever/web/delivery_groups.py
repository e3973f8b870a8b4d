"""Deliveries that failed, whichever way they went, as groups of Sync activity: whose, of what, and what cures it.

Settings → Webhooks is for super admins, so what receivers said, and the way there, is shown to them alone.
"""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse

from pinlever.accounts.models import User
from pinlever.connection.models import LeverAccount
from pinlever.foundation.remedies import Cause
from pinlever.inbound import failing as from_lever
from pinlever.notices import failing as to_others

ASK = "Ask a super admin"
OFF = "It is switched off. Switch it on first"


@dataclass(frozen=True)
class DeliveryGroup:
    """`intro` stands before `said`. An address is empty where the viewer may not go; then `why_not` says so."""

    who: str
    cause: Cause
    count: int
    newest_at: datetime | None
    intro: str
    said: str
    list_url: str
    again_url: str = ""
    verb: str = ""
    is_ours: bool = False
    cure_url: str = ""
    why_not: str = ""


def delivery_groups(user: User, account: LeverAccount | None) -> list[DeliveryGroup]:
    """What Lever told first. Four queries, however many failed."""
    told = [_from_lever(user, one) for one in from_lever.groups(account)]
    return told + [_to_others(user, one) for one in to_others.groups()]


def _from_lever(user: User, one: from_lever.Failed) -> DeliveryGroup:
    may = user.is_superuser
    listed = reverse("admin:inbound_webhookdelivery_changelist")
    code = one.cause.code
    within = {"state__exact": "failed", "told__startswith": from_lever.BEGINS[code].strip()}
    return DeliveryGroup(
        "From Lever",
        one.cause,
        one.count,
        one.newest_at,
        "Lever said" if one.count == 1 else "Lever said, to the latest of them",
        one.said,
        f"{listed}?{urlencode(within)}" if may else reverse("ats-webhooks"),
        f"{reverse('activity-replay')}?{urlencode({'cause': code})}" if may else "",
        "Replay",
        why_not="" if may else ASK,
    )


def _to_others(user: User, one: to_others.GivenUp) -> DeliveryGroup:
    may, endpoint = user.is_superuser, one.endpoint
    page = reverse("endpoint", args=[endpoint.pk])
    again = reverse("activity-send-again", args=[endpoint.pk])
    cause = urlencode({"cause": one.cause.code})
    return DeliveryGroup(
        f"To {endpoint}",
        one.cause,
        one.count,
        one.newest_at,
        "What came of it" if one.count == 1 else "What came of the latest of them",
        one.said if may else "",
        f"{page}?show=given_up&{cause}" if may else "",
        f"{again}?{cause}" if may and endpoint.is_on else "",
        "Send",
        is_ours=True,
        cure_url=_cure_url(one, page) if may else "",
        why_not=ASK if not may else "" if endpoint.is_on else OFF,
    )


def _cure_url(one: to_others.GivenUp, page: str) -> str:
    """Where the endpoint is put right, if that is the cure."""
    if one.cause.action.code != "settings":
        return ""
    is_its_address = one.cause.code not in ("endpoint_gone", "endpoint_locked")
    return reverse("endpoint-edit", args=[one.endpoint.pk]) if is_its_address else page
