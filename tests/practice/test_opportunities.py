"""Reading opportunities: filters, order, pages, include and expand, deleted ones, lag."""

from typing import Any
from urllib.parse import quote

import pytest

from pinlever.practice.seed import archive_reason_id, posting_id, stage_id

from .lever import AUD, JONAS, START, Lever, basic

NOW = int(START * 1000)
BACKEND, DESIGNER = posting_id("backend-engineer"), posting_id("product-designer")
CONFIDENTIAL = posting_id("chief-of-staff")
WITHDREW = archive_reason_id("withdrew")


@pytest.fixture
def people(lever: Lever) -> Lever:
    """Ana applies to a posting, Ben is archived, Cleo is elsewhere in the pipeline, Dan is confidential."""
    lever.create(name="Ana", emails=["ana@x.example"], tags=["T"], sources=["Pin"], postings=[BACKEND])
    lever.now += 1
    ben = lever.create(
        name="Ben", emails=["ben@x.example", "b@x.example"], origin="agency", postings=[DESIGNER]
    )
    lever.put(f"/opportunities/{ben['id']}/archived", {"reason": WITHDREW})
    lever.now += 1
    cleo = lever.create(name="Cleo", tags=["t"], sources=["LinkedIn"], createdAt=NOW - 1_000_000)
    lever.put(f"/opportunities/{cleo['id']}/stage", {"stage": "applicant-new"})
    lever.create(name="Dan", postings=[CONFIDENTIAL])
    lever.control("edit_opportunity", {"opportunity": cleo["id"], "changes": {"snoozed_until": NOW + 10**9}})
    return lever


FILTERS: list[tuple[dict[str, Any], list[str]]] = [
    ({}, ["Ben", "Ana", "Cleo"]),
    ({"confidentiality": "all"}, ["Dan", "Ben", "Ana", "Cleo"]),
    ({"confidentiality": "confidential"}, ["Dan"]),
    ({"tag": "T"}, ["Ana"]),
    ({"tag": ["T", "t"]}, ["Ana", "Cleo"]),
    ({"tag[]": ["T", "t"]}, ["Ana", "Cleo"]),
    ({"tag": "Backend Engineer"}, ["Ana"]),
    ({"source": "pin"}, []),
    ({"source": ["Pin", "LinkedIn"]}, ["Ana", "Cleo"]),
    ({"origin": "agency"}, ["Ben"]),
    ({"email": "ANA@x.example"}, ["Ana"]),
    ({"email": ["b@x.example", "ana@x.example"]}, ["Ben", "Ana"]),
    ({"email": ["b@x.example", "ben@x.example"]}, ["Ben"]),
    ({"email": "nobody@x.example"}, []),
    ({"stage_id": "applicant-new"}, ["Cleo"]),
    ({"posting_id": BACKEND}, ["Ana"]),
    ({"posting_id": DESIGNER}, []),
    ({"archived_posting_id": DESIGNER}, ["Ben"]),
    ({"archive_reason_id": WITHDREW}, ["Ben"]),
    ({"archived": "true"}, ["Ben"]),
    ({"archived": "False"}, ["Ana", "Cleo"]),
    ({"snoozed": "TRUE"}, ["Cleo"]),
    ({"snoozed": "false", "tag": "T"}, ["Ana"]),
    ({"location": "Oslo"}, ["Ana"]),
    ({"location": "unspecified"}, ["Ben"]),
    ({"created_at_start": NOW, "created_at_end": NOW}, ["Ana"]),
    ({"created_at_start": NOW + 1}, ["Ben"]),
    ({"created_at_end": NOW - 1}, ["Cleo"]),
    ({"updated_at_start": NOW + 1_000, "updated_at_end": NOW + 1_000}, ["Ben"]),
    ({"updated_at_start": NOW + 1_001}, ["Cleo"]),
    ({"advanced_at_start": NOW + 2_000}, ["Cleo"]),
    ({"archived_at_end": NOW + 1_000}, ["Ben"]),
    ({"archived_at_end": NOW + 999}, []),
    ({"unknown": "parameters are accepted"}, ["Ben", "Ana", "Cleo"]),
]


@pytest.mark.parametrize(("query", "names"), FILTERS, ids=[str(query) for query, _ in FILTERS])
def test_filters(people: Lever, query: dict[str, Any], names: list[str]) -> None:
    assert people.found(**query) == names
    legacy = people.get("/candidates", **query)["data"]
    assert [row["name"] for row in legacy] == names


def test_the_contact_filter(people: Lever) -> None:
    [ana] = people.get("/opportunities", email="ana@x.example")["data"]
    people.create(name="ignored", emails=["ana@x.example"])
    assert people.found(contact_id=ana["contact"]) == ["Ana", "Ana"]


REFUSED = [
    ({"email": "no address"}, 400, "Email address is not valid"),
    ({"email": "a@b"}, 400, "Email address is not valid"),
    ({"created_at_start": "yesterday"}, 400, "milliseconds"),
    ({"updated_at_end": "1.5"}, 400, "milliseconds"),
    ({"archived": "perhaps"}, 400, "neither true nor false"),
    ({"confidentiality": "some"}, 400, "confidentiality"),
    ({"limit": "0"}, 400, "limit"),
    ({"limit": "101"}, 400, "limit"),
    ({"limit": "²"}, 400, "limit"),
    ({"offset": "nonsense"}, 400, "Invalid offset token"),
    ({"offset": '[1,"x","y"]'}, 400, "Invalid offset token"),
    ({"offset": '[NaN,1,"y"]'}, 400, "Invalid offset token"),
    ({"offset": '[true,1,"y"]'}, 400, "Invalid offset token"),
    ({"offset": "%5B1%2C2%5D"}, 400, "Invalid offset token"),
    ({"offset": "%255B" * 2_000}, 400, "Invalid offset token"),
]


@pytest.mark.parametrize(("query", "status", "said"), REFUSED)
def test_it_refuses(lever: Lever, query: dict[str, str], status: int, said: str) -> None:
    answer = lever.refused("/opportunities", query_string=query)
    assert answer[0] == status
    assert said in answer[1]


def test_without_access_confidential_data_is_an_error_and_not_left_out(people: Lever) -> None:
    people.control("keys", {"key": "plain"})
    [dan] = people.get("/opportunities", confidentiality="confidential")["data"]
    plain = basic("plain")
    assert people.refused("/opportunities", query_string={"confidentiality": "all"}, headers=plain)[0] == 403
    assert people.refused(f"/opportunities/{dan['id']}", headers=plain)[0] == 403
    assert people.call("GET", "/opportunities", headers=plain).status_code == 200


def crawl(lever: Lever, decode: bool, **query: Any) -> list[str]:
    """Every name, page by page, the token encoded once more by the client or not."""
    names, token = [], None
    for _ in range(50):
        asked = f"?limit={query['limit']}"
        if token is not None:
            asked += f"&offset={token if decode else quote(token, safe='')}"
        page = lever.call("GET", f"/opportunities{asked}").json
        names += [row["name"] for row in page["data"]]
        assert page["hasNext"] is ("next" in page)
        if not page["hasNext"]:
            return names
        token = page["next"]
    raise AssertionError("the pages do not end")


@pytest.mark.parametrize("limit", [1, 2, 7, 100])
@pytest.mark.parametrize("decode", [True, False])
def test_pages_hold_everybody_once(lever: Lever, limit: int, decode: bool) -> None:
    lever.control("opportunities", {"generate": 14, "prefix": "p"})
    names = crawl(lever, decode, limit=limit)
    assert sorted(names) == sorted(f"P {number}" for number in range(14))
    assert names == crawl(lever, decode, limit=100)


def test_the_order_is_stage_then_last_advanced_then_id(lever: Lever) -> None:
    people = [
        {"name": "late", "stage": "offer", "created_at": 9},
        {"name": "old", "stage": "lead-new", "created_at": 1},
        {"name": "new", "stage": "lead-new", "created_at": 2},
        {"name": "also new", "stage": "lead-new", "created_at": 2},
        {"name": "screen", "stage": stage_id("phone-screen"), "created_at": 5},
    ]
    lever.control("opportunities", {"people": people})
    assert lever.found() == ["new", "also new", "old", "screen", "late"]


def test_a_record_without_updated_at_matches_no_window(lever: Lever) -> None:
    lever.control("opportunities", {"people": [{"name": "old", "updated_at": None}]})
    assert lever.found() == ["old"]
    assert lever.found(updated_at_start=0) == []


def test_include_keeps_only_what_it_names(people: Lever) -> None:
    page = people.get("/opportunities", include=["name", "tags"], tag="t")
    assert page["data"] == [{"id": page["data"][0]["id"], "name": "Cleo", "tags": ["t"]}]


def test_expand_puts_objects_and_overrides_include(people: Lever) -> None:
    names = ["applications", "stage", "owner", "followers", "sourcedBy", "contact"]
    [row] = people.get("/opportunities", tag="T", expand=names, include="name")["data"]
    assert set(row) == {"id", "name", *names}
    assert row["stage"] == {"id": "lead-new", "text": "New lead"}
    assert row["applications"][0]["posting"] == BACKEND
    assert row["owner"]["email"] == row["followers"][0]["email"] == "aud@practice.example"
    assert row["contact"]["emails"] == ["ana@x.example"]
    [ben] = people.get("/opportunities", origin="agency", expand="sourcedBy")["data"]
    assert ben["sourcedBy"] is None


def test_unknown_ids_and_paths(lever: Lever) -> None:
    assert lever.refused("/opportunities/x") == (404, "opportunities x was not found")
    assert lever.refused("/nowhere")[0] == 404
    assert lever.refused("/opportunities", "DELETE")[0] == 405


def test_the_deleted_are_gone_from_all_but_their_own_list(people: Lever) -> None:
    [ana] = people.get("/opportunities", tag="T")["data"]
    people.control("delete", {"opportunity": ana["id"], "by": JONAS})
    assert people.refused(f"/opportunities/{ana['id']}")[0] == 404
    assert "Ana" not in people.found()
    at = people.now_ms
    [gone] = people.get("/opportunities/deleted", deleted_at_start=at, deleted_at_end=at)["data"]
    assert (gone["id"], gone["deletedBy"], gone["deletedAt"]) == (ana["id"], JONAS, at)
    assert people.get("/opportunities/deleted", deleted_at_start=at + 1)["data"] == []
    assert people.refused("/opportunities/deleted", query_string={"deleted_at_start": "x"})[0] == 400


def test_lists_trail_behind_by_the_lag_and_single_reads_do_not() -> None:
    lever = Lever(index_lag=5.0)
    row = lever.create(name="Ana", emails=["ana@x.example"], tags=["one"])
    assert lever.opportunity(row["id"])["name"] == "Ana"
    assert lever.found(email="ana@x.example") == []
    # Deduplication is no list: it knows her at once.
    assert lever.create(emails=["ana@x.example"])["contact"] == row["contact"]
    lever.now += 5
    assert lever.found(email="ana@x.example") == ["Ana", "Ana"]
    lever.post(f"/opportunities/{row['id']}/addTags", {"tags": ["two"]})
    assert lever.found(tag="two") == []
    assert lever.found(tag="one") == ["Ana"]
    lever.now += 4.9
    assert lever.found(tag="two") == []
    lever.now += 0.1
    assert lever.found(tag="two") == ["Ana"]


def test_an_older_change_never_overtakes_a_newer_one() -> None:
    lever = Lever(index_lag=60.0)
    row = lever.create(name="Ana", tags=["old"])
    lever.control("switches", {"index_lag": 0})
    lever.post(f"/opportunities/{row['id']}/addTags", {"tags": ["new"]}, AUD)
    assert lever.found(tag="new") == ["Ana"]
    lever.now += 61
    assert lever.found(tag="new") == ["Ana"]


@pytest.mark.parametrize("prefix", ["/v1/candidates", "/candidates", "/opportunities"])
def test_the_old_name_and_the_bare_path_write_too(lever: Lever, prefix: str) -> None:
    given = {"json": {"name": "Ana"}, "query_string": {"perform_as": AUD}, "headers": lever.headers}
    made = lever.client.post(prefix, **given)
    assert (made.status_code, made.json["deduped"]) == (201, False)
    path = f"{prefix}/{made.json['data']['id']}/addTags"
    answer = lever.client.post(path, json={"tags": ["x"]}, headers=lever.headers)
    assert (answer.status_code, answer.json["data"]["tags"]) == (200, ["x"])


def test_changes_may_come_as_forms(lever: Lever) -> None:
    row = lever.create(name="Ana")
    answer = lever.call("PUT", f"/opportunities/{row['id']}/stage", data={"stage": "offer"})
    assert (answer.status_code, answer.json["data"]["stage"]) == (200, "offer")
    tags = {"tags[]": ["a", "b"]}
    assert lever.call("POST", f"/opportunities/{row['id']}/addTags", data=tags).json["data"]["tags"] == [
        "a",
        "b",
    ]
    made = lever.call("POST", "/users", data={"name": "Kim", "email": "kim@practice.example"})
    assert (made.status_code, made.json["data"]["name"]) == (201, "Kim")
