"""Two people in Pin who were told apart, in one export: the second is nobody whom the first becomes in Lever."""

import uuid

import pytest

from pinlever.audit.services import PIN, SYSTEM
from pinlever.connection import crawl, rules
from pinlever.connection.accounts import current_connection
from pinlever.connection.gateway import open_client
from pinlever.connection.models import LeverAccount
from pinlever.recruiting.models import Candidate, Job, Prospect
from pinlever.sync import runs
from pinlever.sync.models import ExportItem
from pinlever.sync.preview import Kind, Plan, plan_for
from pinlever.sync.who_is_it import answer_who
from tests.sync.world import World

LINKEDIN = "https://www.linkedin.com/in/ada-lovelace/"
OTHERS = ["https://www.linkedin.com/in/bo-one/", "https://www.linkedin.com/in/bo-two/"]
SHARED = "ada@people.example"


def told_apart(company: World, *own: str) -> tuple[Prospect, Prospect, Prospect]:
    """The third shares an address with the first and a profile with the second, and is neither of them."""
    first = company.person("Ada Mail", emails=(SHARED,))
    second = company.person("Ada Linked", emails=(), linkedin=LINKEDIN)
    third = company.person("Ada Third", emails=(SHARED, *own), linkedin=LINKEDIN)
    answer_who(by=PIN, question=third.candidate.questions.get(), same_as=None)
    return first, second, third


def read_lever(company: World) -> None:
    connection = current_connection()
    assert connection is not None
    crawl.poll(company.account, open_client(connection))


def planned(*people: Prospect) -> Plan:
    return plan_for(LeverAccount.objects.get(), [one.pk for one in people])


def came(company: World, plan: Plan) -> list[tuple[str, str]]:
    """How each came out, in the plan's order, and the difference that was told."""
    run = runs.start_export(by=PIN, account=LeverAccount.objects.get(), plan=plan, token=uuid.uuid4())
    for _ in range(4):  # who waits for another's claim goes after them
        company.make_due()
        company.work()
    items = ExportItem.objects.filter(run=run).order_by("prospect")
    return [(item.came, item.difference) for item in items]


@pytest.mark.parametrize("own", [(), ("third@people.example",)])
def test_each_is_created_with_what_nobody_else_has(company: World, own: tuple[str, ...]) -> None:
    plan = planned(*told_apart(company, *own))
    assert [(one.kind, one.reason) for one in plan.outcomes] == [(Kind.CREATE, "")] * 3
    assert came(company, plan) == [(Kind.CREATE, "")] * 3
    assert len({row["contact"] for row in company.opportunities()}) == 3


def test_who_comes_first_keeps_the_key(company: World) -> None:
    first, _, third = told_apart(company, "third@people.example")
    plan = planned(third, first)
    assert [one.kind for one in plan.outcomes] == [Kind.CREATE, Kind.CREATE]
    assert came(company, plan) == [(Kind.CREATE, "")] * 2
    assert [row["name"] for row in company.in_lever(SHARED)] == ["Ada Mail"]


def test_whom_the_first_is_linked_to_is_not_the_second(company: World) -> None:
    company.control("opportunities", {"people": [{"name": "Ada Mail", "emails": [SHARED]}]})
    first, _, third = told_apart(company, "third@people.example")
    read_lever(company)
    plan = planned(first, third)
    assert [one.kind for one in plan.outcomes] == [Kind.LINK, Kind.CREATE]
    assert came(company, plan) == [(Kind.LINK, ""), (Kind.CREATE, "")]


def test_the_first_on_another_job_too_is_linked_to_themselves(company: World) -> None:
    first, second, third = told_apart(company, "third@people.example")
    job = Job.objects.create(title="Designer")
    again = [company.person(str(one.candidate), emails=(SHARED,), job=job) for one in (first,)]
    plan = planned(first, second, third, *again)
    assert [one.kind for one in plan.outcomes] == [Kind.CREATE] * 3 + [Kind.LINK]
    assert came(company, plan) == [(Kind.CREATE, "")] * 3 + [(Kind.LINK, "")]


def test_near_matches_among_themselves_ask_about_nobody_they_are_not(company: World) -> None:
    rules.set_match_rules(by=SYSTEM, account=company.account, near="ask")
    first, _, third = told_apart(company, "third@people.example")
    Candidate.objects.filter(pk__in=[first.candidate_id, third.candidate_id]).update(
        full_name="Ada Byron", current_company="Nordlys"
    )
    plan = planned(first, third)
    assert [one.kind for one in plan.outcomes] == [Kind.CREATE, Kind.CREATE]
    assert came(company, plan) == [(Kind.CREATE, "")] * 2


def test_a_key_that_one_claimed_and_another_was_created_with_tells_of_both(company: World) -> None:
    """Lever knows the address by the second alone: the first was linked to somebody who does not have it there."""
    company.control("opportunities", {"people": [{"name": "Ada", "links": [LINKEDIN]}]})
    company.person("Bo One", emails=(), linkedin=OTHERS[0])
    company.person("Bo Two", emails=(), linkedin=OTHERS[1])
    read_lever(company)
    people = [company.person("Ada", emails=(SHARED,), linkedin=LINKEDIN)]
    for slug in OTHERS:
        people.append(company.person("Ada", emails=(SHARED,), linkedin=slug))
        answer_who(by=PIN, question=people[-1].candidate.questions.get(), same_as=None)
    plan = planned(*people)
    assert [one.kind for one in plan.outcomes] == [Kind.LINK, Kind.CREATE, Kind.LINK]
    assert came(company, plan) == [(Kind.LINK, ""), (Kind.CREATE, ""), (Kind.LINK, "")]
