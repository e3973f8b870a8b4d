"""The menu of every page: where one is, what needs somebody, and how the connection and the queue are."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject

from pinlever.connection.accounts import current_connection, home_account
from pinlever.connection.models import LeverConnection
from pinlever.sync.choices import open_count
from pinlever.sync.models import State, SyncRecord
from pinlever.sync.queue import queue_of
from pinlever.web.access import recruiter

PAGES = (
    ("Home", "home", "home"),
    ("Jobs", "jobs", "briefcase"),
    ("Candidates", "candidates", "users"),
    ("Sync activity", "activity", "refresh"),
    ("Duplicates", "duplicates", "copy-check"),
    ("Imports", "imports", "file-import"),
    ("Settings", "settings", "settings"),
)


@dataclass(frozen=True)
class Entry:
    title: str
    url: str
    icon: str
    is_here: bool
    count: int = 0
    colour: str = ""
    counts: str = ""


def menu(request: HttpRequest) -> dict[str, Any]:
    """The context of the templates; read only if a template shows it."""
    return {"menu": SimpleLazyObject(lambda: _menu(request))}


@recruiter
def foot(request: HttpRequest) -> HttpResponse:
    """The menu's foot again, while the page stays open."""
    return render(request, "_parts/menu_foot.html")


def _menu(request: HttpRequest) -> dict[str, Any]:
    if not request.user.is_authenticated:
        return {}
    account = home_account()
    counts = {"activity": 0, "duplicates": open_count(account)}
    if account is not None:
        rows = SyncRecord.objects.filter(account=account)
        counts["activity"] = rows.filter(state=State.FAILED).count()
    return {
        "entries": [entry for page in PAGES if (entry := _entry(request, *page, counts))],
        "connection": _connection(),
        "queue": queue_of(account),
    }


def _entry(request: HttpRequest, title: str, name: str, icon: str, counts: dict[str, int]) -> Entry | None:
    try:
        url = reverse(name)
    except NoReverseMatch:
        return None
    is_here = request.path == url if name == "home" else request.path.startswith(url)
    colour, spoken = ("red", "failed") if name == "activity" else ("yellow", "need a decision")
    return Entry(title, url, icon, is_here, counts.get(name, 0), colour, spoken)


def _connection() -> dict[str, str]:
    connection = current_connection()
    if connection is None:
        return {"colour": "secondary", "text": "Lever is not connected"}
    if connection.state != LeverConnection.State.ACTIVE:
        return {
            "colour": "red",
            "text": f"{connection.account.get_environment_display()} must be connected again",
        }
    if not connection.account.outgoing_on:
        return {"colour": "orange", "text": "Connected; sending is switched off"}
    return {"colour": "green", "text": f"{connection.account.get_environment_display()} connected"}
