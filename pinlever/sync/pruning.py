"""What of cures is forgotten, and when. Whoever was tried again keeps their own story."""

from datetime import timedelta

from django.db.models import Exists, OuterRef, Q

from pinlever.foundation.clock import db_now
from pinlever.sync.models import WORKABLE, Cure, CureItem, FollowUp

KEPT = timedelta(days=30)
BATCH = 20  # cures; each may hold thousands of people


def forget() -> int:
    """Removes cures of a month ago of whom nobody is on the way any more, batch by batch; answers how many."""
    moving = Q(record__state__in=WORKABLE) | Q(follow_up__state=FollowUp.State.WAITING)
    under_way = Exists(CureItem.objects.filter(moving, cure=OuterRef("pk")))
    over = Cure.objects.filter(~under_way, made_at__lt=db_now() - KEPT).order_by("pk")
    gone = 0
    while batch := list(over.values_list("pk", flat=True)[:BATCH]):
        CureItem.objects.filter(cure__in=batch).delete()
        gone += Cure.objects.filter(pk__in=batch).delete()[0]
    return gone
