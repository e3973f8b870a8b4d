"""The database's clock, the one clock all processes on all machines share, and this machine's steady one."""

import time
from datetime import UTC, datetime

from django.db import connection

_NOW = {
    "postgresql": "SELECT extract(epoch FROM clock_timestamp())",
    # julianday keeps the milliseconds of 'now'; unixepoch('subsec') needs a newer SQLite.
    "sqlite": "SELECT (julianday('now') - 2440587.5) * 86400.0",
}


def db_now() -> datetime:
    """The database's time, aware, in UTC. Within a transaction it moves on."""
    with connection.cursor() as cursor:
        cursor.execute(_NOW[connection.vendor])
        return datetime.fromtimestamp(float(cursor.fetchone()[0]), UTC)


def steady_clock() -> float:
    """Seconds that only grow, counted while the process is stopped or the machine asleep where the system can."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()
