"""Settings of a chaos run's processes: times short enough to see every window close, one file of failpoint hits."""

import os
from pathlib import Path

from config.settings import *  # noqa: F403
from config.settings import INSTALLED_APPS, LOGGING, Q_CLUSTER
from pinlever.foundation import failpoints
from tests.chaos.killing import Hook

FOLDER = Path(os.environ["CHAOS_FOLDER"])

INSTALLED_APPS = [*INSTALLED_APPS, "tests.chaos"]
LEVER_RATE = 200
LEVER_DEADLINE = 1.5
LEVER_SLOT_WAIT = 1.0
LEASE_MARGIN = 1.0
RECORD_LEASE = LEVER_SLOT_WAIT + LEVER_DEADLINE + LEASE_MARGIN
# The window outlasts the latest commit and the lag of Lever's lists together; see weather.py.
READ_BACK_AFTER = (0.4, 1.2, 2.5, 4.5)
INDEX_FRESH_FOR = 10
POLL_EVERY = 12.0  # longer than a read-back window, as it is in earnest: the looks must not lean on it
SWEEP_EVERY = 1.0
WORKER_SILENCE = 3.0
WAKE_UP_LASTS = 1.0
Q_CLUSTER = {**Q_CLUSTER, "name": FOLDER.name, "poll": 0.1, "timeout": 60, "retry": 120}
LOGGING = {**LOGGING, "root": {**LOGGING["root"], "level": "WARNING"}}

# Only processes that are meant to be killed carry the hook; the harness itself runs without.
if os.environ.get("CHAOS_HOOK"):
    failpoints.install(Hook(FOLDER, os.environ.get("CHAOS_SEED", "0")))
