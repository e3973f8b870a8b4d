"""How fast everybody in Lever is read, and what it costs: `python -m tests.bench.crawl` prints one line of JSON.

A reader of its own process reads Practice Lever for the first time with its limit lifted (rate, memory at a tenth and
at the end), then again as at night, killed half-way and begun anew by another one. Then such a look with Lever's
limit on and 200 ms an answer, for some seconds: how much of the limit is used. Promised: memory stays flat; after the
kill all is read, and no page twice but those in hand; 95 % of the limit are used.
"""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.bench.stage import LEVERS_ANSWER, Figures, Stage, play

if TYPE_CHECKING:
    from pinlever.connection.models import LeverAccount
    from pinlever.ops.demo.control import Control

PAGE = 100
AT_ONCE = 40_000  # people made by one request
LIFTED = 1000
FLAT = 1.15  # times the memory at a tenth
USED = 0.95
KILLED_AT = 0.5
# A killed reader's lease runs out after these, else after more than a minute.
LEASE = {"LEVER_SLOT_WAIT": "2", "LEVER_DEADLINE": "10", "LEASE_MARGIN": "1"}
READER = "from tests.bench.crawl import read; read()"


def bench(stage: Stage) -> Figures:
    from pinlever.audit.services import SYSTEM
    from pinlever.connection.accounts import connect_with_key
    from pinlever.ops.demo.children import practice_lever
    from pinlever.practice import seed

    os.environ.update(LEASE, LEVER_RATE=str(LIFTED))
    with practice_lever(stage.folder, stage.practice_url) as lever:
        lever.post("switches", {"limiter": False})
        for start in range(0, stage.options.people, AT_ONCE):
            lever.post(
                "opportunities",
                {"generate": min(AT_ONCE, stage.options.people - start), "prefix": f"p{start}x"},
            )
        account = connect_with_key(by=SYSTEM, environment="practice", api_key=seed.API_KEY).account
        figures = Figures({"people": stage.options.people})
        _first(figures, stage, account)
        _killed(figures, stage, account, lever)
        _limited(figures, stage, account, lever)
    return figures


def read() -> None:
    """What the reader's process does: all there is to read, in runs as the worker does."""
    import django

    django.setup()
    from pinlever.connection.accounts import current_connection
    from pinlever.lever.errors import LeverError
    from pinlever.ops import reading

    connection = current_connection()
    assert connection is not None
    while reading.is_to_do(connection.account):
        with contextlib.suppress(LeverError):
            if reading.read_on(connection):
                continue
        time.sleep(0.1)


@dataclass
class Reader:
    """A reader's process, its memory sampled as it goes: (opportunities read, MB)."""

    process: "subprocess.Popen[bytes]"
    samples: list[tuple[int, float]] = field(default_factory=list)

    def sample(self, seen: int) -> None:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))
        self.samples.append((seen, int(kilobytes) / 1024))

    def cpu(self) -> float:
        """Seconds of processor time so far, on however busy a machine."""
        times = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(times[11]) + int(times[12])) / os.sysconf("SC_CLK_TCK")

    def memory_at(self, seen: float) -> float:
        return next((megabytes for read, megabytes in self.samples if read >= seen), self.samples[-1][1])


@contextlib.contextmanager
def _reader(stage: Stage) -> Iterator[Reader]:
    with (stage.folder / "reader.log").open("ab") as log:
        process = subprocess.Popen([sys.executable, "-c", READER], stdout=log, stderr=log)
    try:
        yield Reader(process)
    finally:
        process.kill()
        process.wait()


def _first(figures: Figures, stage: Stage, account: "LeverAccount") -> None:
    """The first reading, at one page ahead."""
    from pinlever.connection.progress import index_of

    with _reader(stage) as reader:
        began, busy = None, 0.0
        while (index := index_of(account)).complete_at is None:
            if index.crawl_seen:
                began = began or (time.monotonic(), index.crawl_seen, reader.cpu())
                reader.sample(index.crawl_seen)
                busy = reader.cpu()
            _look_in(reader, stage)
    assert began is not None
    rate = (index.crawl_seen - began[1]) / (time.monotonic() - began[0])
    early, late = reader.memory_at(stage.options.people / 10), reader.samples[-1][1]
    figures.found |= {
        "first_opportunities_a_second": round(rate),
        "first_cpu_ms_a_page": round((busy - began[2]) * 1000 * PAGE / (index.crawl_seen - began[1])),
        "memory_at_a_tenth_mb": round(early),
        "memory_at_the_end_mb": round(late),
    }
    figures.promise(late < early * FLAT, f"Memory grew from {early:.0f} to {late:.0f} MB.")


def _killed(figures: Figures, stage: Stage, account: "LeverAccount", lever: "Control") -> None:
    """A look at everybody: one reader is killed half-way, another one goes on."""
    from pinlever.connection.models import KnownOpportunity

    known, calls = KnownOpportunity.objects.filter(account=account).count(), _last(lever)
    look, began = _begin(account), time.monotonic()
    with _reader(stage) as reader:
        while look.read < known * KILLED_AT:
            _look_in(reader, stage)
            look.refresh_from_db()
        busy = reader.cpu()
    look.refresh_from_db()
    before, killed_after = look.read, time.monotonic() - began
    with _reader(stage) as reader:
        while look.ended_at is None:
            _look_in(reader, stage)
            look.refresh_from_db()
    beyond = _last(lever) - calls - -(-look.read // PAGE)
    figures.found |= {
        "again_opportunities_a_second": round(before / killed_after),
        "again_cpu_ms_a_page": round(busy * 1000 * PAGE / before),  # its start included
        "again_read_before_the_kill": before,
        "again_read": look.read,
        "again_changed": look.news,
        "again_resumed": look.resumed,
        "again_not_in_the_list": look.not_met,
        "again_calls_beyond_the_pages": beyond,
    }
    whole = look.state == "done" and not look.not_met and look.read >= known
    figures.promise(whole, f"After the kill the look ended as {look.state} with {look.not_met} not met.")
    figures.promise(look.resumed == 1, f"It was resumed {look.resumed} times.")
    # The pages in hand of eight lanes, their last pages, which are not full, and the list of deletions.
    figures.promise(beyond <= 20, f"{beyond} calls more than there are pages.")


def _limited(figures: Figures, stage: Stage, account: "LeverAccount", lever: "Control") -> None:
    """A look at everybody at Lever's own pace, for some seconds."""
    os.environ["LEVER_RATE"] = str(stage.options.rate)
    lever.post("switches", {"limiter": True, "rate": stage.options.rate, "latency_seconds": LEVERS_ANSWER})
    _begin(account)
    with _reader(stage) as reader:
        start, until = _last(lever), time.monotonic() + 30
        while _last(lever) < start + 3 * stage.options.rate and time.monotonic() < until:
            _look_in(reader, stage)  # what idle time has saved up is used up first
        start, began = _last(lever), time.monotonic()
        time.sleep(stage.options.seconds)
        used = (_last(lever) - start) / (time.monotonic() - began) / stage.options.rate
    refused = sum(row["status"] == 429 for row in lever.get("log", since=str(start))["data"])
    figures.found |= {"limited_share_used": round(used, 3), "limited_refused": refused}
    figures.promise(used >= USED, f"{used:.0%} of the limit were used; {USED:.0%} are promised.")


def _begin(account: "LeverAccount") -> Any:
    from pinlever.audit.services import SYSTEM
    from pinlever.connection.reconciling import read_everybody

    return read_everybody(by=SYSTEM, account=account)


def _last(lever: "Control") -> int:
    return int(lever.get("log", limit="1")["last"])


def _look_in(reader: Reader, stage: Stage) -> None:
    time.sleep(0.2)
    if reader.process.poll() not in (None, 0):
        raise SystemExit("The reader ended: " + (stage.folder / "reader.log").read_text()[-2000:])


def main() -> int:
    return play("crawl", bench, __doc__, people=200_000, seconds=60)


if __name__ == "__main__":
    sys.exit(main())
