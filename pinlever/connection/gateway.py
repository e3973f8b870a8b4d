"""The Lever client of a stored connection: paced, signed by the stored credential, watched.

Every call passes two failpoints, "call.before METHOD path" and "call.after METHOD path", with ids as ":id".
"""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from pinlever.connection.credentials import StoredCredentials
from pinlever.connection.models import LeverAccount, LeverConnection, Purpose
from pinlever.connection.oauth_apps import api_base
from pinlever.connection.pace import slow_down, wait_for_slot
from pinlever.connection.spending import Spending, keep
from pinlever.foundation.clock import db_now, steady_clock
from pinlever.foundation.failpoints import failpoint
from pinlever.lever.client import LeverClient
from pinlever.lever.errors import Busy
from pinlever.lever.http import Answer, CallMade, Http

# The words of Lever's paths; whatever else stands in one is an id.
WORDS = frozenset(
    {
        "addLinks",
        "addSources",
        "addTags",
        "applications",
        "archive_reasons",
        "archived",
        "contacts",
        "deleted",
        "disposition_stages",
        "download",
        "feedback",
        "files",
        "form_templates",
        "forms",
        "interviews",
        "notes",
        "opportunities",
        "postings",
        "removeLinks",
        "removeSources",
        "removeTags",
        "resumes",
        "sources",
        "stage",
        "stages",
        "tags",
        "users",
        "webhooks",
    }
)
_kept = threading.local()
OK_EVERY = timedelta(minutes=1)
OFFSET_MOVES = 0.5


def open_client(
    connection: LeverConnection,
    *,
    on_call: Callable[[CallMade], None] | None = None,
    deadline: float | None = None,
    while_ending: bool = False,
    spending: Spending | None = None,
) -> LeverClient:
    """A client for one thread. `on_call` hears of every attempt, the failed ones too; it may write to the database.

    `spending` counts the calls of a turn; without one each call is kept as a look at Lever.
    `while_ending`: for removing our webhooks after somebody disconnected. Calls may raise SlotTooFar, a Busy, when
    the line for Lever is too long to stand in.
    """
    watch = _Watch(connection, on_call, spending)
    return LeverClient(
        _PacedHttp(
            connection.pk,
            base_url=api_base(connection.account.environment),
            credentials=StoredCredentials(connection, while_ending=while_ending),
            before_call=watch.before_call,
            after_call=watch.after_call,
            deadline=settings.LEVER_DEADLINE if deadline is None else deadline,
            lender=_lender(),
        )
    )


def _lender() -> Http:
    """Keeps this thread's open connections to Lever from one client to the next."""
    if not hasattr(_kept, "http"):
        _kept.http = Http(base_url="https://lender.invalid", credentials=None)
    http: Http = _kept.http
    return http


def forget_open_connections() -> None:
    """The next client of this thread opens connections of its own."""
    _kept.__dict__.clear()


class _PacedHttp(Http):
    """An Http whose 429s slow down everybody who uses the connection."""

    def __init__(self, connection_id: int, **options: Any) -> None:
        super().__init__(**options)
        self._connection_id = connection_id

    def request(self, method: str, path: str, **asked: Any) -> Answer:
        try:
            return super().request(method, path, **asked)
        except Busy as busy:
            if busy.status == 429:
                slow_down(self._connection_id, busy.retry_after)
            raise


class _Watch:
    """What happens around each call of one connection."""

    def __init__(
        self,
        connection: LeverConnection,
        on_call: Callable[[CallMade], None] | None,
        spending: Spending | None,
    ) -> None:
        self._connection = connection
        self._on_call = on_call
        self._spending = spending

    def before_call(self, method: str, path: str) -> None:
        began = steady_clock()
        try:
            wait_for_slot(self._connection.pk)
        finally:
            if self._spending is not None:
                self._spending.waited += steady_clock() - began
        failpoint(f"call.before {method} {template(path)}")

    def after_call(self, call: CallMade) -> None:
        failpoint(f"call.after {call.method} {template(call.path)}")
        if self._on_call is not None:
            self._on_call(call)
        self._count(call)
        now = db_now()
        if call.lever_date is not None:
            self._note_clock(call.lever_date, call.seconds, now)
        if call.status is not None and call.status < 400:
            self._note_ok(now)

    def _count(self, call: CallMade) -> None:
        if self._spending is not None:
            self._spending.heard(call.status)
            return
        look = Spending(began=steady_clock() - call.seconds)
        look.heard(call.status)
        keep(self._connection.account_id, Purpose.READING, look, has_ended=True)

    def _note_clock(self, lever_date: datetime, seconds: float, now: datetime) -> None:
        account = self._connection.account
        offset = moved_offset(account.clock_offset, lever_date, now - timedelta(seconds=seconds), now)
        if offset is not None:
            account.clock_offset = offset
            LeverAccount.objects.filter(pk=account.pk).update(clock_offset=offset)

    def _note_ok(self, now: datetime) -> None:
        last = self._connection.last_ok_at
        if last is None or now - last >= OK_EVERY:
            self._connection.last_ok_at = now
            LeverConnection.objects.filter(pk=self._connection.pk).update(last_ok_at=now)


def template(path: str) -> str:
    """The path with every id as ":id"."""
    return "/".join(part if part in WORDS or not part else ":id" for part in path.split("/"))


def moved_offset(known: float, lever_date: datetime, sent: datetime, received: datetime) -> float | None:
    """A new offset of Lever's clock in seconds if the known one cannot be true any more, else None.

    A Date header names a whole second: Lever's clock stood within that second at some moment between sending
    and receiving.
    """
    least = (lever_date - received).total_seconds()
    most = (lever_date - sent).total_seconds() + 1.0
    if least - OFFSET_MOVES <= known <= most + OFFSET_MOVES:
        return None
    return (least + most) / 2


def lever_time(account_id: int, moment: datetime) -> datetime:
    """A moment of the database's clock by Lever's clock, as last seen in a Date header."""
    offset = LeverAccount.objects.values_list("clock_offset", flat=True).get(pk=account_id)
    return moment + timedelta(seconds=offset)
