"""Requisitions, their custom fields, hiring for one, and audit events."""

from typing import Any

import pytest

from pinlever.practice.seed import archive_reason_id, posting_id, requisition_id, user_id

from .lever import Lever

BACKEND, DESIGNER = posting_id("backend-engineer"), posting_id("product-designer")
HIRED, WITHDREW = archive_reason_id("hired"), archive_reason_id("withdrew")
ENG = requisition_id("ENG-1")
CHEF: dict[str, Any] = {"name": "Chef", "requisitionCode": "FOOD-1", "headcountTotal": 3}


def test_a_requisition_comes_back_as_it_was_given(lever: Lever) -> None:
    band = {"min": 1, "max": 2, "currency": "EUR", "interval": "per-year-salary"}
    more = {"location": "Oslo", "postings": [BACKEND], "compensationBand": band, "backfill": True}
    told = lever.post("/requisitions", {**CHEF, **more}, None)["data"]
    assert (told["postingIds"], told["creatorUserId"], told["location"]) == ([BACKEND], None, "Oslo")
    read = lever.get(f"/requisitions/{told['id']}", expand=["postings", "owner"])["data"]
    assert (read["headcountTotal"], read["headcountHired"], read["headcountInfinite"]) == (3, 0, False)
    assert (read["compensationBand"], read["backfill"], read["owner"]) == (band, True, None)
    assert [posting["text"] for posting in read["postings"]] == ["Backend Engineer"]
    free = lever.post("/requisitions", {**CHEF, "requisitionCode": "2", "headcountTotal": "unlimited"}, None)
    assert lever.get(f"/requisitions/{free['data']['id']}")["data"]["headcountInfinite"] is True


WRONG: list[dict[str, Any]] = [
    {"name": "Chef"},
    {**CHEF, "headcountTotal": 0},
    {**CHEF, "headcountTotal": "many"},
    {**CHEF, "headcountTotal": True},
    {**CHEF, "requisitionCode": "ENG-1"},
    {**CHEF, "status": "dreamt"},
    {**CHEF, "owner": "nobody"},
    {**CHEF, "postings": ["none"]},
    {**CHEF, "compensationBand": {"min": 1}},
    {**CHEF, "customFields": {"shoe_size": 42}},
    {**CHEF, "customFields": {"reason": "Boredom"}},
    {**CHEF, "customFields": {"cost_centre": 7}},
]


@pytest.mark.parametrize("body", WRONG)
def test_a_requisition_is_refused(lever: Lever, body: dict[str, Any]) -> None:
    assert lever.refused("/requisitions", "POST", json=body)[0] in (400, 404)
    assert len(lever.get("/requisitions")["data"]) == 1


def test_a_change_replaces_the_whole_and_keeps_who_was_hired(lever: Lever) -> None:
    held = lever.get(f"/requisitions/{ENG}")["data"]
    lever.now += 5
    lever.put(f"/requisitions/{ENG}", {**CHEF, "status": "closed"}, None)
    read = lever.get(f"/requisitions/{ENG}")["data"]
    assert (read["name"], read["postings"], read["owner"]) == ("Chef", [], None)
    assert (read["createdAt"], read["updatedAt"], read["closedAt"]) == (
        held["createdAt"],
        *[lever.now_ms] * 2,
    )


def test_requisitions_are_found(lever: Lever) -> None:
    lever.post("/requisitions", {**CHEF, "status": "onHold"}, None)
    for query, names in (
        ({"requisition_code": "FOOD-1"}, ["Chef"]),
        ({"status": ["onHold", "closed"]}, ["Chef"]),
        ({"created_at_end": lever.now_ms - 1}, ["Backend Engineer, Platform"]),
        ({"confidentiality": "confidential"}, []),
    ):
        assert [row["name"] for row in lever.get("/requisitions", **query)["data"]] == names


def test_management_by_the_api_can_be_switched_off(lever: Lever) -> None:
    lever.control("switches", {"requisition_management": False})
    assert lever.refused("/requisitions", "POST", json=CHEF)[0] == 403
    assert lever.refused(f"/requisitions/{ENG}", "PUT", json=CHEF)[0] == 403
    assert lever.refused(f"/requisitions/{ENG}", "DELETE")[0] == 403
    assert lever.get(f"/requisitions/{ENG}")["data"]["name"] == "Backend Engineer, Platform"


def hired(lever: Lever) -> int:
    return int(lever.get(f"/requisitions/{ENG}")["data"]["headcountHired"])


def test_hiring_counts_and_taking_back_uncounts(lever: Lever) -> None:
    row = lever.create(name="Ana", postings=[BACKEND])
    path = f"/opportunities/{row['id']}/archived"
    lever.put(path, {"reason": HIRED, "requisitionId": ENG})
    [application] = lever.get(f"/opportunities/{row['id']}/applications")["data"]
    assert application["requisitionForHire"]["requisitionCode"] == "ENG-1"
    assert hired(lever) == 1
    lever.put(path, {"reason": HIRED, "requisitionId": ENG})
    lever.put(path, {"reason": HIRED})
    assert hired(lever) == 1
    lever.put(path, {"reason": None})
    assert hired(lever) == 0
    [application] = lever.get(f"/opportunities/{row['id']}/applications")["data"]
    assert application["requisitionForHire"] is None


HIRES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("is not tied", {"postings": [DESIGNER]}, {"reason": HIRED, "requisitionId": ENG}),
    ("no posting at all", {}, {"reason": HIRED, "requisitionId": ENG}),
    ("not hired", {"postings": [BACKEND]}, {"reason": WITHDREW, "requisitionId": ENG}),
    ("taken back", {"postings": [BACKEND]}, {"reason": None, "requisitionId": ENG}),
    ("unknown", {"postings": [BACKEND]}, {"reason": HIRED, "requisitionId": "none"}),
]


@pytest.mark.parametrize(("why", "given", "body"), HIRES, ids=[row[0] for row in HIRES])
def test_hiring_is_refused(lever: Lever, why: str, given: dict[str, Any], body: dict[str, Any]) -> None:
    row = lever.create(**given)
    assert lever.refused(f"/opportunities/{row['id']}/archived", "PUT", json=body)[0] in (400, 404)
    assert (lever.opportunity(row["id"])["archived"], hired(lever)) == (None, 0)


def test_hiring_needs_an_open_requisition_and_a_signed_offer(lever: Lever) -> None:
    row = lever.create(postings=[BACKEND])
    path, body = f"/opportunities/{row['id']}/archived", {"reason": HIRED, "requisitionId": ENG}
    offer = lever.control("offers", {"opportunity": row["id"], "status": "sent"})
    assert lever.refused(path, "PUT", json=body) == (400, "The offer is not signed")
    lever.control("offers", {"opportunity": row["id"], "offer": offer["id"], "status": "signed"})
    closed = {**CHEF, "status": "closed", "postings": [BACKEND]}
    lever.put(f"/requisitions/{ENG}", closed, None)
    assert lever.refused(path, "PUT", json=body) == (400, "The requisition is closed")
    lever.put(f"/requisitions/{ENG}", {**closed, "status": "open"}, None)
    lever.put(path, body)
    assert hired(lever) == 1


def test_custom_fields_are_defined_and_held_against(lever: Lever) -> None:
    given = {"text": "Desk", "type": "object", "subfields": [{"text": "Floor", "type": "number"}]}
    made = lever.post("/requisition_fields", {**given, "isRequired": True}, None)["data"]
    assert (made["id"], made["subfields"][0]["id"]) == ("desk", "floor")
    assert "required" in lever.refused("/requisitions", "POST", json=CHEF)[1]
    for value, status in (({"floor": "two"}, 400), ({"wing": 2}, 400), ({"floor": 2}, 201)):
        body = {**CHEF, "customFields": {"desk": value}}
        assert lever.call("POST", "/requisitions", json=body).status_code == status, value
    assert [row["id"] for row in lever.get("/requisition_fields", isRequired="true")["data"]] == ["desk"]
    assert [row["id"] for row in lever.get("/requisition_fields", type="dropdown")["data"]] == ["reason"]
    unknown = (404, "That requisition field doesn't exist on your account")
    assert lever.refused("/requisition_fields/none") == unknown


def test_options_are_added_renamed_and_removed(lever: Lever) -> None:
    path = "/requisition_fields/reason/options"
    lever.post(path, {"values": [{"id": "luck", "text": "Luck"}]}, None)
    lever.put(path, {"values": [{"id": "growth", "text": "More work"}]}, None)
    assert lever.call("DELETE", path, json={"values": [{"id": "leaver"}]}).status_code == 204
    options = lever.get("/requisition_fields/reason")["data"]["options"]
    assert options == [{"id": "growth", "text": "More work"}, {"id": "luck", "text": "Luck"}]
    assert lever.refused(path, "PUT", json={"values": [{"id": "none", "text": "x"}]})[0] == 400
    assert lever.refused("/requisition_fields/cost_centre/options", "POST", json={})[0] == 400
    many = [{"text": str(number)} for number in range(4001)]
    assert lever.refused(path, "POST", json={"values": many})[0] == 400


WRONG_FIELDS: list[dict[str, Any]] = [
    {"text": "x"},
    {"text": "x", "type": "wish"},
    {"text": "Reason", "type": "text"},
    {"text": "x", "type": "text", "id": "Not A Slug"},
    {"text": "x", "type": "text", "id": "x" * 51},
    {"text": "!", "type": "text"},
    {"text": "x", "type": "object", "subfields": []},
    {"text": "x", "type": "object", "subfields": [{"text": "y", "type": "object"}]},
    {"text": "x", "type": "dropdown", "options": [{"text": ""}]},
]


@pytest.mark.parametrize("body", WRONG_FIELDS)
def test_a_field_is_refused(lever: Lever, body: dict[str, Any]) -> None:
    assert lever.refused("/requisition_fields", "POST", json=body)[0] == 400


def test_what_was_done_to_users_and_keys_is_told_newest_first(lever: Lever) -> None:
    made = lever.post("/users", {"name": "Ola", "email": "ola@practice.example"}, None)["data"]
    lever.now += 1
    lever.post(f"/users/{made['id']}/deactivate", None, None)
    lever.now += 1
    lever.client.post(f"/account/user/{user_id('mei')}")
    lever.now += 1
    lever.control("keys", {"key": "more"})
    rows = lever.get("/audit_events")["data"]
    assert [row["type"] for row in rows] == [
        "key:added",
        "user:deactivated",
        "user:deactivated",
        "user:added",
    ]
    for query, count in (
        ({"type": "user:deactivated"}, 2),
        ({"user_id": "null"}, 3),
        ({"user_id": user_id("aud")}, 1),
        ({"target_type": "user", "target_id": made["id"]}, 2),
        ({"created_at_start": lever.now_ms}, 1),
        ({"limit": 1}, 1),
    ):
        assert len(lever.get("/audit_events", **query)["data"]) == count, query
    assert lever.refused("/audit_events", query_string={"target_id": "x"})[0] == 400
    lever.control("switches", {"audit_events": False})
    assert lever.refused("/audit_events")[0] == 403
