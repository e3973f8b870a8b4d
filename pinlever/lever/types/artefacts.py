"""What hangs on an opportunity: notes, files, résumés, forms; and the templates forms are made from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from .values import Unreadable, identified, mapping, mappings, moment, number, reference, text


@dataclass(frozen=True, slots=True)
class ResumeFile:
    """A file to send; the name's ending tells its type."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Note:
    """`values` are the texts: the note's own first, then the comments of its thread."""

    id: str
    values: tuple[str, ...]
    user_id: str | None
    secret: bool
    created_at: datetime | None
    deleted_at: datetime | None
    raw: dict[str, Any] = field(repr=False, compare=False)

    @property
    def value(self) -> str:
        return self.values[0] if self.values else ""

    @classmethod
    def parse(cls, payload: Any) -> Self:
        """Lever's documentation gives a new note as `{"noteId"}` alone; recorded answers hold it whole."""
        row = mapping(payload)
        id_ = reference(row.get("id")) or reference(row.get("noteId"))
        if id_ is None:
            raise Unreadable("a note without id")
        return cls(
            id=id_,
            values=tuple(text(one.get("value")) for one in mappings(row.get("fields"))),
            user_id=reference(row.get("user")),
            secret=row.get("secret") is True,
            created_at=moment(row.get("createdAt")),
            deleted_at=moment(row.get("deletedAt")),
            raw=row,
        )


@dataclass(frozen=True, slots=True)
class File:
    """`status` is processing, processed, unsupported, error or empty."""

    id: str
    name: str
    size: int | None
    status: str
    uploaded_at: datetime | None
    raw: dict[str, Any] = field(repr=False, compare=False)

    @classmethod
    def parse(cls, payload: Any) -> Self:
        row, id_ = identified(payload, "a file")
        return cls(
            id=id_,
            name=text(row.get("name")),
            size=number(row.get("size")),
            status=text(row.get("status")),
            uploaded_at=moment(row.get("uploadedAt")),
            raw=row,
        )


@dataclass(frozen=True, slots=True)
class Resume:
    """A résumé; what Lever says of its file is nested in the payload."""

    id: str
    name: str
    size: int | None
    status: str
    created_at: datetime | None
    raw: dict[str, Any] = field(repr=False, compare=False)

    @classmethod
    def parse(cls, payload: Any) -> Self:
        row, id_ = identified(payload, "a résumé")
        file = mapping(row.get("file"))
        return cls(
            id=id_,
            name=text(file.get("name")),
            size=number(file.get("size")),
            status=text(file.get("status")),
            created_at=moment(row.get("createdAt")),
            raw=row,
        )


@dataclass(frozen=True, slots=True)
class FormTemplate:
    """A new form must echo every one of `fields`, each with its `value` (Lever's documentation)."""

    id: str
    text: str
    fields: tuple[dict[str, Any], ...]
    secret_by_default: bool
    raw: dict[str, Any] = field(repr=False, compare=False)

    @classmethod
    def parse(cls, payload: Any) -> Self:
        row, id_ = identified(payload, "a form template")
        secret = row.get("secretByDefault") is True
        return cls(id_, text(row.get("text")), mappings(row.get("fields")), secret, row)


@dataclass(frozen=True, slots=True)
class Form:
    """A filled form. Forms can be neither changed nor deleted: the newest of its template counts."""

    id: str
    template_id: str | None
    text: str
    fields: tuple[dict[str, Any], ...]
    user_id: str | None
    created_at: datetime | None
    deleted_at: datetime | None
    raw: dict[str, Any] = field(repr=False, compare=False)

    @classmethod
    def parse(cls, payload: Any) -> Self:
        row, id_ = identified(payload, "a form")
        return cls(
            id=id_,
            template_id=reference(row.get("baseTemplateId")),
            text=text(row.get("text")),
            fields=mappings(row.get("fields")),
            user_id=reference(row.get("user")),
            created_at=moment(row.get("createdAt")),
            deleted_at=moment(row.get("deletedAt")),
            raw=row,
        )
