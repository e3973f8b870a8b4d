"""Faults on request: which requests they meet, and what the client then sees.

A fault is {"match": {...}, "kind": ..., "args": {...}}. All conditions in `match` must hold: `method`, regular
expressions for `path`, `query` and `body`; then, of the requests seen, the `nth`, or each `every`-th, or with
`probability` (reproducible by `seed`); and at most `count` times. The first fault that fires is the only one.
"""

import re
from collections.abc import Callable
from random import Random
from typing import Any

from .errors import bad_request
from .records import Json
from .state import Store

_MATCHERS = ("method", "path", "query", "body", "nth", "every", "probability", "seed", "count")


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 0


def _flag(value: Any) -> bool:
    return isinstance(value, bool)


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def _status(value: Any) -> bool:
    return _whole(value) and 200 <= value <= 599


def _anything(value: Any) -> bool:
    return True


# kind → its arguments, each with its default and what it accepts
KINDS: dict[str, dict[str, tuple[Any, Callable[[Any], bool]]]] = {
    # This status instead of the answer; with `commit` the work is done all the same.
    "status": {
        "status": (503, _status),
        "retry_after": (None, lambda v: v is None or _number(v)),
        "body": (None, _anything),
        "commit": (False, _flag),
    },
    # Done at once (or, with `before`, only after the wait), answered after `seconds`.
    "slow": {"seconds": (1.0, _number), "before": (False, _flag)},
    # The answer a few bytes at a time, `delay` seconds apart; `part` says from where on.
    "slow_drip": {
        "delay": (0.1, _number),
        "bytes": (1, _whole),
        "part": ("headers", lambda v: v in ("headers", "body")),
    },
    # Done, and answered with a success that is not JSON.
    "garbage": {
        "status": (None, lambda v: v is None or _status(v)),
        "body": ("<html>\u0000 not { json", lambda v: isinstance(v, str)),
        "commit": (True, _flag),
    },
    # Nothing is done; the connection ends.
    "drop_before": {},
    # Done; the connection ends without an answer.
    "drop_after": {},
    # The connection ends (after `hold` seconds); it is done `seconds` after arrival, the client long gone.
    "late_commit": {"seconds": (1.0, _number), "hold": (0.0, _number)},
    # 401, and a bearer token really is at its end.
    "expired_token": {"revoke": (True, _flag)},
    # Done; the answer stops half way through its body.
    "truncated": {},
}


def read_fault(given: Json, id: str) -> Json:
    """A fault as stored, every argument present. Refused when anything in it is not known."""
    match, kind, args = given.get("match", {}), given.get("kind"), given.get("args", {})
    if kind not in KINDS:
        raise bad_request(f"kind is none of {', '.join(KINDS)}: {kind}")
    if not isinstance(match, dict) or not isinstance(args, dict):
        raise bad_request("match and args are objects")
    unknown = [*(set(given) - {"match", "kind", "args"}), *(set(match) - set(_MATCHERS))]
    unknown += set(args) - set(KINDS[kind])
    if unknown:
        raise bad_request(f"Not known of a fault of kind {kind}: {', '.join(sorted(unknown))}")
    _check_match(match)
    filled = {name: args.get(name, default) for name, (default, _) in KINDS[kind].items()}
    for name, (_, accepts) in KINDS[kind].items():
        if not accepts(filled[name]):
            raise bad_request(f"{name} of {kind} does not accept {filled[name]!r}")
    return {"id": id, "match": match, "kind": kind, "args": filled, "seen": 0, "hits": 0}


def _check_match(match: Json) -> None:
    for name in ("path", "query", "body"):
        try:
            re.compile(match.get(name, ""))
        except (re.error, TypeError):
            raise bad_request(f"{name} is not a regular expression") from None
    for name in ("nth", "every", "count"):
        if name in match and not _whole(match[name]):
            raise bad_request(f"{name} is a number from 1")
    if not (_number(match.get("probability", 0)) and match.get("probability", 0) <= 1):
        raise bad_request("probability is a number from 0 to 1")


def pick(store: Store, method: str, path: str, query: str, body: str) -> Json | None:
    """The fault this request meets, if any; counts what was seen and hit."""
    for fault in list(store.documents["fault"].values()):
        match = fault["match"]
        if match.get("method", method).upper() != method or not _all_match(match, path, query, body):
            continue
        seen = fault["seen"] + 1
        fires = _fires(match, seen, fault["hits"])
        store.put("fault", {**fault, "seen": seen, "hits": fault["hits"] + fires})
        if fires:
            return fault
    return None


def _all_match(match: Json, path: str, query: str, body: str) -> bool:
    told = {"path": path, "query": query, "body": body}
    return all(re.search(match[name], text) for name, text in told.items() if name in match)


def _fires(match: Json, seen: int, hits: int) -> bool:
    if "count" in match and hits >= match["count"]:
        return False
    if "nth" in match and seen != match["nth"]:
        return False
    if "every" in match and seen % match["every"]:
        return False
    # Drawn from seed and position alone, so that a restart goes on with the same series.
    return "probability" not in match or _drawn(match, seen) < match["probability"]


def _drawn(match: Json, seen: int) -> float:
    return Random(f"{match.get('seed', 0)}:{seen}").random()  # noqa: S311  (chance, not secrecy)
