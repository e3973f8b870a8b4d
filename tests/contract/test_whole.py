"""Practice Lever is whole: every endpoint answers, in Lever's shape, and refuses as Lever does."""

import pytest
import requests

from pinlever.practice import seed
from pinlever.practice.app import SUBJECTS
from pinlever.practice.routing import Router

from . import shapes
from .comparing import problems
from .endpoints import ALL, AS, OF_CHILDREN, OF_OPPORTUNITIES
from .everything import asked_for, made
from .server import Practice
from .test_shapes import ask

pytestmark = pytest.mark.contract


def test_every_endpoint_answers_in_levers_shape(practice: Practice, ids: dict[str, str]) -> None:
    for asked in ALL:
        answer = asked_for(practice, asked, ids)
        assert answer.status_code == asked.status, (asked.method, asked.path, answer.text)
        if asked.table is not None:
            assert problems(asked.table, answer.json(), asked.path) == []
        else:
            assert (answer.content == b"") == (asked.status == 204), asked.path


def test_none_of_the_lists_that_were_checked_was_empty(practice: Practice, ids: dict[str, str]) -> None:
    practice.post("documents", {"kind": "user", "document": {"name": "New", "email": "new@practice.example"}})
    made(practice, "POST", "/users", json={"name": "Kim", "email": "kim@practice.example"})  # an audit event
    lists = [asked for asked in ALL if asked.method == "GET" and asked.table and "data" in asked.table.fields]
    empty = [asked.path for asked in lists if asked_for(practice, asked, ids).json()["data"] == []]
    assert empty == []


def test_no_endpoint_goes_without_a_shape() -> None:
    ids = dict.fromkeys(
        *[[word for asked in ALL for word in asked.path.replace("}", "{").split("{")[1::2]], "x"]
    )
    router = Router(route for subject in SUBJECTS for route in subject.ROUTES)
    found = {
        (route.method, route.path)
        for asked in ALL
        for route, _ in [router.find(asked.method, f"/v1{asked.path.format(**ids).partition('?')[0]}")]
    }
    assert {(route.method, route.path) for subject in SUBJECTS for route in subject.ROUTES} - found == set()


@pytest.mark.parametrize("mirror", ["/candidates", "/v1/candidates", "/opportunities"])
def test_the_old_name_and_the_bare_path_lead_to_the_same(
    practice: Practice, ids: dict[str, str], mirror: str
) -> None:
    for asked in [*OF_OPPORTUNITIES, *OF_CHILDREN]:
        if asked.method != "GET" or not asked.path.startswith("/opportunities/{o}"):
            continue
        path = asked.path.format(**ids)
        here = ask(practice, "GET", path, {})
        address = practice.url + mirror + path.removeprefix("/opportunities")
        there = requests.get(address, auth=(seed.API_KEY, ""), timeout=10)
        assert (there.status_code, there.content) == (here.status_code, here.content), path


def test_what_needs_somebody_to_act_for_is_refused_without(practice: Practice, ids: dict[str, str]) -> None:
    needing = [asked for asked in ALL if f"?{AS}" in asked.path and "/add" not in asked.path]
    needing = [
        asked for asked in needing if not any(word in asked.path for word in ("remove", "stage", "archived"))
    ]
    assert len(needing) == 14
    for asked in needing:
        bare = asked._replace(path=asked.path.replace(f"?{AS}", ""))
        answer = asked_for(practice, bare, ids)
        assert (answer.status_code, answer.json()["message"]) == (400, "perform_as is required"), asked.path


def test_a_key_without_the_scope_is_refused_everywhere(practice: Practice, ids: dict[str, str]) -> None:
    practice.key("nothing", scopes=[])
    for asked in ALL:
        address = f"{practice.url}/v1{asked.path.format(**ids)}"
        answer = requests.request(asked.method, address, auth=("nothing", ""), timeout=10)
        assert answer.status_code == 403, asked.path
        assert problems(shapes.ERROR, answer.json()) == []
