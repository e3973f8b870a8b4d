"""Writing audit rows, inside the transaction of the change they tell of."""

import getpass
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from django.db import models

from pinlever.audit.models import AuditEntry

SECRETS = frozenset(
    {"api_key", "access_token", "refresh_token", "password", "secret", "token", "signature_token"}
)


class Begun(Protocol):
    """A row that keeps who began it, in the columns of `Actor.columns`."""

    by_kind: Any
    by_id: Any
    by_label: Any


@dataclass(frozen=True)
class Actor:
    """Who does something: a person who signed in, Pin's systems, Lever, or this installation itself."""

    kind: str
    id: str
    label: str

    @classmethod
    def person(cls, user: models.Model) -> "Actor":
        return cls("person", str(user.pk), str(user))

    @classmethod
    def command(cls, name: str) -> "Actor":
        """Whoever runs this management command."""
        return cls("command", "", f"{getpass.getuser()} (manage.py {name})")

    @classmethod
    def who_began(cls, row: Begun) -> "Actor":
        return cls(row.by_kind, row.by_id, row.by_label)

    def columns(self) -> dict[str, str]:
        """For a row that keeps who began it."""
        return {"by_kind": self.kind, "by_id": self.id, "by_label": self.label[:200]}


SYSTEM = Actor("system", "", "PinLever")
PIN = Actor("pin", "", "Pin")
LEVER = Actor("lever", "", "Lever")


def record(
    *,
    by: Actor,
    action: str,
    subject: models.Model,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    note: str = "",
) -> AuditEntry:
    """Adds one row about `subject`."""
    return AuditEntry.objects.create(**entry(by, action, subject, before, after, note))


def record_many(*, by: Actor, action: str, subjects: list[tuple[models.Model, Mapping[str, Any]]]) -> None:
    """Adds one row for each (subject, after), in one statement."""
    AuditEntry.objects.bulk_create(
        [AuditEntry(**entry(by, action, subject, None, after, "")) for subject, after in subjects],
        batch_size=500,
    )


def entry(
    by: Actor,
    action: str,
    subject: models.Model,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    note: str,
) -> dict[str, Any]:
    return {
        **by.columns(),
        "action": action,
        "subject_type": subject._meta.label_lower,
        "subject_id": str(subject.pk),
        "subject_label": str(subject)[:300],
        "before": _plain(before or {}),
        "after": _plain(after or {}),
        "note": note,
    }


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """JSON values; what is named like a secret is not kept, whoever hands it in."""
    return {name: "(secret)" if name in SECRETS else _plain_value(value) for name, value in values.items()}


def _plain_value(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, models.Model):
        return _plain_value(value.pk)
    if isinstance(value, Mapping):
        return _plain(value)
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain_value(item) for item in value]
    if isinstance(value, uuid.UUID):
        return str(value)
    return value
