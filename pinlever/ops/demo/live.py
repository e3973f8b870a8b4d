"""What goes on happening while somebody looks at the demo: every few seconds one person gets a step further."""

import time
import uuid
from random import Random

from django.utils import timezone

from pinlever.audit.services import PIN
from pinlever.ops.demo.replaying import SOURCE
from pinlever.outreach.models import OutreachEvent
from pinlever.outreach.services import record_event
from pinlever.recruiting.models import Prospect

EVERY = 6.0
NEXT = {
    Prospect.Stage.SOURCED: OutreachEvent.Kind.ADDED_TO_OUTREACH,
    Prospect.Stage.IN_OUTREACH: OutreachEvent.Kind.MESSAGE_SENT,
    Prospect.Stage.MESSAGED: OutreachEvent.Kind.REPLIED,
    Prospect.Stage.REPLIED: OutreachEvent.Kind.INTERESTED,
}


class Trickle:
    """Call `tick` often; something happens every EVERY seconds, until everybody is interested."""

    def __init__(self) -> None:
        self.chance = Random()  # noqa: S311  (chance, not secrecy)
        self.next_at = time.monotonic() + EVERY

    def tick(self) -> None:
        if time.monotonic() < self.next_at:
            return
        self.next_at = time.monotonic() + EVERY
        under_way = list(Prospect.objects.filter(outreach_stage__in=list(NEXT)).values_list("pk", flat=True))
        if under_way:
            self._go_on(Prospect.objects.get(pk=self.chance.choice(under_way)))

    def _go_on(self, prospect: Prospect) -> None:
        kind = NEXT[Prospect.Stage(prospect.outreach_stage)]
        is_message = kind != OutreachEvent.Kind.ADDED_TO_OUTREACH
        record_event(
            by=PIN,
            prospect=prospect,
            kind=kind,
            channel="email" if is_message else "",
            occurred_at=timezone.now(),
            source=SOURCE,
            external_id=f"live-{uuid.uuid4().hex}",
        )
