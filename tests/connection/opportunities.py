"""Opportunities as Lever gives them, for the index."""

from datetime import UTC, datetime, timedelta
from typing import Any

from pinlever.lever.types import Opportunity, to_ms

DAY = datetime(2027, 3, 1, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return DAY + timedelta(minutes=minutes)


def opportunity(
    id: str, contact: str | None = "contact-1", *, changed: float | None = 0, **fields: Any
) -> Opportunity:
    """`changed`: minutes into the day; None for a record older than Lever's updatedAt."""
    return Opportunity.parse(
        {
            "id": id,
            "contact": contact,
            "name": "Ingrid Solheim",
            "emails": ["ingrid@solheim.example"],
            "links": ["https://www.linkedin.com/in/ingrid-solheim"],
            "phones": [{"type": "mobile", "value": "+47 406 12 345"}],
            "stage": "lead-new",
            "stageChanges": [{"toStageId": "lead-new", "updatedAt": to_ms(DAY), "userId": "user-1"}],
            "archived": None,
            "tags": [],
            "sources": ["Pin"],
            "origin": "sourced",
            "owner": "user-1",
            "applications": [{"id": f"application-{id}", "posting": "posting-1", "archived": None}],
            "createdAt": to_ms(DAY),
            "updatedAt": None if changed is None else to_ms(at(changed)),
            "lastInteractionAt": to_ms(DAY),
            "lastAdvancedAt": to_ms(DAY),
            "urls": {"show": f"https://hire.lever.co/candidates/{id}"},
            "isAnonymized": False,
            "confidentiality": "non-confidential",
            "dataProtection": None,
            **fields,
        }
    )
