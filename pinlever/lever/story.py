"""What a record's story keeps of a call: enough to prove what was asked and answered, and no secret.

Tokens and codes are replaced, files appear by name, size and hash, lists by their length and first ids.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

REMOVED = "(removed)"
SECRETS = frozenset(
    {
        "access_token",
        "authorization",
        "client_secret",
        "code",
        "code_verifier",
        "id_token",
        "password",
        "refresh_token",
        "signaturetoken",
        "token",
    }
)
# In an answer `code` is the name of an error.
ANSWER_SECRETS = SECRETS - {"code"}
IDS_KEPT = 10
TEXT_KEPT = 300

# (name of the part, (file name, content, content type)), as requests takes them
FilePart = tuple[str, tuple[str, bytes, str]]


@dataclass(frozen=True, slots=True)
class CallMade:
    """One attempt on the network; `started_at`, `received_at`: epoch seconds by this machine's clock."""

    method: str
    path: str
    params: dict[str, Any]
    status: int | None
    started_at: float
    seconds: float
    error: str
    lever_date: datetime | None
    received_at: float
    request_summary: dict[str, Any] = field(default_factory=dict)
    response_summary: dict[str, Any] = field(default_factory=dict)


def without_secrets(value: Any, secrets: frozenset[str] = SECRETS) -> Any:
    if isinstance(value, Mapping):
        return {
            str(key): REMOVED if str(key).lower() in secrets else without_secrets(item, secrets)
            for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [without_secrets(item, secrets) for item in value]
    return value


def secrets_of(authorization: str | None, data: Sequence[tuple[str, str]] | None) -> tuple[bytes, ...]:
    """What must not come back to us in an answer that echoes the request: the credential and a form's secrets."""
    found = [value for name, value in data or () if name.lower() in SECRETS]
    if authorization:
        token = authorization.partition(" ")[2]
        found.append(token)
        with suppress(ValueError):
            found.append(base64.b64decode(token, validate=True).decode().rstrip(":"))
    return tuple(value.encode() for value in found if value)


def masked(body: bytes, secrets: Sequence[bytes]) -> bytes:
    """The body without these secrets."""
    for secret in secrets:
        body = body.replace(secret, REMOVED.encode())
    return body


def summary_of_request(
    json: Any, data: Sequence[tuple[str, str]] | None, files: Sequence[FilePart] | None
) -> dict[str, Any]:
    """`{"json": …}` or `{"form": [[name, value], …], "files": [{part, name, size, sha256}, …]}`."""
    summary: dict[str, Any] = {}
    if json is not None:
        summary["json"] = without_secrets(json)
    if data:
        summary["form"] = [[name, REMOVED if name.lower() in SECRETS else value] for name, value in data]
    if files:
        summary["files"] = [
            {"part": part, "name": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            for part, (name, content, _) in files
        ]
    return summary


def summary_of_answer(data: Any, body: bytes) -> dict[str, Any]:
    """What came back, in a few words: ids, counts and flags rather than people's details."""
    if not isinstance(data, dict):
        text = body[:TEXT_KEPT].decode("utf-8", "replace").replace("\0", "")
        return {"bytes": len(body), "text": text} if body else {}
    summary = {
        str(key): without_secrets({key: value}, ANSWER_SECRETS)[key]
        for key, value in data.items()
        if isinstance(value, str | int | float | bool)
    }
    return summary | _summary_of_data(data.get("data"))


def _summary_of_data(data: Any) -> dict[str, Any]:
    if isinstance(data, list):
        ids = [row["id"] for row in data if isinstance(row, dict) and isinstance(row.get("id"), str)]
        return {"count": len(data), "ids": ids[:IDS_KEPT]}
    if isinstance(data, dict):
        return {key: data[key] for key in ("id", "contact", "noteId") if isinstance(data.get(key), str)}
    return {}
