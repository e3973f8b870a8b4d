"""With Lever and the index unchanged every person of an export becomes what its plan said, whatever they share.

Companies are drawn by lot: who is in Lever, which keys people share, jobs without, with, and with a closed Lever job,
every rule for matches, the allow-list, records left over from before, people taken back and what Lever's people did
with them since, people told apart. PINLEVER_EXAMPLES asks for more of them.
"""

import os
import random
import uuid

import pytest

from pinlever.audit.services import PIN, SYSTEM
from pinlever.connection import accounts, crawl, rules
from pinlever.connection.gateway import open_client
from pinlever.connection.models import LeverAccount
from pinlever.practice import seed
from pinlever.practice.hiring import change_archived
from pinlever.recruiting.apart import keep_apart
from pinlever.recruiting.models import Candidate, IdentityQuestion, Job, Prospect
from pinlever.sync import runs, services
from pinlever.sync.models import ExportItem, ExportRun, State, SyncRecord, Wish
from pinlever.sync.outcomes import Kind
from pinlever.sync.preview import Plan, plan_for
from pinlever.sync.undo_plan import plan_undo
from pinlever.sync.undo_runs import start_undo
from pinlever.sync.who_is_it import answer_who
from tests.sync.test_undo import pass_time, work_undo
from tests.sync.world import World

EXAMPLES = int(os.environ.get("PINLEVER_EXAMPLES", "8"))
BACKEND, SALES = seed.posting_id("backend-engineer"), seed.posting_id("account-executive")
CLOSED = seed.posting_id("data-analyst")
EMAILS = [f"{letter}@x.example" for letter in "abcdef"]
SLUGS = ["https://linkedin.com/in/one", "https://linkedin.com/in/two", "https://linkedin.com/in/three"]
PHONES = ["+47 406 12 345", "+4740698765"]
NAMES = ["Ada Lind", "Bo Berg", "Cy Dahl"]
WORKS = ["Acme", "Initech AS", ""]
MISTAKE, OTHER_REASON = seed.archive_reason_id("withdrew"), seed.archive_reason_id("position-filled")
TOUCHES = ["archived anew", "taken out of the archive", "deleted"]


class Drawn:
    """A company drawn by lot."""

    def __init__(self, company: World, number: int) -> None:
        self.company, self.draw = company, random.Random(number)
        self.jobs = [company.job, Job.objects.create(title="Sales"), Job.objects.create(title="Anything")]
        self.jobs.append(Job.objects.create(title="Analyst"))
        for job, posting in zip(self.jobs, (BACKEND, SALES, "", CLOSED), strict=True):
            services.set_posting(by=SYSTEM, account=company.account, job=job, posting_id=posting)

    def somebody(self) -> Prospect:
        draw = self.draw
        slug = draw.choice([None, None, *SLUGS])
        emails = tuple(draw.sample(EMAILS, draw.choice([0, 1, 1, 2])))
        phones = tuple(draw.sample(PHONES, draw.choice([0, 0, 1])))
        job = draw.choice([*self.jobs[:3], *self.jobs])
        return self.company.person(
            draw.choice(NAMES),
            emails=emails,
            linkedin=slug,
            phones=phones,
            job=job,
            current_company=draw.choice(WORKS),
        )

    def fill_lever(self) -> None:
        """People whom others added there, some of them archived or anonymised; the index learns of them all."""
        draw, people = self.draw, []
        for _ in range(draw.randint(0, 4)):
            row = {"name": draw.choice(NAMES), "posting": draw.choice([None, BACKEND, SALES])}
            row["emails"] = draw.sample(EMAILS, draw.choice([0, 1, 1, 2]))
            row["links"] = draw.sample(SLUGS, draw.choice([0, 0, 1]))
            row["phones"] = [{"value": draw.choice(PHONES)}] if draw.random() < 0.3 else []
            row["headline"] = f"Engineer, {draw.choice(WORKS)}"
            people.append({**row, "archived": draw.random() < 0.2})
        made = self.company.control("opportunities", {"people": people})["data"] if people else []
        for one in made:
            if draw.random() < 0.1:
                self.company.control("anonymize", {"contact": one["contact"]})
        self.read_lever()

    def read_lever(self) -> None:
        connection = accounts.current_connection()
        assert connection is not None
        crawl.poll(self.company.account, open_client(connection))

    def what_was_before(self) -> None:
        """Earlier exports: some in Lever, some unlinked, cancelled, or named by a file."""
        draw, company = self.draw, self.company
        for _ in range(draw.randint(0, 3)):
            company.export(self.somebody())
        company.work()
        for record in SyncRecord.objects.filter(state__in=(State.SYNCED, State.IN_LEVER)):
            if draw.random() < 0.3:
                services.unlink(by=PIN, record=record)
        for _ in range(draw.randint(0, 2)):
            (record,) = company.export(self.somebody(), wish=draw.choice(["", Wish.ADD]), posting_id=SALES)
            if record.state == State.QUEUED and draw.random() < 0.7:
                services.cancel(by=PIN, record=record)
        self.read_lever()

    def take_back(self) -> None:
        """Some of those we created; some of them are touched in Lever since."""
        draw, account = self.draw, LeverAccount.objects.get()
        for _ in range(draw.randint(0, 4)):
            self.company.export(self.somebody())
        self.settle()
        rules.set_undo_reason(by=SYSTEM, account=account, reason_id=MISTAKE)
        ours = SyncRecord.objects.filter(state=State.SYNCED, created_by_us=True).order_by("pk")
        chosen = [record.pk for record in ours if draw.random() < 0.6]
        plan = plan_undo(account, chosen)
        if not plan.going:
            return
        start_undo(by=PIN, account=account, plan=plan, scope="one")
        for _ in range(6):
            work_undo()
            pass_time()
        for record in SyncRecord.objects.filter(state=State.UNDONE).order_by("pk"):
            self._touch(record, draw.choice(["", "", *TOUCHES]))
        self.read_lever()

    def _touch(self, record: SyncRecord, how: str) -> None:
        world = self.company.app.world
        if how == "deleted":
            self.company.control("delete", {"opportunity": record.opportunity_id})
        elif how:
            reason = world.store.documents["archive_reason"][OTHER_REASON] if how == "archived anew" else None
            change_archived(world, world.store.opportunities[record.opportunity_id], reason)

    def tell_apart(self) -> None:
        """What was asked about who people are is answered, mostly; some were told apart though nobody asked."""
        draw = self.draw
        for question in IdentityQuestion.objects.filter(answered_at=None).order_by("pk"):
            if draw.random() < 0.7:
                answer_who(by=PIN, question=question, same_as=None)
        people = list(Candidate.objects.filter(merged_into=None).order_by("pk"))
        for one in people:
            if draw.random() < 0.2:
                keep_apart(by=PIN, candidate=one, others=[draw.choice(people).pk])

    def set_rules(self) -> None:
        draw = self.draw
        keys = draw.choice([["email", "linkedin"], ["email", "linkedin", "phone"], ["email"]])
        rules.set_match_rules(
            by=SYSTEM,
            account=LeverAccount.objects.get(),
            keys=keys,
            action=draw.choice(["link", "add", "ask"]),
            primary=draw.choice(keys),
            on_conflict=draw.choice(["ask", "primary"]),
            near=draw.choice(["ask", "ignore"]),
        )
        if draw.random() < 0.3:
            rules.set_allow_list(by=SYSTEM, account=LeverAccount.objects.get(), on=True)
            for job in draw.sample(self.jobs, 2):
                rules.allow_job(by=SYSTEM, account=LeverAccount.objects.get(), job=job)

    def export(self) -> tuple[Plan, ExportRun | None]:
        """The plan for everybody there is and some new ones, and its run."""
        for _ in range(8):
            self.somebody()
        self.tell_apart()
        plan = plan_for(LeverAccount.objects.get(), Prospect.objects.values_list("pk", flat=True))
        if not plan.going:
            return plan, None
        return plan, runs.start_export(by=PIN, account=self.company.account, plan=plan, token=uuid.uuid4())

    def settle(self) -> None:
        for _ in range(6):  # who waits for another's claim goes after them
            self.company.make_due()
            self.company.work()


@pytest.mark.parametrize("number", range(EXAMPLES))
def test_the_plan_is_the_run(company: World, number: int) -> None:
    drawn = Drawn(company, number)
    drawn.fill_lever()
    drawn.what_was_before()
    drawn.take_back()
    drawn.set_rules()
    plan, run = drawn.export()
    drawn.settle()
    became = {item.prospect_id: item for item in ExportItem.objects.filter(run=run)}
    for outcome in plan.going:
        item = became[outcome.prospect.pk]
        story = (outcome.name, outcome.reason, item.record and item.record.reason)
        assert (item.planned, item.came, item.difference) == (outcome.kind, outcome.kind, ""), story
    _blocked_ones_would_fail(drawn, plan)


def _blocked_ones_would_fail(drawn: Drawn, plan: Plan) -> None:
    """Exported all the same, they end as the plan said they would; each said why."""
    blocked = [outcome for outcome in plan.staying if outcome.kind == Kind.BLOCKED]
    waits = SyncRecord.objects.filter(prospect__in=[one.prospect for one in blocked], state=State.NEEDS_YOU)
    undecided = set(waits.values_list("prospect_id", flat=True))
    sent = [outcome for outcome in blocked if outcome.prospect.pk not in undecided]
    planned = plan_for(LeverAccount.objects.get(), [outcome.prospect.pk for outcome in sent])
    again = {outcome.prospect.pk: outcome for outcome in planned.outcomes}
    drawn.company.export(*[outcome.prospect for outcome in sent])
    drawn.settle()
    for record in SyncRecord.objects.filter(prospect__in=[outcome.prospect for outcome in sent]):
        outcome = again[record.prospect_id]
        assert outcome.reason or outcome.kind != Kind.BLOCKED
        assert (record.state == State.FAILED) == (outcome.kind == Kind.BLOCKED), (
            record.reason,
            outcome.reason,
        )
