"""An opportunity, its contact and its applications, as Lever gives them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from .values import (
    Phone,
    flag,
    identified,
    mapping,
    mappings,
    moment,
    named,
    phones,
    reference,
    references,
    text,
    text_or_none,
    texts,
)


@dataclass(frozen=True, slots=True)
class StageChange:
    """`user_id` is absent on old imported rows (recorded answers)."""

    stage_id: str
    at: datetime | None
    user_id: str | None


@dataclass(frozen=True, slots=True)
class Archived:
    reason_id: str | None
    at: datetime | None

    @classmethod
    def parse(cls, payload: Any) -> Self | None:
        """None unless archived; Lever says null for that."""
        if not isinstance(payload, dict):
            return None
        return cls(reference(payload.get("reason")), moment(payload.get("archivedAt")))


@dataclass(frozen=True, slots=True)
class Application:
    """The link to a posting; of an unexpanded one only the id is known."""

    id: str
    posting_id: str | None = None
    archived_at: datetime | None = None
    archived: bool = False

    @classmethod
    def parse_all(cls, payload: Any) -> tuple[Self, ...]:
        rows = payload if isinstance(payload, list) else []
        return tuple(cls._parse(row) for row in rows if reference(row))

    @classmethod
    def _parse(cls, row: Any) -> Self:
        known = mapping(row)
        archived = Archived.parse(known.get("archived"))
        return cls(
            id=reference(row) or "",
            posting_id=reference(known.get("posting")),
            archived_at=archived.at if archived else None,
            archived=archived is not None,
        )


@dataclass(frozen=True, slots=True)
class Opportunity:
    """One candidacy. name, headline, location, emails, phones, links and the flags on data are the contact's.

    In the answers to changes of stage, archive, tags and sources the contact's fields are blank (recorded
    answers): the client returns no opportunity from those. `posting_ids` needs expanded applications.
    """

    id: str
    contact_id: str | None
    name: str
    headline: str
    location: str
    emails: tuple[str, ...]
    phones: tuple[Phone, ...]
    links: tuple[str, ...]
    stage_id: str | None
    stage_changes: tuple[StageChange, ...]
    archived: Archived | None
    tags: tuple[str, ...]
    sources: tuple[str, ...]
    origin: str
    sourced_by: str | None
    owner_id: str | None
    followers: tuple[str, ...]
    applications: tuple[Application, ...]
    created_at: datetime | None
    updated_at: datetime | None
    last_interaction_at: datetime | None
    last_advanced_at: datetime | None
    snoozed_until: datetime | None
    url: str
    is_anonymized: bool
    confidentiality: str
    contact_allowed: bool | None
    opportunity_location: str | None
    deleted_at: datetime | None
    deleted_by: str | None
    raw: dict[str, Any] = field(repr=False, compare=False)

    @property
    def posting_ids(self) -> tuple[str, ...]:
        """Postings of all its applications, archived ones included."""
        return tuple(one.posting_id for one in self.applications if one.posting_id)

    @property
    def active_posting_ids(self) -> tuple[str, ...]:
        return tuple(one.posting_id for one in self.applications if one.posting_id and not one.archived)

    @classmethod
    def parse(cls, payload: Any) -> Self:
        row, id_ = identified(payload, "an opportunity")
        return cls(
            id=id_,
            contact_id=reference(row.get("contact")),
            name=text(row.get("name")),
            headline=text(row.get("headline")),
            location=named(row.get("location")),
            emails=texts(row.get("emails")),
            phones=phones(row.get("phones")),
            links=texts(row.get("links")),
            stage_id=reference(row.get("stage")),
            stage_changes=_stage_changes(row.get("stageChanges")),
            archived=Archived.parse(row.get("archived")),
            tags=texts(row.get("tags")),
            sources=texts(row.get("sources")),
            origin=text(row.get("origin")),
            sourced_by=reference(row.get("sourcedBy")),
            owner_id=reference(row.get("owner")),
            followers=references(row.get("followers")),
            applications=Application.parse_all(row.get("applications")),
            created_at=moment(row.get("createdAt")),
            updated_at=moment(row.get("updatedAt")),
            last_interaction_at=moment(row.get("lastInteractionAt")),
            last_advanced_at=moment(row.get("lastAdvancedAt")),
            snoozed_until=moment(row.get("snoozedUntil")),
            url=text(mapping(row.get("urls")).get("show")),
            is_anonymized=row.get("isAnonymized") is True,
            confidentiality=text(row.get("confidentiality")),
            contact_allowed=_contact_allowed(row),
            opportunity_location=text_or_none(row.get("opportunityLocation")),
            deleted_at=moment(row.get("deletedAt")),
            deleted_by=reference(row.get("deletedBy")),
            raw=row,
        )


@dataclass(frozen=True, slots=True)
class Created:
    """`deduped`: Lever knew the person by email or contact id and kept what it had of them."""

    opportunity: Opportunity
    deduped: bool


@dataclass(frozen=True, slots=True)
class Contact:
    """A person. Has no links: those are read and written through any of the person's opportunities."""

    id: str
    name: str
    headline: str
    location: str
    emails: tuple[str, ...]
    phones: tuple[Phone, ...]
    is_anonymized: bool
    contact_allowed: bool | None
    raw: dict[str, Any] = field(repr=False, compare=False)

    @classmethod
    def parse(cls, payload: Any) -> Self:
        row, id_ = identified(payload, "a contact")
        return cls(
            id=id_,
            name=text(row.get("name")),
            headline=text(row.get("headline")),
            location=named(row.get("location")),
            emails=texts(row.get("emails")),
            phones=phones(row.get("phones")),
            is_anonymized=row.get("isAnonymized") is True,
            contact_allowed=_contact_allowed(row),
            raw=row,
        )


def _stage_changes(payload: Any) -> tuple[StageChange, ...]:
    """Oldest first, as Lever lists them."""
    return tuple(
        StageChange(text(row.get("toStageId")), moment(row.get("updatedAt")), reference(row.get("userId")))
        for row in mappings(payload)
    )


def _contact_allowed(row: dict[str, Any]) -> bool | None:
    """`dataProtection.contact.allowed`; None where no policy applies."""
    return flag(mapping(mapping(row.get("dataProtection")).get("contact")).get("allowed"))
