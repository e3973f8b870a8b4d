"""How fast the pages' lists answer a large company: `python -m tests.bench.lists` prints one line of JSON.

200,000 candidates, 50,000 sync records and 1,000,000 opportunities in Lever, written in bulk into a test database
of its own on whatever DATABASE_URL
names. Each page is asked for some times through Django, middleware and templates included. Exit status 1 if a page's
median misses the promise; `--explain` then tells how the database went about its slowest statements.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterable
from statistics import median
from typing import Any
from urllib.parse import urlencode

import django
from django.conf import settings
from django.db import connection
from django.urls import get_resolver

from tests.bench.company import Company, email, letters

PROMISE = 200  # milliseconds
TIMES = 7


def pages(found: dict[str, Any], candidates: int) -> Iterable[tuple[str, str]]:
    """(name, address) of every list, in the ways people ask for them."""
    from django.urls import reverse

    from pinlever.connection.models import KnownOpportunity
    from pinlever.recruiting.models import Prospect
    from pinlever.sync import finding, whereabouts
    from pinlever.sync.models import SyncRecord

    lever = reverse("job-from-lever", args=[found["job"]])
    far = KnownOpportunity.objects.order_by("active_at", "pk")[1000]
    job, people, activity = reverse("job", args=[found["job"]]), reverse("candidates"), reverse("activity")
    middle = candidates // 2
    deep = Prospect.objects.filter(job__key=found["job"]).order_by("pk")[100].pk
    opportunity = SyncRecord.objects.exclude(opportunity_id="").values_list("opportunity_id", flat=True)[100]
    return [
        ("home", reverse("home")),
        ("jobs", reverse("jobs")),
        ("jobs, searched", reverse("jobs") + "?q=engineer+1"),
        ("job", job),
        ("job, far down", f"{job}?before={deep}"),
        *((f"job, {state}", f"{job}?state={state}") for state in ("failed", "not_yet", "any_in_lever")),
        ("job, searched", f"{job}?q=castro"),
        ("job, searched for an email", f"{job}?q={email(middle)}"),
        ("candidates", people),
        ("candidates, far down", f"{people}?before=500"),
        ("candidates, a common name", f"{people}?q=amara"),
        ("candidates, a rare name", f"{people}?q={letters(middle)}"),
        ("candidates, name and company", f"{people}?q=amara+company+12"),
        ("candidates, two letters", f"{people}?q=am"),
        ("candidates, nobody", f"{people}?q=zzzzqq"),
        ("candidates, an email", f"{people}?q={email(middle)}"),
        ("candidates, the beginning of an email", f"{people}?q=person1@"),
        ("candidates, a LinkedIn profile", f"{people}?q=linkedin.com/in/p{middle}"),
        ("candidates, a Lever link", f"{people}?q=https://hire.lever.co/candidates/{opportunity}"),
        *((f"candidates, {state}", f"{people}?sync={state}") for state in ("failed", "not_yet", "needs_you")),
        *((f"candidates, {step}", f"{people}?sync={step}") for step in finding.STEPS),
        *((f"job, {step}", f"{job}?state={step}") for step in finding.STEPS),
        *((f"activity, {step}", f"{activity}?show=all&step={step}") for step in finding.STEPS),
        ("candidates, a step failed by name", f"{people}?sync=step_failed&sort=name"),
        ("candidates, replied", f"{people}?stage=replied"),
        ("candidates, of a job", f"{people}?job={found['job']}&stage=replied&sync=failed"),
        *((f"candidates, ATS {where}", f"{people}?ats={where}") for where in whereabouts.FILTERS),
        ("candidates, ATS hired by name", f"{people}?ats=hired&sort=name"),
        ("candidates, ATS not, of a job", f"{people}?ats=not&job={found['job']}"),
        ("candidates, ATS hired and searched", f"{people}?ats=hired&q=amara"),
        *((f"job, ATS {where}", f"{job}?ats={where}") for where in whereabouts.FILTERS),
        ("from Lever", lever),
        ("from Lever, far down", f"{lever}?before={far.pk}"),
        ("from Lever, a common name", f"{lever}?q=amara"),
        ("from Lever, a rare name", f"{lever}?q=nr77777"),
        ("from Lever, a first and a last name", f"{lever}?q=amara+castro"),
        ("from Lever, two letters", f"{lever}?q=am"),
        ("from Lever, nobody", f"{lever}?q=zzzzqq"),
        ("from Lever, an email", f"{lever}?q=stranger777777@mail.example"),
        ("from Lever, a LinkedIn profile", f"{lever}?q=linkedin.com/in/stranger-777777"),
        ("from Lever, a Lever link", f"{lever}?q=https://hire.lever.co/candidates/{far.lever_id}"),
        ("from Lever, a job and a stage", f"{lever}?posting=posting-7&stage=interview"),
        ("from Lever, a job nobody is on", f"{lever}?posting=posting-none"),
        ("from Lever, hired", f"{lever}?standing=hired"),
        ("from Lever, archived with a name", f"{lever}?standing=archived&q=castro"),
        *((f"activity, {tab}", f"{activity}?show={tab}") for tab in ("waiting", "held", "failed", "all")),
        ("activity, a cause", f"{activity}?show=failed&cause=posting_gone"),
        ("activity, searched", f"{activity}?show=all&q=amara+castro"),
        ("duplicates", reverse("duplicates")),
        ("imports", reverse("imports")),
        *(
            (f"search, {what}", f"{reverse('search')}?{urlencode({'q': asked})}")
            for what, asked in searches(middle)
        ),
        ("search, a Lever link", f"{reverse('search')}?q=https://hire.lever.co/candidates/{opportunity}"),
        ("search, somebody in Lever only", f"{reverse('search')}?q={far.lever_id}"),
        ("search, as one types", f"{reverse('search-suggestions')}?q=amara+cas"),
        ("menu's foot", reverse("menu-foot")),
    ]


def searches(number: int) -> Iterable[tuple[str, str]]:
    """What people type into the box of every page."""
    return (
        ("a common name", "amara"),
        ("a common name of two words", "amara castro"),
        ("a rare name", letters(number)),
        ("two letters", "am"),
        ("nobody", "zzzzqq"),
        ("an email", email(number).upper()),
        ("the beginning of an email", "person1@"),
        ("a LinkedIn profile", f"https://no.linkedin.com/in/P{number}/?x=1"),
        ("a stranger's LinkedIn profile", "linkedin.com/in/stranger-777777"),
        ("a phone number", "+47 22 12 34 56"),
        ("a number", "12345"),
        ("a job", "Engineer 12"),
    )


def measure(addresses: Iterable[tuple[str, str]], by: Any) -> dict[str, dict[str, float]]:
    """Milliseconds by name: the median, the best and the worst after the first, and what Python itself computed."""
    from django.test import Client

    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(by)
    found = {}
    for name, address in addresses:
        taken, computed = zip(*[_asked(client, address) for _ in range(TIMES + 1)][1:], strict=True)
        figures = {
            "median": median(taken),
            "best": min(taken),
            "worst": max(taken),
            "python": median(computed),
        }
        found[name] = {what: round(value, 1) for what, value in figures.items()}
        print(*(f"{value:7.1f}" for value in found[name].values()), f" {name}", file=sys.stderr)
    return found


def _asked(client: Any, address: str) -> tuple[float, float]:
    """Milliseconds by the clock and by this process."""
    began, busy = time.perf_counter(), time.process_time()
    answer = client.get(address)
    taken, computed = time.perf_counter() - began, time.process_time() - busy
    if answer.status_code != 200:
        raise SystemExit(f"{address} answered {answer.status_code}: the figures would mean nothing.")
    return taken * 1000, computed * 1000


def explain(address: str, by: Any) -> None:
    """Tells the page's slowest statements, and how the database went about them."""
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(by)
    with CaptureQueriesContext(connection) as statements:
        client.get(address)
    slowest = sorted(statements.captured_queries, key=lambda one: float(one["time"]), reverse=True)[:2]
    print(f"\n== {address}: {len(statements)} statements", file=sys.stderr)
    for one in slowest:
        print(f"-- {one['time']} s\n{one['sql'][:3000]}", file=sys.stderr)
        if one["sql"].startswith("SELECT") and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("EXPLAIN (ANALYZE, BUFFERS) " + one["sql"])
                print("\n".join(row[0] for row in cursor.fetchall()), file=sys.stderr)


def _run(options: argparse.Namespace) -> tuple[dict[str, Any], int]:
    from pinlever.connection.models import LeverAccount
    from tests.bench.lever_crowd import Crowd, work_out

    company = Company(options.candidates, options.records)
    began = time.perf_counter()
    is_new = not company.is_there()
    found = company.fill() if is_new else company.found()
    account = LeverAccount.objects.get()
    if is_new:
        Crowd(account, options.candidates, options.known, company.now).fill()
    presences = work_out(account)
    print(f"Presences: {presences}", file=sys.stderr)
    print(f"Filled in {time.perf_counter() - began:.0f} seconds.", file=sys.stderr)
    addresses = list(pages(found, options.candidates))
    measured = measure(addresses, found["by"])
    missed = [name for name, each in measured.items() if each["median"] > PROMISE]
    if options.explain:
        for name, address in addresses:
            if name in missed:
                explain(address, found["by"])
    medians = [each["median"] for each in measured.values()]
    result = {
        "candidates": options.candidates,
        "records": options.records,
        "known": options.known,
        "presences": presences,
        "median_ms": round(median(medians), 1),
        "slowest_median_ms": max(medians),
        "worst_ms": max(each["worst"] for each in measured.values()),
        "missed": missed,
        "pages": measured,
    }
    return result, 1 if missed else 0


def main(machine: Callable[[], dict[str, object]]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.lists", description=__doc__)
    parser.add_argument("--candidates", type=int, default=200_000)
    parser.add_argument("--records", type=int, default=50_000)
    parser.add_argument("--known", type=int, default=1_000_000)
    parser.add_argument("--keep", action="store_true", help="keep the database, and use one that was kept")
    parser.add_argument("--explain", action="store_true")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    django.setup()
    settings.DEBUG = False
    settings.ALLOWED_HOSTS = ["*"]
    settings.MIGRATION_MODULES = dict.fromkeys(_labels())  # made from the models, as for the tests
    get_resolver().url_patterns  # noqa: B018  a mistake in them shows now, not after minutes
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False, keepdb=options.keep)
    try:
        result, status = _run(options)
    finally:
        connection.creation.destroy_test_db("", verbosity=0, keepdb=options.keep)
    json.dump({"bench": "lists", **result, "machine": machine()}, sys.stdout)
    print()
    return status


def _labels() -> list[str]:
    from django.apps import apps

    return [config.label for config in apps.get_app_configs()]


if __name__ == "__main__":
    from tests.bench.imports import machine

    sys.exit(main(machine))
