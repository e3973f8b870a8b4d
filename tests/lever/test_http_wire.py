"""The promises of lever/http.py on real sockets: deadlines, what was sent, what is known afterwards."""

from __future__ import annotations

import os
import socket
import ssl
import threading
import time
from pathlib import Path

import pytest

from pinlever.lever import http as http_module, wire
from pinlever.lever.errors import Busy, DeadlineMissed, LeverError, OutcomeUnknown, Unavailable
from pinlever.lever.http import BasicKey, CallMade, Http, steady_clock

from .loopback import (
    Behaviour,
    Loopback,
    answering,
    deaf,
    dripping_body,
    dripping_headers,
    dripping_without_length,
    garbage,
    hanging_up,
    http_answer,
    huge,
    keeping,
    loopback,
    silent,
    truncated,
)

UNCLEAR = [
    ("GET", Unavailable),
    ("POST", OutcomeUnknown),
    ("PUT", OutcomeUnknown),
    ("DELETE", OutcomeUnknown),
]


def http_to(server: Loopback, **options: object) -> Http:
    return Http(base_url=server.url, credentials=BasicKey("k"), **{"deadline": 5.0, **options})  # type: ignore[arg-type]


def https_to(server: Loopback, certificate: str, **options: object) -> Http:
    http = Http(
        base_url=f"https://127.0.0.1:{server.port}",
        credentials=BasicKey("k"),
        **{"deadline": 5.0, **options},  # type: ignore[arg-type]
    )
    http._own_session().verify = certificate
    return http


def over_tls(context: ssl.SSLContext, behaviour: Behaviour) -> Behaviour:
    def behave(server: Loopback, connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as secure:
            behaviour(server, secure)

    return behave


class Late:
    """A steady clock that jumps far ahead at a chosen moment."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self.ahead = 0.0

    def __call__(self) -> float:
        return steady_clock() + self.ahead

    def once_connected(self) -> None:
        def connected(host: str, port: int, attempt: wire.Attempt) -> socket.socket:
            sock = open_socket(host, port, attempt)
            self.ahead = 1000.0
            return sock

        open_socket = wire.open_socket
        self._monkeypatch.setattr(wire, "open_socket", connected)

    def right_before_sending(self) -> None:
        """Only the check in the connection itself comes after this."""

        def guarded(attempt: wire.Attempt, sock: socket.socket) -> None:
            self.ahead = 1000.0

        self._monkeypatch.setattr(wire.Attempt, "guard", guarded)


@pytest.fixture
def late(monkeypatch: pytest.MonkeyPatch) -> Late:
    return Late(monkeypatch)


def refusal_of(http: Http, method: str = "POST", **options: object) -> LeverError:
    with pytest.raises(LeverError) as caught:
        http.request(method, "/opportunities", **options)  # type: ignore[arg-type]
    http.close()
    return caught.value


def test_an_answer_arrives_and_the_request_is_what_was_asked() -> None:
    with loopback(answering(http_answer())) as server:
        http = http_to(server)
        answer = http.request("POST", "/opportunities", params={"perform_as": "u-1"}, json={"name": "Zoë"})
        http.close()
    assert (answer.status, answer.data) == (200, {"data": {"id": "o-1"}})
    assert server.received[0].startswith(b"POST /opportunities?perform_as=u-1 HTTP/1.1\r\n")
    assert b"Authorization: Basic azo=\r\n" in server.received[0]
    assert server.received[0].endswith(b'{"name": "Zo\\u00eb"}')


@pytest.mark.parametrize("behaviour", [silent, dripping_headers, dripping_body, dripping_without_length])
@pytest.mark.parametrize(("method", "error"), UNCLEAR[:2])
def test_a_slow_answer_ends_at_the_deadline(
    behaviour: Behaviour, method: str, error: type[LeverError]
) -> None:
    with loopback(behaviour) as server:
        started = time.monotonic()
        refused = refusal_of(http_to(server, deadline=0.3), method)
        assert 0.25 < time.monotonic() - started < 10  # the server would hold it for longer
    assert type(refused) is error
    assert "time was up" in refused.what


def test_a_server_that_does_not_read_cannot_hold_a_big_upload_past_the_deadline() -> None:
    with loopback(deaf) as server:
        started = time.monotonic()
        files = [("file", ("a.pdf", b"x" * 30_000_000, "application/pdf"))]
        refused = refusal_of(http_to(server, deadline=0.5), "POST", files=files)
        assert time.monotonic() - started < 10
    assert type(refused) is OutcomeUnknown


@pytest.mark.parametrize("behaviour", [hanging_up, truncated, garbage])
@pytest.mark.parametrize(("method", "error"), UNCLEAR)
def test_a_break_after_sending_leaves_a_write_unknown(
    behaviour: Behaviour, method: str, error: type[LeverError]
) -> None:
    with loopback(behaviour) as server:
        assert type(refusal_of(http_to(server), method)) is error
    assert len(server.received) == 1


@pytest.mark.parametrize(
    "body", [b"<html>busy</html>", b'{"data": ', b"\xff\xfe\xfa", b"[" * 200_000, b'{"a": NaN}']
)
@pytest.mark.parametrize(("method", "error"), UNCLEAR[:2])
def test_an_unreadable_success_leaves_a_write_unknown(
    body: bytes, method: str, error: type[LeverError]
) -> None:
    with loopback(answering(http_answer(body))) as server:
        refused = refusal_of(http_to(server), method)
    assert (type(refused), refused.status) == (error, 200)


def test_a_huge_answer_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_module, "ANSWER_LIMIT", 1_000_000)
    with loopback(huge) as server:
        refused = refusal_of(http_to(server), "GET")
    assert type(refused) is Unavailable
    assert "larger than 1000000 bytes" in refused.what


def test_a_refused_connection_is_certainly_not_done() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    http = Http(base_url=f"http://127.0.0.1:{port}", credentials=BasicKey("k"))
    refused = refusal_of(http)
    assert type(refused) is Busy
    assert "ConnectionRefusedError" in refused.what


def test_an_unknown_host_is_certainly_not_done(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object) -> list[object]:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(wire.socket, "getaddrinfo", unknown)
    refused = refusal_of(Http(base_url="https://api.lever.example", credentials=BasicKey("k")))
    assert type(refused) is Busy
    assert "Name or service not known" in refused.what


def test_a_name_server_that_does_not_answer_cannot_hold_a_call(monkeypatch: pytest.MonkeyPatch) -> None:
    told = threading.Event()
    monkeypatch.setattr(wire.socket, "getaddrinfo", lambda *_: told.wait(30) and [])
    refused = refusal_of(Http(base_url="https://api.lever.example", credentials=BasicKey("k"), deadline=0.1))
    assert type(refused) is Busy
    assert not told.is_set()
    told.set()


@pytest.mark.parametrize("behaviour", [deaf, answering(b"this is no TLS at all\r\n\r\n")])
def test_a_tls_handshake_that_fails_or_hangs_is_certainly_not_done(behaviour: Behaviour) -> None:
    with loopback(behaviour) as server:
        http = Http(base_url=f"https://127.0.0.1:{server.port}", credentials=BasicKey("k"), deadline=0.5)
        assert type(refusal_of(http)) is Busy


def test_the_second_address_of_a_host_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    with loopback(answering(http_answer())) as server, socket.create_server(("127.0.0.1", 0)) as taken:
        dead = taken.getsockname()
        taken.close()
        rows = [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", address)
            for address in (dead, ("127.0.0.1", server.port))
        ]
        monkeypatch.setattr(wire.socket, "getaddrinfo", lambda *_: rows)
        http = Http(base_url="http://localhost:1", credentials=BasicKey("k"))
        assert http.request("GET", "/stages").status == 200
        http.close()


def test_nothing_is_sent_after_its_time() -> None:
    with loopback(keeping(http_answer())) as server:
        refused = refusal_of(http_to(server), send_before=steady_clock() - 1)
    assert type(refused) is DeadlineMissed
    assert server.received == []


def test_the_time_to_send_is_checked_after_connecting(late: Late) -> None:
    with loopback(keeping(http_answer())) as server:
        late.once_connected()
        refused = refusal_of(http_to(server, clock=late, deadline=5000.0), send_before=steady_clock() + 10)
    assert type(refused) is DeadlineMissed
    assert refused.what.startswith("not sent")
    assert (late.ahead > 0, server.received) == (True, [])


def test_the_time_to_send_is_checked_on_a_kept_connection(late: Late) -> None:
    with loopback(keeping(http_answer())) as server:
        http = http_to(server, clock=late, deadline=5000.0)
        http.request("GET", "/stages")
        late.right_before_sending()
        refused = refusal_of(http, send_before=steady_clock() + 10)
    assert type(refused) is DeadlineMissed
    assert (server.connections, len(server.received)) == (1, 1)


def test_nothing_is_sent_over_tls_after_its_time(tls: tuple[ssl.SSLContext, str], late: Late) -> None:
    with loopback(over_tls(tls[0], keeping(http_answer()))) as server:
        http = https_to(server, tls[1], clock=late, deadline=5000.0)
        http.request("GET", "/stages")
        late.right_before_sending()
        refused = refusal_of(http, send_before=steady_clock() + 10)
    assert type(refused) is DeadlineMissed
    assert len(server.received) == 1


def test_a_connection_made_too_slowly_sends_nothing(late: Late) -> None:
    with loopback(keeping(http_answer())) as server:
        late.once_connected()
        refused = refusal_of(http_to(server, clock=late, deadline=500.0))
    assert type(refused) is Busy
    assert server.received == []


def test_a_call_before_its_time_is_sent() -> None:
    with loopback(keeping(http_answer())) as server:
        http = http_to(server)
        assert http.request("POST", "/opportunities", json={}, send_before=steady_clock() + 5).status == 200
        http.close()


def test_after_a_missed_time_the_same_http_goes_on() -> None:
    with loopback(keeping(http_answer())) as server:
        http = http_to(server)
        with pytest.raises(DeadlineMissed):
            http.request("POST", "/opportunities", send_before=steady_clock() - 1)
        assert http.request("GET", "/stages").status == 200
        http.close()


def test_a_connection_is_kept_between_calls() -> None:
    with loopback(keeping(http_answer())) as server:
        http = http_to(server)
        for _ in range(3):
            http.request("GET", "/stages")
        http.close()
    assert (server.connections, len(server.received)) == (1, 3)


def test_a_connection_the_server_closed_while_idle_is_not_used() -> None:
    with loopback(answering(http_answer())) as server:
        http = http_to(server)
        http.request("GET", "/stages")
        deadline = time.monotonic() + 20
        while any(thread.is_alive() for thread in server._threads[1:]) and time.monotonic() < deadline:
            time.sleep(0.005)
        assert http.request("POST", "/opportunities", json={}).status == 200
        http.close()
    assert (server.connections, len(server.received)) == (2, 2)


def test_an_idle_connection_is_given_up_before_the_server_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "IDLE_LIMIT", 0.0)
    with loopback(keeping(http_answer())) as server:
        http = http_to(server)
        http.request("GET", "/stages")
        http.request("POST", "/opportunities", json={})
        http.close()
    assert (server.connections, len(server.received)) == (2, 2)


def test_a_kept_connection_that_breaks_under_a_write_is_not_replayed() -> None:
    def once_then_hang_up(server: Loopback, connection: socket.socket) -> None:
        server.read_request(connection)
        connection.sendall(http_answer())
        server.read_request(connection)

    with loopback(once_then_hang_up, keeping(http_answer())) as server:
        http = http_to(server)
        http.request("GET", "/stages")
        assert type(refusal_of(http, "POST", json={})) is OutcomeUnknown
    assert (server.connections, len(server.received)) == (1, 2)


def test_a_redirect_is_not_followed() -> None:
    moved = http_answer(b"", "307 Temporary Redirect", b"Location: /elsewhere\r\n")
    with loopback(keeping(moved)) as server:
        assert type(refusal_of(http_to(server), "POST")) is OutcomeUnknown
        assert type(refusal_of(http_to(server), "GET")) is Unavailable
    assert len(server.received) == 2


def test_a_retry_after_does_not_make_the_call_wait_or_repeat() -> None:
    with loopback(keeping(http_answer(b"{}", "503 Busy", b"Retry-After: 60\r\n"))) as server:
        refused = refusal_of(http_to(server), "GET")
    assert (type(refused), refused.retry_after, len(server.received)) == (Unavailable, 60.0, 1)


def test_the_environment_decides_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login other password other\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with loopback(keeping(http_answer(headers=b"Set-Cookie: a=b\r\n"))) as server:
        http = http_to(server)
        http.request("GET", "/stages")
        http.request("GET", "/stages")
        http.close()
    assert all(b"Basic azo=" in request and b"Cookie" not in request for request in server.received)


def test_a_fork_does_not_share_the_connection() -> None:
    with loopback(keeping(http_answer())) as server:
        http = http_to(server)
        http.request("GET", "/stages")
        http._pid = os.getpid() + 1  # as a child finds it
        http.request("GET", "/stages")
        http.close()
    assert server.connections == 2


def test_a_broken_call_is_told_without_the_address_it_went_to() -> None:
    made: list[CallMade] = []
    with loopback(hanging_up) as server:
        http = http_to(server, after_call=made.append)
        refused = refusal_of(http, "GET", params={"email": "ingrid@solheim.example"})
    assert "solheim" not in str(refused)
    assert (made[0].status, made[0].error) == (None, str(refused))
    assert refused.__cause__ is None
    assert refused.__context__ is None


def test_a_slow_answer_over_tls_ends_at_the_deadline(tls: tuple[ssl.SSLContext, str]) -> None:
    with loopback(over_tls(tls[0], dripping_body)) as server:
        started = time.monotonic()
        refused = refusal_of(https_to(server, tls[1], deadline=1.0))
        assert time.monotonic() - started < 10
    assert type(refused) is OutcomeUnknown
    assert len(server.received) == 1


def test_a_certificate_nobody_vouches_for_is_refused_before_anything_is_sent(
    tls: tuple[ssl.SSLContext, str],
) -> None:
    with loopback(over_tls(tls[0], keeping(http_answer()))) as server:
        http = Http(base_url=f"https://127.0.0.1:{server.port}", credentials=BasicKey("k"), deadline=5.0)
        refused = refusal_of(http)
    assert type(refused) is Busy
    assert "certificate" in refused.what.lower()
    assert server.received == []
