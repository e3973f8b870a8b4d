"""Practice Lever on a socket: threads, HTTP/1.1 with connections kept alive, quiet, ends cleanly on SIGTERM."""

import argparse
import signal
import socket
import sys
import threading
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Any

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from .app import MAX_BODY, PracticeApp, create_app
from .rows import StateFileInUse

DEFAULT_PORT = 8765


class Handler(WSGIRequestHandler):
    """Werkzeug's own way to run the application closes every connection and pauses after each; Lever does not."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # head and body in one write

    def setup(self) -> None:
        super().setup()
        app = self.server.app
        if isinstance(app, PracticeApp):
            self.connection.settimeout(app.world.switches["keep_alive_seconds"])

    def run_wsgi(self) -> None:
        if not self._readable_body():
            self.close_connection = True
        self.environ = self.make_environ()
        told: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(
            status: str, headers: list[tuple[str, str]], exc_info: Any = None
        ) -> Callable[..., Any]:
            told.append((status, headers))
            return lambda data: None

        try:
            body = b"".join(self.server.app(self.environ, start_response))
        except ConnectionError:
            self.cut()
            return
        self._send(*told[-1], body)

    def _readable_body(self) -> bool:
        """Whether the application will have read exactly what was sent, so that the next request can follow."""
        length = self.headers.get("Content-Length", "0")
        return "Transfer-Encoding" not in self.headers and length.isdigit() and int(length) <= MAX_BODY

    def _send(self, status: str, headers: list[tuple[str, str]], body: bytes) -> None:
        code, _, reason = status.partition(" ")
        self.send_response_only(int(code), reason)
        for name, value in headers:
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def cut(self) -> None:
        """Ends the connection without another byte."""
        self.close_connection = True
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # the client was faster

    def log(self, type: str, message: str, *args: Any) -> None:
        """Requests are in the request log; the terminal stays quiet."""


def make_server(app: PracticeApp, host: str = "127.0.0.1", port: int = 0) -> ThreadedWSGIServer:
    return ThreadedWSGIServer(host, port, app, Handler)


def serve(
    host: str = "127.0.0.1", port: int = DEFAULT_PORT, state_path: str | None = None, **switches: Any
) -> int:
    """Serves until SIGTERM or SIGINT; returns the exit status."""
    try:
        app = create_app(state_path, **switches)
    except StateFileInUse as error:
        print(error, file=sys.stderr)
        return 1
    server = make_server(app, host, port)

    def stop(number: int, frame: FrameType | None) -> None:
        # shutdown() waits for the loop this very thread is in.
        threading.Thread(target=server.shutdown).start()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    print(f"Practice Lever on http://{host}:{server.port}", flush=True)
    server.serve_forever(poll_interval=0.1)
    app.close()
    return 0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="0 picks a free one")
    parser.add_argument("--state", metavar="FILE", help="keeps everything in FILE; without it, in memory")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="practice_lever", description="A stand-in for Lever, to try things with."
    )
    add_arguments(parser)
    chosen = parser.parse_args(arguments)
    return serve(chosen.host, chosen.port, chosen.state)
