"""Work that happens later, by hand and by itself."""

import threading
import time
from email.utils import parsedate_to_datetime

import pytest
from werkzeug.test import Client

from pinlever.practice.app import create_app
from pinlever.practice.errors import ConnectionDropped
from pinlever.practice.later import Later

from .lever import AUD, START, Lever, basic


def test_by_hand_it_runs_what_is_due_in_order() -> None:
    now, ran = [0.0], list[str]()
    later = Later(lambda: now[0], threads=0)
    for name, seconds in (("third", 3), ("first", 1), ("second", 1)):
        later.after(seconds, lambda name=name: ran.append(name))  # type: ignore[misc]
    assert later.run_due() == 0
    now[0] = 1.0
    assert (later.run_due(), ran) == (2, ["first", "second"])
    later.forget()
    now[0] = 9.0
    assert (later.run_due(), len(ran)) == (0, 2)


def test_what_was_due_may_ask_for_more() -> None:
    later, ran = Later(lambda: 0.0, threads=0), list[int]()
    later.after(0, lambda: (ran.append(1), later.after(0, lambda: ran.append(2)))[0])
    assert (later.run_due(), ran) == (2, [1, 2])


def test_threads_run_it_by_themselves_and_an_earlier_one_goes_first() -> None:
    later, ran, done = Later(time.monotonic, threads=1), list[str](), threading.Event()
    later.after(0.2, lambda: (ran.append("late"), done.set())[0])
    later.after(0.01, lambda: ran.append("early"))
    assert done.wait(30)
    assert ran == ["early", "late"]
    later.close()


def test_after_closing_nothing_runs() -> None:
    later, ran = Later(time.monotonic, threads=1), list[int]()
    later.after(0.05, lambda: ran.append(1))
    later.close()
    later.after(0, lambda: ran.append(2))
    time.sleep(0.1)
    assert ran == []


def test_in_the_background_a_late_commit_needs_nobody() -> None:
    app = create_app(limiter=False)
    client = Client(app)
    client.post(
        "/_control/faults", json={"kind": "late_commit", "args": {"seconds": 0.05}, "match": {"count": 1}}
    )
    with pytest.raises(ConnectionDropped):
        client.post(f"/v1/opportunities?perform_as={AUD}", json={}, headers=basic("practice-key"))
    until = time.monotonic() + 30
    while not app.world.store.opportunities and time.monotonic() < until:
        time.sleep(0.01)
    assert len(app.world.store.opportunities) == 1
    app.close()
    with pytest.raises(ConnectionDropped):
        client.get("/v1/users", headers=basic("practice-key"))


def test_the_clock_can_be_ahead_of_ours(lever: Lever) -> None:
    lever.control("switches", {"clock_offset_seconds": 90})
    answer = lever.call("GET", "/users")
    assert parsedate_to_datetime(answer.headers["Date"]).timestamp() == START + 90
    assert lever.create(createdAt=int((START + 90) * 1000))["createdAt"] == int((START + 90) * 1000)
    query = {"perform_as": AUD}
    future = {"createdAt": int((START + 91) * 1000)}
    assert lever.refused("/opportunities", "POST", json=future, query_string=query)[0] == 400
