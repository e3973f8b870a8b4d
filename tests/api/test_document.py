"""docs/api.md: every example is run as it stands, and answered as it says."""

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from tests.api.calling import BASE, Caller
from tests.sync.world import World

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "api.md").read_text()
EXAMPLE = re.compile(r"```sh\n(curl .*?)\n```\n\nAnswer `(\d+)`.*?```json\n(.*?)\n```", re.DOTALL)
EXAMPLES = EXAMPLE.findall(PAGE)
BODY = {"-d", "--data"}


def curl(call: Caller, command: str) -> tuple[int, Any]:
    words = shlex.split(command.replace("$PINLEVER", BASE).replace("$TOKEN", call.token))
    options, address = {"-X": "GET", "-d": ""}, ""
    headers = {}
    rest = iter(words[1:])
    for word in rest:
        if word == "-H":
            name, _, value = next(rest).partition(": ")
            headers[name] = value
        elif word.startswith("-"):
            options[word] = next(rest)
        else:
            address = word
    token = Caller(headers["Authorization"].removeprefix("Bearer "))
    kind = headers.get("Content-Type", "")
    return token(options["-X"], address.removeprefix(BASE), options["-d"] or None, content_type=kind)


def fits(told: Any, said: Any) -> bool:
    """Whether the answer holds all that the page says; "…" stands for anything."""
    if said == "…":
        return bool(told)
    if isinstance(said, dict):
        return isinstance(told, dict) and all(name in told and fits(told[name], said[name]) for name in said)
    if isinstance(said, list):
        return len(told) == len(said) and all(map(fits, told, said))
    return bool(told == said)


def test_every_example_is_answered_as_the_page_says(call: Caller, company: World) -> None:
    assert len(EXAMPLES) == PAGE.count("```sh\ncurl") == 10
    for command, status, answer in EXAMPLES:
        told = curl(call, command)
        assert told[0] == int(status), (command, told)
        assert fits(told[1], json.loads(answer)), (command, told)


@pytest.mark.parametrize("said", ["two", ["…"], {"a": 1}, {"a": [{"b": "…"}]}])
def test_the_comparison_notices_what_is_missing(said: Any) -> None:
    assert not fits("", said) or said == {}


def test_every_status_of_the_document_is_on_the_page(call: Caller) -> None:
    _, document = call("GET", "/openapi.json")
    statuses = {
        status
        for path in document["paths"].values()
        for method in path.values()
        for status in method["responses"]
    }
    assert {status for status in statuses if status > "400"} <= set(re.findall(r"\b[45]\d\d\b", PAGE))
