"""Which outreach events are told on Lever's timeline, with what, and whether they move Lever's stage."""

from datetime import datetime

from django.db import models

from pinlever.connection.models import LeverAccount
from pinlever.outreach.models import OutreachEvent

_Kind = OutreachEvent.Kind
NOTEWORTHY = (
    _Kind.ADDED_TO_OUTREACH,
    _Kind.CONTACT_FOUND,
    _Kind.MESSAGE_SENT,
    _Kind.REPLIED,
    _Kind.INTERESTED,
    _Kind.BOUNCED,
    _Kind.UNSUBSCRIBED,
)  # opens are no notes of their own: they are summed up on the message's


def default_kinds() -> list[str]:
    return [
        _Kind.MESSAGE_SENT.value,
        _Kind.REPLIED.value,
        _Kind.INTERESTED.value,
        _Kind.BOUNCED.value,
        _Kind.UNSUBSCRIBED.value,
    ]


class Bodies(models.TextChoices):
    """What becomes of the words of a message."""

    NEVER = "never", "Never"
    NOTES = "notes", "In the notes"
    SECRET = "secret", "In secret notes"


class TimelineRule(models.Model):
    """One for each account; without a row the defaults count. `since`: what was switched on later, and when."""

    account = models.OneToOneField(LeverAccount, on_delete=models.CASCADE, related_name="timeline_rule")
    sourced = models.BooleanField(default=True, help_text="A note about who sourced them, and when.")
    kinds = models.JSONField(default=default_kinds, help_text="Kinds of events that become notes.")
    opens = models.BooleanField(default=True, help_text="Opens are summed up on the message's note.")
    linked = models.BooleanField(default=True, help_text="Also for people who were in Lever already.")
    bodies = models.CharField(max_length=8, choices=Bodies.choices, default=Bodies.NEVER)
    moves_stage = models.BooleanField(default=False, help_text="Our events move Lever's lead stages.")
    since = models.JSONField(
        default=dict,
        blank=True,
        help_text="{what: ISO 8601}; earlier events of people in Lever by then stay.",
    )

    def __str__(self) -> str:
        return f"Timeline of {self.account}"

    def since_of(self, what: str) -> datetime | None:
        """When it was switched on, if that was ever done."""
        told = self.since.get(what)
        return datetime.fromisoformat(told) if told else None
