from typing import Any

import pytest

from .lever import Lever


@pytest.fixture
def ana(lever: Lever) -> str:
    body = {"emails": ["ana@x.example"], "phones": [{"type": "work", "value": "1"}], "location": "Oslo"}
    return str(lever.create(name="Ana", headline="H", **body)["contact"])


def test_the_location_is_an_object_here(lever: Lever, ana: str) -> None:
    contact = lever.get(f"/contacts/{ana}")["data"]
    assert contact["location"] == {"name": "Oslo"}
    assert contact["emails"] == ["ana@x.example"]
    assert "links" not in contact
    assert lever.refused("/contacts/nobody")[0] == 404


def test_what_is_left_out_is_kept_and_every_opportunity_moves(lever: Lever, ana: str) -> None:
    other = lever.create(emails=["ana@x.example"])["id"]
    lever.now += 60
    told = lever.put(f"/contacts/{ana}", {"name": "Ana B"}, None)["data"]
    assert (told["name"], told["headline"], told["location"]) == ("Ana B", "H", {"name": "Oslo"})
    assert "isAnonymized" not in told
    assert "dataProtection" not in told
    read = lever.opportunity(other)
    assert (read["name"], read["updatedAt"]) == ("Ana B", lever.now_ms)


ARRAYS: list[tuple[str, list[str], list[str]]] = [
    ("replace", ["b@x.example"], ["2"]),
    ("merge", ["ana@x.example", "b@x.example"], ["1", "2"]),
]


@pytest.mark.parametrize(("switch", "emails", "phones"), ARRAYS)
def test_arrays(lever: Lever, ana: str, switch: str, emails: list[str], phones: list[str]) -> None:
    lever.control("switches", {"contact_put": switch})
    lever.put(f"/contacts/{ana}", {"emails": ["b@x.example"], "phones": [{"value": "2"}]}, None)
    contact = lever.get(f"/contacts/{ana}")["data"]
    assert contact["emails"] == emails
    assert [phone["value"] for phone in contact["phones"]] == phones


def test_a_changed_email_is_found_and_the_old_one_is_not(lever: Lever, ana: str) -> None:
    lever.put(f"/contacts/{ana}", {"emails": ["b@x.example"]}, None)
    assert lever.found(email="b@x.example") == ["Ana"]
    assert lever.found(email="ana@x.example") == []
    assert lever.create(emails=["ana@x.example"])["contact"] != ana


@pytest.mark.parametrize(
    "body", [{"name": 1}, {"emails": "x"}, {"phones": [1]}, {"location": {"name": "Oslo"}}]
)
def test_wrong_types_are_refused(lever: Lever, ana: str, body: dict[str, Any]) -> None:
    before = lever.get(f"/contacts/{ana}")
    assert lever.refused(f"/contacts/{ana}", "PUT", json=body)[0] == 400
    assert lever.get(f"/contacts/{ana}") == before


def test_an_anonymized_contact_cannot_be_changed(lever: Lever, ana: str) -> None:
    lever.control("anonymize", {"contact": ana})
    assert lever.refused(f"/contacts/{ana}", "PUT", json={"name": "Ana"})[0] == 400
    contact = lever.get(f"/contacts/{ana}")["data"]
    assert (contact["isAnonymized"], contact["emails"], contact["phones"]) == (True, [], [])
