"""One Practice Lever process a run, as far away from the tests as Lever itself: on a socket, at an address."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pinlever.lever.client import LeverClient
from pinlever.lever.credentials import BasicKey
from pinlever.lever.http import Http
from pinlever.lever.types import NewOpportunity
from pinlever.ops.demo.control import Control
from pinlever.practice import seed

ROOT = Path(__file__).resolve().parents[2]
AUD = seed.user_id("aud")
POSTING = seed.posting_id("backend-engineer")
CONFIDENTIAL_POSTING = seed.posting_id("chief-of-staff")
Json = dict[str, Any]


class Practice(Control):
    """The running Practice Lever, from behind the stage."""

    def client(self, key: str = seed.API_KEY, **options: Any) -> LeverClient:
        return LeverClient(self.http(BasicKey(key), **options))

    def http(self, credentials: Any, **options: Any) -> Http:
        return Http(base_url=f"{self.url}/v1", credentials=credentials, **options)

    def fault(self, kind: str, match: Json | None = None, **args: Any) -> None:
        """Meets every request from now on, or those that `match` names."""
        self.post("faults", {"kind": kind, "match": match or {}, "args": args})

    def key(self, name: str, **rights: Any) -> str:
        self.post("keys", {"key": name, **rights})
        return name

    def people(self, *people: Json) -> list[Json]:
        added: list[Json] = self.post("opportunities", {"people": list(people)})["data"]
        return added

    def state(self) -> Json:
        return self.get("state")

    def opportunities(self) -> int:
        return int(self.get("state", counts="true")["counts"]["opportunities"])

    def has_answered(self, requests: int) -> bool:
        """Whether it is done with the slow ones too, so that nothing of them reaches into the next test."""
        return eventually(lambda: len([one for one in self.log() if one["answered_at"]]) == requests)

    def log(self) -> list[Json]:
        entries: list[Json] = self.get("log")["data"]
        return entries


@contextmanager
def running() -> Iterator[Practice]:
    process = subprocess.Popen(
        [sys.executable, "-m", "pinlever.practice", "--port", "0"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    try:
        yield Practice(process.stdout.readline().split()[-1])
    finally:
        process.terminate()
        process.communicate(timeout=10)


def new(name: str = "Nia", **changes: Any) -> NewOpportunity:
    given: Json = {"emails": (f"{name.lower()}@mail.example",), "posting_id": POSTING, "sources": ("Pin",)}
    return NewOpportunity(name=name, **{**given, **changes})


def created(client: LeverClient, name: str = "Nia", **changes: Any) -> str:
    return client.create_opportunity(new(name, **changes), perform_as=AUD).opportunity.id


def eventually(holds: Callable[[], bool], seconds: float = 5.0) -> bool:
    """Whether it comes to hold in time; for what Practice Lever does after the client gave up."""
    ends_at = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > ends_at:
            return False
        time.sleep(0.02)
    return True
