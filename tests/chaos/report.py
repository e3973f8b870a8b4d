"""What a run tells at its end: figures, the table of failpoints, and the verdict."""

import re
import resource
from collections import Counter

from django.db.models import Q

from pinlever.sync.models import SyncRecord
from tests.chaos import judging, killing, places, waits
from tests.chaos.dossier import dossier
from tests.chaos.processes import CPU
from tests.chaos.run import Run
from tests.chaos.suspended import CHANGED, PAST_THE_LEASE

SHOWN = 60
MOST_DOSSIERS = 10
HAPPENS = ("random kills", CHANGED, PAST_THE_LEASE)  # in every run, or it shows less than it says


def report(run: Run, settled: bool, seconds: float) -> list[str]:
    """Prints everything; answers what is wrong."""
    hits, kills, stops = (count(run.folder) for count in (killing.hits, killing.kills, killing.stops))
    wanted = places.expected(undo=run.plan.undo)
    print("\n".join(run.said))
    print(places.table(wanted, hits, kills, stops))
    print(f"Records: {_records()}")
    print("Counts:", ", ".join(f"{what} {number}" for what, number in sorted(run.counts.items())))
    print(
        f"{len(run.crowd)} people, {sum(kills.values())} killed at failpoints, {run.counts['random kills']} at random, "
        f"{sum(stops.values())} suspended, {run.workers.deaths} workers replaced, {run.feeder.deaths} feeders, "
        f"{seconds:.0f} s ({_cpu()}), {run.plan}"
    )
    wrong = [] if settled else [f"not everything came to rest in time: {', '.join(_waited_for(run))}"]
    wrong += [f"{name} was never passed" for name in sorted(wanted - set(hits))]
    wrong += [f"{name} was never used for a kill" for name in sorted((wanted & set(hits)) - set(kills))]
    wrong += [f"it did not happen: {what}" for what in HAPPENS if not run.counts[what]]
    evidence = judging.Evidence(run.lever.state(), run.lever.log(), run.steps.was_restored)
    wrong += judging.judge(run.crowd, evidence)
    for line in wrong[:SHOWN]:
        print("WRONG:", line)
    if len(wrong) > SHOWN:
        print(f"… and {len(wrong) - SHOWN} more")
    for record in _suspects(wrong):
        print(dossier(record, evidence))
    return wrong


def _waited_for(run: Run) -> list[str]:
    return [*waits.of_the_run(run), *waits.rows()] or ["the next look"]


def _suspects(wrong: list[str]) -> list[SyncRecord]:
    """The records that are named, and those of the people who are."""
    numbers = [int(found[1]) for line in wrong if (found := re.match(r"record (\d+)", line))]
    people = [found[1] for line in wrong if (found := re.match(r"(\S.*) \(\d+, ", line))]
    which = Q(pk__in=numbers) | Q(prospect__candidate__full_name__in=people)
    return list(SyncRecord.objects.filter(which).order_by("pk")[:MOST_DOSSIERS])


def _records() -> str:
    states = Counter(SyncRecord.objects.values_list("state", "cause"))
    return ", ".join(
        f"{state} {cause} {number}".replace("  ", " ") for (state, cause), number in sorted(states.items())
    )


def _cpu() -> str:
    own, all_of_them = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    used = {"harness": own.ru_utime + own.ru_stime, **CPU}
    used["real worker"] = all_of_them.ru_utime + all_of_them.ru_stime - sum(CPU.values())
    return "CPU: " + ", ".join(f"{what} {seconds:.0f} s" for what, seconds in used.items() if seconds >= 1)
