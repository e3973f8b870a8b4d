"""How much Practice Lever itself carries: `python -m tests.bench.practice` prints one line of JSON.

200,000 people made by one request of /_control, then read page by page over HTTP, first and last pages apart, then
after a restart from its file. Exit status 1 if a promise is missed: made in 20 s, pages as quick at the end as at
the beginning, and at most 4 KB of memory a person.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

import requests

from pinlever.practice.seed import API_KEY

MADE_WITHIN = 20.0
DEEPER = 2.0  # times the median of the first pages
BYTES_EACH = 4096


class Served:
    """A Practice Lever process with a file of its own."""

    def __init__(self, state: Path) -> None:
        started = time.perf_counter()
        command = [sys.executable, "-m", "pinlever.practice", "--port", "0", "--state", str(state)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout
        self.url = self.process.stdout.readline().split()[-1]
        self.started_in = time.perf_counter() - started
        self.session = requests.Session()
        self.session.auth = (API_KEY, "")

    def control(self, command: str, given: Any) -> Any:
        answer = self.session.post(f"{self.url}/_control/{command}", json=given, timeout=600)
        answer.raise_for_status()
        return answer.json()

    def memory(self) -> int:
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    def pages(self) -> list[float]:
        """Milliseconds of every page of everybody."""
        found, token = [], None
        while True:
            query = {"limit": "100", **({"offset": token} if token else {})}
            started = time.perf_counter()
            page = self.session.get(f"{self.url}/v1/opportunities", params=query, timeout=60).json()
            found.append((time.perf_counter() - started) * 1000)
            if (token := page.get("next")) is None:
                return found

    def stop(self) -> None:
        self.session.close()
        self.process.terminate()
        self.process.communicate(timeout=60)


def figures(people: int, state: Path) -> dict[str, Any]:
    practice = Served(state)
    try:
        practice.control("switches", {"limiter": False})
        empty, started = practice.memory(), time.perf_counter()
        practice.control("opportunities", {"generate": people})
        made_in = time.perf_counter() - started
        each = (practice.memory() - empty) / people
        times = practice.pages()
    finally:
        practice.stop()
    again = Served(state)
    again.stop()
    edge = max(1, len(times) // 20)
    return {
        "people": people,
        "made_s": round(made_in, 1),
        "bytes_each": round(each),
        "pages": len(times),
        "pages_s": round(len(times) / (sum(times) / 1000)),
        "first_ms": round(median(times[:edge]), 1),
        "last_ms": round(median(times[-edge:]), 1),
        "restart_s": round(again.started_in, 1),
        "file_mb": round(state.stat().st_size / 2**20),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=200_000)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = figures(chosen.people, Path(folder) / "lever.sqlite3")
    print(json.dumps(found))
    kept = (
        found["made_s"] <= MADE_WITHIN * chosen.people / 200_000,
        found["last_ms"] <= DEEPER * found["first_ms"],
        found["bytes_each"] <= BYTES_EACH,
    )
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
