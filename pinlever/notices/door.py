"""The second door to the network: one POST of JSON to somebody's webhook, with a total deadline.

It follows no redirect, asks no proxy, verifies certificates, connects only where `addresses.check` lets it, and reads
of an answer no more than it takes to say what was wrong. Nothing of urllib3 leaves this module.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache, partial
from http.client import HTTPException
from socket import gaierror
from urllib.parse import urlsplit

import certifi
from urllib3 import BaseHTTPResponse, PoolManager
from urllib3.exceptions import HTTPError

from pinlever.foundation.clock import steady_clock
from pinlever.lever.reading import retry_after
from pinlever.lever.wire import POOLS, Attempt, NotSent
from pinlever.notices.addresses import ForbiddenAddress, check

DEADLINE = 10.0  # seconds, from looking the name up to the last header
READ = 16 * 1024
QUOTED = 200
WORDS = ("text/plain", "application/json", "application/problem+json")
SAME = {"User-Agent": "PinLever", "Content-Type": "application/json", "Accept": "*/*"}
# All that urllib3, http.client, ssl and the socket raise; ValueError comes from impossible host names.
FAILURES = (HTTPError, HTTPException, OSError, ValueError, RuntimeError, NotSent)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it. `error` is a sentence, empty if it was taken. `retry_after`: seconds the receiver asked for."""

    status: int | None = None
    error: str = ""
    seconds: float = 0.0
    retry_after: float | None = None

    @property
    def is_taken(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


class Door:
    """Keeps connections open between POSTs that follow each other. Belongs to one thread."""

    def __init__(self, *, deadline: float = DEADLINE) -> None:
        self._deadline = deadline
        self._pools = PoolManager(num_pools=1, ssl_context=_trusted())
        self._pools.pool_classes_by_scheme = POOLS

    def close(self) -> None:
        self._pools.clear()

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Outcome:
        """Never raises for what the receiver or the network does."""
        began = steady_clock()
        attempt = Attempt(
            clock=steady_clock,
            deadline=self._deadline,
            send_before=None,
            check_address=partial(check, scheme=urlsplit(url).scheme),
        )
        try:
            with attempt.running():
                status, wait, said = self._exchange(url, body, headers, attempt)
        except FAILURES as failure:
            late = attempt.expired or attempt.remaining <= 0
            told = f"No answer within {self._deadline:g} seconds." if late else _told(failure)
            return Outcome(error=told, seconds=steady_clock() - began)
        error = "" if 200 <= status < 300 else _refusal(status, said)
        return Outcome(status, error, steady_clock() - began, wait)

    def _exchange(
        self, url: str, body: bytes, headers: Mapping[str, str], attempt: Attempt
    ) -> tuple[int, float | None, str]:
        seconds = max(attempt.remaining, 0.001)
        answer = self._pools.urlopen(
            "POST",
            url,
            body=body,
            headers={**SAME, **headers},
            timeout=seconds,
            retries=False,
            redirect=False,
            preload_content=False,
        )
        try:
            said = _read(answer)
            return answer.status, retry_after(answer.headers.get("Retry-After"), datetime.now(UTC)), said
        finally:
            answer.close()


@lru_cache(maxsize=1)
def _trusted() -> ssl.SSLContext:
    """Mozilla's authorities, and those this machine trusts besides, such as a company's own."""
    context = ssl.create_default_context(cafile=certifi.where())
    context.load_default_certs()
    return context


def _read(answer: BaseHTTPResponse) -> str:
    """Its first words. The status has come: whatever happens to the rest changes nothing."""
    try:
        content = answer.read(READ, decode_content=False)
    except FAILURES:
        return ""
    kind = answer.headers.get("Content-Type", "")
    text = content.decode("utf-8", "replace") if kind.startswith(WORDS) else ""
    return " ".join(text.replace("\x00", "").split())[:QUOTED]


def _refusal(status: int, said: str) -> str:
    if 300 <= status < 400:
        return f"It answered {status}, a redirect; those are not followed. Enter the address it leads to."
    return f"It answered {status}" + (f": {said}" if said else ".")


def _told(failure: BaseException) -> str:
    """The first of what lies beneath the failure that we can say in words."""
    found: BaseException | None = failure
    while found is not None:
        for kind, sentence in SENTENCES:
            if isinstance(found, kind):
                return sentence.format(found)
        inner = [one for one in found.args if isinstance(one, BaseException)]
        found = inner[0] if inner else found.__cause__ or found.__context__
    return f"The connection failed ({type(failure).__name__})."


SENTENCES: tuple[tuple[type[BaseException], str], ...] = (
    (ForbiddenAddress, "{}"),
    (gaierror, "Its name could not be found."),
    (ssl.SSLCertVerificationError, "Its certificate is not trusted: {0.verify_message}."),
    (ssl.SSLError, "No secure connection could be made."),
    (ConnectionRefusedError, "The connection was refused: nothing listens there."),
    (TimeoutError, "It did not answer in time."),
    (ConnectionError, "The connection broke off."),
)
