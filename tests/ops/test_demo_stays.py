"""`make demo` as a newcomer starts it: sign in, look around, end it, start it again."""

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, ProxyHandler, Request, build_opener

import pytest

from pinlever.ops.demo import place
from pinlever.ops.demo.crowd import COURSES, SIZES, crowd
from tests.ops.installation import ROOT, members, wait_for
from tests.ops.test_demo import environment

DEMO = [sys.executable, "manage.py", "demo", "--fast"]
FREE_PORTS = ["--port", "0", "--practice-port", "0"]


class Visitor:
    """Somebody with a browser."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.open = build_opener(ProxyHandler({}), HTTPCookieProcessor(CookieJar())).open

    def page(self, path: str, **form: str) -> str:
        data = urlencode(form).encode() if form else None
        with self.open(Request(self.url + path, data, {"Referer": self.url + path}), timeout=30) as answer:
            return str(answer.read().decode())

    def signs_in(self, email: str, password: str) -> str:
        """The page they then see."""
        form = self.page("/accounts/login/")
        (token,) = set(re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', form))
        return self.page("/accounts/login/", csrfmiddlewaretoken=token, login=email, password=password)


class Demo:
    """A running demo, and what it said until it was ready."""

    def __init__(self, process: "subprocess.Popen[str]", said: str) -> None:
        self.process, self.said = process, said
        self.url = re.findall(r"Look here +(http://127\.0\.0\.1:\d+)/", said)[0]
        self.practice_url = re.findall(r"Practice Lever +(http://127\.0\.0\.1:\d+)/", said)[0]

    def sign_in(self, role: str) -> tuple[str, str]:
        return re.findall(rf"{role} +(\S+) +password +(\S+)", self.said)[0]  # type: ignore[no-any-return]

    def visitor(self, role: str) -> tuple[Visitor, str]:
        visitor = Visitor(self.url)
        return visitor, visitor.signs_in(*self.sign_in(role))


@contextmanager
def demo(folder: Path, *options: str, ended_by: signal.Signals = signal.SIGINT) -> Iterator[Demo]:
    """From the start until nothing of it is left."""
    process = subprocess.Popen(
        [*DEMO, *options],
        cwd=ROOT,
        env=environment(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    assert process.stdout
    try:
        said = ""
        for line in process.stdout:
            said += line
            if "Ctrl-C ends everything" in line:
                break
        else:
            raise AssertionError(f"It ended: {said}")
        started = members(process.pid)
        assert len(started) >= 9  # itself, its inside, Practice Lever, web, the worker and its group
        yield Demo(process, said)
        process.send_signal(ended_by)
        assert process.wait(60) == 0
        assert "goes on where this one was" in process.stdout.read()
        wait_for("everybody's end", lambda: not [pid for pid in started if members(pid)], 10)
    finally:
        for pid in members(process.pid):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_newcomer_sees_everything_ends_it_and_goes_on_where_it_was(tmp_path: Path) -> None:
    with demo(tmp_path, *FREE_PORTS) as first:
        recruiter, home = first.visitor("Recruiter")
        assert "Inês Duarte" in home
        _, home = first.visitor("Super admin")
        assert "Ada Min" in home
        assert "Backend Engineer" in recruiter.page("/jobs/")
        states = wait_for("what became of everybody", lambda: _at_rest(_states(tmp_path)))
        assert {"synced", "in_lever", "needs_you", "failed", "retrying"} <= set(states)
    before = _people(tmp_path)
    assert before > 150
    with demo(tmp_path, ended_by=signal.SIGTERM) as second:
        assert (second.url, second.practice_url) == (first.url, first.practice_url)
        assert second.sign_in("Recruiter") == first.sign_in("Recruiter")
        assert "Preparing" not in second.said
        assert "Inês Duarte" in second.visitor("Recruiter")[1]
        assert _people(tmp_path) == before
        also = subprocess.run(
            DEMO, cwd=ROOT, env=environment(tmp_path), capture_output=True, text=True, timeout=60
        )
        assert also.returncode == 1
        assert "running already" in also.stderr


def _query(folder: Path, statement: str) -> list[tuple[str, int]]:
    with closing(sqlite3.connect(folder / "var" / "demo" / "demo.sqlite3", timeout=20)) as connection:
        return connection.execute(statement).fetchall()


def _people(folder: Path) -> int:
    return int(_query(folder, "SELECT 'people', COUNT(*) FROM recruiting_candidate")[0][1])


def _states(folder: Path) -> Counter[str]:
    return Counter(dict(_query(folder, "SELECT state, COUNT(*) FROM sync_syncrecord GROUP BY state")))


def _at_rest(states: Counter[str]) -> Counter[str] | None:
    return states if not states["queued"] and states["retrying"] < 3 and states["failed"] else None


def test_a_port_that_was_named_and_is_taken_is_said_so(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(place.CannotStart, match=f"Port {port} is taken"):
            place.choose_ports(place.Place(tmp_path), port=port, practice_port=0)


def test_a_usual_port_that_is_taken_is_replaced_and_told(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        was = place.Place(tmp_path, port=taken.getsockname()[1], practice_port=place.free_port())
        (told,) = place.choose_ports(was, port=None, practice_port=None)
        assert f"{was.port} is used instead" in told


def test_two_runs_choose_the_same_ports(tmp_path: Path) -> None:
    first = place.Place(tmp_path)
    place.choose_ports(first, port=0, practice_port=0)
    first.save()
    again = place.Place.read(tmp_path)
    assert place.choose_ports(again, port=None, practice_port=None) == []
    assert (again.port, again.practice_port) == (first.port, first.practice_port)


def test_what_is_remembered_is_for_its_owner_alone(tmp_path: Path) -> None:
    made = place.Place(tmp_path)
    made.clear()
    made.save()
    assert (tmp_path / "demo.json").stat().st_mode & 0o077 == 0
    assert len(set(made.passwords.values())) == 2


def test_a_demo_whose_beginning_was_interrupted_begins_again(tmp_path: Path) -> None:
    (tmp_path / "demo.sqlite3").write_text("half")
    (tmp_path / "mine.txt").write_text("kept")
    place.Place.read(tmp_path).clear()
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_the_crowd_is_always_the_same_and_every_course_occurs() -> None:
    one, other = crowd(), crowd()
    assert one == other
    assert {job: len(rows) for job, rows in one.rows.items()} == {
        job: size for job, (size, *_) in SIZES.items()
    }
    last = {(event.person, event.job): event.kind for event in one.events}
    assert set(last.values()) == {kinds[-1] for _, kinds in COURSES if kinds}
    names = [row["Name"] for rows in one.rows.values() for row in rows]
    assert len(set(names)) == len(names)
    assert len(one.troubles) == 2
