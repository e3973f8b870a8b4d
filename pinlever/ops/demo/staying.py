"""The demo that stays: everything a company with some weeks of PinLever behind it has, until somebody ends it."""

import subprocess
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.management import call_command
from django.db.models import F
from django.utils import timezone

from pinlever.accounts.models import User
from pinlever.audit.services import PIN, Actor
from pinlever.connection.models import LeverAccount
from pinlever.foundation.clock import db_now
from pinlever.imports.models import Import
from pinlever.imports.services import start_import
from pinlever.imports.tasks import queue_import
from pinlever.ops.demo import children, preparing, replaying
from pinlever.ops.demo.control import Control
from pinlever.ops.demo.crowd import MORE_JOBS, REFUSED, Crowd, crowd
from pinlever.ops.demo.live import Trickle
from pinlever.ops.demo.place import Place, sign_ins
from pinlever.ops.demo.running import USUAL_LATENCY, Say
from pinlever.ops.liveness import is_worker_alive
from pinlever.outreach.services import record_event
from pinlever.recruiting.models import Candidate, Job, Prospect
from pinlever.sync.models import JobRule, State, SyncRecord

RULES_SINCE = timedelta(days=30)
LOOK_EVERY = 0.5


@dataclass(frozen=True)
class Options:
    """`latency`: seconds Practice Lever takes to answer; `live`: whether new things go on happening."""

    latency: float = USUAL_LATENCY
    live: bool = False


def stay(place: Place, options: Options, say: Say) -> None:
    """Until interrupted. Raises DidNotStart if a process of the demo does not start or ends by itself."""
    with ExitStack() as running:
        control = running.enter_context(children.practice_lever(place.folder, place.practice_url))
        call_command("migrate", verbosity=0)
        began = db_now()
        worker = running.enter_context(children.worker(place.folder))
        if not place.is_complete:
            control.post("switches", {"latency_seconds": 0.0})
            _fill(place, control, say)
        control.post("switches", {"latency_seconds": options.latency})
        web = running.enter_context(children.web(place.folder, place.port))
        replaying.wait("the worker's start", lambda: is_worker_alive(since=began))
        say(told(place, live=options.live))
        _look_after(
            [("The worker", worker, "worker.log"), ("The web server", web, "web.log")], place, options
        )


def told(place: Place, *, live: bool) -> str:
    """The block that says where to look and how to sign in."""
    rows = [("Look here", f"{place.url}/")]
    rows += [(role, f"{email:<28}  password  {password}") for role, email, password in sign_ins(place)]
    rows += [
        ("Admin", f"{place.url}/admin/"),
        ("Practice Lever", f"{place.practice_url}/  (stands in for Lever; the logos lead there)"),
        ("Logs", str(place.folder)),
    ]
    lines = [f"  {name:<15} {value}" for name, value in rows]
    moving = "\n  People go on replying while you look." if live else ""
    return "\n".join(
        [
            "",
            "PinLever is running.",
            "",
            *lines,
            "",
            f"  {_figures()}{moving}",
            "  Ctrl-C ends everything.",
            "",
        ]
    )


def _figures() -> str:
    records = SyncRecord.objects.all()
    under_way = records.filter(state__in=replaying.UNDER_WAY).count()
    needing = records.filter(state__in=(State.FAILED, State.NEEDS_YOU)).count()
    return (
        f"{Job.objects.count()} jobs, {Candidate.objects.count()} people; {under_way} on the way to Lever, "
        f"{needing} wait for you."
    )


def _look_after(
    started: Sequence[tuple[str, "subprocess.Popen[bytes]", str]], place: Place, options: Options
) -> None:
    trickle = Trickle() if options.live else None
    while True:
        for name, process, log in started:
            if process.poll() is not None:
                raise children.DidNotStart(f"{name} ended. {children.tail(place.folder / log)}")
        if trickle:
            trickle.tick()
        time.sleep(LOOK_EVERY)


def _fill(place: Place, control: Control, say: Say) -> None:
    """The scenario's story first, worked off to its end; then everybody else, whom the worker takes from there."""
    say("Preparing the demo; this is done once and takes about half a minute.")
    everybody = crowd()
    preparing.fill_lever(control)
    control.post("opportunities", {"people": everybody.in_lever})
    by = preparing.add_users()
    for _, email, password in sign_ins(place):
        _set_password(email, password)
    account = preparing.connect(by)
    jobs = preparing.add_jobs(by, account) | preparing.add_jobs(by, account, MORE_JOBS)
    replaying.read_lever(account)
    replaying.import_people(by, jobs)
    say("  people imported, outreach goes on ...")
    replaying.replay(by, jobs)
    _date_back(account)
    _import_crowd(by, everybody, jobs)
    _make_trouble(control, everybody)
    say(f"  {Candidate.objects.count()} people; what became of them ...")
    _replay_crowd(everybody, jobs)
    place.is_complete = True
    place.save()


def _set_password(email: str, password: str) -> None:
    user = User.objects.get_by_natural_key(email)
    user.set_password(password)
    user.save(update_fields=["password"])


def _date_back(account: LeverAccount) -> None:
    """Rules look forward; the demo's were set some weeks ago, so that what happened since may count."""
    LeverAccount.objects.filter(pk=account.pk).update(
        first_connected_at=F("first_connected_at") - RULES_SINCE
    )
    JobRule.objects.update(trigger_set_at=F("trigger_set_at") - RULES_SINCE)


def _import_crowd(by: Actor, everybody: Crowd, jobs: dict[str, Job]) -> None:
    for title in everybody.rows:
        name = f"{title.lower().replace(' ', '-')}.csv"
        made = start_import(
            by=by, name=name, content=everybody.file(title), job=jobs[title], source=Import.Source.PIN
        )
        queue_import(made.pk)
    replaying.wait("the import", lambda: not Import.objects.exclude(state=Import.State.DONE).exists())


def _make_trouble(control: Control, everybody: Crowd) -> None:
    """Lever refuses one person and gives no answer about another: what failed and what is tried again, to look at."""
    for email, kind in everybody.troubles.items():
        control.post("faults", _refusal(email) if kind == REFUSED else _silence(email))


def _refusal(email: str) -> dict[str, Any]:
    body = {
        "code": "BadRequest",
        "message": "The email address is on this account's list of blocked addresses.",
    }
    match = {"method": "POST", "path": "/opportunities", "body": email.replace(".", r"\.")}
    return {"match": match, "kind": "status", "args": {"status": 400, "body": body}}


def _silence(email: str) -> dict[str, Any]:
    body = {"code": "ServiceUnavailable", "message": "Service temporarily unavailable."}
    match = {"method": "GET", "query": email.split("@")[0].replace(".", r"\.")}
    return {"match": match, "kind": "status", "args": {"status": 503, "body": body}}


def _replay_crowd(everybody: Crowd, jobs: dict[str, Job]) -> None:
    now = timezone.now()
    prospects = {
        (prospect.candidate.full_name, prospect.job_id): prospect
        for prospect in Prospect.objects.select_related("candidate", "job")
    }
    for number, event in enumerate(everybody.events):
        prospect = prospects.get((event.person, jobs[event.job].pk))
        if prospect is not None:  # a row with a problem became nobody
            record_event(
                by=PIN,
                prospect=prospect,
                kind=event.kind,
                channel="email" if event.kind != "added_to_outreach" else "",
                occurred_at=now - event.ago,
                source=replaying.SOURCE,
                external_id=f"crowd-{number}",
                details=event.details,
            )
