"""How the administration looks: the product's indigo, its groups, and the way back to the product."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse_lazy

INDIGO = {  # of Tabler's primary colour, 600
    "50": "#edf2ff",
    "100": "#dbe4ff",
    "200": "#bac8ff",
    "300": "#91a7ff",
    "400": "#748ffc",
    "500": "#5c7cfa",
    "600": "#4263eb",
    "700": "#3b5bdb",
    "800": "#364fc7",
    "900": "#2f44ad",
    "950": "#1f2d74",
}


def _entry(title: str, icon: str, name: str) -> dict[str, Any]:
    return {"title": title, "icon": icon, "link": reverse_lazy(f"admin:{name}_changelist")}


def _group(title: str, *entries: dict[str, Any]) -> dict[str, Any]:
    return {"title": title, "separator": True, "items": list(entries)}


def _own(path: str) -> Callable[[HttpRequest], str]:
    """The address of a file of ours; asked for late, as files are named anew when they are collected."""
    return lambda request: static(path)


# Its address begins every other, which unfold takes for being there.
BACK = {"title": "Back to PinLever", "icon": "arrow_back", "link": reverse_lazy("home"), "active": False}

UNFOLD = {
    "SITE_TITLE": "PinLever",
    "SITE_HEADER": "PinLever",
    "SITE_SUBHEADER": "Administration",
    "SITE_URL": reverse_lazy("home"),
    "SITE_SYMBOL": "keep",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": _own("img/pin.svg")}],
    "STYLES": [_own("css/admin.css")],
    "SCRIPTS": [_own("js/admin.js")],
    "SHOW_HISTORY": False,  # the audit log tells more, and of everybody
    "SHOW_VIEW_ON_SITE": True,
    "COLORS": {"primary": INDIGO},
    "SITE_DROPDOWN": [
        {"icon": "arrow_back", "title": "Back to PinLever", "link": reverse_lazy("home")},
        {"icon": "settings", "title": "PinLever's settings", "link": reverse_lazy("settings")},
    ],
    "SIDEBAR": {
        "show_search": True,
        "navigation": [
            {"items": [BACK]},
            _group(
                "Recruiting",
                _entry("Jobs", "work", "recruiting_job"),
                _entry("Candidates", "person", "recruiting_candidate"),
                _entry("Prospects", "group", "recruiting_prospect"),
                _entry("Outreach events", "forum", "outreach_outreachevent"),
                _entry("Who is this?", "help", "recruiting_identityquestion"),
            ),
            _group(
                "Sync",
                _entry("Records", "sync", "sync_syncrecord"),
                _entry("Questions", "contact_support", "sync_question"),
                _entry("Attempts", "history", "sync_attempt"),
                _entry("Calls to Lever", "http", "sync_call"),
                _entry("Exports", "outbox", "sync_exportrun"),
                _entry("Imports", "upload_file", "imports_import"),
            ),
            _group(
                "Lever",
                _entry("Accounts and rules", "apartment", "connection_leveraccount"),
                _entry("Connections", "power", "connection_leverconnection"),
                _entry("Allowed jobs", "playlist_add_check", "connection_allowedjob"),
                _entry("Allowed people", "how_to_reg", "connection_allowedperson"),
                _entry("Postings", "campaign", "connection_posting"),
                _entry("Users", "badge", "connection_leveruser"),
                _entry("Aliases of users", "alternate_email", "connection_useralias"),
                _entry("People in Lever", "contacts", "connection_knownopportunity"),
            ),
            _group(
                "Access",
                _entry("People", "manage_accounts", "accounts_user"),
                _entry("Invitations", "mail", "accounts_invitation"),
                _entry("API tokens", "key", "api_apitoken"),
                _entry("Second factors", "phonelink_lock", "mfa_authenticator"),
                _entry("Sessions", "devices", "usersessions_usersession"),
                _entry("Audit log", "fact_check", "audit_auditentry"),
            ),
            _group(
                "Machine room",
                _entry("Worker groups", "dns", "ops_workergroup"),
                _entry("Queue", "queue", "django_q_ormq"),
                _entry("Failed tasks", "error", "django_q_failure"),
                _entry("Finished tasks", "task_alt", "django_q_success"),
                _entry("Schedules", "schedule", "django_q_schedule"),
            ),
        ],
    },
}
