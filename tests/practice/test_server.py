"""The real thing on a real socket: keep-alive, faults as bytes, SIGKILL, SIGTERM, the limiter under threads."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .lever import AUD, basic

ROOT = Path(__file__).resolve().parents[2]
CREATE = f"/v1/opportunities?perform_as={AUD}"
HEADERS = {**basic("practice-key"), "Content-Type": "application/json"}


class Process:
    def __init__(self, state: str | None = None, port: int = 0) -> None:
        command = [sys.executable, "-m", "pinlever.practice", "--port", str(port)]
        self.process = subprocess.Popen(
            [*command, "--state", state] if state else command,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line.startswith("Practice Lever on http://127.0.0.1:"), line
        self.port = int(line.rsplit(":", 1)[1])

    def connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)

    def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        connection = self.connection()
        try:
            return ask(connection, method, path, body)
        finally:
            connection.close()

    def fault(self, kind: str, **args: Any) -> None:
        match = {"method": "POST", "path": "^/v1/opportunities$", "count": 1}
        assert self.call("POST", "/_control/faults", {"kind": kind, "match": match, "args": args})[0] == 200

    def people(self) -> int:
        return int(self.call("GET", "/_control/state?counts=true")[1]["counts"]["opportunities"])

    def end(self, number: int) -> tuple[int, str, str]:
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=20)
        return self.process.returncode, out, err


def ask(connection: http.client.HTTPConnection, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    connection.request(method, path, None if body is None else json.dumps(body), HEADERS)
    answer = connection.getresponse()
    text = answer.read()
    return answer.status, json.loads(text) if text else None


@pytest.fixture(scope="module")
def server() -> Iterator[Process]:
    server = Process()
    yield server
    status, out, err = server.end(signal.SIGTERM)
    assert (status, out, err) == (0, "", "")


@pytest.fixture
def fresh(server: Process) -> Process:
    server.call("POST", "/_control/reset")
    return server


def test_a_connection_is_kept_alive(fresh: Process) -> None:
    connection = fresh.connection()
    connection.connect()
    kept = connection.sock
    for number in range(5):
        assert ask(connection, "POST", CREATE, {"name": str(number)})[0] == 201
        assert ask(connection, "GET", "/v1/nowhere")[0] == 404
        assert ask(connection, "POST", "/v1/opportunities", {"name": "x"})[0] == 400
    assert connection.sock is kept
    connection.close()


def raw(server: Process, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as wire:
        wire.sendall(request)
        pieces = []
        while piece := wire.recv(65536):
            pieces.append(piece)
        return b"".join(pieces)


def create_bytes(name: str) -> bytes:
    body = json.dumps({"name": name})
    lines = [f"POST {CREATE} HTTP/1.1", "Host: x", f"Authorization: {HEADERS['Authorization']}"]
    lines += ["Content-Type: application/json", f"Content-Length: {len(body)}", "Connection: close", "", body]
    return "\r\n".join(lines).encode()


def test_a_whole_answer_names_server_and_date(fresh: Process) -> None:
    head, _, body = raw(fresh, create_bytes("Ana")).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 201 ")
    assert head.count(b"Date: ") == 1
    assert b"Server: lever-data-api" in head
    assert f"Content-Length: {len(body)}".encode() in head


DROPS = [("drop_before", 0), ("drop_after", 1)]


@pytest.mark.parametrize(("kind", "people"), DROPS)
def test_a_dropped_connection_says_nothing(fresh: Process, kind: str, people: int) -> None:
    fresh.fault(kind)
    assert raw(fresh, create_bytes("Ana")) == b""
    assert fresh.people() == people


def test_a_truncated_answer_stops_half_way(fresh: Process) -> None:
    fresh.fault("truncated")
    head, _, body = raw(fresh, create_bytes("Ana")).partition(b"\r\n\r\n")
    length = int(head.split(b"Content-Length: ")[1])
    assert 0 < len(body) < length
    assert fresh.people() == 1


@pytest.mark.parametrize("part", ["headers", "body"])
def test_a_slow_drip_comes_piece_by_piece(fresh: Process, part: str) -> None:
    fresh.fault("slow_drip", delay=0.02, bytes=100, part=part)
    with socket.create_connection(("127.0.0.1", fresh.port), timeout=10) as wire:
        wire.sendall(create_bytes("Ana"))
        first = wire.recv(65536)
        assert (b"\r\n\r\n" in first) is (part == "body")
        rest = b""
        while piece := wire.recv(65536):
            rest += piece
    assert json.loads((first + rest).partition(b"\r\n\r\n")[2])["data"]["name"] == "Ana"


def test_a_slow_drip_survives_a_client_that_leaves(fresh: Process) -> None:
    fresh.fault("slow_drip", delay=0.01, bytes=1)
    with socket.create_connection(("127.0.0.1", fresh.port), timeout=10) as wire:
        wire.sendall(create_bytes("Ana"))
        wire.recv(1)
    assert fresh.people() == 1


def test_a_late_commit_comes_when_nobody_waits(fresh: Process) -> None:
    fresh.fault("late_commit", seconds=1)
    assert raw(fresh, create_bytes("Ana")) == b""
    assert fresh.people() == 0
    until = time.monotonic() + 30
    while fresh.people() == 0 and time.monotonic() < until:
        time.sleep(0.02)
    assert fresh.people() == 1


def test_a_slow_answer_holds_nobody_else_up(fresh: Process) -> None:
    fresh.fault("slow", seconds=2)
    slow = threading.Thread(target=raw, args=(fresh, create_bytes("Ana")))
    slow.start()
    while fresh.people() == 0:
        time.sleep(0.01)
    assert fresh.call("POST", CREATE, {"name": "Ben"})[0] == 201
    assert slow.is_alive()
    slow.join()


ODD = [
    b"GET /v1/users HTTP/1.1\r\nHost: a b\x00/\r\nConnection: close\r\n\r\n",
    b"GET /v1/users HTTP/1.1\r\nConnection: close\r\n\r\n",
    b"GET //v1//users HTTP/1.1\r\nHost: x\r\nAuthorization: Basic Og==\r\nConnection: close\r\n\r\n",
    b"POST /v1/opportunities HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data\r\n"
    b"Content-Length: 2\r\nConnection: close\r\n\r\nab",
    b"POST /v1/opportunities HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n",
    b"POST /v1/opportunities HTTP/1.1\r\nHost: x\r\nContent-Length: nine\r\n\r\n",
    b"POST /_control/reset HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"GET /v1/%ff%00 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    b"nonsense\r\n\r\n",
]


@pytest.mark.parametrize("request_bytes", ODD)
def test_odd_requests_end_their_own_connection_only(fresh: Process, request_bytes: bytes) -> None:
    answer = raw(fresh, request_bytes)
    assert answer == b"" or answer.startswith((b"HTTP/1.1 4", b"<!DOCTYPE"))
    assert fresh.call("GET", "/v1/users")[0] == 200


def test_a_body_where_none_belongs_does_not_become_the_next_request(fresh: Process) -> None:
    smuggled = create_bytes("Ana")
    head = f"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: {len(smuggled)}\r\nConnection: close\r\n\r\n"
    assert raw(fresh, head.encode() + smuggled).count(b"HTTP/1.1 ") == 1
    assert fresh.people() == 0


def test_a_request_that_stops_in_the_middle_does_nothing(fresh: Process) -> None:
    with socket.create_connection(("127.0.0.1", fresh.port), timeout=10) as wire:
        wire.sendall(create_bytes("Ana")[:-3])
    assert fresh.call("GET", "/v1/users")[0] == 200
    assert fresh.people() == 0


def test_many_at_once_pass_the_limit_only_as_it_allows(fresh: Process) -> None:
    fresh.call("POST", "/_control/switches", {"rate": 0.001})
    told: list[int] = []

    def work() -> None:
        connection = fresh.connection()
        told.extend(ask(connection, "POST", CREATE, {"name": "x"})[0] for _ in range(10))
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (told.count(201), told.count(429)) == (20, 20)
    assert fresh.people() == 20


def test_sigkill_forgets_nothing_that_was_answered(tmp_path: Path) -> None:
    state = str(tmp_path / "lever.sqlite3")
    first = Process(state)
    first.call("POST", "/_control/switches", {"limiter": False})
    connection = first.connection()
    ids = [
        ask(connection, "POST", CREATE, {"name": str(n), "emails": [f"{n}@x.example"]})[1]["data"]["id"]
        for n in range(50)
    ]
    connection.close()
    assert first.end(signal.SIGKILL)[0] == -signal.SIGKILL
    second = Process(state, first.port)
    rows = second.call("GET", "/_control/state")[1]["opportunities"]
    assert {row["id"] for row in rows} == set(ids)
    log = second.call("GET", "/_control/log")[1]["data"]
    assert [entry["opportunity"] for entry in log] == ids
    assert second.call("POST", CREATE, {"emails": ["7@x.example"]})[1]["deduped"] is True
    assert second.end(signal.SIGTERM) == (0, "", "")


def test_a_state_file_in_use_is_said_in_one_line(tmp_path: Path) -> None:
    state = str(tmp_path / "lever.sqlite3")
    first = Process(state)
    command = [sys.executable, "-m", "pinlever.practice", "--port", "0", "--state", state]
    second = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=20, env=os.environ)
    assert (second.returncode, second.stdout) == (1, "")
    assert second.stderr.startswith(f"{state} cannot be used as a state file")
    assert len(second.stderr.splitlines()) == 1
    first.end(signal.SIGTERM)
