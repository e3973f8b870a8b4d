"""What hangs on an opportunity: notes, files, résumés and forms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import PurePath
from typing import Any

from .calls import Calls, object_in, parsed, path_to
from .story import FilePart
from .types import File, Form, FormTemplate, Note, Resume, ResumeFile, to_ms

CONTENT_TYPES = {
    ".pdf": "application/pdf",
    ".doc": "application/msword",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".txt": "text/plain",
}


def file_part(part: str, file: ResumeFile) -> FilePart:
    kind = CONTENT_TYPES.get(PurePath(file.name).suffix.lower(), "application/octet-stream")
    return part, (file.name, file.content, kind)


class Artefacts(Calls):
    def notes(self, opportunity_id: str) -> Iterator[Note]:
        return self._all(path_to("opportunities", opportunity_id, "notes"), Note.parse)

    def note(self, opportunity_id: str, note_id: str) -> Note:
        return self._one(path_to("opportunities", opportunity_id, "notes", note_id), Note.parse)

    def create_note(
        self,
        opportunity_id: str,
        value: str,
        *,
        perform_as: str | None = None,
        secret: bool = False,
        created_at: datetime | None = None,
        send_before: float | None = None,
    ) -> Note:
        """`created_at` may be in the past only. `@name` in the text notifies that user."""
        body: dict[str, Any] = {"value": value, "secret": secret}
        if created_at is not None:
            body["createdAt"] = to_ms(created_at)
        answer = self.http.request(
            "POST",
            path_to("opportunities", opportunity_id, "notes"),
            params={"perform_as": perform_as},
            json=body,
            send_before=send_before,
        )
        return parsed(answer, object_in(answer), Note.parse)

    def update_note(
        self, opportunity_id: str, note: Note, value: str, *, send_before: float | None = None
    ) -> None:
        """Replaces the note as a whole by one with this text; author, time and secrecy stay. Through the API made
        notes alone can be changed; comments of its thread would be lost."""
        body: dict[str, Any] = {"values": [{"value": value}], "secret": note.secret}
        if note.user_id:
            body["user"] = note.user_id
        if note.created_at is not None:
            body["values"][0]["createdAt"] = body["createdAt"] = to_ms(note.created_at)
        path = path_to("opportunities", opportunity_id, "notes", note.id)
        self.http.request("PUT", path, json=body, send_before=send_before)

    def delete_note(self, opportunity_id: str, note_id: str, *, send_before: float | None = None) -> None:
        """Only notes made through the API can be deleted."""
        path = path_to("opportunities", opportunity_id, "notes", note_id)
        self.http.request("DELETE", path, send_before=send_before)

    def files(self, opportunity_id: str) -> Iterator[File]:
        return self._all(path_to("opportunities", opportunity_id, "files"), File.parse)

    def upload_file(
        self,
        opportunity_id: str,
        file: ResumeFile,
        *,
        perform_as: str,
        send_before: float | None = None,
    ) -> File:
        """A generic file, never the résumé: Lever takes that with the creation alone."""
        answer = self.http.request(
            "POST",
            path_to("opportunities", opportunity_id, "files"),
            params={"perform_as": perform_as},
            files=[file_part("file", file)],
            send_before=send_before,
        )
        return parsed(answer, object_in(answer), File.parse)

    def resumes(self, opportunity_id: str) -> Iterator[Resume]:
        return self._all(path_to("opportunities", opportunity_id, "resumes"), Resume.parse)

    def form_templates(self) -> Iterator[FormTemplate]:
        return self._all("/form_templates", FormTemplate.parse)

    def form_template(self, template_id: str) -> FormTemplate:
        return self._one(path_to("form_templates", template_id), FormTemplate.parse)

    def forms(self, opportunity_id: str) -> Iterator[Form]:
        return self._all(path_to("opportunities", opportunity_id, "forms"), Form.parse)

    def create_form(
        self,
        opportunity_id: str,
        template_id: str,
        fields: Sequence[Mapping[str, Any]],
        *,
        perform_as: str | None = None,
        secret: bool | None = None,
        send_before: float | None = None,
    ) -> Form:
        """`fields` are all the template's, each with its `value`; a form cannot be changed afterwards."""
        body: dict[str, Any] = {"baseTemplateId": template_id, "fields": [dict(field) for field in fields]}
        if secret is not None:
            body["secret"] = secret
        answer = self.http.request(
            "POST",
            path_to("opportunities", opportunity_id, "forms"),
            params={"perform_as": perform_as},
            json=body,
            send_before=send_before,
        )
        return parsed(answer, object_in(answer), Form.parse)
