from urllib.parse import parse_qs, urlsplit

from pinlever.practice.seed import CLIENT_ID, posting_id

from .lever import Lever

NASTY = "<script>alert('x')</script>"


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
        assert "href='javascript" not in page.text
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
    target = page.text.split("href='", 1)[1].split("'", 1)[0].replace("&amp;", "&")
    sent = lever.client.get(target)
    back = parse_qs(urlsplit(sent.headers["Location"]).query)
    assert (sent.status_code, back["state"]) == (302, ["'><b>"])
    assert back["code"]
