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


# Title, icon, and the model it lists, by the group's title.
MENU: dict[str, tuple[tuple[str, str, str], ...]] = {
    "Recruiting": (
        ("Jobs", "work", "recruiting_job"),
        ("Candidates", "person", "recruiting_candidate"),
        ("Prospects", "group", "recruiting_prospect"),
        ("Outreach events", "forum", "outreach_outreachevent"),
        ("Who is this?", "help", "recruiting_identityquestion"),
    ),
    "Sync": (
        ("Records", "sync", "sync_syncrecord"),
        ("Questions", "contact_support", "sync_question"),
        ("Attempts", "history", "sync_attempt"),
        ("Calls to Lever", "http", "sync_call"),
        ("Exports", "outbox", "sync_exportrun"),
        ("Imports", "upload_file", "imports_import"),
    ),
    "Lever": (
        ("Accounts and rules", "apartment", "connection_leveraccount"),
        ("Connections", "power", "connection_leverconnection"),
        ("Allowed jobs", "playlist_add_check", "connection_allowedjob"),
        ("Allowed people", "how_to_reg", "connection_allowedperson"),
        ("Postings", "campaign", "connection_posting"),
        ("Users", "badge", "connection_leveruser"),
        ("Aliases of users", "alternate_email", "connection_useralias"),
        ("People in Lever", "contacts", "connection_knownopportunity"),
    ),
    "Access": (
        ("People", "manage_accounts", "accounts_user"),
        ("Invitations", "mail", "accounts_invitation"),
        ("API tokens", "key", "api_apitoken"),
        ("Second factors", "phonelink_lock", "mfa_authenticator"),
        ("Sessions", "devices", "usersessions_usersession"),
        ("Audit log", "fact_check", "audit_auditentry"),
    ),
    "Machine room": (
        ("Worker groups", "dns", "ops_workergroup"),
        ("Queue", "queue", "django_q_ormq"),
        ("Failed tasks", "error", "django_q_failure"),
        ("Finished tasks", "task_alt", "django_q_success"),
        ("Schedules", "schedule", "django_q_schedule"),
    ),
}


def _group(title: str, entries: tuple[tuple[str, str, str], ...]) -> dict[str, Any]:
    items = [
        {"title": name, "icon": icon, "link": reverse_lazy(f"admin:{model}_changelist")}
        for name, icon, model in entries
    ]
    return {"title": title, "separator": True, "items": items}


def _own(path: str) -> Callable[[HttpRequest], str]:
    """The address of a file of ours; asked for late, as files are named anew when they are collected."""
    return lambda request: static(path)


BACK = {"title": "Back to PinLever", "icon": "arrow_back", "link": reverse_lazy("home")}

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
        BACK,
        {"icon": "settings", "title": "PinLever's settings", "link": reverse_lazy("settings")},
    ],
    "SIDEBAR": {
        "show_search": True,
        "navigation": [
            {"items": [{**BACK, "active": False}]},  # its address begins every other, and would look chosen
            *(_group(title, entries) for title, entries in MENU.items()),
        ],
    },
}
