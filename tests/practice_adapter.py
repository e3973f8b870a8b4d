"""Practice Lever in process: the real client's calls go through requests into the WSGI application, without sockets."""

import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from unittest import mock
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter
from urllib3 import HTTPResponse
from werkzeug.test import Client, EnvironBuilder, run_wsgi_app

from pinlever.connection.gateway import forget_open_connections
from pinlever.lever import http, wire
from pinlever.lever.client import LeverClient
from pinlever.lever.credentials import BasicKey, Credentials
from pinlever.practice.app import PracticeApp, create_app
from pinlever.practice.errors import ConnectionDropped

URL = "http://127.0.0.1:8765"
KEY = "practice-key"


class PracticeAdapter(BaseAdapter):
    """Routes what requests sends to one application. A dropped connection looks as it does on the wire."""

    def __init__(self, app: PracticeApp) -> None:
        super().__init__()
        self.app = app

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        attempt = wire._current.get()
        if attempt is not None:
            attempt.about_to_send()
        try:
            body, status, headers = run_wsgi_app(self.app, self._environ(request), buffered=True)
            content = b"".join(body)
        except ConnectionDropped as dropped:
            raise requests.ConnectionError(f"dropped: {dropped}", request=request) from None
        return self._response(request, content, int(status.split()[0]), dict(headers))

    def _environ(self, request: requests.PreparedRequest) -> dict[str, Any]:
        address = urlsplit(request.url or "")
        body = request.body if isinstance(request.body, bytes) else (request.body or "").encode()
        builder = EnvironBuilder(
            path=address.path,
            query_string=address.query,
            method=request.method or "GET",
            headers=list(request.headers.items()),
            input_stream=io.BytesIO(body),
            base_url=f"{address.scheme}://{address.netloc}",
        )
        environ = builder.get_environ()
        environ["REMOTE_ADDR"] = "127.0.0.1"
        return environ

    def _response(
        self, request: requests.PreparedRequest, content: bytes, status: int, headers: Mapping[str, str]
    ) -> requests.Response:
        response = requests.Response()
        response.status_code, response.request, response.url = status, request, request.url or ""
        response.headers.update(headers)
        response.raw = HTTPResponse(io.BytesIO(content), headers, status, preload_content=False)
        return response

    def close(self) -> None:
        return None


@contextmanager
def in_process(app: PracticeApp) -> Iterator[PracticeApp]:
    """Within, every new Lever client of this process talks to `app`, whatever its address."""
    forget_open_connections()
    try:
        with mock.patch.object(http, "_Adapter", lambda **_: PracticeAdapter(app)):
            yield app
    finally:
        forget_open_connections()


def practice(clock: Callable[[], float] | None = None, **switches: Any) -> PracticeApp:
    """A Practice Lever in memory, without a limit on calls unless asked for; nothing happens in its background."""
    options: dict[str, Any] = {"limiter": False, **switches}
    if clock is not None:
        options["clock"] = clock
    return create_app(background=False, **options)


def client_for(app: PracticeApp, credentials: Credentials | None = None, **options: Any) -> LeverClient:
    """A client of `app`, signed by the seeded API key unless told otherwise."""
    client = http.Http(base_url=f"{URL}/v1", credentials=credentials or BasicKey(KEY), **options)
    session = requests.Session()
    session.mount("http://", PracticeAdapter(app))
    client._own_session = lambda: session  # type: ignore[method-assign]
    return LeverClient(client)


def control(
    app: PracticeApp, command: str, given: Mapping[str, Any] | None = None, method: str = "POST"
) -> Any:
    """One request to /_control; its JSON. Straight to the application: no fault, no judge stands in its way."""
    answer = Client(app).open(f"/_control/{command}", method=method, json=given)
    assert answer.status_code == 200, answer.text
    return answer.json
