"""What came back, judged: a success becomes an Answer, everything else a LeverError. No network here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from .errors import LeverError, class_of, unclear
from .reading import retry_after, words_of


@dataclass(frozen=True, slots=True)
class Answer:
    """A success. `data` is the whole JSON document, None for an empty body."""

    status: int
    data: Any
    headers: Mapping[str, str]
    method: str = ""
    path: str = ""

    def unreadable(self, what: str) -> LeverError:
        """The error to raise when this answer is not what the call should give."""
        kind = unclear(self.method)
        return kind(f"unreadable answer: {what}", status=self.status, method=self.method, path=self.path)


@dataclass(slots=True)
class Received:
    """What of an answer has arrived so far."""

    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    data: Any = None
    readable: bool = True
    at: float = 0.0


def answer_of(method: str, path: str, received: Received) -> Answer:
    status = received.status or 0
    if not 200 <= status < 300:
        raise refusal(method, path, status, received)
    answer = Answer(status, received.data, received.headers, method, path)
    if not received.readable:
        raise answer.unreadable("not JSON")
    return answer


def refusal(method: str, path: str, status: int, received: Received) -> LeverError:
    code, said = words_of(received.data, received.body.decode("utf-8", "replace"))
    return class_of(status, method)(
        said=said,
        code=code,
        status=status,
        method=method,
        path=path,
        retry_after=retry_after(received.headers.get("Retry-After"), datetime.now(UTC)),
    )
