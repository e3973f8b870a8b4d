"""The one door to the network. Every call has a total deadline and ends in an Answer or a LeverError.

Nothing of requests or urllib3 leaves this module, nor does a credential. Nothing is sent twice by itself,
but for the one repeat after a 401, which Lever certainly has not done.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPException
from os import getpid
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import PoolManager, Retry
from urllib3.exceptions import HTTPError

from .answers import Answer, Received, answer_of
from .credentials import BasicKey, BearerToken, Credentials
from .errors import (
    Busy,
    ConfigurationError,
    DeadlineMissed,
    LeverError,
    OutcomeUnknown,
    Rejected,
    Unavailable,
    unclear,
)
from .hosts import safe_address
from .reading import http_date, parse_json
from .story import (
    CallMade,
    FilePart,
    masked,
    secrets_of,
    summary_of_answer,
    summary_of_request,
    without_secrets,
)
from .wire import POOLS, Attempt, NotSent, SendTimePassed, steady_clock

__all__ = [
    "Answer",
    "BasicKey",
    "BearerToken",
    "CallMade",
    "Credentials",
    "Http",
    "no_record",
    "no_wait",
    "steady_clock",
]

ANSWER_LIMIT = 20 * 1024 * 1024
CHUNK = 64 * 1024
CAUSE_KEPT = 300
HEADERS = {"Accept": "application/json", "User-Agent": "PinLever"}
# All that requests, urllib3, http.client, ssl and the socket raise; ValueError comes from impossible host names,
# RuntimeError from a machine on which no thread can be started.
FAILURES = (requests.RequestException, HTTPError, HTTPException, OSError, ValueError, RuntimeError, NotSent)


class _TooLarge(OSError):
    """An answer beyond ANSWER_LIMIT."""


class _Cut(OSError):
    """The deadline ended the answer."""


@dataclass(frozen=True, slots=True)
class _Request:
    """A request with its body made once, as bytes, so that a repeat is the same to the letter."""

    method: str
    path: str
    prepared: requests.PreparedRequest
    params: dict[str, Any]
    summary: dict[str, Any]
    form: list[tuple[str, str]] | None
    send_before: float | None

    def signed(self, authorization: str | None) -> requests.PreparedRequest:
        signed = self.prepared.copy()
        if authorization is not None:
            signed.headers["Authorization"] = authorization
        return signed


class _Adapter(HTTPAdapter):
    def init_poolmanager(
        self, connections: int, maxsize: int, block: bool = False, **pool_kwargs: Any
    ) -> None:
        self.poolmanager = PoolManager(num_pools=connections, maxsize=maxsize, block=block, **pool_kwargs)
        self.poolmanager.pool_classes_by_scheme = POOLS


def no_wait(method: str, path: str) -> None:
    return None


def no_record(made: CallMade) -> None:
    return None


class Http:
    """Calls below one address.

    `before_call` runs before every attempt and may wait or raise; `after_call` after every attempt, and if it
    raises, the outcome is as unknown as after a crash.
    `deadline` counts from the end of `before_call`, for each attempt: a request lasts at most two attempts,
    their waits and one renewal; with `send_before` it ends before that moment plus `deadline`.
    One Http belongs to one thread; after a fork it opens connections of its own. `lender`, of the same thread,
    lends its open connections: a new one costs a handshake.
    """

    def __init__(
        self,
        *,
        base_url: str,
        credentials: Credentials | None,
        before_call: Callable[[str, str], None] = no_wait,
        after_call: Callable[[CallMade], None] = no_record,
        deadline: float = 20.0,
        clock: Callable[[], float] = steady_clock,
        lender: Http | None = None,
    ) -> None:
        self.base_url = safe_address(base_url)
        self._lender = lender
        self.deadline = deadline
        self._credentials = credentials
        self._before_call = before_call
        self._after_call = after_call
        self._clock = clock
        self._session: requests.Session | None = None
        self._pid = 0

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        data: Sequence[tuple[str, str]] | None = None,
        files: Sequence[FilePart] | None = None,
        send_before: float | None = None,
    ) -> Answer:
        """`params` may hold lists (repeated keys); a None is left out. `send_before` is by `steady_clock`."""
        request = self._prepare(method.upper(), path, params, json, data, files, send_before)
        credentials = self._credentials
        if credentials is None:
            return answer_of(request.method, request.path, self._attempt(request, None))
        authorization = _authorization(request, credentials.authorization)
        received = self._attempt(request, authorization)
        if received.status == 401:
            renewed = _authorization(request, lambda: credentials.renew(authorization))
            received = self._attempt(request, renewed)
        return answer_of(request.method, request.path, received)

    def close(self) -> None:
        if self._session is not None and self._pid == getpid():
            self._session.close()
        self._session = None

    def _prepare(
        self,
        method: str,
        path: str,
        params: Mapping[str, Any] | None,
        json: Any,
        data: Sequence[tuple[str, str]] | None,
        files: Sequence[FilePart] | None,
        send_before: float | None,
    ) -> _Request:
        asked = {key: _query_value(value) for key, value in (params or {}).items() if value is not None}
        form = list(data) if data is not None else None
        try:
            prepared = requests.Request(
                method, self.base_url + path, HEADERS, list(files or ()), form, asked, json=json
            ).prepare()
        except (requests.RequestException, ValueError) as error:
            raise Rejected(f"cannot be written as a request: {error}", method=method, path=path) from None
        summary = summary_of_request(json, form, files)
        return _Request(method, path, prepared, without_secrets(asked), summary, form, send_before)

    def _attempt(self, request: _Request, authorization: str | None) -> Received:
        self._before_call(request.method, request.path)
        started_at, started = time.time(), self._clock()
        received, error = Received(), None
        attempt = Attempt(clock=self._clock, deadline=self.deadline, send_before=request.send_before)
        try:
            with attempt.running():
                attempt.check_send_time()
                secrets = secrets_of(authorization, request.form)
                self._exchange(request.signed(authorization), attempt, received, secrets)
        except FAILURES as failure:
            error = _error(request, attempt, failure)
        received.at = received.at or time.time()
        self._after_call(
            CallMade(
                method=request.method,
                path=request.path,
                params=request.params,
                status=received.status,
                started_at=started_at,
                seconds=self._clock() - started,
                error=str(error or ""),
                lever_date=http_date(received.headers.get("Date")),
                received_at=received.at,
                request_summary=request.summary,
                response_summary=summary_of_answer(received.data, received.body),
            )
        )
        if error is not None:
            # Outside the except block: what requests raised holds the signed request.
            raise error
        return received

    def _exchange(
        self,
        prepared: requests.PreparedRequest,
        attempt: Attempt,
        received: Received,
        secrets: Sequence[bytes],
    ) -> None:
        seconds = max(attempt.remaining, 0.001)
        response = self._own_session().send(
            prepared, stream=True, timeout=(seconds, seconds), allow_redirects=False
        )
        with response:
            received.at = time.time()
            received.status, received.headers = response.status_code, response.headers
            received.body = _body(response)
        if attempt.expired:
            # A watchdog's shutdown looks like the regular end of an answer without a length.
            raise _Cut
        if not 200 <= received.status < 300:
            received.body = masked(received.body, secrets)  # words that are kept and shown
        if received.body:
            try:
                received.data = parse_json(received.body)
            except ValueError:
                received.readable = False
                received.body = masked(received.body, secrets)

    def _own_session(self) -> requests.Session:
        if self._lender is not None:
            return self._lender._own_session()
        if self._session is None or self._pid != getpid():
            session = requests.Session()
            session.trust_env = False
            for scheme in ("https://", "http://"):
                session.mount(scheme, _Adapter(max_retries=Retry(0, read=False)))
            self._session, self._pid = session, getpid()
        return self._session


def _query_value(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return [_query_value(item) for item in value] if isinstance(value, list | tuple) else value


def _body(response: requests.Response) -> bytes:
    chunks, size = [], 0
    for chunk in response.iter_content(CHUNK):
        chunks.append(chunk)
        size += len(chunk)
        if size > ANSWER_LIMIT:
            raise _TooLarge(f"answer larger than {ANSWER_LIMIT} bytes")
    return b"".join(chunks)


def _authorization(request: _Request, sign: Callable[[], str]) -> str:
    """A value for the header; whatever keeps us from it leaves the call itself not done."""
    try:
        value = sign()
    except (OutcomeUnknown, Unavailable) as error:
        what, after = f"no credential yet ({error})", error.retry_after
    else:
        if value.isascii() and value.isprintable():
            return value
        raise ConfigurationError("The credential holds characters that no header can carry.")
    raise Busy(what, method=request.method, path=request.path, retry_after=after)


def _error(request: _Request, attempt: Attempt, failure: Exception) -> LeverError:
    """What is known when no whole answer came: nothing was done unless a first byte may have left."""
    late = attempt.remaining <= 0 or attempt.expired or isinstance(failure, NotSent | _Cut)
    cause = "the time was up" if late else _cause(failure)
    kind: type[LeverError] = unclear(request.method)
    if isinstance(failure, SendTimePassed):
        kind, cause = DeadlineMissed, "its time to be sent had passed"
    elif not attempt.started:
        kind = Busy
    what = f"no whole answer: {cause}" if attempt.started else f"not sent: {cause}"
    return kind(what, method=request.method, path=request.path)


def _cause(failure: BaseException) -> str:
    """The innermost reason in its own words: the outer ones repeat the address, emails and all."""
    inner: BaseException | None = failure
    while inner is not None:
        failure = inner
        reasons = [getattr(failure, "reason", None), *reversed(failure.args), failure.__cause__]
        inner = next((r for r in [*reasons, failure.__context__] if isinstance(r, BaseException)), None)
    return f"{type(failure).__name__}: {failure}"[:CAUSE_KEPT]
