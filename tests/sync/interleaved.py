"""What every test of interleavings stands on: one company on one clock, seeds in blocks, and the story of a failure."""

import os
import random
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from django.db.models import Model

from pinlever.connection import gateway
from pinlever.connection.models import KnownOpportunity, LeverAccount, PeopleIndex
from pinlever.foundation import failpoints
from pinlever.sync.models import Claim, Intent, SyncRecord, WakeUp
from tests.practice_adapter import in_process, practice
from tests.sync.scheduler import Conductor, Time, conducted
from tests.sync.world import World

ASKED = os.environ.get("INTERLEAVINGS")  # .ci/run plays more than a developer waits for
FIRST = int(os.environ.get("FIRST_SEED", "0"))
BLOCKS = 4  # so that they are played side by side
# How an answer is lost; a late commit comes within the window of read-backs, the last one after it.
LOST: tuple[tuple[str, dict[str, Any]], ...] = (
    ("drop_after", {}),
    ("drop_before", {}),
    ("garbage", {}),
    *(("late_commit", {"seconds": seconds}) for seconds in (3, 40, 300, 500)),
)
FOLLOWING = (*LOST, ("status", {"status": 429}))


def seeds(block: int, pieces: int) -> range:
    """The seeds of one block; `pieces` in all blocks together, unless the environment says how many."""
    return range(FIRST + block, FIRST + int(ASKED or pieces), BLOCKS)


@contextmanager
def stage(monkeypatch: Any, settings: Any) -> Iterator[tuple[World, Time]]:
    """A connected company and the one clock of database, workers and Lever."""
    settings.DEBUG = False
    time = Time()
    app = practice(clock=time.now)
    monkeypatch.setattr("pinlever.sync.waking._ask_for_worker", lambda: None)
    with in_process(app), conducted(monkeypatch, time):
        monkeypatch.setattr(gateway, "wait_for_slot", lambda *_: None)
        company = World(app)
        LeverAccount.objects.update(clock_offset=0)
        time.after_passing = app.run_due
        yield company, time


class Piece:
    """One seed: what there is before, its faults, and the order of steps. Subclasses set the scene, end and judge."""

    worker: Callable[[], None]
    cleared: ClassVar[tuple[type[Model], ...]] = ()  # besides what all begin without
    writes: ClassVar[tuple[tuple[str, str], ...]] = ()  # method and path of what faults befall
    steps: ClassVar[tuple[int, ...]] = (10, 30, 60)

    def __init__(self, company: World, time: Time, seed: int) -> None:
        self.company, self.time, self.seed = company, time, seed
        self.draw = random.Random(seed)
        self.conductor = Conductor(type(self).worker, seed, time)

    def begin(self) -> None:
        for model in (*self.cleared, Claim, Intent, SyncRecord, KnownOpportunity, WakeUp):
            model._default_manager.all().delete()
        self.company.control("reset")
        self.company.control("switches", {"limiter": False, **self.switches()})
        now = self.time.db_now()
        PeopleIndex.objects.update(
            read_through=now, refreshed_at=now, deleted_through=now, locked_by="", locked_until=None
        )
        self.set_the_scene()

    def switches(self) -> dict[str, Any]:
        """Of Practice Lever."""
        return {}

    def set_the_scene(self) -> None:
        raise NotImplementedError

    def faults(self) -> None:
        """None to three, each on the first or second write of a kind."""
        for _ in range(self.draw.randrange(4)):
            (method, path), (kind, args) = self.draw.choice(self.writes), self.draw.choice(FOLLOWING)
            match = {"method": method, "path": path, "nth": self.draw.choice([1, 2]), "count": 1}
            self.company.control("faults", {"match": match, "kind": kind, "args": args})

    def play(self) -> None:
        failpoints.install(self.conductor.hook)
        self.conductor.play(steps=self.draw.choice(self.steps), deaths=2)
        self.go_on()
        failpoints.install(None)

    def go_on(self) -> None:
        """What else happens while two workers are at it."""

    def finish(self) -> None:
        """The rest of the day: time passes, the sweep sweeps, one worker works."""
        raise NotImplementedError

    def judge(self) -> None:
        raise NotImplementedError


def play_all(pieces: Iterable[Piece]) -> None:
    """One after the other; what goes wrong tells the seed and who did what."""
    for piece in pieces:
        piece.begin()
        piece.play()
        try:
            piece.finish()
            piece.judge()
        except AssertionError as error:
            story = "\n".join(piece.conductor.story)
            raise AssertionError(f"seed {piece.seed}: {error}\n{story}") from error
