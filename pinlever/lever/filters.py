"""Which opportunities a list is asked for."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Literal

from .types import to_ms

Confidentiality = Literal["all", "confidential", "non-confidential"]
Ids = str | tuple[str, ...] | None

PARAMS = {
    "emails": "email",
    "contact_id": "contact_id",
    "posting_id": "posting_id",
    "archived_posting_id": "archived_posting_id",
    "stage_id": "stage_id",
    "tag": "tag",
    "source": "source",
    "origin": "origin",
    "archived": "archived",
    "created_from": "created_at_start",
    "created_to": "created_at_end",
    "updated_from": "updated_at_start",
    "updated_to": "updated_at_end",
    "confidentiality": "confidentiality",
}


@dataclass(frozen=True, slots=True)
class OpportunityFilter:
    """None asks for everything. Several values of one field are a union; times are inclusive at both ends.

    An empty text is an error: Lever would ignore it and give everybody. `posting_id` finds active
    applications, `archived_posting_id` archived ones. Without `confidentiality` Lever leaves confidential
    opportunities out; with it a credential without that permission gets Forbidden.
    """

    emails: Ids = None
    contact_id: Ids = None
    posting_id: Ids = None
    archived_posting_id: Ids = None
    stage_id: Ids = None
    tag: Ids = None
    source: Ids = None
    origin: Ids = None
    archived: bool | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None
    updated_from: datetime | None = None
    updated_to: datetime | None = None
    confidentiality: Confidentiality | None = None

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            texts = (value,) if isinstance(value, str) else value if isinstance(value, tuple) else ("-",)
            if not texts or any(not text.strip() for text in texts):
                raise ValueError(f"An empty {field.name} would ask Lever for everybody.")

    def params(self) -> dict[str, Any]:
        asked = {PARAMS[field.name]: getattr(self, field.name) for field in fields(self)}
        return {
            name: to_ms(value) if isinstance(value, datetime) else value
            for name, value in asked.items()
            if value is not None
        }
