"""Which failpoints there are: read from the source, so that a new one cannot be forgotten."""

import re
from collections import Counter
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "pinlever"
NAMED = re.compile(r"""\bfailpoint\(\s*"([^"]+)"\s*\)""")
# Where undo and redo are the only ones to come by.
UNDO = ("undo.", "bring_back.")
UNDO_CALLS = (
    "PUT /opportunities/:id/archived",
    "GET /opportunities/:id/feedback",
    "GET /opportunities/:id/interviews",
    "DELETE /opportunities/:id/notes/:id",
    "POST /opportunities/:id/removeTags",
    "POST /opportunities/:id/addTags",
)
# What the engine asks of Lever while it runs; a new call that a run makes is found by its hits.
CALLS = (
    "GET /opportunities",
    "GET /opportunities/:id",
    "GET /opportunities/deleted",
    "POST /opportunities",
    "POST /opportunities/:id/notes",
    "PUT /opportunities/:id/stage",
    *UNDO_CALLS,
    "GET /postings",
    "GET /stages",
    "GET /archive_reasons",
    "GET /users",
)
# No run comes by there: nobody sends webhooks to it, nothing is told to others, the night does not come, no form is
# mapped and every résumé goes along. Their own tests stop and kill at each of them (tests/inbound, tests/notices,
# tests/connection, tests/sync).
ELSEWHERE = (
    "alert_mail.",
    "changes.",
    "delivery.",
    "details.",
    "form.",
    "full_crawl.",
    "notices.",
    "resume.",
    "status.",
    "webhook.",
    "webhooks.",
)
# Passed outside a record's turn, a few times in a run: killed at their first hits.
RARE = ("connect.", "credentials.", "crawl.", "imports.", "arrival.")
CATALOGUE = ("/postings", "/stages", "/archive_reasons", "/users")
# Suspended there past the lease, outside any transaction.
STOPS = (
    "work.claimed",
    "claims.after_commit",
    "intent.before_commit",
    "intent.after_commit",
    "intent.after_recommit",
    "push.before_send",
    "push.after_send",
    "readback.after",
    "turn.before_commit",
    "followup.after_commit",
    "followup.after_send",
    "undo.after_commit",
    "undo.after_send",
    "bring_back.after_commit",
    "call.before POST /opportunities",
    "call.after POST /opportunities",
    "call.before GET /opportunities",
    "call.after GET /opportunities",
)


def named() -> set[str]:
    """Failpoints named in the source by a constant."""
    found: set[str] = set()
    for file in SOURCE.rglob("*.py"):
        found.update(NAMED.findall(file.read_text()))
    return found


def expected(*, undo: bool = False) -> set[str]:
    """Every failpoint a run has to pass and to be killed at; with those of taking back where it does that too."""
    here = {name for name in named() if not name.startswith(ELSEWHERE)}
    found = here | {f"call.{when} {call}" for when in ("before", "after") for call in CALLS}
    return found if undo else {name for name in found if not _is_of_undo(name)}


def _is_of_undo(name: str) -> bool:
    return name.startswith(UNDO) or name.endswith(UNDO_CALLS)


def is_rare(name: str) -> bool:
    return name.startswith(RARE) or is_catalogue(name)


def is_catalogue(name: str) -> bool:
    """Whether it is a call that comes with connecting."""
    return name.endswith(CATALOGUE)


def table(wanted: set[str], hits: "Counter[str]", kills: "Counter[str]", stops: "Counter[str]") -> str:
    """A line for each failpoint: hits, kills, suspensions."""
    lines = [f"{'failpoint':<44}{'hits':>7}{'kills':>7}{'stops':>7}"]
    for name in sorted(wanted | set(hits)):
        lines.append(f"{name:<44}{hits[name]:>7}{kills[name]:>7}{stops[name]:>7}")
    return "\n".join(lines)
