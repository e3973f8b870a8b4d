"""One chaos run: people arrive, workers sync them, everything around is killed, cut, suspended and restored."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from django.conf import settings

from pinlever.audit.services import SYSTEM
from pinlever.connection import accounts, rules
from pinlever.connection.models import LeverAccount
from pinlever.foundation.clock import db_now
from pinlever.practice import seed as lever_seed
from pinlever.recruiting.models import Job
from pinlever.sync import services, timeline_rules
from pinlever.sync.models import WORKABLE, State, SyncRecord
from tests.chaos import bystanders, killing, notes, people, places, undoing, waits, weather
from tests.chaos.bystanders import SuperAdmin
from tests.chaos.database import Database
from tests.chaos.feeder import Feeder
from tests.chaos.practice import Practice
from tests.chaos.processes import Forked, Real, Workers, kill_somebody, slowness, until_done
from tests.chaos.steps import Steps
from tests.chaos.suspended import Suspended

TICK, LOOK_EVERY, SAY_EVERY = 0.1, 0.5, 20.0
KILL_CHANCE, STOP_CHANCE = 0.004, 0.02
STRANGERS = 230  # people in Lever nobody knows: the first crawl takes more than two pages
WAVE, MOST_WAVES = 25, 3
TOKEN_LIFE = 64  # seconds; renewed a minute before
SETTLED = (State.SYNCED, State.IN_LEVER, State.NEEDS_YOU, State.FAILED, State.CANCELLED, State.UNDONE)


@dataclass(frozen=True)
class Plan:
    people: int
    seed: int
    real_worker: bool = False
    match_action: str = "add"
    switches: dict[str, object] = field(default_factory=dict)
    undo: bool = False  # some people are taken back, and of these some are brought back
    seconds: float = 90.0
    workers: int = 4

    @property
    def kill_every(self) -> tuple[float, float]:
        return (3.0, 8.0) if self.real_worker else (1.0, 4.0)


class Run:
    """Call `prepare`, `go`, then judge."""

    def __init__(self, plan: Plan, folder: Path, lever: Practice, database: Database) -> None:
        self.plan, self.folder, self.lever = plan, folder, lever
        self.chance = Random(plan.seed)
        self.counts: Counter[str] = Counter()
        self.crowd = [people.person(number) for number in range(plan.people)]
        kind: Callable[[int, str], Workers] = Real if plan.real_worker else Forked
        self.workers = kind(plan.workers, str(plan.seed))
        self.feeder = Feeder(folder, self.crowd)
        self.suspended = Suspended(folder, self.counts)
        self.admin = SuperAdmin(lever, self.counts)
        self.steps = Steps(self, database)
        self.waves = 0
        self.said: list[str] = []
        self.say_at = 0.0
        self.began = time.monotonic()

    # Before

    def prepare(self) -> None:
        killing.prepare(self.folder)
        self.lever.start()
        self.lever.switch(
            limiter=False, index_lag=weather.LAG, token_life_seconds=TOKEN_LIFE, **self.plan.switches
        )
        self.lever.control("opportunities", {"generate": STRANGERS, "prefix": "stranger"})
        self.lever.people([people.known_to_lever(who) for who in self.crowd if who.is_in_lever])
        self.kill_first({name for name in places.expected(undo=self.plan.undo) if places.is_rare(name)}, 1.0)
        self.counts["failed connects"] += until_done(bystanders.connect_by_key, "connect")
        self._set_rules(home_account())
        self.feeder.begin(db_now())
        self.say("prepared")

    def _set_rules(self, account: LeverAccount) -> None:
        rules.set_default_user(by=SYSTEM, account=account, user_id=lever_seed.user_id("aud"))
        rules.set_match_rules(by=SYSTEM, account=account, action=self.plan.match_action)
        rules.set_undo_reason(by=SYSTEM, account=account, reason_id=undoing.REASON)
        rules.set_skills_as_tags(by=SYSTEM, account=account, on=True)
        timeline_rules.change(by=SYSTEM, account=account, moves_stage=True)
        rules.set_outgoing(by=SYSTEM, account=account, on=True)
        for title, trigger, posting in people.JOBS:
            job = Job.objects.create(title=title)
            services.set_trigger(by=SYSTEM, job=job, trigger=trigger)
            services.set_posting(by=SYSTEM, account=account, job=job, posting_id=posting)

    def kill_first(self, hungry: set[str], chance: float) -> None:
        """From now on the next hits of these failpoints are used for a kill, the others now and then."""
        killing.Orders(
            chance=KILL_CHANCE,
            most=1 + self.plan.people // 200,
            hungry=sorted(hungry),
            hungry_chance=chance,
            stops=list(places.STOPS),
            stop_chance=STOP_CHANCE,
        ).give(self.folder)

    # The run

    def go(self) -> bool:
        """Whether everything came to rest in time."""
        self.workers.start()
        self.feeder.start()
        try:
            return self._until_at_rest(self.began + self.plan.seconds)
        finally:
            self.stop_everybody()

    def stop_everybody(self) -> None:
        self.feeder.stop()
        self.workers.stop()
        self.suspended.forget()

    def _until_at_rest(self, until: float) -> bool:
        look_at = kill_at = time.monotonic() + 2.0
        while (now := time.monotonic()) < until:
            self.workers.tend()
            self.feeder.tend()
            self.suspended.tend()
            if now >= kill_at:
                self.counts["random kills"] += kill_somebody(self.workers, self.chance)
                kill_at = now + self.chance.uniform(*self.plan.kill_every) * slowness()
            if now >= look_at:
                look_at = now + LOOK_EVERY
                if self._look():
                    return True
            time.sleep(TICK)
        return False

    def _look(self) -> bool:
        """Takes the step that is due and does what people would do. True when all is done."""
        self.admin.look()
        bystanders.answer(self.counts)
        share = SyncRecord.objects.filter(state__in=SETTLED).count() / len(self.crowd)
        if self.steps.left:
            if share >= self.steps.next_at or (self.feeder.is_done and not self._is_busy()):
                self.say(f"{share:4.0%}  {self.steps.take()}")
            return False
        if not self.feeder.is_done or self.suspended.are_some or self.admin.wants_to_connect:
            return False
        self.steps.clear_up()
        bystanders.press_retry_now(self.counts)
        undoing.press_again(self.counts)
        if self._is_busy():
            self._say_what_is_waited_for()
            return False
        return not self._more_people()

    def _say_what_is_waited_for(self) -> None:
        now = time.monotonic()
        if now >= self.say_at:
            self.say_at = now + SAY_EVERY
            self.say(f"waits for {'; '.join(waits.rows())}")

    def _is_busy(self) -> bool:
        on_the_way = SyncRecord.objects.filter(state__in=(*WORKABLE, State.HELD))
        return on_the_way.exists() or notes.are_waited_for() or undoing.are_waited_for()

    def _more_people(self) -> bool:
        """Failpoints that were not yet used for a kill get another chance, with more people. False: none is left."""
        left = places.expected(undo=self.plan.undo) - set(killing.kills(self.folder))
        if not left or self.waves == MOST_WAVES:
            return False
        self.waves += 1
        self.say(f"more people for {', '.join(sorted(left))}")
        self.kill_first(left, 1.0)
        first, now = len(self.crowd), int(time.time() * 1000)
        more = [people.person(number) for number in range(first, first + WAVE)]
        self.lever.people([people.known_to_lever(who, now) for who in more if who.is_in_lever])
        # Known by LinkedIn alone they are found by the index, which may be this old by design.
        time.sleep(settings.INDEX_FRESH_FOR + 2 * weather.LAG)
        self.crowd += more
        self.steps.provoke(left)
        self.feeder.start()
        return True

    def say(self, what: str) -> None:
        self.said.append(f"{time.monotonic() - self.began:6.1f} s  {what}")


def home_account() -> LeverAccount:
    account = accounts.home_account()
    assert account is not None
    return account
