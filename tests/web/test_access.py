"""Whoever is signed out is led to signing in; an open page is told instead, so that nothing typed in it is lost."""

import pytest
from django.test import Client

PAGES = ("/candidates/", "/settings/people/")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_leads_to_signing_in(client: Client, page: str) -> None:
    assert client.get(page)["Location"] == f"/accounts/login/?next={page}"


@pytest.mark.parametrize("page", PAGES)
def test_a_part_of_an_open_page_is_told(client: Client, page: str) -> None:
    answer = client.get(page, headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert "Sign in again" in answer.content.decode()


@pytest.mark.parametrize(
    ("referer", "page"),
    [
        ("http://testserver/duplicates/?at=record-1", "/duplicates/%3Fat%3Drecord-1"),
        ("http://testserver/duplicates/", "/duplicates/"),
        ("https://elsewhere.example/", "/duplicates/records/1/"),
        ("http://testserver//elsewhere.example/", "/duplicates/records/1/"),
        ("", "/duplicates/records/1/"),
    ],
)
def test_a_form_whose_session_ended_leads_back_to_its_page(client: Client, referer: str, page: str) -> None:
    answer = client.post("/duplicates/records/1/", headers={"Referer": referer})
    assert answer["Location"] == f"/accounts/login/?next={page}"


def test_a_recruiter_is_told_whom_to_ask(as_recruiter: Client) -> None:
    answer = as_recruiter.get("/settings/people/", headers={"HX-Request": "true"})
    assert answer.status_code == 403
