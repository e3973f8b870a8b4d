"""The process through which people arrive: killed like the others, it goes on where it was."""

import signal
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from tests.chaos import feeding
from tests.chaos.people import Person
from tests.chaos.processes import ended, forked, send

LOOK_AGAIN = 0.2


class Feeder:
    """Feeds the crowd in its order. How far it is survives it, and can be turned back."""

    def __init__(self, folder: Path, crowd: Sequence[Person]) -> None:
        self.folder, self.crowd = folder, crowd
        self.progress = folder / "fed"
        self.pid: int | None = None
        self.deaths = 0

    @property
    def is_done(self) -> bool:
        return self.pid is None

    @property
    def fed(self) -> int:
        return int(self.progress.read_text()) if self.progress.exists() else 0

    def begin(self, at: datetime) -> None:
        """Outreach to everybody happened `at`: the same at every repeat."""
        (self.folder / "at").write_text(at.isoformat())

    def start(self) -> None:
        self.pid = forked(self._feed, "feeder")

    def tend(self) -> None:
        """Starts it again when it died."""
        if self.pid is None:
            return
        status = ended(self.pid, "feeding")
        if status is None:
            return
        self.pid = None
        if status:
            self.deaths += 1
            self.start()

    def stop(self) -> None:
        if self.pid is not None:
            send(self.pid, signal.SIGKILL)
            ended(self.pid, "feeding", wait=True)
            self.pid = None

    def turn_back(self, fed: int) -> None:
        self.progress.write_text(str(fed))

    def _feed(self) -> None:
        at = datetime.fromisoformat((self.folder / "at").read_text())
        for who in self.crowd[self.fed :]:
            if who.special == "file":
                feeding.feed_file([who])
            else:
                feeding.feed(who, at)
            self.turn_back(who.number + 1)
        from_files = [who for who in self.crowd if who.special == "file"]
        while feeding.reach_out_to(from_files, at) < len(from_files):
            time.sleep(LOOK_AGAIN)
