"""What goes wrong at Lever during a run, by chance but seeded. Times fit the settings of the run.

A commit is at most LATEST_COMMIT after the client's last byte, and shows in lists LAG later: together less than
the read-back window of settings.py, as Lever's own delays have to be less than the real one.
"""

from collections.abc import Iterator
from typing import Any

LATEST_COMMIT = 2.2
LAG = 1.0
DRIP = {"delay": 0.3, "bytes": 8}  # longer than the client's deadline
CREATE = {"method": "POST", "path": "/opportunities$"}
READ = {"method": "GET", "path": "/opportunities"}
NOTE = {"method": "POST", "path": "/notes$"}
MOVE = {"method": "PUT", "path": "/stage$"}
ARCHIVE = {"method": "PUT", "path": "/archived$"}
DELETE_NOTE = {"method": "DELETE", "path": "/notes/"}
ANY = {"path": "/v1/"}

Fault = tuple[dict[str, Any], str, float, dict[str, Any]]

# match, kind, probability, arguments
FAULTS: tuple[Fault, ...] = (
    (CREATE, "drop_after", 0.05, {}),
    (CREATE, "drop_before", 0.04, {}),
    (CREATE, "late_commit", 0.06, {"seconds": 1.5}),
    (CREATE, "late_commit", 0.03, {"seconds": LATEST_COMMIT, "hold": 2.0}),
    (CREATE, "slow", 0.02, {"seconds": 2.0, "before": True}),
    (CREATE, "slow", 0.02, {"seconds": 2.0}),
    (CREATE, "slow_drip", 0.02, DRIP),
    (CREATE, "garbage", 0.02, {}),
    (CREATE, "truncated", 0.02, {}),
    (CREATE, "status", 0.02, {"status": 503}),
    (CREATE, "status", 0.03, {"status": 500, "commit": True}),
    (CREATE, "status", 0.01, {"status": 408}),
    (NOTE, "drop_after", 0.05, {}),
    (NOTE, "drop_before", 0.03, {}),
    (NOTE, "late_commit", 0.04, {"seconds": 1.5}),
    (NOTE, "garbage", 0.02, {}),
    (NOTE, "status", 0.03, {"status": 500, "commit": True}),
    (MOVE, "drop_after", 0.08, {}),
    (MOVE, "late_commit", 0.05, {"seconds": 1.5}),
    (MOVE, "status", 0.04, {"status": 500, "commit": True}),
    (ARCHIVE, "drop_after", 0.08, {}),
    (ARCHIVE, "drop_before", 0.04, {}),
    (ARCHIVE, "late_commit", 0.06, {"seconds": 1.5}),
    (ARCHIVE, "status", 0.04, {"status": 500, "commit": True}),
    (DELETE_NOTE, "drop_after", 0.05, {}),
    (DELETE_NOTE, "late_commit", 0.04, {"seconds": 1.5}),
    (READ, "status", 0.015, {"status": 500}),
    (READ, "drop_before", 0.01, {}),
    (READ, "garbage", 0.005, {}),
    (READ, "truncated", 0.005, {}),
    (READ, "slow", 0.005, {"seconds": 2.0}),
    (READ, "slow_drip", 0.003, {**DRIP, "part": "body"}),
)
LOST: Fault = (CREATE, "drop_before", 1.0, {})
EXPIRY: Fault = (READ, "expired_token", 0.01, {})
STORM: Fault = (ANY, "status", 0.9, {"status": 429, "retry_after": 0.5})
BARE_STORM: Fault = (ANY, "status", 1.0, {"status": 429})


def bad(seed: int) -> Iterator[dict[str, Any]]:
    """The faults of a run's bad weather."""
    for number, fault in enumerate(FAULTS):
        yield read(fault, seed + number)


def read(fault: Fault, seed: int, count: int | None = None) -> dict[str, Any]:
    match, kind, probability, args = fault
    limits = {"count": count} if count else {}
    return {
        "match": {**match, "probability": probability, "seed": seed, **limits},
        "kind": kind,
        "args": args,
    }
