"""How many of Lever's webhooks a web process takes, and how fast: `python -m tests.bench.webhooks --database-url ...`.

gunicorn as it is configured, each delivery on a connection of its own and sent when its time has come, whatever became
of those before it (so that a slow answer delays nobody's clock). Then a storm in which gunicorn is killed again and
again: senders repeat what was not answered, as Lever does, some of it twice over. Promised: 100 deliveries a second,
99 % of the answers within 50 ms, none lost.
"""

import secrets
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from json import dumps
from random import Random
from typing import Any

from tests.bench.seen import share_of
from tests.bench.served import Server, gunicorn
from tests.bench.stage import Figures, Stage, play

RATE, MOST_SECONDS = 100, 0.050
SENDERS = 48
PATIENCE = 10.0
KILLED_EVERY = 6.0
TRIES = 12
TWICE = 0.05  # of the storm's deliveries are sent twice though they were answered


@dataclass
class Sent:
    """What senders saw: seconds from each delivery's time to its answer, statuses, tokens answered well."""

    seconds: list[float] = field(default_factory=list)
    failures: int = 0
    accepted: set[str] = field(default_factory=set)
    first: float = 0.0
    last: float = 0.0


@dataclass(frozen=True)
class Target:
    port: int
    path: str
    keys: tuple[str, ...]

    def body(self, number: int) -> tuple[str, bytes]:
        """A delivery's token, and the delivery."""
        from pinlever.inbound.signing import signature_of

        token, at = secrets.token_hex(24), int(time.time() * 1000)
        person = f"5b8e1d1e-6a0f-4a55-9d38-{number:012d}"
        body: dict[str, Any] = {
            "id": f"2b0d6d2c-6c1e-4b0a-9d1a-{number:012d}",
            "event": "candidateStageChange",
            "triggeredAt": at,
            "token": token,
            "signature": signature_of(self.keys[number % len(self.keys)], token, at),
            "data": {
                "opportunityId": person,
                "candidateId": person,
                "contactId": person,
                "fromStageId": "lead-new",
                "toStageId": "lead-reached-out",
            },
        }
        return token, dumps(body).encode()

    def post(self, body: bytes) -> int:
        """The status, 0 where there was no answer."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            headers = {"Content-Type": "application/json", "User-Agent": "Lever-Webhooks"}
            connection.request("POST", self.path, body, headers)
            answer = connection.getresponse()
            answer.read()
            return answer.status
        except (OSError, HTTPException):
            return 0
        finally:
            connection.close()


def bench(stage: Stage) -> Figures:
    from pinlever.inbound.models import WebhookDelivery

    options = stage.options
    target = _target(stage)
    with gunicorn(stage):
        _send(target, 200, options.pace, retry=False)  # starts its threads and their connections
        steady = _send(target, options.deliveries, options.pace, retry=False)
    begun = WebhookDelivery.objects.count()
    with gunicorn(stage) as server, killing(server) as kills:
        storm = _send(target, options.storm, options.pace, retry=True)
    stored = set(WebhookDelivery.objects.values_list("token", flat=True))
    added = WebhookDelivery.objects.count() - begun
    return _figures(steady, storm, options.storm, stored, added, kills)


def _target(stage: Stage) -> Target:
    """A connected account with its address and webhooks, as after connecting."""
    from django.conf import settings
    from django.urls import reverse

    from pinlever.connection.models import LeverAccount, LeverConnection
    from pinlever.foundation.clock import db_now
    from pinlever.inbound.addresses import address_of
    from pinlever.inbound.events import NAMES
    from pinlever.inbound.models import Subscription

    now = db_now()
    account = LeverAccount.objects.create(environment="practice", first_connected_at=now)
    LeverConnection.objects.create(account=account, kind=LeverConnection.Kind.API_KEY, api_key="bench")
    address, keys = address_of(account), [secrets.token_hex(24) for _ in NAMES]
    for event, key in zip(NAMES, keys, strict=True):
        Subscription.objects.create(
            account=account,
            event=event,
            webhook_id=event,
            url=settings.PINLEVER_URL,
            signature_token=key,
            made_at=now,
        )
    return Target(stage.web_port, reverse("lever-webhook", args=[address.key]), tuple(keys))


@contextmanager
def killing(server: Server) -> Iterator[list[float]]:
    """Kills all of gunicorn's processes every now and then, and starts them again; answers when."""
    over, kills = threading.Event(), list[float]()

    def go_on() -> None:
        while not over.wait(KILLED_EVERY):
            server.kill()
            kills.append(time.monotonic())
            server.start()

    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        yield kills
    finally:
        over.set()
        thread.join()


def _send(target: Target, number: int, pace: int, *, retry: bool) -> Sent:
    """Sends so many at this pace; `retry`: until each is answered well."""
    sent, lock = Sent(), threading.Lock()
    begin = time.monotonic() + 0.5
    deliver = _again_and_again if retry else _once
    bodies = [target.body(index) for index in range(number)]

    def one(index: int) -> None:
        due = begin + index / pace
        time.sleep(max(0.0, due - time.monotonic()))
        token, body = bodies[index]
        status, failures = deliver(target, body, index)
        done = time.monotonic()
        with lock:
            sent.seconds.append(done - due)
            sent.failures += failures
            sent.last = max(sent.last, done)
            if status == 200:
                sent.accepted.add(token)

    with ThreadPoolExecutor(SENDERS) as senders:
        list(senders.map(one, range(number)))
    sent.first = begin
    return sent


def _once(target: Target, body: bytes, number: int) -> tuple[int, int]:
    status = target.post(body)
    return status, int(status != 200)


def _again_and_again(target: Target, body: bytes, number: int) -> tuple[int, int]:
    failures, chance = 0, Random(number)
    while failures < TRIES:
        status = target.post(body)
        if status == 200:
            if chance.random() < TWICE:
                target.post(body)
            return status, failures
        failures += 1
        time.sleep(min(2.0, 0.1 * 2**failures) * chance.uniform(0.5, 1.0))
    return 0, failures


def _figures(
    steady: Sent, storm: Sent, asked: int, stored: set[str], added: int, kills: list[float]
) -> Figures:
    seconds = steady.last - steady.first
    figures = Figures(
        {
            "deliveries": len(steady.seconds),
            "accepted_per_second": round(len(steady.accepted) / seconds, 1),
            "median_ms": round(share_of(0.5, steady.seconds) * 1000, 1),
            "p95_ms": round(share_of(0.95, steady.seconds) * 1000, 1),
            "p99_ms": round(share_of(0.99, steady.seconds) * 1000, 1),
            "longest_ms": round(max(steady.seconds) * 1000, 1),
            "not_accepted": steady.failures,
            "storm": asked,
            "storm_kills": len(kills),
            "storm_unanswered_tries": storm.failures,
            "storm_accepted": len(storm.accepted),
            "storm_stored": added,
        }
    )
    promise: Callable[[bool, str], None] = figures.promise
    per_second, most = figures.found["accepted_per_second"], figures.found["p99_ms"]
    promise(per_second >= RATE, f"{per_second} a second were accepted; {RATE} are promised.")
    promise(
        most < MOST_SECONDS * 1000, f"99 % took {most} ms or less; {MOST_SECONDS * 1000:.0f} ms are promised."
    )
    promise(not steady.failures, f"{steady.failures} deliveries were not accepted though nobody was killed.")
    promise(bool(kills), "Nobody was killed: the storm shows nothing.")
    promise(len(storm.accepted) == asked, f"{asked - len(storm.accepted)} of the storm were never accepted.")
    lost = (steady.accepted | storm.accepted) - stored
    promise(not lost, f"{len(lost)} deliveries were accepted and are not stored.")
    promise(added == asked, f"{added} are stored of the storm's {asked}: some twice, or some lost.")
    return figures


def main() -> int:
    return play("webhooks", bench, __doc__, deliveries=6000, storm=3000, pace=120)


if __name__ == "__main__":
    sys.exit(main())
