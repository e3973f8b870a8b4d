"""What happens: people arrive from the bundled file, outreach goes on, the queue comes to rest."""

import time
from collections.abc import Callable

from django.utils import timezone
from django_q.tasks import async_task

from pinlever.audit.services import PIN, Actor
from pinlever.connection.crawl import is_complete
from pinlever.connection.models import LeverAccount
from pinlever.imports.models import Import
from pinlever.imports.services import start_import
from pinlever.imports.tasks import queue_import
from pinlever.ops.demo.scenario import Step, files_by_job, steps
from pinlever.outreach.services import record_event
from pinlever.recruiting.models import Job, Prospect
from pinlever.sync.models import State, SyncRecord
from pinlever.sync.services import export

SOURCE = "demo"
UNDER_WAY = (State.QUEUED, State.RETRYING, State.HELD)
PATIENCE = 60.0


class NotAtRest(Exception):
    """Something was still under way when patience ended; the message says what."""


def read_lever(account: LeverAccount) -> None:
    """Has the worker read who is in Lever, and waits for it."""
    async_task("pinlever.ops.tasks.sweep")
    wait("reading who is in Lever", lambda: is_complete(account))


def import_people(by: Actor, jobs: dict[str, Job]) -> None:
    """Imports each job's people as sourced in Pin, and waits for the worker to have added them."""
    for title, content in files_by_job().items():
        made = start_import(
            by=by, name="people.csv", content=content, job=jobs[title], source=Import.Source.PIN
        )
        queue_import(made.pk)
    wait("the import", lambda: not Import.objects.exclude(state=Import.State.DONE).exists())


def replay(by: Actor, jobs: dict[str, Job]) -> None:
    """Each wave of steps, and the rest after it."""
    story = list(enumerate(steps()))
    for wave in sorted({step.wave for _, step in story}):
        for number, step in story:
            if step.wave == wave:
                _take(by, number, step, prospect_of(step.person, jobs[step.job]))
        wait_for_rest()


def prospect_of(person: str, job: Job) -> Prospect:
    return Prospect.objects.select_related("candidate", "job").get(candidate__full_name=person, job=job)


def wait_for_rest() -> None:
    """Until no record is under way."""
    records = SyncRecord.objects.filter(state__in=UNDER_WAY)
    wait("the queue", lambda: not records.exists(), lambda: "; ".join(map(_told, records)))


def _take(by: Actor, number: int, step: Step, prospect: Prospect) -> None:
    if step.export:
        export(by=by, prospects=[prospect], wish=step.export)
        return
    record_event(
        by=PIN,
        prospect=prospect,
        kind=step.kind,
        channel=step.channel,
        occurred_at=timezone.now(),
        source=SOURCE,
        external_id=f"step-{number}",
    )


def _told(record: SyncRecord) -> str:
    return f"{record.prospect} is {record.get_state_display().lower()}: {record.reason or 'no reason given'}"


def wait(what: str, is_done: Callable[[], bool], told: Callable[[], str] = str) -> None:
    until = time.monotonic() + PATIENCE
    while not is_done():
        if time.monotonic() > until:
            raise NotAtRest(f"{what.capitalize()} did not come to an end in {PATIENCE:.0f} seconds. {told()}")
        time.sleep(0.1)
