"""How much of Lever's limit a full queue uses, by Practice Lever's log: `python -m tests.bench.throughput`.

People with one email, LinkedIn and a résumé to be made stand in the queue before `manage.py worker` starts with four
processes; Lever answers after 200 ms and enforces 10 calls a second. Promised: 95 % of that, without a single 429.
"""

import os
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from tests.bench.seen import CREATE, LOOK_UP, Entry, by_kind, kind_of, longest_pause, pace
from tests.bench.stage import BURST, Figures, Stage, play
from tests.ops.installation import members

PROMISED = 0.95
PEAK = 20  # calls Lever takes in one second


def bench(stage: Stage) -> Figures:
    from pinlever.ops.demo.children import worker
    from tests.bench.scene import not_synced, scene

    people = stage.options.people
    with scene(stage) as stood:
        for prospect in [stood.add(number) for number in range(people)]:
            stood.trigger(prospect)
        seen = stood.last()
        with worker(stage.folder) as process:
            until = time.monotonic() + 60 + people
            while not_synced().exists() and time.monotonic() < until:
                time.sleep(1.0)
            busy = cpu_seconds(members(process.pid))
        figures = _figures(stood.log(since=seen), people, stage.options.rate)
        figures.found["worker_cpu_seconds_per_person"] = round(busy / people, 3)
        held = stood.lever.get("state", counts="true")["counts"]["contacts"]
        figures.missed += [str(record) for record in not_synced()]
    figures.promise(held == people, f"Practice Lever holds {held} people instead of {people}.")
    return figures


def _figures(log: list[Entry], people: int, rate: int) -> Figures:
    received = [entry["received_at"] for entry in log]
    used = pace(received, burst=BURST)
    refused = sum(entry["status"] == 429 for entry in log)
    own = sum(kind_of(entry) in (CREATE, LOOK_UP) for entry in log)
    figures = Figures(
        {
            "people": people,
            "share_of_limit": round(used.per_second / rate, 3),
            "share_after_first_burst": round(used.sustained / rate, 3),
            "calls_refused_with_429": refused,
            "people_per_second": round(people / used.seconds, 2),
            "seconds": round(used.seconds, 1),
            "calls": by_kind(log),
            "calls_per_person": round(own / people, 3),
            "most_calls_in_one_second": used.peak,
            "longest_pause": round(longest_pause(received), 2),
        }
    )
    figures.promise(
        used.sustained >= PROMISED * rate,
        f"{used.sustained:.2f} of {rate} calls a second were used; {PROMISED:.0%} are promised.",
    )
    figures.promise(not refused, f"{refused} calls were refused with 429.")
    figures.promise(used.peak <= PEAK, f"{used.peak} calls in one second; Lever takes {PEAK}.")
    return figures


def cpu_seconds(pids: Iterable[int]) -> float:
    """What these processes, and children of theirs that ended, have used of the processors."""
    ticks = 0
    for pid in pids:
        with suppress(OSError):  # it has just ended
            columns = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            ticks += sum(map(int, columns[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def main() -> int:
    return play("throughput", bench, __doc__, people=1000)


if __name__ == "__main__":
    sys.exit(main())
