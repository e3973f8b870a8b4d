"""The plan of an export against what the worker then does with the same people."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from pinlever.audit.services import SYSTEM
from pinlever.connection import rules
from pinlever.practice import seed
from pinlever.recruiting.models import Job, Prospect
from pinlever.sync.models import State, SyncRecord
from pinlever.sync.preview import Kind, plan_for
from pinlever.sync.services import set_posting
from tests.sync.world import World

BACKEND = seed.posting_id("backend-engineer")


def kinds(company: World, *prospects: Prospect, **options: str) -> list[Kind]:
    ids = [prospect.pk for prospect in prospects]
    return [outcome.kind for outcome in plan_for(company.account, ids, **options).outcomes]


def in_lever_already(company: World, email: str, *, posting: str = BACKEND) -> None:
    """Somebody whom our own index knows, made by another job's export."""
    job = Job.objects.create(title="Elsewhere")
    set_posting(by=SYSTEM, account=company.account, job=job, posting_id=posting)
    company.export(company.person("Somebody", emails=(email,), job=job))
    company.work()
    SyncRecord.objects.all().delete()


def test_who_is_unknown_to_lever_is_created(company: World) -> None:
    assert kinds(company, company.person()) == [Kind.CREATE]


def test_a_match_by_email_is_linked(company: World) -> None:
    in_lever_already(company, "ingrid@people.example")
    assert kinds(company, company.person(emails=(" Ingrid@People.example ",))) == [Kind.LINK]


def test_a_match_is_added_or_asked_about_where_the_rule_says_so(company: World) -> None:
    in_lever_already(company, "ingrid@people.example")
    somebody = company.person(emails=("ingrid@people.example",))
    rules.set_match_rules(by=SYSTEM, account=company.account, action="add")
    assert kinds(company, somebody) == [Kind.ADD]
    rules.set_match_rules(by=SYSTEM, account=company.account, action="ask")
    assert kinds(company, somebody) == [Kind.ASK]


def test_who_is_in_lever_stays(company: World) -> None:
    there = company.person()
    company.export(there)
    company.work()
    assert kinds(company, there) == [Kind.IN_LEVER]


def test_a_closed_lever_job_blocks_and_says_so(company: World) -> None:
    plan = plan_for(company.account, [company.person().pk], posting_id=seed.posting_id("data-analyst"))
    assert [outcome.kind for outcome in plan.outcomes] == [Kind.BLOCKED]
    assert "Data Analyst is closed" in plan.outcomes[0].reason


def test_without_a_lever_user_nobody_can_be_created(company: World) -> None:
    rules.set_default_user(by=SYSTEM, account=company.account, user_id="")
    (outcome,) = plan_for(company.account, [company.person().pk]).outcomes
    assert outcome.kind == Kind.BLOCKED
    assert "default user" in outcome.reason


def test_the_same_person_on_two_jobs_is_created_once(company: World) -> None:
    other = Job.objects.create(title="Another")
    first = company.person(emails=("twin@people.example",))
    second = company.person(emails=("twin@people.example",), job=other)
    assert kinds(company, first, second) == [Kind.CREATE, Kind.LINK]


def test_the_allow_list_holds(company: World) -> None:
    rules.set_allow_list(by=SYSTEM, account=company.account, on=True)
    somebody = company.person()
    assert kinds(company, somebody) == [Kind.HELD]
    rules.allow_job(by=SYSTEM, account=company.account, job=company.job)
    assert kinds(company, somebody) == [Kind.CREATE]


def test_what_holds_everybody_is_said_once(company: World) -> None:
    rules.set_outgoing(by=SYSTEM, account=company.account, on=False)
    plan = plan_for(company.account, [company.person().pk])
    assert "switched off" in plan.waits
    assert plan.read_at is not None


def test_the_plan_is_the_run(company: World) -> None:
    """Everybody the plan creates or links is created or linked, whatever they have in common."""
    in_lever_already(company, "known@people.example")
    other = Job.objects.create(title="Another")
    people = [
        company.person("New One"),
        company.person("Known", emails=("known@people.example",)),
        company.person("By Slug", emails=(), linkedin="https://linkedin.com/in/by-slug"),
        company.person("Twin", emails=("t@people.example",), linkedin="https://linkedin.com/in/twin-1"),
        company.person("Twin", emails=("t@people.example", "t2@people.example"), job=other),
        company.person("No Keys", emails=()),
    ]
    planned = kinds(company, *people)
    company.export(*people)
    company.work()
    states = [SyncRecord.objects.get(prospect=one).state for one in people]
    became = {Kind.CREATE: State.SYNCED, Kind.LINK: State.IN_LEVER}
    assert states == [became[kind] for kind in planned]
    assert planned.count(Kind.LINK) == 2


def test_the_number_of_queries_does_not_grow(company: World) -> None:
    def queries(number: int) -> int:
        ids = [company.person(f"Person {each}").pk for each in range(number)]
        with CaptureQueriesContext(
            connection,
        ) as seen:
            plan_for(company.account, ids)
        return len(seen)

    few = queries(3)
    assert queries(40) == few <= 30


def test_a_plan_in_words(company: World) -> None:
    there = company.person()
    company.export(there)
    company.work()
    ids = [there.pk, company.person().pk, company.person().pk]
    plan = plan_for(company.account, ids)
    assert str(plan) == "2 create, 1 in Lever already"
    assert [(row.reason, len(row.outcomes)) for row in plan.reasons()] == [("In Lever already.", 1)]
    assert len(plan.going) == 2
