"""Our own link at Lever, recognised whatever became of it."""

import uuid

import pytest
from pytest_django import Settings

from pinlever.connection.marker import marker_link, marker_of
from pinlever.recruiting.models import prospect_key

KEY = prospect_key(uuid.UUID(int=1), uuid.UUID(int=2))

OURS = [
    "https://pinlever.example.com/prospects/{key}/",
    "http://pinlever.example.com/prospects/{key}",
    "HTTPS://Moved.Example:8443/prospects/{upper}/",
    "pinlever.example.com/prospects/{key}/?utm=1#top",
    "pinlever.example.com/prospects/{key}?from=https://hire.lever.co/",
    "//pinlever.example.com/prospects/{key}//",
    "  https://pinlever.example.com/prospects/{key}/  ",
    "https://pinlever.example.com/%70rospects/{key}/",
]
NOT_OURS = [
    "",
    "https://pinlever.example.com/prospects/",
    "https://pinlever.example.com/prospects/1234/",
    "https://pinlever.example.com/prospects/6f1c8a52-6f0e-4d3b-9a67-0c5b1f2e7d90/",
    "https://pinlever.example.com/x/prospects/{key}/",
    "https://pinlever.example.com/prospects/{key}/edit/",
    "https://pinlever.example.com/?next=/prospects/{key}/",
    "https://[broken/prospects/{key}/",
]


@pytest.mark.parametrize("url", OURS)
def test_a_link_of_ours_is_recognised(url: str) -> None:
    assert marker_of(url.format(key=KEY, upper=str(KEY).upper())) == KEY


@pytest.mark.parametrize("url", NOT_OURS)
def test_another_link_is_not(url: str) -> None:
    assert marker_of(url.format(key=KEY)) is None


def test_what_we_send_is_recognised(settings: Settings) -> None:
    settings.PINLEVER_URL = "https://pinlever.test"
    assert marker_link(KEY) == f"https://pinlever.test/prospects/{KEY}/"
    assert marker_of(marker_link(KEY)) == KEY
