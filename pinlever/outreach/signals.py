"""The one signal of the system."""

from django.dispatch import Signal

# Sent for new OutreachEvents, quiet ones too, inside their transaction: send(sender=OutreachEvent, events=[…]).
# A receiver that raises undoes them.
events_recorded = Signal()
