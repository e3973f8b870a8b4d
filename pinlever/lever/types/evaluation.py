"""What people at Lever think and plan about an opportunity: feedback and interviews."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from .values import identified, moment, reference, text


@dataclass(frozen=True, slots=True)
class Feedback:
    """A template somebody answered."""

    id: str
    user_id: str | None
    created_at: datetime | None
    deleted_at: datetime | None
    raw: dict[str, Any] = field(repr=False, compare=False)

    @classmethod
    def parse(cls, payload: Any) -> Self:
        row, id_ = identified(payload, "feedback")
        return cls(
            id_,
            reference(row.get("user")),
            moment(row.get("createdAt")),
            moment(row.get("deletedAt")),
            row,
        )


@dataclass(frozen=True, slots=True)
class Interview:
    """One that was planned, held or called off."""

    id: str
    subject: str
    user_id: str | None
    created_at: datetime | None
    raw: dict[str, Any] = field(repr=False, compare=False)

    @classmethod
    def parse(cls, payload: Any) -> Self:
        row, id_ = identified(payload, "an interview")
        return cls(
            id_, text(row.get("subject")), reference(row.get("user")), moment(row.get("createdAt")), row
        )
