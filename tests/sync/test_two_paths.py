"""The facts about one person and about many are read by different code: they are the same, and so is what follows.

Names, companies, phones, emails and LinkedIn profiles are shared in every way, at Lever too, under all rules.
"""

import random
from collections import defaultdict

import pytest

from pinlever.audit.services import SYSTEM
from pinlever.connection import crawl, rules
from pinlever.connection.accounts import current_connection
from pinlever.connection.gateway import open_client
from pinlever.connection.models import LeverAccount
from pinlever.practice import seed
from pinlever.recruiting.models import Job, Prospect
from pinlever.sync import matching
from pinlever.sync.known import known_of
from pinlever.sync.models import Claim, State, SyncRecord
from pinlever.sync.plan import Facts, Key
from pinlever.sync.preview import Kind, plan_for
from pinlever.sync.services import set_posting
from pinlever.sync.subject import Subject, subject_of
from tests.sync.world import World

EMAILS = [f"{letter}@x.example" for letter in "abcde"]
SLUGS = ["https://linkedin.com/in/one", "https://linkedin.com/in/two", None, None]
PHONES = ["+47 406 12 345", "+47 406 98 765", None, None]
NAMES = ["Ada Byron", "Bo Berg"]
COMPANIES = ["", "Nordlys AS", "Globex, Inc."]
BECOMES = {
    Kind.CREATE: {State.SYNCED},
    Kind.ADD: {State.SYNCED, State.IN_LEVER},
    Kind.LINK: {State.IN_LEVER},
    Kind.IN_LEVER: {State.SYNCED, State.IN_LEVER},
    Kind.ASK: {State.NEEDS_YOU},
    Kind.BLOCKED: {State.NEEDS_YOU, State.FAILED},
}


class Crowd:
    """People of Lever and of Pin, by the dice; everything both sides know is in the index."""

    def __init__(self, company: World, dice: random.Random) -> None:
        self.company, self.dice = company, dice
        self.jobs = [company.job, Job.objects.create(title="Another")]
        set_posting(
            by=SYSTEM,
            account=company.account,
            job=self.jobs[0],
            posting_id=seed.posting_id("backend-engineer"),
        )
        company.control("opportunities", {"people": [self._at_lever() for _ in range(5)]})
        connection = current_connection()
        assert connection is not None
        crawl.poll(company.account, open_client(connection))
        self.set_rules()

    def set_rules(self) -> None:
        keys = self.dice.sample(["email", "linkedin", "phone"], self.dice.randint(1, 3))
        rules.set_match_rules(
            by=SYSTEM,
            account=self.company.account,
            keys=keys,
            action=self.dice.choice(["link", "add", "ask"]),
            primary=self.dice.choice(["email", *keys]),
            on_conflict=self.dice.choice(["ask", "primary", "primary"]),
            near=self.dice.choice(["ask", "ask", "ignore"]),
        )
        self.company.account = LeverAccount.objects.get(pk=self.company.account.pk)

    def people(self, number: int) -> list[Prospect]:
        """Each once."""
        found = {one.pk for one in (self._in_pin() for _ in range(number))}
        return list(Prospect.objects.filter(pk__in=found).order_by("pk"))

    def _at_lever(self) -> dict[str, object]:
        slug, phone = self.dice.choice(SLUGS), self.dice.choice(PHONES)
        return {
            "name": self.dice.choice(NAMES),
            "emails": self.dice.sample(EMAILS, self.dice.randint(0, 1)),
            "links": [slug] if slug else [],
            "phones": [{"type": "mobile", "value": phone}] if phone else [],
            "headline": self.dice.choice(COMPANIES),
        }

    def _in_pin(self) -> Prospect:
        phone = self.dice.choice(PHONES)
        return self.company.person(
            self.dice.choice(NAMES),
            emails=tuple(self.dice.sample(EMAILS, self.dice.randint(0, 2))),
            linkedin=self.dice.choice(SLUGS),
            phones=(phone,) if phone else (),
            job=self.dice.choice(self.jobs),
            current_company=self.dice.choice(COMPANIES),
        )


@pytest.mark.parametrize("seed_number", range(6))
def test_one_person_and_many_are_decided_on_the_same_facts(company: World, seed_number: int) -> None:
    crowd = Crowd(company, random.Random(seed_number))
    company.export(*crowd.people(4))
    company.work()
    crowd.set_rules()
    people = crowd.people(6)
    company.export(*people)
    rows = Prospect.objects.select_related("candidate", "job__owner", "sourcer").filter(
        pk__in=[p.pk for p in people]
    )
    for known in known_of(company.account, list(rows)):
        record = SyncRecord.objects.select_related("account").get(prospect=known.subject.prospect)
        subject = subject_of(record)
        assert subject == known.subject
        assert _by_one(record, subject) == known.facts


def _by_one(record: SyncRecord, subject: Subject) -> Facts:
    """As the worker reads them, without asking Lever."""
    settled: dict[str, set[Key]] = defaultdict(set)
    for claim in Claim.objects.filter(account=record.account_id).exclude(contact_id=""):
        if (claim.kind, claim.value) in subject.claim_keys:
            settled[claim.contact_id].add((claim.kind, claim.value))
    return matching.facts_for(
        record, subject, None, {contact: frozenset(keys) for contact, keys in settled.items()}
    )


@pytest.mark.parametrize("seed_number", range(8))
def test_under_every_rule_the_plan_is_the_run(company: World, seed_number: int) -> None:
    crowd = Crowd(company, random.Random(100 + seed_number))
    people = crowd.people(7)
    plan = plan_for(company.account, [one.pk for one in people])
    company.export(*people)
    for _ in range(6):  # who waits for another's claim goes after them
        company.make_due()
        company.work()
    for outcome in plan.outcomes:
        record = SyncRecord.objects.get(prospect=outcome.prospect)
        assert record.state in BECOMES[outcome.kind], (outcome.kind, outcome.reason, record.reason)
