from __future__ import annotations

import hashlib
from typing import Any

import pytest

from pinlever.lever.story import summary_of_answer, summary_of_request, without_secrets


def test_secrets_are_removed_at_any_depth() -> None:
    given = {"a": [{"Client_Secret": "s", "b": ("x", {"refresh_token": "r"})}], "code": "c"}
    assert without_secrets(given) == {
        "a": [{"Client_Secret": "(removed)", "b": ["x", {"refresh_token": "(removed)"}]}],
        "code": "(removed)",
    }


def test_the_summary_of_a_request() -> None:
    assert summary_of_request(None, None, None) == {}
    assert summary_of_request({"name": "A", "token": "t"}, None, None) == {
        "json": {"name": "A", "token": "(removed)"}
    }
    form = [("grant_type", "refresh_token"), ("refresh_token", "r"), ("client_secret", "s"), ("code", "c")]
    assert summary_of_request(None, form, None)["form"] == [
        ["grant_type", "refresh_token"],
        ["refresh_token", "(removed)"],
        ["client_secret", "(removed)"],
        ["code", "(removed)"],
    ]
    file = ("resumeFile", ("cv.pdf", b"content", "application/pdf"))
    assert summary_of_request(None, None, [file])["files"] == [
        {"part": "resumeFile", "name": "cv.pdf", "size": 7, "sha256": hashlib.sha256(b"content").hexdigest()}
    ]


@pytest.mark.parametrize(
    ("data", "body", "expected"),
    [
        (
            {"data": [{"id": "a"}, {"id": 5}, None], "hasNext": False},
            b"",
            {"count": 3, "ids": ["a"], "hasNext": False},
        ),
        (
            {"data": [{"id": str(n)} for n in range(50)]},
            b"",
            {"count": 50, "ids": [str(n) for n in range(10)]},
        ),
        ({"data": {"id": "o", "contact": "c", "emails": ["x@y"]}}, b"", {"id": "o", "contact": "c"}),
        ({"data": {"contact": {"id": "c", "name": "N"}}}, b"", {}),
        ({"code": "BadRequest", "message": "no"}, b"", {"code": "BadRequest", "message": "no"}),
        ({"access_token": "a", "expires_in": 9}, b"", {"access_token": "(removed)", "expires_in": 9}),
        (None, b"<html>\0" + b"x" * 400, {"bytes": 407, "text": "<html>" + "x" * 293}),
        (None, b"", {}),
        ([1], b"[1]", {"bytes": 3, "text": "[1]"}),
    ],
)
def test_the_summary_of_an_answer(data: Any, body: bytes, expected: dict[str, Any]) -> None:
    assert summary_of_answer(data, body) == expected
