"""What a page asks of the database does not grow with its rows."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.bench.company import Company
from tests.sync.connected import undone

FEW, MANY = 10, 1000
# At ten people some kinds of things do not exist yet, and nobody asks for their details.
ONCE_THERE = 12
PLANNED = ("create", "in_lever", "blocked")


def pages(job: str) -> list[str]:
    people, activity = reverse("candidates"), reverse("activity")
    settings = [reverse(name) for name in ("ats", "people", "settings", "account")]
    lists = [reverse(name) for name in ("home", "jobs", "duplicates", "imports", "menu-foot")]
    of_job = [
        reverse("job", args=[job]),
        reverse("job-settings", args=[job]),
        reverse("job-past", args=[job]),
    ]
    everybody = f"job={job}&all=1"
    export = [f"{reverse('export')}?job={job}", f"{reverse('export')}?{everybody}"]
    export += [f"{reverse('export-people')}?{everybody}&kind={kind}" for kind in PLANNED]
    undo = [f"{reverse('undo')}?{everybody}"]
    found = [f"{people}?q=amara", f"{people}?sync=failed", f"{of_job[0]}?state=not_yet"]
    tabs = [f"{activity}?show={tab}" for tab in ("waiting", "held", "failed", "all")]
    return [*lists, people, *of_job, *export, *undo, *found, *tabs, *settings]


def asked(people: int) -> dict[str, int]:
    """Statements by page, in a company of so many people, each with a sync record."""
    with undone():
        found = Company(people, people).fill()
        client = Client()
        client.force_login(found["by"])
        counted = {}
        for address in pages(found["job"]):
            with CaptureQueriesContext(connection) as statements:
                assert client.get(address).status_code == 200, address
            counted[address.replace(str(found["job"]), "JOB")] = len(statements)
        return counted


@pytest.mark.django_db
def test_no_page_asks_more_for_a_thousand_people_than_for_ten() -> None:
    few, many = asked(FEW), asked(MANY)
    grown = {name: (few[name], many[name]) for name in few if many[name] > few[name] + ONCE_THERE}
    assert grown == {}
    assert max(many.values()) < 80, many
