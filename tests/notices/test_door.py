"""The door: one POST, a total deadline, no redirects, and a sentence for whatever goes wrong."""

import socket
import ssl
from typing import Any

import pytest

from pinlever.notices import door as doors
from pinlever.notices.door import Door, Outcome
from tests.lever import loopback as bad
from tests.lever.loopback import Behaviour, Loopback, answering, http_answer, keeping, loopback
from tests.notices.receiver import BROKEN, NO_CONTENT, OK, received

HEADERS = {"webhook-id": "1"}


def post(server: Loopback, *, path: str = "/hook", deadline: float = 5.0) -> Outcome:
    return Door(deadline=deadline).post(server.url + path, b'{"a":1}', HEADERS)


def test_what_is_sent_is_a_post_of_exactly_these_bytes() -> None:
    with loopback(answering(OK)) as server:
        outcome, port = post(server, path="/hook?key=a%20b"), server.port
    (request,) = received(server)
    assert outcome.is_taken and (outcome.status, outcome.error) == (200, "")
    assert server.received[0].startswith(b"POST /hook?key=a%20b HTTP/1.1\r\n")
    assert request.body == b'{"a":1}'
    assert request.headers["content-type"] == "application/json" and request.headers["webhook-id"] == "1"
    assert request.headers["host"] == f"127.0.0.1:{port}"


@pytest.mark.parametrize("answer", [OK, NO_CONTENT, http_answer(b"x" * 15_000)])
def test_posts_that_follow_each_other_share_a_connection(answer: bytes) -> None:
    with loopback(keeping(answer)) as server:
        door = Door()
        for _ in range(3):
            assert door.post(server.url, b"{}", {}).is_taken
        door.close()
    assert (server.connections, len(server.received)) == (1, 3)


@pytest.mark.parametrize(
    ("answer", "status", "told"),
    [
        (BROKEN, 500, 'It answered 500: {"error": "no database"}'),
        (http_answer(b"", "404 Not Found"), 404, "It answered 404."),
        (http_answer(b"a\x00b\n  c" + b"d" * 900, "400 Bad"), 400, "It answered 400: ab c" + "d" * 196),
        (http_answer(b"", "302 Found", b"Location: http://127.0.0.1:1/\r\n"), 302, "redirect"),
        (http_answer(b"", "410 Gone"), 410, "It answered 410."),
    ],
)
def test_a_refusal_is_told_in_its_own_words(answer: bytes, status: int, told: str) -> None:
    with loopback(answering(answer)) as server:
        outcome = post(server)
    assert not outcome.is_taken and outcome.status == status and told in outcome.error
    assert server.connections == 1, "no redirect is followed"


def test_a_receiver_may_say_when_to_come_again() -> None:
    busy = http_answer(b"", "429 Too Many Requests", b"Retry-After: 120\r\n")
    with loopback(answering(busy)) as server:
        assert post(server).retry_after == 120


@pytest.mark.parametrize(
    ("behaviour", "told"),
    [
        (bad.silent, "No answer within 0.4 seconds."),
        (bad.deaf, "No answer within 0.4 seconds."),
        (bad.dripping_headers, "No answer within 0.4 seconds."),
        (bad.hanging_up, "The connection broke off."),
        (bad.garbage, "The connection failed (ProtocolError)."),
    ],
)
def test_what_the_network_does_is_told_in_a_sentence(behaviour: Behaviour, told: str) -> None:
    with loopback(behaviour) as server:
        outcome = post(server, deadline=0.4)
    assert (outcome.status, outcome.error) == (None, told)


@pytest.mark.parametrize("behaviour", [bad.huge, bad.dripping_body, bad.truncated])
def test_once_it_said_yes_the_rest_of_its_answer_does_not_matter(behaviour: Behaviour) -> None:
    with loopback(behaviour) as server:
        outcome = post(server, deadline=0.4)
        server.closing.set()
    assert outcome.is_taken


def test_nobody_there_is_told() -> None:
    with loopback(answering(OK)) as server:
        url = server.url
    assert Door().post(url, b"{}", {}).error == "The connection was refused: nothing listens there."


def test_an_unknown_name_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(*_: Any) -> Any:
        raise socket.gaierror(-2, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    assert Door().post("https://nobody.example/", b"{}", {}).error == "Its name could not be found."


@pytest.mark.parametrize("address", ["169.254.169.254", "fe80::1", "::ffff:169.254.169.254"])
def test_a_name_that_leads_where_nothing_may_go_is_not_connected_to(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", _leads_to("127.0.0.1", address))
    with loopback(answering(OK)) as server:
        outcome = Door().post(f"http://rebound.example:{server.port}/", b"{}", {})
    assert "where nothing may be sent" in outcome.error and server.connections == 0


def test_what_was_allowed_once_is_checked_again_each_time(settings: Any) -> None:
    with loopback(answering(OK)) as server:
        settings.WEBHOOKS_INTERNAL = False
        assert "WEBHOOKS_INTERNAL" in post(server).error
    assert server.connections == 0


def _leads_to(*addresses: str) -> Any:
    def look_up(host: str, port: int, *_: Any) -> Any:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    return look_up


def over_tls(context: ssl.SSLContext, behaviour: Behaviour) -> Behaviour:
    def behave(server: Loopback, connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as wrapped:
            behaviour(server, wrapped)

    return behave


def test_a_certificate_nobody_vouches_for_is_not_trusted(tls: tuple[ssl.SSLContext, str]) -> None:
    with loopback(over_tls(tls[0], answering(OK))) as server:
        outcome = Door().post(server.url.replace("http:", "https:"), b"{}", {})
    assert outcome.error.startswith("Its certificate is not trusted: self-signed") and not server.received


def test_a_company_s_own_authority_is_trusted_where_the_machine_trusts_it(
    tls: tuple[ssl.SSLContext, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", tls[1])
    doors._trusted.cache_clear()
    try:
        with loopback(over_tls(tls[0], answering(OK))) as server:
            assert Door().post(server.url.replace("http:", "https:"), b"{}", {}).is_taken
    finally:
        doors._trusted.cache_clear()


def test_the_name_on_the_certificate_has_to_fit(
    tls: tuple[ssl.SSLContext, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", tls[1])
    monkeypatch.setattr(socket, "getaddrinfo", _leads_to("127.0.0.1"))
    doors._trusted.cache_clear()
    try:
        with loopback(over_tls(tls[0], answering(OK))) as server:
            outcome = Door().post(f"https://other.example:{server.port}/", b"{}", {})
    finally:
        doors._trusted.cache_clear()
    assert outcome.error.startswith("Its certificate is not trusted") and not server.received


def test_plain_words_where_tls_was_expected_are_told() -> None:
    with loopback(bad.garbage) as server:
        outcome = Door().post(server.url.replace("http:", "https:"), b"{}", {})
    assert outcome.error == "No secure connection could be made."


def test_no_proxy_of_the_environment_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with loopback(answering(OK)) as proxy, loopback(answering(OK)) as server:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        assert post(server).is_taken
    assert proxy.connections == 0
