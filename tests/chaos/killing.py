"""The failpoint hook of a chaos run: counts every hit, and kills or suspends its own process at some of them.

Everything is kept in files, so that nothing of it dies with the process. What to do is told by the harness in
`orders.json`, read again whenever it changes.
"""

import json
import os
import signal
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from random import Random
from urllib.parse import quote, unquote


@dataclass
class Orders:
    """`chance` of a kill at any hit, at most `most` for a name; for `hungry` names `hungry_chance` until the first."""

    chance: float = 0.0
    most: int = 0
    hungry: list[str] = field(default_factory=list)
    hungry_chance: float = 0.5
    stops: list[str] = field(default_factory=list)
    stop_chance: float = 0.0

    def give(self, folder: Path) -> None:
        written = folder / "orders.new"
        written.write_text(json.dumps(asdict(self)))
        written.rename(folder / "orders.json")


class Hook:
    """Called with the name of each failpoint that is passed."""

    def __init__(self, folder: Path, seed: str, *, may_stop: bool = True) -> None:
        self.folder = folder
        self.may_stop = may_stop
        self.seed = seed
        self.pid = 0
        self.orders = Orders()
        self.orders_from = 0

    def __call__(self, name: str) -> None:
        self._be_this_process()
        os.write(self.hits, f"{name}\n".encode())
        self._read_orders()
        is_hungry = name in self.orders.hungry
        chance, most = (self.orders.hungry_chance, 1) if is_hungry else (self.orders.chance, self.orders.most)
        if self.chance.random() < chance and self._take("kills", name, most):
            os.kill(self.pid, signal.SIGKILL)
        if self.may_stop and name in self.orders.stops and self.chance.random() < self.orders.stop_chance:
            self._stop(name)

    def _be_this_process(self) -> None:
        """A fork inherits the hook, but neither the file nor the row of chances."""
        if self.pid == os.getpid():
            return
        self.pid = os.getpid()
        self.chance = Random(f"{self.seed}:{self.pid}")
        path = self.folder / "hits" / str(self.pid)
        self.hits = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def _read_orders(self) -> None:
        path = self.folder / "orders.json"
        changed = path.stat().st_mtime_ns
        if changed != self.orders_from:
            self.orders, self.orders_from = Orders(**json.loads(path.read_text())), changed

    def _take(self, what: str, name: str, most: int) -> bool:
        """Whether this process is the one to do it: each name has a limited number of turns, over all processes."""
        for number in range(most):
            try:
                path = self.folder / what / f"{quote(name, safe='')}.{number}"
                os.close(os.open(path, os.O_CREAT | os.O_EXCL))
                return True
            except FileExistsError:
                continue
        return False

    def _stop(self, name: str) -> None:
        """One suspension for each name; the harness resumes the process later than its lease."""
        if self._take("stopped", name, 1):
            (self.folder / "stops" / f"{self.pid}").write_text(name)
            os.kill(self.pid, signal.SIGSTOP)


def prepare(folder: Path) -> None:
    for part in ("hits", "kills", "stops", "stopped"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    Orders().give(folder)


def hits(folder: Path) -> Counter[str]:
    """How often each failpoint was passed, by all processes of the run, living and dead."""
    found: Counter[str] = Counter()
    for file in (folder / "hits").iterdir():
        found.update(file.read_text().splitlines())
    return found


def kills(folder: Path) -> Counter[str]:
    """How often each failpoint was used for a kill."""
    return Counter(_names(folder / "kills"))


def stops(folder: Path) -> Counter[str]:
    """How often each failpoint was used for a suspension."""
    return Counter(_names(folder / "stopped"))


def _names(folder: Path) -> Iterable[str]:
    return (unquote(file.name.rpartition(".")[0]) for file in folder.iterdir())
