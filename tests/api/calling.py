"""A caller of the API with a token, and what most tests say about people."""

import json
from typing import Any

from django.test import Client

from pinlever.api.tokens import make_token
from pinlever.audit.services import SYSTEM

BASE = "/api/v1"


class Caller:
    """Sends JSON with a token and answers (status, JSON)."""

    def __init__(self, token: str = "", **client: Any) -> None:
        self.client = Client(raise_request_exception=False, enforce_csrf_checks=True, **client)
        self.token = token

    @classmethod
    def named(cls, name: str = "Pin", source: str = "") -> "Caller":
        return cls(make_token(by=SYSTEM, name=name, source=source).text)

    def __call__(self, method: str, path: str, said: Any = None, **more: Any) -> tuple[int, Any]:
        body = said if isinstance(said, str | bytes) else "" if said is None else json.dumps(said)
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        options = {"content_type": "application/json", "headers": headers, **more}
        response = self.client.generic(method, BASE + path, body, **options)
        self.response = response
        return response.status_code, json.loads(response.content)

    def put_job(self, job: str = "eng", **said: Any) -> Any:
        status, told = self("PUT", f"/jobs/{job}", {"title": "Backend Engineer", **said})
        assert status in (200, 201), told
        return told

    def put(self, candidate: str = "ingrid", job: str | None = "eng", **said: Any) -> Any:
        person = {"full_name": "Ingrid Solheim", "emails": [{"value": f"{candidate}@people.example"}], **said}
        status, told = self("PUT", f"/candidates/{candidate}", {**person, "job": job})
        assert status in (200, 201), told
        return told


def event(id: str = "e1", kind: str = "message_sent", **said: Any) -> dict[str, Any]:
    return {
        "id": id,
        "kind": kind,
        "job": "eng",
        "candidate": "ingrid",
        "channel": "email",
        "occurred_at": "2026-05-04T10:00:00Z",
        **said,
    }
