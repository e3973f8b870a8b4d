"""include and expand, on lists and on single objects alike."""

from typing import Any

import pytest

from pinlever.practice.seed import form_template_id, posting_id

from .lever import AUD, Lever

BACKEND = posting_id("backend-engineer")


@pytest.fixture
def one(lever: Lever) -> str:
    """Somebody with one of everything."""
    id = str(lever.control("example")["data"][0]["opportunities"][0])
    lever.control("offers", {"opportunity": id})
    lever.control("referrals", {"opportunity": id})
    lever.post(f"/opportunities/{id}/notes", {"value": "Hello"})
    template = lever.get(f"/form_templates/{form_template_id('sourcing-data')}")["data"]
    answers = [
        {"id": field["id"], "value": "x" if field["required"] else None} for field in template["fields"]
    ]
    lever.post(f"/opportunities/{id}/forms", {"baseTemplateId": template["id"], "fields": answers})
    return f"/opportunities/{id}"


# below the opportunity (or of the account), a field that is expanded, and what its object must hold
EXPANSIONS: list[tuple[str, str, str]] = [
    ("", "applications", "posting"),
    ("", "stage", "text"),
    ("", "contact", "emails"),
    ("/applications", "posting", "state"),
    ("/applications", "postingOwner", "accessRole"),
    ("/notes", "user", "accessRole"),
    ("/forms", "user", "accessRole"),
    ("/forms", "stage", "text"),
    ("/interviews", "user", "accessRole"),
    ("/interviews", "stage", "text"),
    ("/interviews", "postings", "state"),
    ("/panels", "user", "accessRole"),
    ("/panels", "stage", "text"),
    ("/offers", "creator", "accessRole"),
    ("/referrals", "user", "accessRole"),
    ("/referrals", "referrer", "accessRole"),
    ("/referrals", "stage", "text"),
]


@pytest.mark.parametrize(("room", "field", "inside"), EXPANSIONS)
def test_ids_become_objects(lever: Lever, one: str, room: str, field: str, inside: str) -> None:
    found = lever.get(one + room, expand=field)["data"]
    rows = found if isinstance(found, list) else [found]
    values = [
        value for row in rows for value in (row[field] if isinstance(row[field], list) else [row[field]])
    ]
    objects = [value for value in values if value is not None]
    assert objects and all(inside in value for value in objects)


@pytest.mark.parametrize("path", ["/postings", "/requisitions"])
def test_ids_of_the_accounts_things_become_objects(lever: Lever, path: str) -> None:
    rows = lever.get(path, expand=["owner", "hiringManager"])["data"]
    assert all(row["owner"]["name"] for row in rows)
    assert all(row["hiringManager"] is None for row in rows)


PATHS = ["/opportunities", "/postings", "/users", "/requisitions", "/form_templates", "/feedback_templates"]
PATHS += ["{one}/applications", "{one}/notes", "{one}/interviews", "{one}/offers", "{one}/forms"]


@pytest.mark.parametrize("path", PATHS)
def test_include_keeps_what_it_names_and_the_id(lever: Lever, one: str, path: str) -> None:
    rows = lever.get(path.format(one=one), include=["createdAt", "nonsense"])["data"]
    assert rows and all(set(row) == {"id", "createdAt"} for row in rows)


def test_include_does_not_change_the_order_or_the_pages(lever: Lever) -> None:
    whole = [row["id"] for row in lever.get("/postings")["data"]]
    first = lever.get("/postings", include="text", limit=2)
    rest = lever.get("/postings", include="text", offset=first["next"])
    assert [row["id"] for row in (*first["data"], *rest["data"])] == whole


def test_what_is_expanded_is_there_though_not_included(lever: Lever, one: str) -> None:
    row: Any = lever.get(one, include="name", expand="owner")["data"]
    assert set(row) == {"id", "name", "owner"}


def test_writes_are_answered_whole(lever: Lever) -> None:
    row = lever.post("/opportunities", {"name": "Ana", "postings": [BACKEND]}, AUD, include="name")["data"]
    assert row["stage"] == "lead-new"
