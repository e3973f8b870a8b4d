"""A real socket server on this machine that misbehaves as told, and keeps every byte it was sent."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Behaviour = Callable[["Loopback", socket.socket], None]


class Loopback:
    """Serves one behaviour a connection, the last one again and again."""

    def __init__(self, *behaviours: Behaviour) -> None:
        self.behaviours = list(behaviours)
        self.received: list[bytes] = []
        self.connections = 0
        self.closing = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def _accept(self) -> None:
        while not self.closing.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            behaviour = self.behaviours[min(self.connections, len(self.behaviours) - 1)]
            self.connections += 1
            thread = threading.Thread(target=self._serve, args=(behaviour, connection), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, behaviour: Behaviour, connection: socket.socket) -> None:
        connection.settimeout(5)
        with connection, suppress(OSError):
            behaviour(self, connection)

    def read_request(self, connection: socket.socket) -> bytes:
        """One whole request, kept in `received`; empty when the client hung up."""
        data = b""
        while b"\r\n\r\n" not in data:
            chunk = connection.recv(65536)
            if not chunk:
                return b""
            data += chunk
        head, _, body = data.partition(b"\r\n\r\n")
        length = next(
            (
                int(line.split(b":")[1])
                for line in head.split(b"\r\n")
                if line.lower().startswith(b"content-length:")
            ),
            0,
        )
        while len(body) < length:
            chunk = connection.recv(65536)
            if not chunk:
                break
            body += chunk
        self.received.append(head + b"\r\n\r\n" + body)
        return self.received[-1]

    def drip(self, connection: socket.socket, data: bytes, pause: float = 0.05) -> None:
        for position in range(len(data)):
            if self.closing.is_set():
                return
            connection.sendall(data[position : position + 1])
            time.sleep(pause)

    def close(self) -> None:
        self.closing.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(31)


@contextmanager
def loopback(*behaviours: Behaviour) -> Iterator[Loopback]:
    server = Loopback(*behaviours)
    try:
        yield server
    finally:
        server.close()


def http_answer(
    body: bytes = b'{"data": {"id": "o-1"}}', status: str = "200 OK", headers: bytes = b""
) -> bytes:
    length = b"Content-Length: %d\r\n" % len(body)
    return (
        b"HTTP/1.1 "
        + status.encode()
        + b"\r\nContent-Type: application/json\r\n"
        + length
        + headers
        + b"\r\n"
        + body
    )


def answering(*answers: bytes) -> Behaviour:
    """Answers each request on a connection in turn, then hangs up."""

    def behave(server: Loopback, connection: socket.socket) -> None:
        for answer in answers:
            if not server.read_request(connection):
                return
            connection.sendall(answer)

    return behave


def keeping(answer: bytes) -> Behaviour:
    """Answers whatever comes, and keeps the connection."""

    def behave(server: Loopback, connection: socket.socket) -> None:
        while server.read_request(connection):
            connection.sendall(answer)

    return behave


def silent(server: Loopback, connection: socket.socket) -> None:
    """Reads the request and never answers."""
    if server.read_request(connection):
        server.closing.wait(30)


def deaf(server: Loopback, connection: socket.socket) -> None:
    """Accepts and reads nothing."""
    server.closing.wait(30)


def hanging_up(server: Loopback, connection: socket.socket) -> None:
    """Reads the request and closes without a word."""
    server.read_request(connection)


def dripping_headers(server: Loopback, connection: socket.socket) -> None:
    if server.read_request(connection):
        server.drip(connection, http_answer(headers=b"X-Pad: " + b"x" * 4000 + b"\r\n"))


def dripping_body(server: Loopback, connection: socket.socket) -> None:
    if server.read_request(connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4000\r\n\r\n")
        server.drip(connection, b" " * 4000)


def dripping_without_length(server: Loopback, connection: socket.socket) -> None:
    """Each byte makes the JSON whole: only the clock can tell that this answer is not at its end."""
    if server.read_request(connection):
        connection.sendall(b'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{"data": {"id": "o-1"}}')
        server.drip(connection, b" " * 4000)


def truncated(server: Loopback, connection: socket.socket) -> None:
    if server.read_request(connection):
        connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 4000\r\n\r\n{"data": ')


def huge(server: Loopback, connection: socket.socket) -> None:
    if server.read_request(connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        while True:
            connection.sendall(b" " * 262_144)


def garbage(server: Loopback, connection: socket.socket) -> None:
    if server.read_request(connection):
        connection.sendall(b"\x16\x03\x01 what is this?\r\n\r\n")
