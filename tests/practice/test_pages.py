import html
import io
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from werkzeug.test import TestResponse

from pinlever.practice.seed import CLIENT_ID, archive_reason_id, posting_id, user_id

from .lever import Lever

NASTY = "<script>alert('x')</script>"
AUTHORIZE = {
    "client_id": CLIENT_ID,
    "redirect_uri": "http://localhost:8000/back",
    "response_type": "code",
    "audience": "http://127.0.0.1:8765/v1/",
    "scope": "offline_access",
    "state": "s",
}


def addresses(page: TestResponse) -> list[str]:
    """Where the page's answers to "who are you?" lead."""
    return [html.unescape(found) for found in re.findall(r'href="(/authorize[^"]*)"', page.text)]


def announced(lever: Lever) -> list[str]:
    return [row["body"]["event"] for row in lever.control("deliveries", method="GET")["data"]]


def listen(lever: Lever, *events: str) -> None:
    for event in events:
        hook = {"url": "http://127.0.0.1:9/hook", "event": event}
        assert lever.call("POST", "/webhooks", json=hook).status_code in (200, 201)


def send(lever: Lever, path: str, **given: Any) -> TestResponse:
    headers = given.pop("headers", {})
    return lever.client.post(path, data=given, headers=headers)


def test_the_link_of_an_opportunity_leads_to_its_page(lever: Lever) -> None:
    row = lever.create(name="Ana Ruiz", emails=["ana@x.example"], postings=[posting_id("backend-engineer")])
    lever.post(f"/opportunities/{row['id']}/notes", {"value": "Sourced by Pin"})
    page = lever.client.get(urlsplit(row["urls"]["show"]).path)
    assert page.content_type == "text/html; charset=utf-8"
    for text in (
        "Practice Lever",
        "Ana Ruiz",
        "ana@x.example",
        "Backend Engineer",
        "Sourced by Pin",
        "New lead",
    ):
        assert text in page.text
    assert "Ana Ruiz" in lever.client.get(urlsplit(row["urls"]["list"]).path).text


def test_with_credentials_the_same_path_is_the_api(lever: Lever) -> None:
    row = lever.create(name="Ana")
    answer = lever.client.get(f"/candidates/{row['id']}", headers=lever.headers)
    assert answer.json["data"]["id"] == row["id"]


def test_what_people_wrote_is_shown_and_not_run(lever: Lever) -> None:
    row = lever.create(name=NASTY, headline=NASTY, tags=[NASTY], links=["javascript:alert(1)"])
    for path in ("/", f"/candidates/{row['id']}"):
        page = lever.client.get(path)
        assert "<script>" not in page.text
        assert 'href="javascript' not in page.text
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]


def test_nobody_there(lever: Lever) -> None:
    assert lever.client.get("/candidates/x").status_code == 404
    assert lever.client.get("/authorize").status_code == 400


def test_the_consent_screen_asks_who_is_signing_in(lever: Lever) -> None:
    query = {
        "client_id": CLIENT_ID,
        "redirect_uri": "http://localhost:8000/back",
        "response_type": "code",
        "audience": "http://127.0.0.1:8765/v1/",
        "scope": "offline_access <b>",
        "state": "'><b>",
    }
    page = lever.client.get("/authorize", query_string=query)
    assert "Super Admin" in page.text
    assert "<b>" not in page.text
    target = addresses(page)[0]
    sent = lever.client.get(target)
    back = parse_qs(urlsplit(sent.headers["Location"]).query)
    assert (sent.status_code, back["state"]) == (302, ["'><b>"])
    assert back["code"]


def test_deny_and_an_ordinary_user_are_told_to_the_application(lever: Lever) -> None:
    page = lever.client.get("/authorize", query_string=AUTHORIZE)
    told = [parse_qs(urlsplit(lever.client.get(to).headers["Location"]).query) for to in addresses(page)]
    assert [set(answer) for answer in told] == [{"code", "state"}] + [
        {"error", "error_description", "state"}
    ] * 2
    assert "Only a Super Admin" in told[1]["error_description"][0]
    assert "did not authorize" in told[2]["error_description"][0]
    assert {answer["error"][0] for answer in told[1:]} == {"access_denied"}


def test_every_page_says_that_it_is_practice(lever: Lever) -> None:
    row = lever.create(name="Ana")
    for path in ("/", f"/candidates/{row['id']}", "/candidates/x", "/authorize"):
        page = lever.client.get(path)
        assert "<strong>Practice</strong>" in page.text
        assert "<style" not in page.text and "style=" not in page.text
    assert lever.client.get("/practice.css").content_type.startswith("text/css")


def test_the_list_is_searched_by_name_email_and_headline(lever: Lever) -> None:
    lever.create(name="Ana Ruiz", emails=["ana@x.example"], headline="Engineer, Fjord")
    lever.create(name="Bo Ek", emails=["bo@x.example"])
    for asked, found in (("RUIZ", True), ("ana@", True), ("fjord", True), ("zzz", False)):
        page = lever.client.get("/candidates", query_string={"q": asked})
        assert ("Ana Ruiz" in page.text, "Bo Ek" in page.text) == (found, False)
    assert "Nobody matches" in page.text
    page = lever.client.get("/candidates", query_string={"q": NASTY})
    assert "<script>" not in page.text


def test_a_stage_changed_by_hand_is_what_the_api_sees_and_is_announced(lever: Lever) -> None:
    row = lever.create(name="Ana")
    listen(lever, "candidateStageChange")
    lever.now += 60
    answer = send(lever, f"/candidates/{row['id']}/stage", stage="lead-responded")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/candidates/{row['id']}?done=stage")
    assert "The stage was changed" in lever.client.get(answer.headers["Location"]).text
    after = lever.opportunity(row["id"])
    assert (after["stage"], after["updatedAt"]) == ("lead-responded", lever.now_ms)
    assert announced(lever) == ["candidateStageChange"]
    send(lever, f"/candidates/{row['id']}/stage", stage="lead-responded")
    assert announced(lever) == ["candidateStageChange"]


def test_archived_and_taken_back_by_hand(lever: Lever) -> None:
    row = lever.create(name="Ana", postings=[posting_id("backend-engineer")])
    listen(lever, "candidateArchiveChange", "candidateHired")
    path = f"/candidates/{row['id']}/archived"
    send(lever, path, reason=archive_reason_id("hired"))
    assert lever.opportunity(row["id"])["archived"]["reason"] == archive_reason_id("hired")
    page = lever.client.get(f"/candidates/{row['id']}")
    assert "Take back out of the archive" in page.text and "Hired" in page.text
    send(lever, path)
    assert lever.opportunity(row["id"])["archived"] is None
    assert announced(lever) == ["candidateArchiveChange", "candidateHired", "candidateArchiveChange"]


@pytest.mark.parametrize("path", ["/candidates/x/stage", "/candidates/x/archived"])
def test_what_is_not_there_is_not_changed(lever: Lever, path: str) -> None:
    assert send(lever, path, stage="offer", reason="").status_code == 404


def test_unknown_stages_and_reasons_change_nothing(lever: Lever) -> None:
    row = lever.create(name="Ana")
    assert send(lever, f"/candidates/{row['id']}/stage", stage="nowhere").status_code == 404
    assert send(lever, f"/candidates/{row['id']}/stage").status_code == 404
    assert send(lever, f"/candidates/{row['id']}/archived", reason="bored").status_code == 404
    after = lever.opportunity(row["id"])
    assert (after["stage"], after["archived"]) == ("lead-new", None)


def test_forms_of_other_sites_are_refused(lever: Lever) -> None:
    row = lever.create(name="Ana")
    path = f"/candidates/{row['id']}/stage"
    answer = send(lever, path, stage="offer", headers={"Origin": "http://evil.example"})
    assert (answer.status_code, lever.opportunity(row["id"])["stage"]) == (403, "lead-new")
    answer = send(lever, path, stage="offer", headers={"Origin": "http://localhost"})
    assert (answer.status_code, lever.opportunity(row["id"])["stage"]) == (303, "offer")


def test_the_resume_opens_from_the_profile(lever: Lever) -> None:
    given = {"name": "Ana", "resumeFile": (io.BytesIO(b"%PDF-1.7 hello"), "Ana – résumé.pdf")}
    answer = lever.call("POST", "/opportunities", data=given, query_string={"perform_as": user_id("aud")})
    id = answer.json["data"]["id"]
    page = lever.client.get(f"/candidates/{id}")
    assert "Ana – résumé.pdf" in page.text
    found = re.search(r'href="(/candidates/[^"]*/resume/[^"]*)"', page.text)
    assert found
    file = lever.client.get(found[1])
    assert (file.data, file.content_type) == (b"%PDF-1.7 hello", "application/pdf")
    assert file.headers["Content-Disposition"].startswith("inline")
    assert lever.client.get(f"/candidates/other/resume/{found[1].rsplit('/', 1)[1]}").status_code == 404
