"""What befalls a run, one step after another, each once that share of the people has been dealt with."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from django.db import connections

from pinlever.audit.services import PIN
from pinlever.connection import accounts, crawl
from tests.chaos import killing, places, undoing, weather
from tests.chaos.database import Database

if TYPE_CHECKING:
    from tests.chaos.run import Run

STORM = 8  # requests refused
Step = Callable[[], None]


class Steps:
    def __init__(self, run: "Run", database: Database) -> None:
        self.run, self.lever, self.database = run, run.lever, database
        self.was_restored = False
        self.fed_at_copy = 0
        self.weathers = 0
        self.is_fine = True
        self.left: list[tuple[float, Step]] = [
            (0.02, self.bad_weather),
            (0.10, self.disconnect_and_reconnect),
            (0.20, self.copy_the_database),
            (0.30, self.replace_the_key_by_oauth),
            (0.35, self.storm_with_retry_after),
            (0.40, self.kill_practice_lever),
            (0.45, self.kill_where_nobody_died),
            (0.50, self.restore_the_database),
            (0.55, self.replace_the_key_by_oauth),
            (0.80, self.bare_storm),
        ]
        if run.plan.undo:  # with those who are on two jobs there are more records than people
            undo = ((0.60, self.take_some_back), (1.0, self.bring_some_back), (1.15, self.take_some_back))
            self.left = sorted([*self.left, *undo], key=lambda step: step[0])

    @property
    def next_at(self) -> float:
        return self.left[0][0]

    def take(self) -> str:
        """Takes the next step; answers its name."""
        step = self.left.pop(0)[1]
        step()
        return step.__name__.replace("_", " ")

    # Lever

    def bad_weather(self) -> None:
        self.is_fine = False
        self.weathers += 1  # else each change of the weather would begin with the same chances
        for fault in weather.bad(self.run.plan.seed * 1000 + self.weathers * 50):
            self.lever.control("faults", fault)

    def storm_with_retry_after(self) -> None:
        self._storm(weather.STORM)

    def bare_storm(self) -> None:
        self._storm(weather.BARE_STORM)

    def _storm(self, fault: weather.Fault) -> None:
        self.clear_up()
        self.lever.control("faults", weather.read(fault, self.run.plan.seed, count=STORM))
        self.bad_weather()
        if self.run.admin.signs_in:
            self.lever.control("faults", weather.read(weather.EXPIRY, self.run.plan.seed + self.weathers))

    def clear_up(self) -> None:
        """Fine weather from now on; what there was is counted."""
        if self.is_fine:
            return
        self.is_fine = True
        for fault in self.lever.control("faults", method="DELETE")["data"]:
            self.run.counts[f"fault: {fault['kind']}"] += fault["hits"]

    def kill_practice_lever(self) -> None:
        self.lever.kill()
        time.sleep(0.5)
        self.lever.start()

    # The connection

    def disconnect_and_reconnect(self) -> None:
        accounts.disconnect(by=PIN)
        time.sleep(1.0)
        self.run.admin.connect()

    def replace_the_key_by_oauth(self) -> None:
        self.run.admin.signs_in = True
        self.run.admin.connect()
        self.lever.control("faults", weather.read(weather.EXPIRY, self.run.plan.seed + 777))

    # The database

    def copy_the_database(self) -> None:
        self.fed_at_copy = max(0, self.run.feeder.fed - 1)
        connections.close_all()
        self.database.copy()

    def restore_the_database(self) -> None:
        """Back to an earlier moment; what Pin told since then, it tells again."""
        self.run.stop_everybody()
        connections.close_all()
        self.database.restore()
        self.was_restored = True
        time.sleep(weather.LATEST_COMMIT + weather.LAG)  # nobody restores faster than Lever commits
        self.run.feeder.turn_back(self.fed_at_copy)
        self.run.admin.signs_in = self.run.admin.wants_to_connect = False
        self.clear_up()  # no token is at its end while a key is in use again
        self.bad_weather()
        self.run.workers.start()
        self.run.feeder.start()

    # Undo

    def take_some_back(self) -> None:
        account = accounts.home_account()
        assert account is not None
        undoing.take_back(self.lever, account, self.run.counts)

    def bring_some_back(self) -> None:
        undoing.bring_back(self.run.counts)

    # Kills

    def kill_where_nobody_died(self) -> None:
        known = places.expected(undo=self.run.plan.undo) | set(killing.hits(self.run.folder))
        self.run.kill_first(known - set(killing.kills(self.run.folder)), 0.5)

    def provoke(self, names: set[str]) -> None:
        """Makes failpoints be passed that people alone do not lead to."""
        if any("recommit" in name for name in names):
            self.is_fine = False
            self.lever.control("faults", weather.read(weather.LOST, self.run.plan.seed, count=STORM))
        if any(name.startswith(places.UNDO) or name.endswith(places.UNDO_CALLS) for name in names):
            self.bring_some_back()
            self.take_some_back()
        if any(name.startswith("crawl.") for name in names):
            account = accounts.home_account()
            assert account is not None
            crawl.restart(account)
        if any(name.startswith("connect.") or places.is_catalogue(name) for name in names):
            self.run.admin.wants_to_connect = True
