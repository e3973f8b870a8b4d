"""What goes wrong at Practice Lever becomes, in the client, the class that tells what is known about the outcome.

Every call meets every fault that costs no time; the slow ones are met by a read and by a write.
"""

import socket
from typing import Any

import pytest

from pinlever.lever.client import LeverClient
from pinlever.lever.credentials import BasicKey
from pinlever.lever.errors import (
    Busy,
    Forbidden,
    LeverError,
    NotFound,
    OutcomeUnknown,
    ReconnectNeeded,
    Rejected,
    Unavailable,
)
from pinlever.lever.http import CallMade, Http
from pinlever.practice import seed

from .calls import CALLS, READS, WITHOUT_ANSWER, WRITES, Ids, prepared
from .server import AUD, Practice, created, eventually, new

pytestmark = pytest.mark.contract

NOBODY = "00000000-0000-4000-8000-000000000000"
ON_THE_API = {"path": "^/v1/"}
FAULTS: list[tuple[str, dict[str, Any], type[LeverError], type[LeverError]]] = [
    # kind, arguments, class for a read, class for a write
    ("status", {"status": 301}, Unavailable, OutcomeUnknown),
    ("status", {"status": 400}, Rejected, Rejected),
    ("status", {"status": 403}, Forbidden, Forbidden),
    ("status", {"status": 404}, NotFound, NotFound),
    ("status", {"status": 408}, Unavailable, OutcomeUnknown),
    ("status", {"status": 409}, Rejected, Rejected),
    ("status", {"status": 422}, Rejected, Rejected),
    ("status", {"status": 429}, Busy, Busy),
    ("status", {"status": 500}, Unavailable, OutcomeUnknown),
    ("status", {"status": 500, "commit": True}, Unavailable, OutcomeUnknown),
    ("status", {"status": 502, "body": "<html>Bad gateway</html>"}, Unavailable, OutcomeUnknown),
    ("status", {"status": 503}, Unavailable, OutcomeUnknown),
    ("garbage", {"status": 200}, Unavailable, OutcomeUnknown),
    ("drop_before", {}, Unavailable, OutcomeUnknown),
    ("drop_after", {}, Unavailable, OutcomeUnknown),
    ("truncated", {}, Unavailable, OutcomeUnknown),
]


def raised(client: LeverClient, name: str, ids: Ids) -> LeverError | None:
    try:
        CALLS[name](client, ids)
    except LeverError as error:
        return error
    return None


@pytest.mark.parametrize(("kind", "args", "read", "write"), FAULTS)
def test_every_call_tells_what_is_known_of_its_outcome(
    practice: Practice,
    client: LeverClient,
    kind: str,
    args: dict[str, Any],
    read: type[LeverError],
    write: type[LeverError],
) -> None:
    ids = prepared(client)
    practice.fault(kind, ON_THE_API, **args)
    for name in CALLS:
        error = raised(client, name, ids)
        if name in WITHOUT_ANSWER and kind == "truncated":
            assert error is None or isinstance(error, NotFound), name
            continue
        assert type(error) is (read if name in READS else write), name
        assert error.method and error.path.startswith("/"), name
        if kind == "status":
            assert error.status == args["status"]


def test_lever_s_own_words_are_kept(practice: Practice, client: LeverClient) -> None:
    words = {"code": "ServiceUnavailable", "message": "Down until 14:00 — sorry"}
    practice.fault("status", status=503, body=words, retry_after=7)
    with pytest.raises(Unavailable) as raised:
        client.stages().__next__()
    error = raised.value
    assert (error.code, error.said, error.retry_after) == (words["code"], words["message"], 7.0)
    assert (error.status, error.method, error.path) == (503, "GET", "/stages")


@pytest.mark.parametrize("name", sorted(CALLS))
def test_a_key_nobody_knows_needs_somebody_to_connect_again(
    practice: Practice, client: LeverClient, name: str
) -> None:
    ids, stranger = prepared(client), practice.client("no-such-key")
    before = practice.state()
    with pytest.raises(ReconnectNeeded):
        CALLS[name](stranger, ids)
    stranger.http.close()
    assert practice.state() == before


@pytest.mark.parametrize("name", sorted(CALLS))
def test_a_key_without_the_right_is_forbidden(practice: Practice, client: LeverClient, name: str) -> None:
    ids, powerless = prepared(client), practice.client(practice.key("powerless", scopes=[]))
    before = practice.state()
    error = raised(powerless, name, ids)
    powerless.http.close()
    assert type(error) is Forbidden and error.status == 403 and "scope" in error.said
    assert practice.state() == before


MISSING = Ids(NOBODY, NOBODY, NOBODY, NOBODY)
ABOUT_SOMETHING = sorted(
    {
        *(
            "opportunity",
            "contact",
            "notes",
            "files",
            "resumes",
            "forms",
            "set_stage",
            "archive",
            "add_links",
        ),
        *("remove_links", "add_tags", "remove_tags", "add_sources", "update_contact", "create_note"),
        *("delete_note", "upload_file", "create_form", "delete_webhook"),
    }
)


@pytest.mark.parametrize("name", ABOUT_SOMETHING)
def test_what_is_not_there_is_not_found(client: LeverClient, name: str) -> None:
    error = raised(client, name, MISSING)
    assert type(error) is NotFound and error.status == 404 and "was not found" in error.said


def test_too_many_calls_are_busy_and_nothing_was_done(practice: Practice, client: LeverClient) -> None:
    practice.post("switches", {"limiter": True, "rate": 0.01, "capacity": 1})
    assert client.user(AUD).id == AUD
    for call in (lambda: client.user(AUD), lambda: created(client)):
        with pytest.raises(Busy) as raised:
            call()
        assert (raised.value.status, raised.value.retry_after) == (429, None)
    practice.post("switches", {"retry_after": 3})
    with pytest.raises(Busy) as raised:
        created(client)
    assert raised.value.retry_after == 3.0
    assert practice.opportunities() == 0


def test_where_nobody_listens_nothing_was_done() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        client = LeverClient(
            Http(base_url=f"http://127.0.0.1:{unused.getsockname()[1]}/v1", credentials=BasicKey("k"))
        )
        for name in ("stages", "create_opportunity"):
            with pytest.raises(Busy):
                CALLS[name](client, MISSING)


@pytest.mark.parametrize(
    ("kind", "args", "people"),
    [
        ("drop_before", {}, 0),
        ("drop_after", {}, 1),
        ("garbage", {}, 1),
        ("truncated", {}, 1),
        ("status", {"status": 503}, 0),
        ("status", {"status": 503, "commit": True}, 1),
        ("late_commit", {"seconds": 0.2}, 1),
        ("late_commit", {"seconds": 0.2, "hold": 0.05}, 1),
    ],
)
def test_an_unknown_outcome_may_be_either(
    practice: Practice, client: LeverClient, kind: str, args: dict[str, Any], people: int
) -> None:
    practice.fault(kind, {"method": "POST", "count": 1}, **args)
    with pytest.raises(OutcomeUnknown):
        created(client)
    assert eventually(lambda: practice.opportunities() == people)
    (sent,) = [entry for entry in practice.log() if entry["method"] == "POST"]  # nothing was repeated
    if kind == "late_commit":
        assert sent["committed_at"] - sent["received_at"] >= args["seconds"]
    assert client.user(AUD).id == AUD  # and the connection is none that is broken


@pytest.mark.parametrize(
    ("kind", "args"),
    [
        ("slow", {"seconds": 1.0}),
        ("slow", {"seconds": 1.0, "before": True}),
        ("slow_drip", {"delay": 0.02, "part": "headers"}),
        ("slow_drip", {"delay": 0.02, "part": "body"}),
    ],
)
def test_no_answer_outlives_the_deadline(practice: Practice, kind: str, args: dict[str, Any]) -> None:
    practice.fault(kind, ON_THE_API, **args)
    hasty = practice.client(deadline=0.4)
    for call, expected in (
        (lambda: hasty.user(AUD), Unavailable),
        (lambda: hasty.create_opportunity(new(), perform_as=AUD), OutcomeUnknown),
    ):
        with pytest.raises(expected):
            call()
    hasty.http.close()
    if kind == "slow":
        assert practice.has_answered(2)
        assert practice.opportunities() == 1  # done, though the client never heard of it


def test_a_slow_answer_in_time_is_an_answer(practice: Practice, client: LeverClient) -> None:
    practice.fault("slow_drip", delay=0.001, bytes=50)
    assert client.user(AUD).id == AUD


class Renewing:
    """A credential that is good from its second use on."""

    def __init__(self) -> None:
        self.rejected: list[str] = []

    def authorization(self) -> str:
        return BasicKey("worn-out").authorization()

    def renew(self, rejected: str) -> str:
        self.rejected.append(rejected)
        return BasicKey(seed.API_KEY).authorization()


@pytest.mark.parametrize("name", ["stages", "create_opportunity"])
def test_a_refused_credential_is_renewed_once_and_the_call_repeated(practice: Practice, name: str) -> None:
    credentials, made = Renewing(), list[CallMade]()
    client = LeverClient(practice.http(credentials, after_call=made.append))
    CALLS[name](client, MISSING)
    client.http.close()
    assert credentials.rejected == [BasicKey("worn-out").authorization()]
    assert [call.status for call in made] == [401, 200 if name in READS else 201]
    assert practice.opportunities() == (name in WRITES)


def test_a_credential_that_stays_refused_is_not_tried_a_third_time(practice: Practice) -> None:
    practice.fault("expired_token", ON_THE_API)
    credentials = Renewing()
    client = LeverClient(practice.http(credentials))
    with pytest.raises(ReconnectNeeded):
        client.user(AUD)
    client.http.close()
    assert len(credentials.rejected) == 1 and len(practice.log()) == 2


def test_the_story_of_a_call_says_what_happened_and_holds_no_key(practice: Practice) -> None:
    made: list[CallMade] = []
    client = practice.client(after_call=made.append)
    created(client)
    practice.fault("drop_after", {"method": "POST"})
    with pytest.raises(OutcomeUnknown):
        created(client)
    client.http.close()
    first, second = made
    assert (first.method, first.path, first.status, first.error) == ("POST", "/opportunities", 201, "")
    assert first.lever_date and abs(first.lever_date.timestamp() - first.received_at) < 5
    assert first.response_summary["deduped"] is False and first.response_summary["id"]
    assert (second.status, second.lever_date) == (None, None) and "no whole answer" in second.error
    assert seed.API_KEY not in repr(made)
