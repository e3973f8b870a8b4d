"""Stages, archive reasons, sources, tags, postings, users, applications."""

from typing import Any

import pytest

from pinlever.practice.seed import archive_reason_id, posting_id, stage_id, user_id

from .lever import AUD, START, Lever, basic

NOW = int(START * 1000)


def test_stages_in_order_of_the_pipeline(lever: Lever) -> None:
    rows = lever.get("/stages")["data"]
    texts = [row["text"] for row in rows]
    assert texts[:4] == ["New lead", "Reached out", "Responded", "New applicant"]
    assert texts[-2:] == ["Offer", "Offer approved"]
    assert all(set(row) == {"id", "text"} for row in rows)
    assert [row["id"] for row in rows][:4] == [
        "lead-new",
        "lead-reached-out",
        "lead-responded",
        "applicant-new",
    ]
    assert lever.get("/stages/offer")["data"] == {"id": "offer", "text": "Offer"}
    assert lever.refused("/stages/won") == (404, "stages won was not found")
    ranks = [stage["rank"] for stage in lever.get("/disposition_stages")["data"]["stages"]]
    assert ranks == sorted(ranks)


def test_lists_page_with_tokens(lever: Lever) -> None:
    for path in ("/stages", "/archive_reasons", "/users", "/postings", "/tags", "/sources"):
        lever.create(tags=["x", "Y", "z"], sources=["b", "A"])
        whole, rows, token = lever.get(path)["data"], [], None
        while True:
            page = lever.get(path, limit=2, **({"offset": token} if token else {}))
            rows += page["data"]
            if not page["hasNext"]:
                break
            token = page["next"]
        assert rows == whole, path
        assert lever.refused(path, query_string={"offset": "{}"}) == (400, "Invalid offset token")


def test_archive_reasons_by_type(lever: Lever) -> None:
    [hired] = lever.get("/archive_reasons", type="hired")["data"]
    assert hired == {"id": archive_reason_id("hired"), "text": "Hired", "status": "active", "type": "hired"}
    others = lever.get("/archive_reasons", type="non-hired")["data"]
    assert "Do not contact" in [row["text"] for row in others]
    assert lever.refused("/archive_reasons", query_string={"type": "other"})[0] == 400
    assert lever.get(f"/archive_reasons/{hired['id']}")["data"] == hired


def test_tags_and_sources_exist_because_somebody_has_them(lever: Lever) -> None:
    assert lever.get("/tags")["data"] == lever.get("/sources")["data"] == []
    lever.create(tags=["b", "A", "a"], sources=["Pin"])
    lever.create(tags=["b"])
    counted = [(row["text"], row["count"]) for row in lever.get("/tags")["data"]]
    assert counted == [("A", 1), ("a", 1), ("b", 2)]
    assert lever.get("/sources")["data"] == [{"count": 1, "text": "Pin"}]


POSTINGS: list[tuple[dict[str, Any], set[str]]] = [
    ({"state": "published"}, {"backend-engineer", "product-designer"}),
    ({"state": ["published", "internal"]}, {"backend-engineer", "product-designer", "account-executive"}),
    ({"state": "draft"}, {"office-manager"}),
    ({"confidentiality": "confidential"}, {"chief-of-staff"}),
    ({"location": "Oslo"}, {"backend-engineer", "product-designer"}),
    ({"team": "Sales"}, {"account-executive"}),
    ({"team": "sales"}, set()),
    ({"department": "Engineering", "state": "closed"}, {"data-analyst"}),
    ({"updated_at_start": 0, "confidentiality": "confidential"}, {"chief-of-staff"}),
]


@pytest.mark.parametrize(("query", "slugs"), POSTINGS)
def test_postings(lever: Lever, query: dict[str, Any], slugs: set[str]) -> None:
    found = {row["id"] for row in lever.get("/postings", **query)["data"]}
    assert found == {posting_id(slug) for slug in slugs}


def test_postings_of_every_state_but_not_confidential_ones(lever: Lever) -> None:
    assert len(lever.get("/postings")["data"]) == 5
    assert len(lever.get("/postings", confidentiality="all")["data"]) == 6
    assert lever.get(f"/postings/{posting_id('office-manager')}")["data"]["urls"] is None
    assert lever.refused("/postings", query_string={"updated_at_start": 0, "state": "closed"})[0] == 400
    lever.control("keys", {"key": "plain"})
    plain = basic("plain")
    assert lever.refused("/postings", query_string={"confidentiality": "all"}, headers=plain)[0] == 403
    assert lever.refused(f"/postings/{posting_id('chief-of-staff')}", headers=plain)[0] == 403


def test_posting_projection(lever: Lever) -> None:
    id = posting_id("backend-engineer")
    row = lever.get(f"/postings/{id}", include="text", expand="owner")["data"]
    assert (set(row), row["owner"]["id"]) == ({"id", "text", "owner"}, AUD)


def test_making_and_changing_a_posting(lever: Lever) -> None:
    assert lever.refused("/postings", "POST", json={"text": "x"}) == (400, "perform_as is required")
    made = lever.post("/postings", {"text": "Chef", "categories": {"location": "Oslo"}})["data"]
    assert (made["state"], made["owner"], made["categories"]["allLocations"]) == ("draft", AUD, ["Oslo"])
    changed = lever.post(f"/postings/{made['id']}", {"state": "published"})["data"]
    assert (changed["state"], changed["text"]) == ("published", "Chef")
    lever.control("switches", {"posting_update_resets_state": True})
    assert lever.post(f"/postings/{made['id']}", {"text": "Cook"})["data"]["state"] == "draft"
    for wrong in (
        {"state": "odd"},
        {"text": 1},
        {"categories": []},
        {"categories": {"allLocations": "Oslo"}},
    ):
        query = {"perform_as": AUD}
        assert lever.refused(f"/postings/{made['id']}", "POST", json=wrong, query_string=query)[0] == 400


USERS: list[tuple[dict[str, Any], set[str]]] = [
    ({}, {"aud", "ines", "tomasz", "mei", "jonas"}),
    ({"includeDeactivated": "True"}, {"aud", "ines", "tomasz", "mei", "jonas", "rosa"}),
    ({"email": "ines.duarte@practice.example"}, {"ines"}),
    ({"email": "rosa@practice.example"}, set()),
    ({"accessRole": ["super admin", "interviewer"]}, {"aud", "jonas"}),
    ({"accessRole[]": "super admin"}, {"aud"}),
]


@pytest.mark.parametrize(("query", "names"), USERS)
def test_users(lever: Lever, query: dict[str, Any], names: set[str]) -> None:
    assert {row["username"] for row in lever.get("/users", **query)["data"]} == names


def test_the_life_of_a_user(lever: Lever) -> None:
    made = lever.post("/users", {"name": "Ola", "email": "Ola@practice.example"}, None)["data"]
    assert (made["accessRole"], made["username"]) == ("interviewer", "ola")
    assert lever.post(f"/users/{made['id']}/deactivate", None, None)["data"]["deactivatedAt"] == NOW
    assert lever.post(f"/users/{made['id']}/reactivate", None, None)["data"]["deactivatedAt"] is None
    body = {"name": "Ola N", "email": "ola@practice.example"}
    assert lever.refused(f"/users/{made['id']}", "PUT", json=body) == (400, "accessRole is required")
    changed = lever.put(f"/users/{made['id']}", {**body, "accessRole": "admin"}, None)["data"]
    assert (changed["name"], changed["accessRole"]) == ("Ola N", "admin")
    assert lever.refused("/users", "POST", json={"name": "x", "email": "x"})[0] == 400
    taken = {"name": "x", "email": "OLA@practice.example"}
    assert lever.refused("/users", "POST", json=taken)[0] == 400
    given = {"jobTitle": "Cook", "externalDirectoryId": "7", **body, "accessRole": "admin"}
    assert lever.put(f"/users/{made['id']}", given, None)["data"]["jobTitle"] == "Cook"
    lost = lever.put(f"/users/{made['id']}", {**body, "accessRole": "admin"}, None)["data"]
    assert (lost["jobTitle"], lost["externalDirectoryId"]) == (None, None)
    assert lever.get(f"/users/{user_id('aud')}")["data"]["accessRole"] == "super admin"


def test_lists_of_which_there_is_nothing_are_empty_and_not_missing(lever: Lever) -> None:
    ana = lever.create(name="Ana")["id"]
    own = (*("applications", "notes", "files", "resumes", "forms", "offers", "referrals"), "file_actions")
    for name in (*own, "interviews", "panels", "feedback"):
        path = f"/opportunities/{ana}/{name}"
        assert lever.get(path, limit=50) == {"data": [], "hasNext": False}, path
        assert lever.refused(f"/opportunities/nobody/{name}")[0] == 404
    for path in ("/postings/deleted", "/applications/deleted", "/opportunities/deleted", "/audit_events"):
        assert lever.get(path, limit=50) == {"data": [], "hasNext": False}, path


def test_applications(lever: Lever) -> None:
    row = lever.create(postings=[posting_id("backend-engineer")])
    path = f"/opportunities/{row['id']}/applications"
    [application] = lever.get(path)["data"]
    assert application["id"] == row["applications"][0]
    assert (
        lever.get(f"{path}/{application['id']}", expand="posting")["data"]["posting"]["text"]
        == "Backend Engineer"
    )
    assert lever.refused(f"{path}/other")[0] == 404
    assert stage_id("offer") == "offer"
