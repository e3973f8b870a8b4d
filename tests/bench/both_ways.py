"""How soon a change made in Lever is on our page: `python -m tests.bench.both_ways --database-url ... --redis-url ...`.

Real processes: Practice Lever, whose answers take 200 ms, a worker, gunicorn. Somebody changes the stage on Practice
Lever's page, by its form; meanwhile a candidate's page is open, whose moving part is fetched once a second as the
browser fetches it, from the address that the part itself names. From before the form is sent until the part that shows
the new stage is there. Then Practice Lever sends no webhooks any more, and the same is left to our asking.
Promised: 95 % within 2 s by webhook; without, each within one interval of asking.
"""

import html
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from random import Random
from typing import Any
from urllib.parse import urlencode

from tests.bench.seen import share_of
from tests.bench.served import gunicorn
from tests.bench.stage import Figures, Stage, play

MOST = 2.0
POLLED_EVERY = 1.0  # what the page's own hx-trigger says; checked
PATIENCE = 60.0
PEOPLE = 5
SWEEPS = 15.0  # the worker looks for what is due this often, so that asking may be late by as much
NOT_COUNTED = 3  # the first ones start the processes' connections
PART = re.compile(r'<div id="sync"[^>]*hx-get="([^"]+)"[^>]*hx-trigger="([^"]+)"')
STAGE = re.compile(r'stage <span class="badge bg-green-lt">([^<]+)</span>')


class Browser:
    """Somebody signed in, with one candidate's page open."""

    def __init__(self, port: int, cookie: str) -> None:
        self.port, self.cookie = port, cookie
        self.address, self.stage, self.asked, self.unchanged = "", "", 0, 0

    def open(self, path: str) -> None:
        """The page, as it is first shown."""
        status, text = self._get(path)
        if status != 200:
            raise SystemExit(f"{path} was answered {status}.")
        self._show(text)
        trigger = PART.search(text)
        if trigger is None or f"every {POLLED_EVERY:.0f}s" not in trigger[2]:
            raise SystemExit(
                "The candidate's page does not ask every second any more: the figures mean nothing."
            )

    def poll(self) -> None:
        """What the moving part does once a second."""
        status, text = self._get(self.address, {"HX-Request": "true"})
        self.asked += 1
        if status == 200 and PART.search(text):
            self._show(text)
        else:
            self.unchanged += 1

    def _show(self, text: str) -> None:
        part, stage = PART.search(text), STAGE.search(text)
        if part is not None:
            self.address = html.unescape(part[1])
        self.stage = html.unescape(stage[1]) if stage else ""

    def _get(self, path: str, headers: dict[str, str] | None = None) -> tuple[int, str]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request("GET", path, headers={"Cookie": self.cookie, **(headers or {})})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()


def bench(stage: Stage) -> Figures:
    from tests.bench.scene import scene

    with scene(stage) as stood, gunicorn(stage):
        with _worker(stage, poll_every=300):
            people = _people_in_lever(stood)
            _until(_webhooks_are_made, "our webhooks at Practice Lever")
            taken, browsers = _samples(stage, people, NOT_COUNTED + stage.options.samples)
            told_by = _told_by()
        stood.lever.post("switches", {"webhook_groups": dict.fromkeys(_events(), False)})
        with _worker(stage, poll_every=stage.options.poll):
            dropped, _ = _samples(stage, people, stage.options.dropped)
    return _figures(stage, taken[NOT_COUNTED:], dropped, told_by, browsers)


@contextmanager
def _worker(stage: Stage, poll_every: int) -> Iterator[None]:
    from pinlever.ops.demo.children import worker

    os.environ["POLL_EVERY"] = str(poll_every)
    with worker(stage.folder):
        yield


def _people_in_lever(stood: Any) -> list[Any]:
    """Some candidates who are synced, with the id of their opportunity."""
    from tests.bench.scene import not_synced

    people = [stood.add(number) for number in range(PEOPLE)]
    for prospect in people:
        stood.trigger(prospect)
    _until(lambda: not not_synced().exists(), "everybody in Lever")
    return people


def _samples(stage: Stage, people: list[Any], number: int) -> tuple[list[float], list[Browser]]:
    """Seconds from each change until the open page shows it."""
    from pinlever.connection.models import Stage as LeverStage
    from pinlever.sync.models import SyncRecord

    chance, cookie = Random(number), _cookie()
    names = dict(LeverStage.objects.filter(gone_at=None).values_list("lever_id", "text"))
    browsers, taken = [], []
    for count in range(number):
        prospect = people[count % len(people)]
        record = SyncRecord.objects.get(prospect=prospect)
        browser = Browser(stage.web_port, cookie)
        browser.open(f"/candidates/{prospect.candidate.key}/")
        browsers.append(browser)
        wanted = chance.choice([one for one in names if names[one] != browser.stage])
        taken.append(_until_shown(stage, browser, record.opportunity_id, wanted, names[wanted], chance))
        time.sleep(chance.uniform(0.2, 1.5))
    return taken, browsers


def _until_shown(
    stage: Stage, browser: Browser, opportunity: str, stage_id: str, name: str, chance: Random
) -> float:
    """The page has been open for a while, at no common measure with its asking."""
    next_poll = time.monotonic() + POLLED_EVERY
    change_at = time.monotonic() + POLLED_EVERY * (1 + chance.random())
    begun, until = 0.0, change_at + PATIENCE + stage.options.poll
    while browser.stage != name or not begun:
        now = time.monotonic()
        if now > until:
            raise SystemExit(
                f"{name} was not on the page after {now - begun:.0f} s; it shows {browser.stage!r}."
            )
        if not begun and now >= change_at:
            begun = time.monotonic()
            _change_stage(stage.practice_url, opportunity, stage_id)
        if now >= next_poll:
            browser.poll()
            next_poll = max(next_poll + POLLED_EVERY, time.monotonic())
        time.sleep(0.005)
    return time.monotonic() - begun


def _change_stage(practice_url: str, opportunity: str, stage_id: str) -> None:
    """By the form on Practice Lever's page."""
    connection = HTTPConnection(practice_url.removeprefix("http://"), timeout=PATIENCE)
    try:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", f"/candidates/{opportunity}/stage", urlencode({"stage": stage_id}), form)
        answer = connection.getresponse()
        if answer.status != 303:
            raise SystemExit(f"Practice Lever's form was answered {answer.status}.")
    finally:
        connection.close()


def _cookie() -> str:
    """Somebody's session, as signing in makes it."""
    from django.conf import settings
    from django.test import Client

    from pinlever.accounts.models import User

    user, _ = User.objects.get_or_create(email="rita@practice.example", defaults={"is_active": True})
    client = Client()
    client.force_login(user)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def _events() -> tuple[str, ...]:
    from pinlever.inbound.events import NAMES

    return NAMES


def _webhooks_are_made() -> bool:
    from pinlever.inbound.models import Subscription

    return Subscription.objects.live().count() == len(_events())


def _told_by() -> dict[str, int]:
    from pinlever.connection.models import KnownOpportunity
    from pinlever.inbound.models import WebhookDelivery

    rows = KnownOpportunity.objects.values_list("told_by", flat=True)
    states = WebhookDelivery.objects.values_list("state", flat=True)
    return {**Counter(rows), **{f"deliveries_{state}": count for state, count in Counter(states).items()}}


def _until(holds: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + 4 * PATIENCE
    while not holds():
        if time.monotonic() > until:
            raise SystemExit(f"Waited in vain for {what}.")
        time.sleep(0.2)


def _figures(
    stage: Stage, taken: list[float], dropped: list[float], told_by: dict[str, int], browsers: list[Browser]
) -> Figures:
    most, longest = share_of(0.95, taken), max(dropped, default=0.0)
    figures = Figures(
        {
            "samples": len(taken),
            "median_seconds": round(share_of(0.5, taken), 2),
            "p95_seconds": round(most, 2),
            "longest_seconds": round(max(taken), 2),
            "told_by": told_by,
            "asked_for_nothing_new": round(
                sum(one.unchanged for one in browsers) / max(1, sum(one.asked for one in browsers)), 2
            ),
            "without_webhooks": len(dropped),
            "asking_every_seconds": stage.options.poll,
            "without_webhooks_median": round(share_of(0.5, dropped), 1) if dropped else None,
            "without_webhooks_longest": round(longest, 1),
        }
    )
    figures.promise(most < MOST, f"95 % took {most:.2f} s or less; less than {MOST} s is promised.")
    within = stage.options.poll + SWEEPS + MOST
    figures.promise(
        longest < within, f"{longest:.0f} s without webhooks; {within:.0f} s is one interval of asking."
    )
    return figures


def main() -> int:
    return play("both_ways", bench, __doc__, samples=40, dropped=4, poll=30)


if __name__ == "__main__":
    sys.exit(main())
