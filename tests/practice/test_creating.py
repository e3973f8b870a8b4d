"""POST /opportunities: what is refused, who it is for, what Lever adds."""

import io
import json
from typing import Any

import pytest

from pinlever.practice.seed import archive_reason_id, posting_id, user_id

from .lever import AUD, JONAS, START, Lever, basic

NOW = int(START * 1000)
BACKEND = posting_id("backend-engineer")
DESIGNER = posting_id("product-designer")
HIRED = archive_reason_id("hired")
NOBODY = "00000000-0000-4000-8000-000000000000"


def test_an_empty_body_makes_a_lead(lever: Lever) -> None:
    answer = lever.call("POST", "/opportunities", json={}, query_string={"perform_as": AUD})
    assert answer.status_code == 201
    assert answer.json["deduped"] is False
    row = answer.json["data"]
    assert (row["stage"], row["origin"], row["name"], row["emails"]) == ("lead-new", "sourced", "", [])


def test_everything_given_comes_back(lever: Lever) -> None:
    row = lever.create(
        name="Ingrid Solheim",
        headline="Engineer, Nordlys",
        location="Bergen, Norway",
        emails=["Ingrid@Solheim.example", "i@s.example"],
        phones=[{"type": "mobile", "value": "+47 900"}, {"value": "22"}],
        links=["linkedin.com/in/ingrid", "https://x.example"],
        tags=["a", "b"],
        sources=["Pin"],
        origin="sourced",
        owner=JONAS,
        followers=[JONAS],
        createdAt=NOW - 5_123,
    )
    read = lever.opportunity(row["id"])
    assert read == row
    assert read["emails"] == ["Ingrid@Solheim.example", "i@s.example"]
    assert read["phones"] == [{"type": "mobile", "value": "+47 900"}, {"type": "other", "value": "22"}]
    assert read["links"] == ["http://linkedin.com/in/ingrid", "https://x.example"]
    assert (read["owner"], read["sourcedBy"], read["followers"]) == (JONAS, AUD, [AUD, JONAS])
    assert (read["createdAt"], read["lastAdvancedAt"], read["updatedAt"]) == (NOW - 5_123, NOW - 5_123, NOW)
    assert read["stageChanges"] == [
        {"toStageId": "lead-new", "toStageIndex": 0, "updatedAt": NOW, "userId": AUD}
    ]
    assert read["urls"]["show"].endswith(f"/candidates/{row['id']}")


REFUSED: list[tuple[str, dict[str, Any], int, str]] = [
    ("two postings", {"postings": [BACKEND, DESIGNER]}, 400, "Only one posting"),
    ("unknown posting", {"postings": [NOBODY]}, 404, f"postings {NOBODY} was not found"),
    ("unknown stage", {"stage": "won"}, 404, "stages won was not found"),
    ("unknown owner", {"owner": NOBODY}, 404, "users"),
    ("unknown follower", {"followers": [NOBODY]}, 404, "users"),
    ("unknown contact", {"contact": NOBODY}, 404, "contacts"),
    ("unknown origin", {"origin": "dreamt"}, 400, "origin"),
    ("phone type", {"phones": [{"type": "fax", "value": "1"}]}, 400, "type"),
    ("phone without value", {"phones": [{"type": "work"}]}, 400, "value"),
    ("phone as text", {"phones": ["1"]}, 400, "list of objects"),
    ("emails as text", {"emails": "a@b.example"}, 400, "list of strings"),
    ("a number in emails", {"emails": [1]}, 400, "list of strings"),
    ("name as number", {"name": 1}, 400, "name is not a string"),
    ("created tomorrow", {"createdAt": NOW + 1}, 400, "future"),
    ("created as text", {"createdAt": "soon"}, 400, "milliseconds"),
    ("created as flag", {"createdAt": True}, 400, "milliseconds"),
    ("archived before", {"createdAt": NOW, "archived": {"reason": HIRED, "archivedAt": NOW}}, 400, "earlier"),
    ("archived alone", {"archived": {"reason": HIRED, "archivedAt": NOW - 1}}, 400, "createdAt"),
    ("unknown reason", {"archived": {"reason": NOBODY}}, 404, "archive_reasons"),
    ("location", {"postings": [BACKEND], "opportunityLocation": "Mars"}, 400, "opportunityLocation"),
]


@pytest.mark.parametrize(("why", "body", "status", "said"), REFUSED, ids=[row[0] for row in REFUSED])
def test_it_refuses(lever: Lever, why: str, body: dict[str, Any], status: int, said: str) -> None:
    answer = lever.refused("/opportunities", "POST", json=body, query_string={"perform_as": AUD})
    assert answer[0] == status
    assert said in answer[1]
    assert lever.state()["counts"]["opportunities"] == lever.state()["counts"]["contacts"] == 0


@pytest.mark.parametrize("body", ["[1]", "{", "nonsense", '"text"', "[" * 100_000])
def test_it_refuses_what_is_no_object(lever: Lever, body: str) -> None:
    query = {"perform_as": AUD}
    assert lever.refused("/opportunities", "POST", data=body, query_string=query)[0] == 400


def test_perform_as_is_required_and_must_be_a_user(lever: Lever) -> None:
    assert lever.refused("/opportunities", "POST", json={}) == (400, "perform_as is required")
    asked = lever.refused("/opportunities", "POST", json={}, query_string={"perform_as": NOBODY})
    assert asked == (400, f"perform_as is not a user: {NOBODY}")


def test_a_deactivated_user_may_perform(lever: Lever) -> None:
    assert lever.post("/opportunities", {}, perform_as=user_id("rosa"))["data"]["owner"] == user_id("rosa")


def test_a_known_email_links_and_still_adds_an_opportunity(lever: Lever) -> None:
    first = lever.create(name="Ana", emails=["ana@x.example"], headline="One")
    second = lever.post("/opportunities", {"name": "Other", "emails": [" ANA@X.example "], "headline": "Two"})
    assert second["deduped"] is True
    assert second["data"]["contact"] == first["contact"]
    assert second["data"]["id"] != first["id"]
    assert (second["data"]["name"], second["data"]["headline"]) == ("Ana", "One")


def test_without_email_every_create_is_a_new_person(lever: Lever) -> None:
    body = {"name": "Ana", "links": ["https://l.example/ana"], "phones": [{"value": "1"}]}
    contacts = {lever.create(**body)["contact"] for _ in range(3)}
    assert len(contacts) == 3


ENRICHING = {
    "emails": ["ana@x.example", "new@x.example"],
    "phones": [{"value": "2"}],
    "links": ["https://new.example"],
    "location": "Oslo",
}
ENRICHED = {
    "emails": ["ana@x.example", "new@x.example"],
    "phones": [{"type": "other", "value": "1"}, {"type": "other", "value": "2"}],
    "links": ["https://old.example", "https://new.example"],
    "location": "Oslo",
}
KEPT = {
    "emails": ["ana@x.example"],
    "phones": [{"type": "other", "value": "1"}],
    "links": ["https://old.example"],
    "location": "",
}
DEDUPES: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({}, ENRICHED),
    ({"dedupe_enrichment": False}, KEPT),
    ({"drop_links_on_dedupe": True}, {**ENRICHED, "links": ["https://old.example"]}),
]


@pytest.mark.parametrize(("switches", "expected"), DEDUPES)
def test_what_a_deduped_create_leaves_behind(switches: dict[str, Any], expected: dict[str, Any]) -> None:
    lever = Lever(**switches)
    old = {"emails": ["ana@x.example"], "phones": [{"value": "1"}], "links": ["https://old.example"]}
    first = lever.create(name="Ana", **old)
    lever.create(name="Ana", **ENRICHING)
    read = lever.opportunity(first["id"])
    assert {name: read[name] for name in expected} == expected


def test_a_given_contact_skips_the_emails(lever: Lever) -> None:
    ana = lever.create(name="Ana", emails=["ana@x.example"])
    ben = lever.create(name="Ben", emails=["ben@x.example"])
    more = lever.post("/opportunities", {"contact": ben["contact"], "emails": ["ana@x.example"]})
    assert (more["deduped"], more["data"]["contact"]) == (True, ben["contact"])
    assert lever.opportunity(ben["id"])["emails"] == ["ben@x.example", "ana@x.example"]
    assert lever.opportunity(ana["id"])["emails"] == ["ana@x.example"]
    # Both have the address now: the older contact wins.
    assert lever.create(emails=["ana@x.example"])["contact"] == ana["contact"]


def test_an_anonymized_contact_is_refused_and_never_matched(lever: Lever) -> None:
    ana = lever.create(name="Ana", emails=["ana@x.example"])
    lever.control("anonymize", {"contact": ana["contact"]})
    query = {"perform_as": AUD}
    answer = lever.refused("/opportunities", "POST", json={"contact": ana["contact"]}, query_string=query)
    assert answer == (400, "The contact is anonymized")
    assert lever.create(emails=["ana@x.example"])["contact"] != ana["contact"]


def test_plus_tags_are_told_apart_unless_switched(lever: Lever) -> None:
    ana = lever.create(emails=["ana@x.example"])
    assert lever.create(emails=["ana+pin@x.example"])["contact"] != ana["contact"]
    lever.control("switches", {"strip_plus_tags": True})
    assert lever.create(emails=["ana+more@x.example"])["contact"] == ana["contact"]


def test_a_posting_adds_its_tags_its_application_and_its_location(lever: Lever) -> None:
    row = lever.create(tags=["mine", "Platform"], postings=[BACKEND])
    own = ["mine", "Platform", "Backend Engineer", "Engineering", "Oslo", "Full-time"]
    assert row["tags"] == own
    assert "opportunityLocation" not in row
    read = lever.opportunity(row["id"], expand="applications")
    assert read["opportunityLocation"] == "Oslo"
    [application] = read["applications"]
    assert (application["posting"], application["type"], application["user"]) == (BACKEND, "user", AUD)
    assert application["opportunityId"] == application["candidateId"] == row["id"]
    assert lever.create(postings=[DESIGNER])["stage"] == "lead-new"


LOCATIONS = [(BACKEND, None, "Oslo"), (DESIGNER, None, "unspecified"), (DESIGNER, "Lisbon", "Lisbon")]


@pytest.mark.parametrize(("posting", "given", "stored"), LOCATIONS)
def test_the_location_of_an_opportunity(lever: Lever, posting: str, given: str | None, stored: str) -> None:
    body = {"postings": [posting]} | ({"opportunityLocation": given} if given else {})
    assert lever.opportunity(lever.create(**body)["id"])["opportunityLocation"] == stored


CREATED_AT = [("keep", NOW - 1_999), ("ignore", NOW), ("round", NOW - 2_000)]


@pytest.mark.parametrize(("switch", "stored"), CREATED_AT)
def test_a_supplied_created_at(switch: str, stored: int) -> None:
    lever = Lever(created_at=switch)
    assert lever.create(createdAt=NOW - 1_999)["createdAt"] == stored
    assert lever.create()["createdAt"] == NOW


FOLLOWERS = [
    ("unless interviewer", AUD, [AUD]),
    ("unless interviewer", JONAS, []),
    ("always", JONAS, [JONAS]),
    ("never", AUD, []),
]


@pytest.mark.parametrize(("switch", "user", "expected"), FOLLOWERS)
def test_whether_the_creator_follows(switch: str, user: str, expected: list[str]) -> None:
    assert Lever(creator_follows=switch).post("/opportunities", {}, user)["data"]["followers"] == expected


def test_archived_on_arrival(lever: Lever) -> None:
    alone = lever.create(archived={"archivedAt": NOW - 1})
    assert alone["archived"] is None
    now = lever.create(archived={"reason": HIRED})
    assert now["archived"] == {"reason": HIRED, "archivedAt": NOW}
    then = lever.create(createdAt=NOW - 9, archived={"reason": HIRED, "archivedAt": NOW - 4})
    assert then["archived"]["archivedAt"] == NOW - 4


def test_the_posting_owner_may_own(lever: Lever) -> None:
    query = {"perform_as_posting_owner": "true"}
    row = lever.post("/opportunities", {"postings": [DESIGNER]}, **query)["data"]
    assert row["owner"] == user_id("ines")
    assert (
        lever.refused("/opportunities", "POST", json={}, query_string={"perform_as": AUD, **query})[0] == 400
    )


def test_a_confidential_posting_needs_access(lever: Lever) -> None:
    body = {"postings": [posting_id("chief-of-staff")]}
    assert lever.create(**body)["confidentiality"] == "confidential"
    lever.control("keys", {"key": "plain", "confidential": False})
    query = {"perform_as": AUD}
    answer = lever.refused("/opportunities", "POST", json=body, query_string=query, headers=basic("plain"))
    assert answer[0] == 403


PDF = b"%PDF-1.7 r\xc3\xa9sum\xc3\xa9"
MULTIPART: list[dict[str, Any]] = [
    {"phones[]": [json.dumps({"type": "work", "value": "7"})], "emails[]": ["a@x.example", "b@x.example"]},
    {"phones[0][type]": "work", "phones[0][value]": "7", "emails": ["a@x.example", "b@x.example"]},
]


@pytest.mark.parametrize("parts", MULTIPART)
def test_multipart_carries_the_same_and_a_resume(lever: Lever, parts: dict[str, Any]) -> None:
    form = {
        "name": "Ana",
        "postings[]": BACKEND,
        "createdAt": str(NOW - 77),
        "archived[reason]": HIRED,
        "archived[archivedAt]": str(NOW - 7),
        "resumeFile": (io.BytesIO(PDF), "ana.pdf"),
        **parts,
    }
    answer = lever.call("POST", "/opportunities", data=form, query_string={"perform_as": AUD})
    assert answer.status_code == 201, answer.text
    row = answer.json["data"]
    assert (row["emails"], row["phones"]) == (
        ["a@x.example", "b@x.example"],
        [{"type": "work", "value": "7"}],
    )
    assert (row["createdAt"], row["archived"]) == (NOW - 77, {"reason": HIRED, "archivedAt": NOW - 7})
    [resume] = lever.get(f"/opportunities/{row['id']}/resumes")["data"]
    assert (resume["file"]["name"], resume["file"]["ext"]) == ("ana.pdf", "pdf")
    download = lever.call("GET", f"/opportunities/{row['id']}/resumes/{resume['id']}/download")
    assert download.data == PDF
    assert lever.log()[0]["resume"]["size"] == len(PDF)


def test_urlencoded_is_read_too(lever: Lever) -> None:
    form = {"name": "Ana", "tags[]": ["a", "b"]}
    answer = lever.call("POST", "/opportunities", data=form, query_string={"perform_as": AUD})
    assert (answer.json["data"]["name"], answer.json["data"]["tags"]) == ("Ana", ["a", "b"])


def test_two_resumes_or_parse_without_one_are_refused(lever: Lever) -> None:
    two = {"resumeFile": [(io.BytesIO(PDF), "1.pdf"), (io.BytesIO(PDF), "2.pdf")]}
    assert lever.refused("/opportunities", "POST", data=two, query_string={"perform_as": AUD})[0] == 400
    query = {"perform_as": AUD, "parse": "True"}
    assert lever.refused("/opportunities", "POST", json={}, query_string=query)[0] == 400


def test_resumes_can_be_refused() -> None:
    lever = Lever(refuse_resumes=True)
    form = {"name": "Ana", "resumeFile": (io.BytesIO(PDF), "ana.pdf")}
    answer = lever.refused("/opportunities", "POST", data=form, query_string={"perform_as": AUD})
    assert answer == (400, "resumeFile could not be processed")
    assert lever.create(name="Ana")["name"] == "Ana"
