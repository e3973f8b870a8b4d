"""Applying as on the job site, uploads, what applicants say of themselves; and postings as they may be written."""

import io
from typing import Any

import pytest

from pinlever.practice.seed import posting_id

from .lever import AUD, START, Lever

NOW = int(START * 1000)
BACKEND, DESIGNER = posting_id("backend-engineer"), posting_id("product-designer")
UNLISTED, CLOSED = posting_id("account-executive"), posting_id("data-analyst")


def said(**more: str) -> dict[str, Any]:
    told = {"fullName": "Ana Ruiz", "email": "ana@x.example", **more}
    return {"personalInformation": [{"name": name, "value": value} for name, value in told.items()]}


def apply(lever: Lever, posting: str = BACKEND, body: dict[str, Any] | None = None) -> Any:
    """The opportunity it made."""
    told = lever.post(f"/postings/{posting}/apply", said() if body is None else body, None)["data"]
    [row] = [row for row in lever.state()["opportunities"] if told["applicationId"] in row["applications"]]
    return row


def test_the_form_says_what_it_asks(lever: Lever) -> None:
    form = lever.get(f"/postings/{DESIGNER}/apply")["data"]
    asked = {row["name"]: row["required"] for row in form["personalInformation"]}
    assert (asked["fullName"], asked["email"], asked["resume"]) == (True, True, False)
    assert "preferredPostingLocation" in asked
    names = {row["name"] for row in lever.get(f"/postings/{BACKEND}/apply")["data"]["personalInformation"]}
    assert "preferredPostingLocation" not in names


def test_an_application_is_a_new_applicant(lever: Lever) -> None:
    answers = said(
        phone="+47 900", currentCompany="Fjord", currentLocation="Oslo", additionalInformation="Hi"
    )
    body = {
        **answers,
        "urls": [{"name": "LinkedIn", "value": "linkedin.com/in/ana"}],
        "ipAddress": "192.0.2.1",
    }
    row = apply(lever, body=body)
    assert (row["stage"], row["origin"], row["sources"]) == ("applicant-new", "applied", ["Job site"])
    assert (row["name"], row["headline"], row["location"]) == ("Ana Ruiz", "Fjord", "Oslo")
    assert row["links"] == ["http://linkedin.com/in/ana"]
    assert (row["owner"], row["sourcedBy"], row["opportunityLocation"]) == (AUD, None, "Oslo")
    assert "userId" not in row["stageChanges"][0]
    [application] = lever.get(f"/opportunities/{row['id']}/applications")["data"]
    assert (application["type"], application["user"], application["email"]) == (
        "posting",
        None,
        "ana@x.example",
    )
    assert application["phone"] == {"type": None, "value": "+47 900"}
    assert (application["comments"], application["ipAddress"]) == ("Hi", "192.0.2.1")


def test_to_an_unlisted_posting_one_applies_from_inside(lever: Lever) -> None:
    assert apply(lever, UNLISTED)["origin"] == "internal"
    assert apply(lever, UNLISTED, {**said(), "origin": "applied"})["origin"] == "applied"


def test_a_known_address_is_the_known_person(lever: Lever) -> None:
    known = lever.create(name="Ana", emails=["ANA@x.example"])
    row = apply(lever)
    assert (row["contact"], row["name"]) == (known["contact"], "Ana")


def test_it_is_announced(lever: Lever) -> None:
    for event in ("contactCreated", "applicationCreated"):
        lever.post("/webhooks", {"url": "http://127.0.0.1:9/", "event": event}, None)
    first, second = apply(lever), apply(lever)
    bodies = [row["body"] for row in lever.control("deliveries", method="GET")["data"]]
    assert [body["event"] for body in bodies] == ["contactCreated", *["applicationCreated"] * 2]
    assert bodies[0]["data"] == {"contactId": first["contact"]}
    assert bodies[2]["data"] == {
        "opportunityId": second["id"],
        "candidateId": second["id"],
        "contactId": second["contact"],
        "applicationId": second["applications"][0],
    }


def upload(lever: Lever) -> Any:
    form = {"file": (io.BytesIO(b"%PDF-1.7 hello"), "cv.pdf")}
    return lever.call("POST", "/uploads", data=form).json["data"]


def test_the_resume_is_what_was_uploaded_before(lever: Lever) -> None:
    made = upload(lever)
    assert (made["filename"], made["size"], made["expiresAt"]) == ("cv.pdf", 14, NOW + 86_400_000)
    row = apply(lever, body=said(resume=made["uri"]))
    [resume] = lever.get(f"/opportunities/{row['id']}/resumes")["data"]
    content = lever.call("GET", f"/opportunities/{row['id']}/resumes/{resume['id']}/download").data
    assert (resume["file"]["name"], content) == ("cv.pdf", b"%PDF-1.7 hello")


def test_an_upload_is_good_for_a_day(lever: Lever) -> None:
    made = upload(lever)
    lever.now += 86_400
    body = said(resume=made["uri"])
    assert lever.refused(f"/postings/{BACKEND}/apply", "POST", json=body)[0] == 400
    upload(lever)
    assert lever.app.world.store.blob(made["id"]) is None


WRONG: list[tuple[str, dict[str, Any]]] = [
    (BACKEND, {}),
    (BACKEND, said(fullName="")),
    (BACKEND, said(email="nonsense")),
    (BACKEND, said(shoeSize="42")),
    (BACKEND, said(resume="https://api.lever.co/v1/uploads/none")),
    (BACKEND, {**said(), "origin": "sourced"}),
    (BACKEND, {"personalInformation": [{"name": "fullName", "value": 1}]}),
    (DESIGNER, said(preferredPostingLocation="Mars")),
    (CLOSED, said()),
]


@pytest.mark.parametrize(("posting", "body"), WRONG)
def test_an_application_is_refused(lever: Lever, posting: str, body: dict[str, Any]) -> None:
    before = lever.state()["counts"]
    assert lever.refused(f"/postings/{posting}/apply", "POST", json=body)[0] == 400
    assert lever.state()["counts"] == before


def test_answers_of_the_last_week_are_told_with_and_without_names(lever: Lever) -> None:
    row = apply(lever, body={**said(), "eeoResponses": {"gender": "Female", "eyes": "blue"}})
    lever.create(name="Sourced", postings=[BACKEND])
    [named] = lever.get("/eeo/responses/pii", expand=["contact", "posting"])["data"]
    assert (named["contact"]["name"], named["gender"], named["opportunityId"]) == (
        "Ana Ruiz",
        "Female",
        row["id"],
    )
    [bare] = lever.get("/eeo/responses")["data"]
    assert bare["gender"] == "Female"
    assert not {"contact", "opportunityId", "applicationId"} & set(bare)
    lever.now += 8 * 86_400
    assert lever.get("/eeo/responses")["data"] == lever.get("/eeo/responses/pii")["data"] == []
    assert len(lever.get("/eeo/responses", fromDate=NOW)["data"]) == 1
    assert len(lever.get("/eeo/responses/pii", created_at_start=NOW)["data"]) == 1


def test_a_posting_tells_its_words_plainly_too(lever: Lever) -> None:
    content = {
        "descriptionHtml": "<div>Cook &amp; clean</div><div>Daily<br>work</div>",
        "lists": [{"text": "You have", "content": "<li>a knife</li>"}],
        "closingPostingHtml": '<b class="x">Bye</b>',
    }
    band = {"min": 1, "max": 2, "currency": "EUR", "interval": "per-hour-wage"}
    given = {"text": "Chef", "content": content, "salaryRange": band, "salaryDescriptionHtml": "<p>Fair</p>"}
    made = lever.post("/postings", given)["data"]
    assert made["content"]["description"] == "Cook & clean\nDaily\nwork\n"
    assert (made["content"]["closing"], made["content"]["closingHtml"]) == ("Bye", '<b class="x">Bye</b>')
    assert (made["salaryRange"], made["salaryDescription"]) == (band, "Fair\n")
    changed = lever.post(f"/postings/{made['id']}", {"content": {"closingPostingHtml": "<b>So long</b>"}})[
        "data"
    ]
    assert changed["content"]["description"] == made["content"]["description"]
    assert changed["content"]["closing"] == "So long"


WRONG_POSTINGS: list[dict[str, Any]] = [
    {"content": {"descriptionHtml": "<script>alert(1)</script>"}},
    {"content": {"descriptionHtml": '<p onclick="x">a</p>'}},
    {"content": {"descriptionHtml": "<!-- a -->"}},
    {"content": {"lists": [{"text": "a", "content": "<div>b</div>"}]}},
    {"content": {"lists": ["a"]}},
    {"content": {"descriptionHtml": 1}},
    {"workplaceType": "moon"},
    {"distributionChannels": ["radio"]},
    {"salaryRange": {"min": 1, "max": 2, "currency": "EUR"}},
    {"salaryRange": {"min": 1, "max": 2, "currency": "EUR", "interval": "often"}},
]


@pytest.mark.parametrize("body", WRONG_POSTINGS)
def test_a_posting_is_refused(lever: Lever, body: dict[str, Any]) -> None:
    given = {"json": {"text": "Chef", **body}, "query_string": {"perform_as": AUD}}
    assert lever.refused("/postings", "POST", **given)[0] == 400
    assert lever.refused(f"/postings/{BACKEND}", "POST", **given)[0] == 400


def test_an_update_leaves_owner_and_hiring_manager_alone(lever: Lever) -> None:
    told = lever.post(f"/postings/{BACKEND}", {"owner": "x", "hiringManager": "y", "text": "Engineer"})[
        "data"
    ]
    assert (told["owner"], told["hiringManager"], told["text"]) == (AUD, None, "Engineer")
