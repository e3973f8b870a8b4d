"""How fast the plan of a large export is made: `python -m tests.bench.plan` prints one line of JSON.

5,000 people of 50,000 candidates, against an index of 200,000 opportunities, in a test database of its own on
whatever DATABASE_URL names. Everybody's decision counts, with every rule for matches on. Exit status 1 if the median
misses the promise; `--profile` then tells where the time went.
"""

import argparse
import cProfile
import json
import os
import pstats
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import django
from django.conf import settings
from django.db import connection

from tests.bench.company import Company
from tests.bench.lists import _labels

PROMISE = 3.0  # seconds
TIMES = 7


def prepare(candidates: int, records: int, known: int) -> Any:
    """The company and Lever's people; answers the account. All keys are on, and near matches are asked about."""
    from pinlever.connection.models import LeverAccount, LeverUser
    from tests.bench.lever_crowd import Crowd

    company = Company(candidates, records)
    if company.is_there():
        return LeverAccount.objects.get()
    company.fill()
    account = LeverAccount.objects.get()
    Crowd(account, candidates, known, company.now).fill()
    LeverUser.objects.create(
        account=account, lever_id="user-1", text="Rita Vik", email="rita@company.example"
    )
    account.match_keys, account.near_matches = ["email", "linkedin", "phone"], "ask"
    account.default_user_id = "user-1"
    account.save()
    return account


def measure(account: Any, people: int) -> dict[str, Any]:
    """Seconds of each whole plan after the first, and what it said."""
    from django.test.utils import CaptureQueriesContext

    from pinlever.recruiting.models import Prospect
    from pinlever.sync.preview import plan_for

    ids = list(Prospect.objects.order_by("job_id", "pk").values_list("pk", flat=True)[:people])
    taken, computed = [], []
    plan = plan_for(account, ids)
    for _ in range(TIMES):
        began, busy = time.perf_counter(), time.process_time()
        plan = plan_for(account, ids)
        taken.append(time.perf_counter() - began)
        computed.append(time.process_time() - busy)
    with CaptureQueriesContext(connection) as statements:
        plan_for(account, ids)
    return {
        "people": len(plan.outcomes),
        "told": str(plan),
        "median_s": round(median(taken), 2),
        "best_s": round(min(taken), 2),
        "worst_s": round(max(taken), 2),
        "python_s": round(median(computed), 2),
        "statements": len(statements),
    }


def profile(account: Any, people: int) -> None:
    """Where the time of one plan goes."""
    from pinlever.recruiting.models import Prospect
    from pinlever.sync.preview import plan_for

    ids = list(Prospect.objects.order_by("job_id", "pk").values_list("pk", flat=True)[:people])
    with cProfile.Profile() as seen:
        plan_for(account, ids)
    pstats.Stats(seen, stream=sys.stderr).sort_stats("cumulative").print_stats(45)


def main(machine: Callable[[], dict[str, object]]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.plan", description=__doc__)
    parser.add_argument("--people", type=int, default=5_000)
    parser.add_argument("--candidates", type=int, default=50_000)
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--known", type=int, default=200_000)
    parser.add_argument("--keep", action="store_true", help="keep the database, and use one that was kept")
    parser.add_argument("--profile", action="store_true")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    django.setup()
    from pinlever.sync import preview  # noqa: F401  before minutes are spent on filling

    settings.DEBUG = False
    settings.MIGRATION_MODULES = dict.fromkeys(_labels())  # made from the models, as for the tests
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False, keepdb=options.keep)
    try:
        account = prepare(options.candidates, options.records, options.known)
        measured = measure(account, options.people)
        if options.profile:
            profile(account, options.people)
    finally:
        connection.creation.destroy_test_db("", verbosity=0, keepdb=options.keep)
    asked = {"candidates": options.candidates, "records": options.records, "known": options.known}
    load = round(os.getloadavg()[0], 1)
    json.dump({"bench": "plan", **asked, **measured, "load": load, "machine": machine()}, sys.stdout)
    print()
    return 1 if measured["median_s"] > PROMISE else 0


if __name__ == "__main__":
    from tests.bench.imports import machine

    sys.exit(main(machine))
