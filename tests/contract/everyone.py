"""What the public clients of Lever ask for, address by address: tap-lever 1.1.0, Airbyte's source-lever-hiring 0.3.1
and lever-js 0.1.9; taken from their sources, in the way each of them writes its requests."""

import time
from typing import Any, NamedTuple

from pinlever.practice import seed

from .endpoints import APPLYING, INTERVIEW, ONE, UNLISTED
from .server import AUD, POSTING, Json

NOW = int(time.time() * 1000)
DAY = 86_400_000
UPDATED = f"updated_at_start={NOW - DAY}&updated_at_end={NOW + DAY}"
HIRED = seed.archive_reason_id("hired")


class Request(NamedTuple):
    client: str
    method: str
    path: str
    body: Any = None


def _tap() -> list[Request]:
    """Every stream, of opportunities and of candidates alike; windows of days or weeks, a hundred a page."""
    listed = ("archive_reasons", "postings", "sources", "stages", "users")
    paths = [f"/{name}?limit=100" for name in listed]
    paths.append(f"/requisitions?created_at_start={NOW - 7 * DAY}&created_at_end={NOW}&limit=100")
    for parent in ("opportunities", "candidates"):
        paths.append(f"/{parent}?{UPDATED}&limit=100")
        paths += [f"/{parent}/{{o}}/{child}?limit=100" for child in ("applications", "offers", "referrals")]
        paths.append(f"/{parent}/{{o}}/resumes")
    return [Request("tap-lever", "GET", path) for path in paths]


def _airbyte() -> list[Request]:
    children = ("applications", "interviews", "notes", "offers", "referrals")
    paths = [
        "/users?includeDeactivated=True&limit=50",
        f"/opportunities?limit=50&{UPDATED}",
        *(f"{ONE}/{child}?limit=50" for child in children),
    ]
    return [Request("airbyte", "GET", path) for path in paths]


def _lever_js() -> list[Request]:
    """Its 32 functions. It never repeats a key and sends JSON with everything but a GET."""
    asked_as = f"?perform_as={AUD}"
    changes: list[tuple[str, Json]] = [
        (f"add{name}", {name.lower(): ["x"]}) for name in ("Links", "Tags", "Sources")
    ]
    changes += [(f"remove{name}", {name.lower(): ["x"]}) for name in ("Links", "Tags", "Sources")]
    reads = (
        f"{ONE}/applications",
        f"{ONE}/applications/{{application}}",
        f"/postings/{POSTING}",
        f"{ONE}/interviews",
        f"{ONE}/interviews/{{interview}}",
        f"{ONE}/notes",
        f"{ONE}/notes/{{note}}",
        f"{ONE}?expand=applications",
        "/opportunities?limit=10&archived=false",
        f"/opportunities/deleted?deleted_at_start={NOW - DAY}",
        "/stages/offer",
        "/stages",
        "/tags",
        "/archive_reasons",
        "/archive_reasons?type=hired",
    )
    writes: list[tuple[str, str, Any]] = [
        ("POST", f"/opportunities{asked_as}", {"name": "Js", "emails": ["js@mail.example"]}),
        ("POST", f"/postings/{UNLISTED}/apply?send_confirmation_email=false", APPLYING),
        ("PUT", f"{ONE}/stage{asked_as}", {"stage": "lead-responded"}),
        ("PUT", f"{ONE}/archived{asked_as}", {"reason": HIRED, "cleanInterviews": False}),
        ("POST", f"{ONE}/interviews{asked_as}", {"panel": "{panel}", **INTERVIEW}),
        ("PUT", f"{ONE}/interviews/{{interview}}{asked_as}", {"panel": "{panel}", **INTERVIEW}),
        ("POST", f"{ONE}/notes{asked_as}", {"value": "From lever-js", "secret": False}),
        ("PUT", f"{ONE}/notes/{{note}}", {"values": [{"value": "Changed"}]}),
        *(("POST", f"{ONE}/{action}{asked_as}", body) for action, body in changes),
        ("DELETE", f"{ONE}/notes/{{note}}", None),
        ("DELETE", f"{ONE}/interviews/{{interview}}{asked_as}", None),
    ]
    asked = [Request("lever-js", "GET", path) for path in reads]
    return asked + [Request("lever-js", method, path, body) for method, path, body in writes]


REQUESTS = [*_tap(), *_airbyte(), *_lever_js()]
