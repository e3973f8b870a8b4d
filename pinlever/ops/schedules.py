"""Everything that runs by the clock, as rows of django-q2. Making them again changes nothing.

These rows are the second clock: the supervisors queue the sweep more often (django-q2 looks at its schedules twice
a minute at best). Losing either loses nothing.
"""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django_q.models import Schedule

from pinlever.foundation.clock import db_now
from pinlever.ops.models import Chore

PREFIX = "pinlever: "


@dataclass(frozen=True)
class Recurring:
    name: str
    task: str
    minutes: int


RECURRING = (
    Recurring("sweep", "pinlever.ops.tasks.sweep", 1),
    Recurring("everybody", "pinlever.ops.tasks.derive_all", 60),
    Recurring("catalogue", "pinlever.ops.tasks.read_catalogue", 60),
    Recurring("forget", "pinlever.ops.tasks.forget", 24 * 60),
)


def make_schedules() -> list[str]:
    """Leaves exactly one row for each entry of RECURRING. Safe when several processes do it at once."""
    with transaction.atomic():
        Chore.objects.get_or_create(name="schedules", defaults={"taken_at": db_now()})
        Chore.objects.select_for_update().get(name="schedules")  # the others wait here
        kept = [_make(recurring) for recurring in RECURRING]
        Schedule.objects.filter(name__startswith=PREFIX).exclude(pk__in=kept).delete()
    return [PREFIX + recurring.name for recurring in RECURRING]


def _make(recurring: Recurring) -> int:
    fields = {
        "func": recurring.task,
        "schedule_type": Schedule.MINUTES,
        "minutes": recurring.minutes,
        "repeats": -1,
    }
    rows = Schedule.objects.filter(name=PREFIX + recurring.name).order_by("pk")
    found = rows.first()
    if found is None:
        made = Schedule.objects.create(name=PREFIX + recurring.name, next_run=timezone.now(), **fields)
        return int(made.pk)
    rows.filter(pk=found.pk).update(**fields)
    return int(found.pk)
