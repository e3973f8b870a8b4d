"""Stage, archive, tags, sources, links: effects, what moves with them, what the answers leave out."""

from typing import Any

import pytest

from pinlever.practice.seed import archive_reason_id, posting_id, stage_id

from .lever import AUD, JONAS, START, Lever

NOW = int(START * 1000)
HIRED, WITHDREW = archive_reason_id("hired"), archive_reason_id("withdrew")
BACKEND = posting_id("backend-engineer")


@pytest.fixture
def ana(lever: Lever) -> str:
    contact = {"emails": ["ana@x.example"], "phones": [{"value": "1"}], "links": ["https://l.example"]}
    row = lever.create(name="Ana", headline="H", location="L", tags=["a"], postings=[BACKEND], **contact)
    lever.now += 10
    return str(row["id"])


CALLS: list[tuple[str, str, dict[str, Any], bool]] = [
    ("PUT", "stage", {"stage": "offer"}, True),
    ("PUT", "archived", {"reason": WITHDREW}, True),
    ("POST", "addTags", {"tags": ["b"]}, True),
    ("POST", "removeTags", {"tags": ["a"]}, True),
    ("POST", "addSources", {"sources": ["b"]}, True),
    ("POST", "removeSources", {"sources": ["b"]}, True),
    ("POST", "addLinks", {"links": ["b.example"]}, False),
    ("POST", "removeLinks", {"links": ["https://l.example"]}, False),
]


@pytest.mark.parametrize(("method", "action", "body", "blank"), CALLS, ids=[row[1] for row in CALLS])
def test_answers_of_writes(
    lever: Lever, ana: str, method: str, action: str, body: dict[str, Any], blank: bool
) -> None:
    path = f"/opportunities/{ana}/{action}"
    told = lever.call(method, path, json=body).json["data"]
    names = ("name", "headline", "location", "phones", "emails")
    assert not any(told[name] for name in names) if blank else all(told[name] for name in names)
    assert "opportunityLocation" not in told
    read = lever.opportunity(ana)
    assert (read["name"], read["emails"], read["opportunityLocation"]) == ("Ana", ["ana@x.example"], "Oslo")
    assert read["updatedAt"] == lever.now_ms
    lever.control("switches", {"blank_write_answers": False})
    assert lever.call(method, path, json=body).json["data"]["name"] == "Ana"


@pytest.mark.parametrize(("method", "action", "body", "blank"), CALLS, ids=[row[1] for row in CALLS])
def test_what_is_missing_or_of_the_wrong_type_is_refused(
    lever: Lever, ana: str, method: str, action: str, body: dict[str, Any], blank: bool
) -> None:
    before = lever.opportunity(ana)
    path = f"/opportunities/{ana}/{action}"
    assert lever.refused(path, method, json={})[0] == 400
    assert lever.refused(path, method, json=dict.fromkeys(body, 7))[0] == 400
    assert lever.refused(path, method, json=body, query_string={"perform_as": "nobody"})[0] == 400
    assert lever.refused(f"/opportunities/nobody/{action}", method, json=body)[0] == 404
    assert lever.opportunity(ana) == before


def test_a_stage_change_is_remembered(lever: Lever, ana: str) -> None:
    lever.put(f"/opportunities/{ana}/stage", {"stage": stage_id("recruiter-screen")}, JONAS)
    read = lever.opportunity(ana)
    assert read["stage"] == stage_id("recruiter-screen")
    change = {"toStageId": read["stage"], "toStageIndex": 1, "updatedAt": lever.now_ms, "userId": JONAS}
    assert read["stageChanges"][1:] == [change]
    assert read["lastAdvancedAt"] == read["lastInteractionAt"] == lever.now_ms
    told = lever.refused(f"/opportunities/{ana}/stage", "PUT", json={"stage": "won"})
    assert told == (404, "stages won was not found")


def test_an_archived_one_changes_stage_and_stays_archived(lever: Lever, ana: str) -> None:
    lever.put(f"/opportunities/{ana}/archived", {"reason": HIRED})
    lever.put(f"/opportunities/{ana}/stage", {"stage": "offer"})
    assert lever.opportunity(ana)["archived"]["reason"] == HIRED


def test_archiving_twice_and_back(lever: Lever, ana: str) -> None:
    path = f"/opportunities/{ana}/archived"
    lever.put(path, {"reason": WITHDREW})
    first = lever.opportunity(ana, expand="applications")
    archived = {"reason": WITHDREW, "archivedAt": lever.now_ms}
    assert (first["archived"], first["lastAdvancedAt"]) == (archived, lever.now_ms)
    assert first["applications"][0]["archived"] == archived
    lever.now += 5
    lever.put(path, {"reason": HIRED})
    again = lever.opportunity(ana)
    assert again["archived"] == {"reason": HIRED, "archivedAt": lever.now_ms}
    assert again["lastAdvancedAt"] == first["lastAdvancedAt"]
    lever.put(path, {"reason": None})
    back = lever.opportunity(ana, expand="applications")
    assert back["archived"] is back["applications"][0]["archived"] is None
    assert lever.refused(path, "PUT", json={"reason": "none"})[0] == 404


def test_tags_and_sources_are_case_sensitive_and_kept_once(lever: Lever, ana: str) -> None:
    lever.post(f"/opportunities/{ana}/addTags", {"tags": ["a", "A", "b", "b"]})
    assert [tag for tag in lever.opportunity(ana)["tags"] if len(tag) == 1] == ["a", "A", "b"]
    lever.post(f"/opportunities/{ana}/removeTags", {"tags": ["a", "never there"]})
    assert [tag for tag in lever.opportunity(ana)["tags"] if len(tag) == 1] == ["A", "b"]
    lever.post(f"/opportunities/{ana}/addSources", {"sources": ["Pin", "pin"]})
    lever.post(f"/opportunities/{ana}/removeSources", {"sources": ["pin"]})
    assert lever.opportunity(ana)["sources"] == ["Pin"]


def test_links_are_the_contacts_and_show_on_all_of_its_opportunities(lever: Lever, ana: str) -> None:
    other = lever.create(emails=["ana@x.example"])["id"]
    lever.now += 3
    lever.post(f"/opportunities/{ana}/addLinks", {"links": ["github.com/ana"]})
    read = lever.opportunity(other)
    assert read["links"] == ["https://l.example", "http://github.com/ana"]
    assert read["updatedAt"] == lever.now_ms
    lever.post(f"/opportunities/{ana}/removeLinks", {"links": ["github.com/ana"]})
    assert lever.opportunity(other)["links"] == ["https://l.example"]


def test_links_of_an_anonymized_contact_are_refused(lever: Lever, ana: str) -> None:
    lever.control("anonymize", {"contact": lever.opportunity(ana)["contact"]})
    told = lever.refused(f"/opportunities/{ana}/addLinks", "POST", json={"links": ["x.example"]})
    assert told == (400, "The contact is anonymized")
    assert lever.opportunity(ana)["isAnonymized"] is True
    assert lever.opportunity(ana)["stageChanges"][0]["userId"] == AUD
