"""How fast events come in over the API: `python -m tests.bench.api [PEOPLE]` prints one line of JSON.

Batches of 1,000, by the whole road: HTTP request, token, JSON, checks, rows, audit, answer. Lever is connected and the
job has a rule: the first batch takes everybody past it, the next are opened messages, the last is said again. Works in
a test database of its own, on whatever DATABASE_URL names.
"""

import argparse
import json
import os
import sys
import time
from typing import Any

import django
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext, setup_test_environment

BATCH = 1000
ROUNDS = 3  # batches of opened messages


def measure(people: int) -> dict[str, object]:
    """Seconds of each kind of batch, and statements of one."""
    from tests.api.calling import Caller

    call = Caller.named("Bench")
    call.put_job(trigger="messaged")
    started = time.perf_counter()
    for number in range(people):
        call.put(f"p{number}", linkedin_urls=[f"https://www.linkedin.com/in/bench-{number}-example"])
    arriving = time.perf_counter() - started
    firing, _ = _sent(call, _batch("sent", "message_sent", people), "created")
    begun = time.process_time()
    opened = [_sent(call, _batch(f"open{turn}", "opened", people), "created") for turn in range(ROUNDS)]
    busy = time.process_time() - begun
    again, _ = _sent(call, _batch("open0", "opened", people), "repeats")
    return {
        "people": people,
        "people_per_second_arriving": round(people / arriving),
        "events_per_second_firing": round(BATCH / firing),
        "events_per_second": round(BATCH * ROUNDS / sum(seconds for seconds, _ in opened)),
        "events_per_cpu_second": round(BATCH * ROUNDS / busy),
        "events_per_second_repeated": round(BATCH / again),
        "statements_per_event": round(opened[0][1] / BATCH, 2),
    }


def _batch(name: str, kind: str, people: int) -> dict[str, Any]:
    from tests.api.calling import event

    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    if kind == "opened":
        at = "2026-01-31T12:00:00Z"  # the same when it is said again
    rows = (event(f"{name}-{number}", kind, candidate=f"p{number % people}") for number in range(BATCH))
    return {"events": [{**row, "occurred_at": at} for row in rows]}


def _sent(call: Any, batch: dict[str, Any], expected: str) -> tuple[float, int]:
    with CaptureQueriesContext(connection) as statements:
        started = time.perf_counter()
        status, told = call("POST", "/events/batch", batch)
        seconds = time.perf_counter() - started
    if status != 200 or told[expected] != BATCH:
        raise SystemExit(f"Not every event was {expected}: the figures would mean nothing. {str(told)[:500]}")
    return seconds, len(statements)


def _connected() -> None:
    from django.utils import timezone

    from pinlever.connection.models import LeverAccount, LeverConnection

    account = LeverAccount.objects.create(environment="practice", first_connected_at=timezone.now())
    LeverConnection.objects.create(account=account, kind=LeverConnection.Kind.API_KEY, is_current=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.api", description=__doc__)
    parser.add_argument("people", nargs="?", type=int, default=500)
    people = parser.parse_args().people
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from tests.bench.imports import machine

    settings.DEBUG = False
    setup_test_environment()
    connection.settings_dict["TEST"]["MIGRATE"] = False  # made from the models, as the suite's is
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        _connected()
        result = measure(people)
    finally:
        connection.creation.destroy_test_db("", verbosity=0)
    json.dump({"bench": "api", **result, "machine": machine()}, sys.stdout)
    print()


if __name__ == "__main__":
    main()
