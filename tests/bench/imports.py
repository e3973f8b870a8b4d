"""How fast people come out of a file: `python -m tests.bench.imports [ROWS]` prints one line of JSON.

Everybody is new and has two addresses, a phone and a LinkedIn profile; Lever is connected and the job has a rule,
so each event is looked at as in use. Works in a test database of its own, on whatever DATABASE_URL names.
"""

import argparse
import json
import os
import platform
import sys
import time

import django
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

COLUMNS = "Name,Emails,Phones,LinkedIn URL,City,Country,Title,Company,Skills,Sourced by,Sourced at,Score"
CITIES = (("Berlin", "Germany"), ("Austin", "United States"), ("Oslo", "Norway"), ("Lyon", "France"))
COUNTED = 20  # rows whose statements are counted


def people(rows: int, mark: int) -> bytes:
    """A file of people who are all different; those of another `mark` (one digit) are others."""
    lines = [COLUMNS]
    for number in range(rows):
        city, country = CITIES[number % len(CITIES)]
        who = f"p{mark}{number:08}"
        lines.append(
            f'Person {who},"{who}@example.com, {who}@mail.example.org",+4915{mark}{number:08},'
            f"https://www.linkedin.com/in/{who}-example,{city},{country},Engineer {number % 50},"
            f'Company {number % 500},"Python, SQL",rec{number % 5}@example.com,2026-01-31,{number % 100}'
        )
    return "\n".join(lines).encode()


def measure(rows: int) -> dict[str, object]:
    """Stores and works a file of `rows` people; the first few rows apart, with their statements counted."""
    from pinlever.audit.services import SYSTEM
    from pinlever.imports.services import start_import
    from pinlever.imports.working import work_import
    from pinlever.recruiting.models import Candidate, Job

    def worked(content: bytes) -> tuple[float, float, float]:
        start = time.perf_counter()
        made = start_import(by=SYSTEM, name="people.csv", content=content, job=job)
        stored, busy = time.perf_counter(), time.process_time()
        while work_import(made.pk):
            pass
        return stored - start, time.perf_counter() - stored, time.process_time() - busy

    job = Job.objects.create(title="Engineer")
    _as_in_use(job)
    worked(people(COUNTED, 1))
    with CaptureQueriesContext(connection) as statements:
        worked(people(COUNTED, 2))
    storing, adding, busy = worked(people(rows, 3))
    if Candidate.objects.count() != rows + 2 * COUNTED:
        raise SystemExit("Not everybody arrived once: the figures would mean nothing.")
    return {
        "rows": rows,
        "rows_per_second_stored": round(rows / storing),
        "rows_per_second_added": round(rows / adding),
        "rows_per_cpu_second_added": round(rows / busy),
        "statements_per_row": round(len(statements) / COUNTED, 1),
    }


def _as_in_use(job: object) -> None:
    """Recruiters, a connected account, and a rule that contact information can complete."""
    from django.utils import timezone

    from pinlever.accounts.models import User
    from pinlever.audit.services import SYSTEM
    from pinlever.connection.models import LeverAccount, LeverConnection
    from pinlever.recruiting.models import Job
    from pinlever.sync.models import Trigger
    from pinlever.sync.services import set_trigger

    assert isinstance(job, Job)
    for number in range(3):
        User.objects.create_user(f"rec{number}@example.com")
    account = LeverAccount.objects.create(environment="practice", first_connected_at=timezone.now())
    LeverConnection.objects.create(account=account, kind=LeverConnection.Kind.API_KEY, is_current=True)
    set_trigger(by=SYSTEM, job=job, trigger=Trigger.CONTACT_FOUND)


def machine() -> dict[str, object]:
    """What the figures were measured on, and how busy it was."""
    return {
        "database": connection.vendor,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.imports", description=__doc__)
    parser.add_argument("rows", nargs="?", type=int, default=2000)
    rows = parser.parse_args().rows
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    settings.DEBUG = False
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        result = measure(rows)
    finally:
        connection.creation.destroy_test_db("", verbosity=0)
    json.dump({"bench": "imports", **result, "machine": machine()}, sys.stdout)
    print()


if __name__ == "__main__":
    main()
