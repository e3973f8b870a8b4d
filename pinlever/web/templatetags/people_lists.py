"""What lists and pages of people say in one word."""

from collections.abc import Iterable
from urllib.parse import urlencode

from django import template

from pinlever.outreach.models import OutreachEvent
from pinlever.recruiting.models import Candidate, Prospect
from pinlever.sync.models import State
from pinlever.web.candidate_sync import Card

Kind = OutreachEvent.Kind
ICONS = {
    Kind.ADDED_TO_OUTREACH: ("target", "indigo"),
    Kind.CONTACT_FOUND: ("key", "cyan"),
    Kind.MESSAGE_SENT: ("send", "azure"),
    Kind.OPENED: ("eye", "azure"),
    Kind.REPLIED: ("message-reply", "green"),
    Kind.INTERESTED: ("mood-happy", "green"),
    Kind.BOUNCED: ("alert-circle", "orange"),
    Kind.UNSUBSCRIBED: ("ban", "red"),
}
AT_REST = (State.SYNCED, State.IN_LEVER, State.QUEUED, State.RETRYING, State.NEEDS_YOU)
register = template.Library()


@register.filter
def keys(people: Iterable[Candidate]) -> str:
    """The people of a list, as a query: those the page asks about while it stays open."""
    return urlencode([("key", str(one.key)) for one in people])


@register.filter
def event_icon(kind: str) -> str:
    """The icon of a kind of outreach event."""
    return ICONS.get(Kind(kind), ("activity", ""))[0]


@register.filter
def event_colour(kind: str) -> str:
    """Tabler's name of its colour."""
    return ICONS.get(Kind(kind), ("", "secondary"))[1]


@register.filter
def to_reach(cards: Iterable[Card]) -> str:
    """The prospects who are not in outreach yet, as a query."""
    rows = [card.on.prospect for card in cards]
    return urlencode([("prospect", row.pk) for row in rows if row.outreach_stage == Prospect.Stage.SOURCED])


@register.filter
def to_send(cards: Iterable[Card]) -> str:
    """The prospects whom an export would send, as a query."""
    return urlencode(
        [("prospect", card.on.prospect.pk) for card in cards if card.on.explanation.state not in AT_REST]
    )
