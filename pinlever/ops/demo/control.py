"""Practice Lever from behind the stage: who is in it beforehand, what it holds afterwards."""

import json
import urllib.request
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode

Json = dict[str, Any]
# No proxy: it may not know this machine's own addresses.
_open = urllib.request.build_opener(urllib.request.ProxyHandler({})).open


def answers(url: str) -> bool:
    """Whether a page of this machine answers well."""
    try:
        with _open(url, timeout=10):
            return True
    except (URLError, OSError):
        return False


class Control:
    """/_control of the Practice Lever at `url`, on this machine."""

    def __init__(self, url: str) -> None:
        self.url = url

    def answers(self) -> bool:
        """Whether it is there."""
        return answers(f"{self.url}/_control/state?counts=true")

    def get(self, name: str, **query: str) -> Json:
        return self._send(urllib.request.Request(f"{self.url}/_control/{name}?{urlencode(query)}"))  # noqa: S310

    def post(self, name: str, given: Json) -> Json:
        body = json.dumps(given).encode()
        headers = {"Content-Type": "application/json"}
        return self._send(urllib.request.Request(f"{self.url}/_control/{name}", body, headers))  # noqa: S310

    def _send(self, request: urllib.request.Request) -> Json:
        with _open(request, timeout=10) as answer:
            read: Json = json.load(answer)
            return read
