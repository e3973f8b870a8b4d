"""The page people land on."""

from django.test import Client


def test_it_requires_signing_in(client: Client) -> None:
    answer = client.get("/")
    assert answer.status_code == 302
    assert answer["Location"] == "/accounts/login/?next=/"


def test_it_greets_whoever_is_signed_in(as_recruiter: Client) -> None:
    assert as_recruiter.get("/").status_code == 200
