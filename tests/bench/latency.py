"""How soon after its trigger a person is in Lever when nothing else waits: `python -m tests.bench.latency`.

From before the outreach event is recorded until Practice Lever has committed the opportunity, by its log, with a
real worker and 200 ms an answer. Between two people the pause is long enough for the index of people in Lever to
grow old, so that everybody pays for its refresh. Promised: half within 1.5 s, 95 % within 3 s.
"""

import sys
import time
from random import Random

from tests.bench.seen import CREATE, Entry, kind_of, share_of
from tests.bench.stage import Figures, Stage, play

MEDIAN, MOST = 1.5, 3.0
PATIENCE = 30.0
PAUSE = (5.5, 7.0)  # the index is read again when it is 5 s old; no common measure with any clock of ours
NOT_COUNTED = 4  # the first ones start the processes' connections


def bench(stage: Stage) -> Figures:
    from pinlever.ops.demo.children import worker
    from tests.bench.scene import Scene, not_synced, scene

    def sample(stood: Scene, number: int) -> tuple[float, float]:
        """Seconds until Practice Lever had the person, and until the first call of any kind."""
        prospect = stood.add(number)
        time.sleep(chance.uniform(*PAUSE))
        seen, begun = stood.last(), time.time()
        stood.trigger(prospect)
        until = time.monotonic() + PATIENCE
        while not (created := _committed(stood.log(since=seen))):
            if time.monotonic() > until:
                raise SystemExit(f"Person {number} was not in Lever after {PATIENCE} s.")
            time.sleep(0.1)
        first = min(entry["received_at"] for entry in stood.log(since=seen))
        return created[0] - begun, first - begun

    chance = Random(1)
    with scene(stage) as stood, worker(stage.folder):
        taken = [sample(stood, number) for number in range(NOT_COUNTED + stage.options.samples)][NOT_COUNTED:]
        time.sleep(1.0)
        missed = [str(record) for record in not_synced()]
    return _figures([row[0] for row in taken], [row[1] for row in taken], missed)


def _committed(log: list[Entry]) -> list[float]:
    return [
        entry["committed_at"] for entry in log if kind_of(entry) == CREATE and entry["outcome"] in (200, 201)
    ]


def _figures(taken: list[float], first_call: list[float], missed: list[str]) -> Figures:
    half, most = share_of(0.5, taken), share_of(0.95, taken)
    figures = Figures(
        {
            "samples": len(taken),
            "median_seconds": round(half, 2),
            "p95_seconds": round(most, 2),
            "longest_seconds": round(max(taken), 2),
            "median_until_first_call": round(share_of(0.5, first_call), 2),
        },
        missed=missed,
    )
    figures.promise(half < MEDIAN, f"Half took {half:.2f} s or less; less than {MEDIAN} s is promised.")
    figures.promise(most < MOST, f"95 % took {most:.2f} s or less; less than {MOST} s is promised.")
    return figures


def main() -> int:
    return play("latency", bench, __doc__, samples=40)


if __name__ == "__main__":
    sys.exit(main())
