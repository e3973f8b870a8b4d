"""Whether the time told for the queue comes true: `python -m tests.bench.eta [--database-url ... --redis-url ...]`.

Waves of people go to Practice Lever, whose answers take 200 ms and which takes 10 calls a second, by `manage.py worker`
with four processes: some are created, some are there already and are linked, some are there and get one more
opportunity; each has notes to follow. Every two seconds the queue is asked how long it will take, as pages ask it, and
that is held against how long it did take. The first wave starts with nothing measured; during the last one another
tool uses part of Lever's allowance. Promised: once the first wave has been sent, what is told is right within 20 %
while more than 15 s are left.
"""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from statistics import median
from typing import Any

from tests.bench.stage import Figures, Stage, play

PROMISED = 0.2
LEAST_LEFT = 15.0  # seconds; below, a turn of luck is more than a fifth
ASK_EVERY = 2.0
KINDS = ("create",) * 11 + ("link",) * 5 + ("add",) * 4
OTHER_TOOL = 0.6  # seconds between another tool's calls
PATIENCE = 3.0  # times what a wave should take

Asked = tuple[float, float, float]  # when, seconds told until all people are through, until all notes are


def bench(stage: Stage) -> Figures:
    from pinlever.ops.demo.children import worker
    from tests.bench.scene import scene

    sizes = (stage.options.first, stage.options.second, stage.options.third)
    figures = Figures()
    with scene(stage) as stood, worker(stage.folder):
        numbers = iter(range(10**6))
        for name, size in zip(("cold", "mixed", "refused"), sizes, strict=True):
            if not size:
                continue
            with _other_tool(stage, name == "refused"):
                _put_on_the_way(stood, size, numbers)
                told = _watch(stood.account, size)
            figures.found[name] = {"size": size, **_compared(told)}
            if name != "cold":
                _promise(figures, name)
    return figures


def _put_on_the_way(stood: Any, size: int, numbers: Iterator[int]) -> None:
    """All at once, in an order nobody knows."""
    from pinlever.audit.services import PIN
    from pinlever.sync import services
    from pinlever.sync.models import Wish

    draw = Random(size)
    adding, waiting = [], []
    for _ in range(size):
        number, kind = next(numbers), draw.choice(KINDS)
        prospect = stood.add(number, emails=draw.choice((1, 1, 1, 2, 3)))
        if kind != "create":
            address = f"robin{number}.0@people.example"
            stood.lever.post("opportunities", {"people": [{"name": f"Robin {number}", "emails": [address]}]})
        (adding if kind == "add" else waiting).append(prospect)
    services.export(by=PIN, prospects=adding, wish=Wish.ADD)
    for prospect in waiting:
        stood.trigger(prospect)
    _mix()


def _mix() -> None:
    """Everybody is of one priority and due in an order of no meaning."""
    from pinlever.foundation.clock import db_now
    from pinlever.sync.models import WORKABLE, SyncRecord

    rows = list(SyncRecord.objects.filter(state__in=WORKABLE).values_list("pk", flat=True))
    Random(1).shuffle(rows)
    SyncRecord.objects.filter(pk__in=rows).update(priority=30)
    from datetime import timedelta

    now = db_now()
    for place, pk in enumerate(rows):
        due = now - timedelta(seconds=3600 - place)
        SyncRecord.objects.filter(pk=pk, state__in=WORKABLE).update(due_at=due)


def _watch(account: Any, size: int) -> dict[str, Any]:
    """What was told and when all was over."""
    from pinlever.sync.queue import queue_of

    asked: list[Asked] = []
    people_over = None
    until = time.monotonic() + 60 + PATIENCE * size
    while True:
        moment = time.monotonic()
        queue = queue_of(account)
        if people_over is None and not queue.waiting:
            people_over = moment
        if not queue.waiting and not queue.notes:
            return {"asked": asked, "people": people_over, "notes": moment}
        if moment > until:
            raise SystemExit(f"The wave does not end: {queue}, {queue.notes} notes.")
        asked.append((moment, queue.seconds, queue.notes_seconds))
        notes = f"{queue.notes} notes, {queue.notes_seconds:.0f} s"
        print(f"  {queue} · {notes} · {queue.rate:.1f}/s · {queue.measure}", file=sys.stderr)
        time.sleep(ASK_EVERY)


def _compared(told: dict[str, Any]) -> dict[str, Any]:
    """For people and for notes: how far off what was told was, at the start and while it went on."""
    began = told["asked"][0][0]
    return {
        what: _off([(row[0], row[column]) for row in told["asked"]], told[what], began)
        for what, column in (("people", 1), ("notes", 2))
    }


def _off(asked: list[tuple[float, float]], over: float, began: float) -> dict[str, Any]:
    off = [told / (over - moment) - 1 for moment, told in asked if over - moment >= LEAST_LEFT]
    return {
        "took": round(over - began, 1),
        "told_at_the_start": round(asked[0][1], 1),
        "off_at_the_start": round(off[0], 3) if off else None,
        "asked": len(off),
        "off_median": round(median(map(abs, off)), 3) if off else None,
        "off_most": round(max(off, key=abs), 3) if off else None,
        "share_within_a_fifth": round(sum(abs(one) <= PROMISED for one in off) / len(off), 3)
        if off
        else None,
    }


def _promise(figures: Figures, name: str) -> None:
    for what in ("people", "notes"):
        found = figures.found[name][what]
        kept = found["off_most"] is None or abs(found["off_most"]) <= PROMISED
        figures.promise(kept, f"{name}, {what}: off by {found['off_most']:.0%} at worst.")


@contextmanager
def _other_tool(stage: Stage, is_there: bool) -> Iterator[None]:
    """Somebody else who calls Lever with the same key all the while."""
    if not is_there:
        yield
        return
    from urllib.error import HTTPError
    from urllib.request import Request, urlopen

    from pinlever.practice import seed

    over = threading.Event()

    def call() -> None:
        from base64 import b64encode

        signed = b64encode(f"{seed.API_KEY}:".encode()).decode()
        asked = Request(f"{stage.practice_url}/v1/stages", headers={"Authorization": f"Basic {signed}"})
        while not over.wait(OTHER_TOOL):
            try:
                urlopen(asked, timeout=10).close()
            except (HTTPError, OSError):
                continue

    thread = threading.Thread(target=call)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def main() -> int:
    return play("eta", bench, __doc__, first=200, second=500, third=300)


if __name__ == "__main__":
    sys.exit(main())
