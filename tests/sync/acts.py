"""What can happen to people between Pin and Lever: each act is one small function of the play and a random source."""

import random
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from pinlever.audit.services import PIN, SYSTEM
from pinlever.connection import accounts, crawl, rules
from pinlever.connection.gateway import open_client
from pinlever.foundation import failpoints
from pinlever.lever.errors import LeverError
from pinlever.outreach.services import add_contact_point
from pinlever.recruiting import services as recruiting
from pinlever.recruiting.models import Candidate, IdentityQuestion, Prospect
from pinlever.sync import answering, services
from pinlever.sync.models import IN_LEVER_STATES, Question, Wish
from pinlever.sync.sweep import sweep

if TYPE_CHECKING:
    from tests.sync.play import Play

POST = {"method": "POST", "path": "/opportunities$", "count": 1}
FAULTS: list[tuple[str, dict[str, Any]]] = [
    ("drop_after", {}),
    ("drop_before", {}),
    ("garbage", {}),
    ("truncated", {}),
    ("status", {"status": 502, "commit": True}),
    ("status", {"status": 503}),
    ("status", {"status": 400}),
    ("status", {"status": 429}),
]
PLACES = (
    "claims.before_commit",
    "claims.after_commit",
    "intent.before_commit",
    "intent.after_commit",
    "push.before_send",
    "push.after_send",
    "turn.before_commit",
    "turn.after_commit",
    "readback.after",
)
EMAILS = ("ada@people.example", "ada.b@work.example", "bo@people.example", "cy@people.example")
SLUGS = ("ada-lind", "bo-berg")
COMPANIES = ("", "", "Nordlys", "Globex Inc.")
PHONES = ("+47 406 12 345", "+4740698765")


class Killed(BaseException):
    """The worker dies here."""


def spelled_email(draw: random.Random) -> str:
    email = draw.choice(EMAILS)
    return draw.choice([email, email.upper(), f" {email} ", email.title()])


def spelled_linkedin(draw: random.Random) -> str:
    slug = draw.choice(SLUGS)
    spellings = [
        "https://www.linkedin.com/in/{}/",
        "http://no.linkedin.com/in/{}?trk=x",
        "linkedin.com/in/{}",
    ]
    return draw.choice(spellings).format(draw.choice([slug, slug.title()]))


class Skipped(Exception):
    """There is nothing this act could be done to."""


REFUSALS = (
    Skipped,
    services.NotPossible,
    recruiting.NotMerged,
    recruiting.AlreadyAnswered,
    accounts.CannotConnect,
    LeverError,
)


def skip() -> Any:
    raise Skipped


def chosen(draw: random.Random, rows: Any) -> Any:
    found = list(rows.order_by("pk"))
    return draw.choice(found) if found else skip()


def person(play: "Play", draw: random.Random) -> None:
    emails = tuple(spelled_email(draw) for _ in range(draw.choice([0, 1, 1, 2])))
    linkedin = spelled_linkedin(draw) if draw.random() < 0.5 else None
    phones = (draw.choice(PHONES),) if draw.random() < 0.3 else ()
    name = draw.choice(["Ada Lind", "Bo Berg"])
    company = draw.choice(COMPANIES)
    prospect = play.company.person(
        name,
        emails=emails,
        linkedin=linkedin,
        phones=phones,
        job=draw.choice(play.jobs),
        current_company=company,
    )
    if draw.random() < 0.7:
        play.company.export(prospect)


def another_job(play: "Play", draw: random.Random) -> None:
    candidate = chosen(draw, Candidate.objects.filter(merged_into=None))
    prospect, _ = recruiting.add_prospect(by=PIN, candidate=candidate, job=draw.choice(play.jobs))
    play.company.export(prospect)


def learn(play: "Play", draw: random.Random) -> None:
    candidate = chosen(draw, Candidate.objects.filter(merged_into=None))
    add_contact_point(by=PIN, candidate=candidate, kind="email", value=draw.choice(EMAILS))


def merge(play: "Play", draw: random.Random) -> None:
    roots = Candidate.objects.filter(merged_into=None)
    recruiting.merge(by=PIN, gone=chosen(draw, roots), into=chosen(draw, roots))


def unmerge(play: "Play", draw: random.Random) -> None:
    recruiting.unmerge(by=PIN, candidate=chosen(draw, Candidate.objects.exclude(merged_into=None)))


def say_who(play: "Play", draw: random.Random) -> None:
    question = chosen(draw, IdentityQuestion.objects.filter(answered_at=None))
    others = [row["candidate"] for row in question.evidence]
    same = Candidate.objects.get(pk=draw.choice(others)) if others and draw.random() < 0.5 else None
    recruiting.answer_identity_question(by=PIN, question=question, same_as=same)


def export(play: "Play", draw: random.Random) -> None:
    wish, posting = draw.choice([Wish.BY_RULE, Wish.BY_RULE, Wish.ADD]), draw.choice(play.postings)
    play.company.export(chosen(draw, Prospect.objects.all()), wish=wish, posting_id=posting)


def reply(play: "Play", draw: random.Random) -> None:
    play.company.event(chosen(draw, Prospect.objects.filter(job=play.jobs[2])), "replied", "email")


def retry(play: "Play", draw: random.Random) -> None:
    services.retry_now(by=PIN, record=play.record(draw))


def cancel(play: "Play", draw: random.Random) -> None:
    services.cancel(by=PIN, record=play.record(draw))


def unlink(play: "Play", draw: random.Random) -> None:
    services.unlink(by=PIN, record=play.record(draw, *IN_LEVER_STATES))


def name_profile(play: "Play", draw: random.Random) -> None:
    ids = [row["id"] for row in sorted(play.company.opportunities(), key=lambda row: row["createdAt"])]
    profile = draw.choice([*ids, "0d2c7a86-51c1-4f4c-9c0a-2a7c0d1b3f21"])
    prospect = chosen(draw, Prospect.objects.all())
    services.link_from_file(by=PIN, prospect=prospect, profile=profile, origin="file")


def answer(play: "Play", draw: random.Random) -> None:
    question = chosen(draw, Question.objects.filter(answered_at=None))
    how = draw.choice(["link", "create", "add", "send", "give up"])
    if how == "link":
        option = draw.choice(question.options) if question.options else skip()
        named = draw.choice(option["opportunities"])["id"] if draw.random() < 0.5 else ""
        answering.answer_link(by=PIN, question=question, contact_id=option["contact"], opportunity_id=named)
    elif how == "create":
        answering.answer_create(by=PIN, question=question)
    elif how == "add":
        answering.answer_add(by=PIN, question=question)
    elif how == "send":
        answering.answer_send_again(by=PIN, question=question)
    else:
        answering.answer_give_up(by=PIN, question=question)


def change_rules(play: "Play", draw: random.Random) -> None:
    keys = draw.sample(["email", "linkedin", "phone"], draw.choice([1, 2, 3]))
    action = draw.choice(["link", "link", "add", "ask"])
    rules.set_match_rules(
        by=SYSTEM,
        account=play.company.account,
        keys=keys,
        action=action,
        primary=draw.choice(["email", *keys]),
        on_conflict=draw.choice(["ask", "primary"]),
        near=draw.choice(["ask", "ask", "ignore"]),
    )


def choose_posting(play: "Play", draw: random.Random) -> None:
    account, job = play.company.account, draw.choice(play.jobs)
    services.set_posting(by=PIN, account=account, job=job, posting_id=draw.choice(play.postings))


def outgoing(play: "Play", draw: random.Random) -> None:
    rules.set_outgoing(by=SYSTEM, account=play.company.account, on=draw.random() < 0.6)


def disconnect(play: "Play", draw: random.Random) -> None:
    accounts.disconnect(by=SYSTEM)


def reconnect(play: "Play", draw: random.Random | None = None) -> None:
    accounts.connect_with_key(by=SYSTEM, environment="practice", api_key="practice-key")


def poll(play: "Play", draw: random.Random | None = None) -> None:
    connection = accounts.current_connection()
    if connection is not None and connection.state == "active":
        crawl.poll(play.company.account, open_client(connection))


def lever_adds(play: "Play", draw: random.Random) -> None:
    row: dict[str, Any] = {"name": "Ada Lind", "posting": draw.choice(play.postings) or None}
    row["emails"] = [spelled_email(draw).strip()] if draw.random() < 0.6 else []
    row["links"] = [spelled_linkedin(draw)] if draw.random() < 0.6 else []
    row["archived"] = draw.random() < 0.2
    row["headline"] = draw.choice(COMPANIES)
    play.company.control("opportunities", {"people": [row]})


def lever_edits(play: "Play", draw: random.Random) -> None:
    changes = draw.choice(
        [{"emails": [draw.choice(EMAILS)]}, {"links": [spelled_linkedin(draw)]}, {"links": []}]
    )
    play.company.control("edit_contact", {"contact": play.contact(draw), "changes": changes})


def lever_merges(play: "Play", draw: random.Random) -> None:
    gone, kept = play.contact(draw), play.contact(draw)
    if gone != kept:
        play.company.control("merge", {"from": gone, "to": kept})


def lever_deletes(play: "Play", draw: random.Random) -> None:
    rows = sorted(play.company.opportunities(), key=lambda row: row["createdAt"])
    play.company.control("delete", {"opportunity": draw.choice(rows)["id"] if rows else skip()})


def lever_anonymises(play: "Play", draw: random.Random) -> None:
    play.company.control("anonymize", {"contact": play.contact(draw)})


def fault(play: "Play", draw: random.Random) -> None:
    kind, args = draw.choice(FAULTS)
    play.company.control("faults", {"match": POST, "kind": kind, "args": args})


def work(play: "Play", draw: random.Random) -> None:
    play.work()


def work_a_little(play: "Play", draw: random.Random) -> None:
    play.work(1)


def sweep_up(play: "Play", draw: random.Random) -> None:
    sweep()


def time_passes(play: "Play", draw: random.Random) -> None:
    play.pass_time()


def die(play: "Play", draw: random.Random) -> None:
    """The next worker dies at some place."""
    _at_a_place(draw, _raise_killed)


def meanwhile(play: "Play", draw: random.Random) -> None:
    """Something happens in Pin in the middle of the next turn."""
    then, seed = draw.choice(MEANWHILE), draw.randrange(2**16)

    def happen() -> None:
        with suppress(*REFUSALS):
            then(play, random.Random(seed))

    _at_a_place(draw, happen)


def _raise_killed() -> None:
    raise Killed


def _at_a_place(draw: random.Random, happen: Callable[[], None]) -> None:
    place = draw.choice(PLACES)

    def hook(name: str) -> None:
        if name == place:
            failpoints.install(None)
            happen()

    failpoints.install(hook)


MEANWHILE = (cancel, retry, export, learn, merge, unmerge, choose_posting, outgoing, disconnect, another_job)
SOMETIMES = (learn, merge, unmerge, say_who, export, reply, retry, cancel, unlink, name_profile, change_rules)
AT_LEVER = (lever_adds, lever_edits, lever_merges, lever_deletes, lever_anonymises)
RARE = (choose_posting, outgoing, disconnect, reconnect, poll, sweep_up, time_passes, die, meanwhile)
OFTEN = (person, another_job, work, work_a_little, answer, fault)
ACTS: dict[str, Callable[["Play", random.Random], None]] = {
    each.__name__: each for each in (*OFTEN, *SOMETIMES, *AT_LEVER, *RARE)
}
NAMES = [each.__name__ for each in (*OFTEN * 3, *SOMETIMES, *AT_LEVER, *RARE)]
