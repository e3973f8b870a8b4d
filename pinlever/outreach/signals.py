"""The one signal of the system."""

from django.dispatch import Signal

# Sent for each new OutreachEvent, quiet ones too, inside its transaction: send(sender=OutreachEvent, event=event).
# A receiver that raises undoes the event.
event_recorded = Signal()
