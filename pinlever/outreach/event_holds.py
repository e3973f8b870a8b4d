"""What happened in outreach holds it, by rule: a reply pauses, an unsubscription stops, unless a rule differs."""

from collections.abc import Sequence

from django.db import transaction

from pinlever.audit.services import Actor, record
from pinlever.outreach.holding import Held, Wanted, hold_many
from pinlever.outreach.models import Effect, EventRule, OutreachEvent

Kind = OutreachEvent.Kind
DEFAULTS: dict[str, str] = {
    Kind.REPLIED: Effect.PAUSE,
    Kind.UNSUBSCRIBED: Effect.STOP,
    Kind.BOUNCED: Effect.PAUSE,
}
HOLDING = (Effect.PAUSE, Effect.STOP)
MARKED_IN_LEVER = "lever"  # the source of a reply that somebody noted in Lever by moving the person there


class NoSuchRule(ValueError):
    """The event makes no holds, or the effect is none that an event can have."""


def effects() -> dict[str, str]:
    """What each kind of event that can hold outreach does to it now. One query."""
    stored = dict(EventRule.objects.filter(kind__in=DEFAULTS).values_list("kind", "effect"))
    return {kind: stored.get(kind, effect) for kind, effect in DEFAULTS.items()}


def set_effect(*, by: Actor, kind: str, effect: str) -> None:
    """Changes a rule; what is held already stays held. Raises NoSuchRule."""
    if kind not in DEFAULTS or effect not in (Effect.NOTHING, *HOLDING):
        raise NoSuchRule(f"{kind}: {effect}")
    with transaction.atomic():
        before = effects()[kind]
        rule, _ = EventRule.objects.update_or_create(kind=kind, defaults={"effect": effect})
        if before != effect:
            told = {"event": kind, "effect": effect}
            record(by=by, action="rule.event", subject=rule, before={"effect": before}, after=told)


def hold_for_events(*, by: Actor, events: Sequence[OutreachEvent]) -> list[Held]:
    """Holds by rule for what just happened, imported history too. Inside the transaction that stores the events."""
    heard = [event for event in events if event.kind in DEFAULTS]
    if not heard:
        return []
    rules = effects()
    return hold_many(by=by, wanted=[_wanted(event, rules) for event in heard if rules[event.kind] in HOLDING])


def _wanted(event: OutreachEvent, rules: dict[str, str]) -> Wanted:
    basis = f"event:{event.pk}"
    who = event.prospect.candidate
    return Wanted(who, rules[event.kind], event.kind, basis, _sentence(event), event.occurred_at)


def _sentence(event: OutreachEvent) -> str:
    if event.source == MARKED_IN_LEVER and event.details.get("text"):
        return f"{str(event.details['text']).rstrip('.')} ({event.prospect.job})."
    name = event.get_channel_display()
    channel = (
        f" by {'email' if event.channel == OutreachEvent.Channel.EMAIL else name}" if event.channel else ""
    )
    done = {
        Kind.REPLIED: f"They replied{channel}",
        Kind.UNSUBSCRIBED: "They do not want to be written to any more",
        Kind.BOUNCED: f"A message{channel} could not be delivered",
    }[Kind(event.kind)]
    return f"{done} ({event.prospect.job})."
