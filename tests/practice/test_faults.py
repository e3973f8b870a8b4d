"""What each fault does in process, and which requests it meets. Real sockets are in test_server.py."""

import io
import json
from typing import Any

import pytest

from pinlever.practice.errors import ConnectionDropped

from .lever import AUD, START, Lever

CREATE = {"method": "POST", "path": "^/v1/opportunities$"}


def create(lever: Lever, name: str = "Ana") -> Any:
    return lever.call("POST", "/opportunities", json={"name": name}, query_string={"perform_as": AUD})


def people(lever: Lever) -> int:
    return int(lever.control("state", method="GET", counts="true")["counts"]["opportunities"])


def test_a_status_instead_of_the_answer(lever: Lever) -> None:
    lever.fault("status", {**CREATE, "count": 1}, status=429, retry_after=2)
    told = create(lever)
    assert (told.status_code, told.headers["Retry-After"]) == (429, "2")
    assert people(lever) == 0
    assert create(lever).status_code == 201


def test_a_status_although_it_was_done(lever: Lever) -> None:
    lever.fault("status", CREATE, status=500, commit=True, body="<h1>no")
    told = create(lever)
    assert (told.status_code, told.text) == (500, "<h1>no")
    assert people(lever) == 1
    [entry] = lever.log()
    assert (entry["status"], entry["outcome"], entry["fault"]) == (500, 201, "status")


def test_dropped_before_and_dropped_after(lever: Lever) -> None:
    lever.fault("drop_before", {**CREATE, "nth": 1})
    lever.fault("drop_after", {**CREATE, "nth": 1})
    for expected in (0, 1):
        with pytest.raises(ConnectionDropped):
            create(lever)
        assert people(lever) == expected
    before, after = lever.log()
    assert (before["outcome"], before["status"], before["answered_at"]) == (None, None, None)
    assert (after["outcome"], after["status"], after["answered_at"]) == (201, None, None)
    assert after["opportunity"]


def test_a_late_commit_happens_after_the_client_has_gone(lever: Lever) -> None:
    lever.fault("late_commit", {**CREATE, "count": 1}, seconds=10, hold=2)
    form = {"name": "Ana", "resumeFile": (io.BytesIO(b"pdf"), "a.pdf")}
    with pytest.raises(ConnectionDropped):
        lever.call("POST", "/opportunities", data=form, query_string={"perform_as": AUD})
    assert lever.now == START + 2
    assert people(lever) == 0
    assert lever.log()[0]["committed_at"] is None
    lever.now += 8
    assert lever.app.run_due() == 1
    assert people(lever) == 1
    [entry] = lever.log()
    assert (entry["committed_at"], entry["outcome"], entry["status"]) == (START + 10, 201, None)
    assert entry["resume"]["size"] == 3


def test_slow_and_latency_wait_without_the_lock(lever: Lever) -> None:
    lever.control("switches", {"latency_seconds": 0.2})
    lever.fault("slow", {**CREATE, "nth": 1}, seconds=3)
    assert create(lever).status_code == 201
    assert lever.slept == [0.1, 3, 0.1]
    entry = lever.log()[0]
    assert entry["answered_at"] - entry["received_at"] == pytest.approx(3.2)
    assert entry["committed_at"] - entry["received_at"] == pytest.approx(0.1)


def test_slow_before_the_work(lever: Lever) -> None:
    lever.fault("slow", CREATE, seconds=3, before=True)
    create(lever)
    assert lever.log()[0]["committed_at"] == START + 3


def test_garbage_is_a_success_nobody_can_read(lever: Lever) -> None:
    lever.fault("garbage", CREATE)
    told = create(lever)
    assert told.status_code == 201
    with pytest.raises(ValueError, match="Expecting value"):
        json.loads(told.data)
    assert people(lever) == 1


def test_an_expired_token_is_401_once(lever: Lever) -> None:
    lever.fault("expired_token", {"count": 1})
    assert create(lever).status_code == 401
    assert create(lever).status_code == 201
    assert people(lever) == 1


@pytest.mark.parametrize("kind", ["truncated", "slow_drip"])
def test_answers_in_pieces_have_been_done(lever: Lever, kind: str) -> None:
    lever.fault(kind, CREATE)
    with pytest.raises(ConnectionDropped):
        create(lever)
    assert people(lever) == 1


MATCHES: list[tuple[dict[str, Any], list[int]]] = [
    ({"nth": 3}, [3]),
    ({"every": 3}, [3, 6, 9]),
    ({"count": 2}, [1, 2]),
    ({"every": 2, "count": 2}, [2, 4]),
    ({"method": "GET"}, []),
    ({"path": "^/v1/opp"}, [1, 2, 3, 4, 5, 6, 7, 8, 9]),
    ({"path": "^/v1/users"}, []),
    ({"body": "person 7"}, [7]),
    ({"query": "perform_as", "nth": 1}, [1]),
    ({"probability": 0}, []),
    ({"probability": 1, "count": 1}, [1]),
]


@pytest.mark.parametrize(("match", "expected"), MATCHES, ids=[str(match) for match, _ in MATCHES])
def test_which_requests_a_fault_meets(lever: Lever, match: dict[str, Any], expected: list[int]) -> None:
    lever.fault("status", match, status=503)
    hit = [number for number in range(1, 10) if create(lever, f"person {number}").status_code == 503]
    assert hit == expected
    [fault] = lever.control("faults", method="GET")["data"]
    assert fault["hits"] == len(expected)


def test_chance_is_reproducible(lever: Lever) -> None:
    def series(seed: int) -> list[int]:
        lever.fault("status", {"probability": 0.5, "seed": seed})
        hit = [number for number in range(40) if create(lever).status_code == 503]
        assert lever.control("faults", method="DELETE")["data"][0]["hits"] == len(hit)
        return hit

    assert series(1) == series(1) != series(2)
    assert 10 < len(series(3)) < 30


def test_the_token_endpoint_can_be_met_too(lever: Lever) -> None:
    lever.fault("drop_after", {"path": "^/oauth/token$"})
    with pytest.raises(ConnectionDropped):
        lever.client.post("/oauth/token", data={"grant_type": "refresh_token"})
    assert lever.log()[0]["outcome"] == 401


WRONG: list[dict[str, Any]] = [
    {},
    {"kind": "meteor"},
    {"kind": "status", "args": {"status": 99}},
    {"kind": "status", "args": {"seconds": 1}},
    {"kind": "slow", "args": {"seconds": -1}},
    {"kind": "slow", "match": {"path": "("}},
    {"kind": "slow", "match": {"path": 1}},
    {"kind": "slow", "match": {"nth": 0}},
    {"kind": "slow", "match": {"probability": 2}},
    {"kind": "slow", "match": {"colour": "red"}},
    {"kind": "slow", "when": "now"},
    {"kind": "slow", "match": []},
]


@pytest.mark.parametrize("body", WRONG)
def test_an_unknown_fault_is_refused_and_not_ignored(lever: Lever, body: dict[str, Any]) -> None:
    assert lever.client.post("/_control/faults", json=body).status_code == 400
    assert lever.control("faults", method="GET")["data"] == []
