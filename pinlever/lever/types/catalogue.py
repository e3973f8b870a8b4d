"""What an account has set up: postings, stages, archive reasons, users, sources, tags, webhooks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from .values import identified, mapping, moment, number, reference, text, text_or_none, texts


@dataclass(frozen=True, slots=True)
class Posting:
    """`state` is published, internal (unlisted), closed, draft, pending or rejected; a draft has no url."""

    id: str
    text: str
    state: str
    team: str
    department: str
    location: str
    commitment: str
    owner_id: str | None
    hiring_manager_id: str | None
    confidentiality: str
    distribution: tuple[str, ...]
    url: str
    created_at: datetime | None
    updated_at: datetime | None
    raw: dict[str, Any] = field(repr=False, compare=False)

    @classmethod
    def parse(cls, payload: Any) -> Self:
        row, id_ = identified(payload, "a posting")
        categories = mapping(row.get("categories"))
        return cls(
            id=id_,
            text=text(row.get("text")),
            state=text(row.get("state")),
            team=text(categories.get("team")),
            department=text(categories.get("department")),
            location=text(categories.get("location")),
            commitment=text(categories.get("commitment")),
            owner_id=reference(row.get("owner")),
            hiring_manager_id=reference(row.get("hiringManager")),
            confidentiality=text(row.get("confidentiality")),
            distribution=texts(row.get("distributionChannels")),
            url=text(mapping(row.get("urls")).get("show")),
            created_at=moment(row.get("createdAt")),
            updated_at=moment(row.get("updatedAt")),
            raw=row,
        )


@dataclass(frozen=True, slots=True)
class Stage:
    """`id` is a slug such as `lead-new` for the built-in stages, a UUID for the account's own.

    `pipeline` (lead, applicant, screen, onsite, offer) is told by the undocumented list of disposition stages alone.
    """

    id: str
    text: str
    raw: dict[str, Any] = field(repr=False, compare=False)
    pipeline: str = ""

    @classmethod
    def parse(cls, payload: Any) -> Self:
        row, id_ = identified(payload, "a stage")
        return cls(id_, text(row.get("text")), row, text(row.get("pipeline")))


@dataclass(frozen=True, slots=True)
class ArchiveReason:
    """`type` is hired or non-hired; `status` active or inactive."""

    id: str
    text: str
    type: str
    status: str
    raw: dict[str, Any] = field(repr=False, compare=False)

    @classmethod
    def parse(cls, payload: Any) -> Self:
        row, id_ = identified(payload, "an archive reason")
        return cls(id_, text(row.get("text")), text(row.get("type")), text(row.get("status")), row)


@dataclass(frozen=True, slots=True)
class LeverUser:
    """`access_role` is "super admin", "admin", "team member", …, or the id of a role of the account's own."""

    id: str
    name: str
    email: str
    access_role: str
    deactivated_at: datetime | None
    raw: dict[str, Any] = field(repr=False, compare=False)

    @classmethod
    def parse(cls, payload: Any) -> Self:
        row, id_ = identified(payload, "a user")
        return cls(
            id=id_,
            name=text(row.get("name")),
            email=text(row.get("email")),
            access_role=text(row.get("accessRole")),
            deactivated_at=moment(row.get("deactivatedAt")),
            raw=row,
        )


@dataclass(frozen=True, slots=True)
class Source:
    """Has no id: the text is the key, case and all."""

    text: str
    count: int | None
    raw: dict[str, Any] = field(repr=False, compare=False)

    @classmethod
    def parse(cls, payload: Any) -> Self:
        row, name = identified(payload, "a source", key="text")
        return cls(name, number(row.get("count")), row)


@dataclass(frozen=True, slots=True)
class Tag:
    """Has no id: the text is the key, case and all."""

    text: str
    count: int | None
    raw: dict[str, Any] = field(repr=False, compare=False)

    @classmethod
    def parse(cls, payload: Any) -> Self:
        row, name = identified(payload, "a tag", key="text")
        return cls(name, number(row.get("count")), row)


@dataclass(frozen=True, slots=True)
class Webhook:
    """`signature_token` comes with the creation alone and cannot be read again; `raw` is without it."""

    id: str
    event: str
    url: str
    signature_token: str | None = field(repr=False)
    created_at: datetime | None
    raw: dict[str, Any] = field(repr=False, compare=False)

    @classmethod
    def parse(cls, payload: Any) -> Self:
        row, id_ = identified(payload, "a webhook")
        configuration = mapping(row.get("configuration"))
        shown = {key: value for key, value in configuration.items() if key != "signatureToken"}
        return cls(
            id=id_,
            event=text(row.get("event")),
            url=text(row.get("url")),
            signature_token=text_or_none(configuration.get("signatureToken")),
            created_at=moment(row.get("createdAt")),
            raw={**row, "configuration": shown},
        )
