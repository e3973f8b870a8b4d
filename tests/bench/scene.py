"""What a bench plays with: a connected account, a job with a rule, people who are sourced for it and written to.

The rule is "They receive their first message"; everybody's message is sent by `trigger`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from pinlever.accounts.models import User
from pinlever.audit.services import PIN, SYSTEM
from pinlever.connection import crawl, rules
from pinlever.connection.accounts import connect_with_key
from pinlever.connection.gateway import open_client
from pinlever.connection.models import Environment, LeverAccount
from pinlever.ops.demo.children import practice_lever
from pinlever.ops.demo.control import Control
from pinlever.outreach.models import OutreachEvent
from pinlever.outreach.services import person_arrived, record_event
from pinlever.practice import seed
from pinlever.recruiting.facts import EmailFact, PersonFacts, PhoneFact, PositionFact
from pinlever.recruiting.models import Job, Prospect
from pinlever.sync.models import State, SyncRecord, Trigger
from pinlever.sync.services import set_posting, set_trigger
from tests.bench.seen import Entry
from tests.bench.stage import LEVERS_ANSWER, Stage

SOURCER = "tomasz@practice.example"
SOURCE = "bench"
DUTIES = (
    "Owned the services that take in orders, from design to operation. Led the move of four teams to one "
    "way to deploy, and wrote down how. Interviewed some sixty engineers and kept the notes honest."
)


@dataclass
class Scene:
    """The account and the job. `lever` is Practice Lever from behind the stage."""

    lever: Control
    account: LeverAccount
    job: Job

    def add(self, number: int, *, emails: int = 1) -> Prospect:
        """Somebody sourced in Pin, with a résumé's worth of facts, in outreach but not yet written to."""
        sourced = person_arrived(
            by=PIN,
            facts=facts(number, emails),
            source=SOURCE,
            external_id=str(number),
            job=self.job,
            sourcer_email=SOURCER,
        )
        assert sourced.prospect is not None
        _record(sourced.prospect, OutreachEvent.Kind.ADDED_TO_OUTREACH)
        return sourced.prospect

    def trigger(self, prospect: Prospect) -> None:
        """The first message: from here on the person is due in Lever."""
        _record(prospect, OutreachEvent.Kind.MESSAGE_SENT, "email")

    def log(self, since: int = 0) -> list[Entry]:
        """Practice Lever's log after the entry with this number."""
        entries: list[Entry] = self.lever.get("log", since=str(since))["data"]
        return entries

    def last(self) -> int:
        """The number of the log's latest entry."""
        return int(self.lever.get("log", limit="1")["last"])


@contextmanager
def scene(stage: Stage) -> Iterator[Scene]:
    """Practice Lever answering as slowly as Lever, with its limit on, and read to the end."""
    with practice_lever(stage.folder, stage.practice_url) as lever:
        lever.post(
            "switches", {"latency_seconds": LEVERS_ANSWER, "limiter": True, "rate": stage.options.rate}
        )
        account = _connect()
        yield Scene(lever, account, _job(account))


def facts(number: int, emails: int) -> PersonFacts:
    """Person `number` with LinkedIn, a phone and this many addresses."""
    name = f"Robin Example {number}"
    return PersonFacts(
        full_name=name,
        emails=tuple(EmailFact(f"robin{number}.{which}@people.example") for which in range(emails)),
        phones=(PhoneFact(f"+4915{number:09}", type="mobile"),),
        linkedin_urls=(f"https://www.linkedin.com/in/robin-example-{number}",),
        city="Berlin",
        country="Germany",
        current_title="Platform Engineer",
        current_company="Nordlys",
        skills=("Python", "PostgreSQL", "Kubernetes", "Writing"),
        positions=tuple(
            PositionFact("Platform Engineer", f"Nordlys {year}", f"{year}-03", f"{year + 3}-02", DUTIES)
            for year in (2021, 2018, 2015)
        ),
        sourced_via="pin",
    )


def not_synced() -> QuerySet[SyncRecord]:
    """Every record that has not come to its good end; as text it says where it stands."""
    return SyncRecord.objects.exclude(state=State.SYNCED).select_related("prospect")


def _connect() -> LeverAccount:
    User.objects.create_user(SOURCER, first_name="Tomasz", last_name="Lis")
    connection = connect_with_key(by=SYSTEM, environment=Environment.PRACTICE, api_key=seed.API_KEY)
    account = connection.account
    rules.set_outgoing(by=SYSTEM, account=account, on=True)
    client = open_client(connection)
    while not crawl.step(account, client).done:
        pass
    account.refresh_from_db()
    return account


def _job(account: LeverAccount) -> Job:
    job = Job.objects.create(title="Platform Engineer")
    set_trigger(by=SYSTEM, job=job, trigger=Trigger.MESSAGED)
    set_posting(by=SYSTEM, account=account, job=job, posting_id=seed.posting_id("backend-engineer"))
    return job


def _record(prospect: Prospect, kind: str, channel: str = "") -> None:
    record_event(
        by=PIN,
        prospect=prospect,
        kind=kind,
        channel=channel,
        occurred_at=timezone.now(),
        source=SOURCE,
        external_id=f"{prospect.key}:{kind}",
    )
