"""Chaos: people get into Lever exactly once while everything around is killed, cut and suspended.

`CHAOS_PEOPLE=1000 pytest -m chaos tests/chaos` by hand. The database is SQLite, or one of its own on the server that
CHAOS_DATABASE_URL or DATABASE_URL names; with it the queue is on CHAOS_REDIS_URL or REDIS_URL.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = int(os.environ.get("CHAOS_PEOPLE", "200"))
PATIENCE = 400 + 3 * PEOPLE  # seconds; most of it is for slow machines
pytestmark = [
    pytest.mark.chaos,
    pytest.mark.skipif(sys.platform != "linux", reason="suspends processes and reads /proc"),
]


def run(seed: int, *options: str, **switches: Any) -> None:
    """One run in a process of its own; its figures are shown either way."""
    server = os.environ.get("CHAOS_DATABASE_URL") or os.environ.get("DATABASE_URL", "")
    redis = os.environ.get("CHAOS_REDIS_URL") or os.environ.get("REDIS_URL", "")
    asked = ["--undo", "--people", str(PEOPLE), "--seed", str(seed), "--seconds", str(PATIENCE)]
    asked += ["--database", server, "--redis", redis, "--switches", json.dumps(switches)]
    done = subprocess.run(
        [sys.executable, "-m", "tests.chaos", *asked, *options],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.startswith("DJANGO_")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=PATIENCE + 120,
    )
    print(done.stdout)
    assert done.returncode == 0, "\n".join(row for row in done.stdout.splitlines() if row.startswith("WRONG"))


def test_the_email_alone_suffices_where_lever_drops_the_links_and_the_real_worker_dies() -> None:
    run(3, "--match-action", "add", "--real-worker", drop_links_on_dedupe=True)


def test_nobody_is_lost_and_nobody_there_twice_whatever_dies() -> None:
    run(1, "--match-action", "add")


def test_the_marker_and_the_email_suffice_where_lever_ignores_our_created_at() -> None:
    run(2, "--match-action", "link", created_at="ignore")
