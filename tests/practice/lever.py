"""Practice Lever in process, with a clock of its own, for the tests of this folder."""

import base64
import itertools
from typing import Any
from uuid import UUID

from werkzeug.test import Client, TestResponse

from pinlever.practice.app import create_app
from pinlever.practice.seed import API_KEY, user_id

START = 1_790_000_000.0
AUD = user_id("aud")
JONAS = user_id("jonas")


def basic(key: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{key}:".encode()).decode()}


class Lever:
    def __init__(self, state_path: str | None = None, **switches: Any) -> None:
        self.now = START
        self.slept: list[float] = []
        numbers = itertools.count(1)
        self.app = create_app(
            state_path,
            lambda: self.now,
            sleep=self.sleep,
            background=False,
            new_id=lambda: str(UUID(int=next(numbers))),
            **{"limiter": False} | switches,
        )
        self.client = Client(self.app)
        self.headers = basic(API_KEY)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    @property
    def now_ms(self) -> int:
        return int(self.now * 1000)

    def call(self, method: str, path: str, **given: Any) -> TestResponse:
        headers = {**self.headers, **given.pop("headers", {})}
        return self.client.open(f"/v1{path}", method=method, headers=headers, **given)

    def get(self, path: str, **query: Any) -> Any:
        answer = self.call("GET", path, query_string=query)
        assert answer.status_code == 200, answer.text
        return answer.json

    def found(self, **query: Any) -> list[str]:
        """Names of the opportunities a list with these parameters holds."""
        return [row["name"] for row in self.get("/opportunities", **query)["data"]]

    def refused(self, path: str, method: str = "GET", **given: Any) -> tuple[int, str]:
        answer = self.call(method, path, **given)
        assert answer.status_code >= 400, answer.text
        return answer.status_code, answer.json["message"]

    def post(self, path: str, body: Any = None, perform_as: str | None = AUD, **query: Any) -> Any:
        return self._write("POST", path, body, perform_as, query)

    def put(self, path: str, body: Any = None, perform_as: str | None = AUD, **query: Any) -> Any:
        return self._write("PUT", path, body, perform_as, query)

    def _write(self, method: str, path: str, body: Any, perform_as: str | None, query: dict[str, Any]) -> Any:
        query = query if perform_as is None else {"perform_as": perform_as, **query}
        answer = self.call(method, path, json=body or {}, query_string=query)
        assert answer.status_code in (200, 201), answer.text
        return answer.json

    def create(self, **body: Any) -> Any:
        """The created opportunity, as the answer has it."""
        return self.post("/opportunities", body)["data"]

    def opportunity(self, id: str, **query: Any) -> Any:
        return self.get(f"/opportunities/{id}", **query)["data"]

    def control(self, path: str, body: Any = None, method: str = "POST", **query: Any) -> Any:
        answer = self.client.open(f"/_control/{path}", method=method, json=body, query_string=query)
        assert answer.status_code == 200, answer.text
        return answer.json

    def state(self) -> Any:
        return self.client.get("/_control/state").json

    def log(self, since: int = 0) -> list[Any]:
        return self.client.get("/_control/log", query_string={"since": since}).json["data"]

    def fault(self, kind: str, match: dict[str, Any] | None = None, **args: Any) -> Any:
        return self.control("faults", {"kind": kind, "match": match or {}, "args": args})
