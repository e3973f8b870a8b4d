"""The demo from beginning to end, in an installation that is its own."""

import time
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from pinlever.ops.demo import preparing, replaying
from pinlever.ops.demo.children import DidNotStart, practice_lever, tail, worker
from pinlever.ops.demo.control import Control
from pinlever.ops.demo.judging import Found, Held, Judged, judge, judge_whole
from pinlever.ops.demo.scenario import Expected, expected
from pinlever.ops.demo.table import lines
from pinlever.practice import seed
from pinlever.recruiting.models import Candidate, Job, Prospect
from pinlever.sync.models import JobRule, SyncRecord

USUAL_LATENCY = 0.2  # seconds Lever takes to answer

Say = Callable[[str], None]


class NotEmpty(Exception):
    """The database holds people already."""


def run(folder: Path, *, fast: bool, say: Say) -> bool:
    """True if everything came out as expected. What is said on the way is for people."""
    began = time.monotonic()
    with practice_lever(folder, settings.PRACTICE_LEVER_URL) as control:
        control.post("switches", {"latency_seconds": 0.0 if fast else USUAL_LATENCY})
        call_command("migrate", verbosity=0)
        if Candidate.objects.exists():
            raise NotEmpty(
                "This database holds candidates already. The demo needs one of its own: leave out --here."
            )
        known = preparing.fill_lever(control)
        with worker(folder):
            try:
                jobs = _play(say)
            except (replaying.NotAtRest, DidNotStart) as error:
                say(f"{error}\nThe worker's log ends with:\n{tail(folder / 'worker.log')}")
                return False
        return _tell(control, known, jobs, say, began)


def _play(say: Say) -> dict[str, Job]:
    by = preparing.add_users()
    account = preparing.connect(by)
    say(f"Connected to {account}; outgoing is on.")
    jobs = preparing.add_jobs(by, account)
    replaying.read_lever(account)
    replaying.import_people(by, jobs)
    say(f"Imported {Candidate.objects.count()} people into {len(jobs)} jobs. Outreach goes on ...")
    replaying.replay(by, jobs)
    return jobs


def _tell(control: Control, known: dict[str, str], jobs: dict[str, Job], say: Say, began: float) -> bool:
    held = Held.of(control.get("state"), known)
    expectations = [_with_ids(row) for row in expected()]
    judged = judge(expectations, {row.label: found_of(row, jobs[row.job]) for row in expectations}, held)
    rules = {rule.job.title: rule.get_trigger_display() for rule in JobRule.objects.select_related("job")}
    say("")
    for line in lines(judged, rules):
        say(line)
    wrong = judge_whole(expectations, held)
    say("")
    for sentence in wrong:
        say(sentence)
    as_expected = not wrong and not any(row.differences for row in judged)
    say(_verdict(judged, as_expected, time.monotonic() - began))
    return as_expected


def found_of(row: Expected, job: Job) -> Found:
    """What our record says about this person on this job."""
    prospect: Prospect = replaying.prospect_of(row.person, job)
    record = SyncRecord.objects.filter(prospect=prospect).first()
    if record is None:
        return Found(row.label, str(prospect.key))
    question = record.questions.filter(answered_at=None).first()
    seconds = (record.synced_at - record.created_at).total_seconds() if record.synced_at else None
    return Found(
        row.label,
        str(prospect.key),
        record.state,
        question.kind if question else "",
        record.opportunity_id,
        record.lever_url,
        seconds,
    )


def _with_ids(row: Expected) -> Expected:
    """The file names postings and users by words; Lever by ids."""
    if not row.holds:
        return row
    holds = dict(row.holds)
    holds["owner"] = seed.user_id(holds["owner"])
    holds["posting"] = seed.posting_id(holds["posting"]) if holds["posting"] else None
    return Expected(row.person, row.job, row.outcome, row.to, row.question, holds)


def _verdict(judged: list[Judged], as_expected: bool, seconds: float) -> str:
    if as_expected:
        return f"All {len(judged)} are as expected, nobody is there twice. {seconds:.0f} seconds."
    different = sum(bool(row.differences) for row in judged)
    return f"NOT as expected: {different} of {len(judged)} differ. {seconds:.0f} seconds."
