"""What a super admin says about alerts: what is mailed, to whom besides the owner, and from when on it is an alert."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from pinlever.accounts.models import User
from pinlever.audit.services import Actor, record
from pinlever.notices.alert_models import AlertKind, AlertRules

FAILURES = (1, 10_000)
SHARE = (0, 100)
QUIET = (0, 120)
PAUSED = (0, 24 * 14)


class InvalidAlertRule(ValueError):
    """What was asked for cannot be kept; says why."""


@dataclass(frozen=True)
class Asked:
    """`mailed`: the kinds that are mailed; `share` in per cent; `also_to`: ids of super admins besides the owner."""

    mailed: Collection[str]
    also_to: Collection[int]
    failures: int
    share: int
    quiet_minutes: int
    paused_hours: int


def set_rules(*, by: Actor, asked: Asked) -> bool:
    """False when nothing was different. Raises InvalidAlertRule."""
    _check(asked)
    silenced = [kind for kind in AlertKind.values if kind not in asked.mailed]
    new = {
        "silenced": silenced,
        "failures": asked.failures,
        "share": asked.share,
        "quiet_minutes": asked.quiet_minutes,
        "paused_hours": asked.paused_hours,
    }
    with transaction.atomic():
        AlertRules.objects.get_or_create(pk=1)
        stored = AlertRules.objects.select_for_update().get(pk=1)
        before = {name: getattr(stored, name) for name in new}
        also_before = sorted(stored.also_to.values_list("pk", flat=True))
        also = sorted(hearing(asked.also_to).values_list("pk", flat=True))
        changed = [name for name in new if new[name] != before[name]]
        if not changed and also == also_before:
            return False
        AlertRules.objects.filter(pk=1).update(**new)
        stored.also_to.set(also)
        record(
            by=by,
            action="alert.rules",
            subject=stored,
            before={**{name: before[name] for name in changed}, "also_to": also_before},
            after={**{name: new[name] for name in changed}, "also_to": also},
        )
    return True


def hearing(users: Collection[int]) -> QuerySet[User]:
    """Those of them who may hear alerts: active super admins."""
    return User.objects.filter(pk__in=users, is_active=True, is_superuser=True)


def _check(asked: Asked) -> None:
    if unknown := set(asked.mailed) - set(AlertKind.values):
        raise InvalidAlertRule(f"There is no alert of the kind {sorted(unknown)[0][:40]!r}.")
    for value, (least, most), what in (
        (asked.failures, FAILURES, "The number of failures"),
        (asked.share, SHARE, "The share of failures, in per cent,"),
        (asked.quiet_minutes, QUIET, "The minutes something has to last"),
        (asked.paused_hours, PAUSED, "The hours sending may be off"),
    ):
        if not least <= value <= most:
            raise InvalidAlertRule(f"{what} must lie between {least:,} and {most:,}.")
