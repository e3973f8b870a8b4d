"""Webhooks out in the browser: an endpoint added, a test and a hold arriving signed, a failure seen and mended."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import BrowserContext, Page, expect

from pinlever.accounts.models import User
from pinlever.audit.services import SYSTEM
from pinlever.foundation.clock import db_now
from pinlever.notices import tasks, waking
from pinlever.notices.models import Delivery, Endpoint, Kind
from pinlever.notices.services import announce
from pinlever.ops.models import WorkerGroup
from pinlever.outreach.holding import hold_by_hand
from pinlever.recruiting.models import Candidate
from tests.browser.conftest import sign_in
from tests.browser.looking import axe, looks, overflows
from tests.lever.loopback import Loopback, keeping, loopback
from tests.notices.receiver import BROKEN, OK, received

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _signed_in(context: BrowserContext, live_server: Any) -> None:
    sign_in(context, User.objects.create_superuser("aud@company.example", "secret-word-9"), live_server.url)


@pytest.fixture(autouse=True)
def woken(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whoever is woken begins at once, as with an idle queue, and in another thread, as in another process."""
    threads: list[threading.Thread] = []

    def work(task: str) -> None:
        try:
            tasks.send()
        finally:
            connection.close()

    def queue(task: str) -> None:
        threads.append(threading.Thread(target=work, args=(task,), daemon=True))
        threads[-1].start()

    monkeypatch.setattr(waking, "async_task", queue)
    now = db_now()
    WorkerGroup.objects.create(
        group="6d1f1c1e-9f0e-4b8e-8a52-000000000001", host="here", pid=1, started_at=now, stamped_at=now
    )
    yield
    for thread in threads:
        thread.join(15)


@contextmanager
def receiving(page: Page, answer: bytes = OK) -> Iterator[tuple[Loopback, str]]:
    """A receiver that was added by hand, and the secret that was shown."""
    with loopback(keeping(answer)) as server:
        page.goto("/settings/")
        page.get_by_role("link", name="Open webhooks out").click()
        page.get_by_role("link", name="Add an endpoint").click()
        page.get_by_label("Name").fill("Pin outreach")
        page.get_by_label("Address").fill(f"{server.url}/lever")
        page.get_by_role("button", name="Add it").click()
        secret = page.get_by_label("The secret").input_value()
        yield server, secret


def good(page: Page, folder: Path, name: str) -> None:
    looks(page, folder, name)
    page.set_viewport_size({"width": 360, "height": 740})
    assert not overflows(page)
    page.set_viewport_size({"width": 1360, "height": 860})
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert axe(page) == []
    page.emulate_media(color_scheme="light")


def test_a_test_and_a_hold_arrive_with_a_signature_that_verifies(page: Page, tmp_path: Path) -> None:
    page.goto("/settings/webhooks/")
    good(page, tmp_path, "empty")
    page.get_by_text("For whoever builds the receiver").click()
    expect(page.get_by_text("def verifies(headers")).to_be_visible()
    good(page, tmp_path, "verifying")
    with receiving(page) as (server, secret):
        assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=", secret)
        good(page, tmp_path, "secret")
        page.get_by_role("link", name="I have it").click()
        expect(page.get_by_text("Nothing was sent yet. Send a test")).to_be_visible()
        good(page, tmp_path, "new")
        page.get_by_role("button", name="Send a test").click()
        expect(page.locator("#outcome")).to_contain_text("Delivered. It answered 200")
        expect(page.get_by_role("link", name="test", exact=True)).to_be_visible()
        expect(page.get_by_text("Working", exact=True)).to_be_visible()
        good(page, tmp_path, "tested")
        page.get_by_role("link", name="What was sent").click()
        expect(page.locator("pre")).to_contain_text('"type": "test"')
        good(page, tmp_path, "delivery")

        person = Candidate.objects.create(full_name="Ingrid Solheim")
        hold_by_hand(by=SYSTEM, candidate=person, kind="pause", reason="She asked for June.", token="1")
        page.goto(f"/settings/webhooks/{Endpoint.objects.get().pk}/")
        expect(page.get_by_role("link", name="hold.created")).to_be_visible()
        expect(page.get_by_role("row").filter(has_text="hold.created")).to_contain_text("Delivered")
        assert secret not in page.content()
        test, hold = received(server)
    assert test.verifies(secret) and hold.verifies(secret)
    assert (test.told["type"], hold.told["type"]) == ("test", "hold.created")
    assert hold.told["data"]["candidate"]["key"] == str(person.key)
    assert hold.told["data"]["reason"] == "She asked for June."


def test_a_failure_is_seen_with_its_reason_and_sent_again_once_it_is_mended(
    page: Page, tmp_path: Path
) -> None:
    with receiving(page, BROKEN):
        page.get_by_role("link", name="I have it").click()
        page.get_by_role("button", name="Send a test").click()
        expect(page.locator("#outcome")).to_contain_text("Test: Given up. It answered 500")
        for number in range(3):
            announce(Kind.SYNC_FAILED, {"id": number})
        Endpoint.objects.update(wait_until=None)
        tasks.send()
        given_up = Delivery.objects.exclude(announcement__kind=Kind.TEST)
        Delivery.objects.filter(pk__in=list(given_up.values_list("pk", flat=True)[1:])).update(
            state=Delivery.State.GIVEN_UP, error="It answered 500.", status=500, tries=9
        )
        page.reload()
        expect(page.get_by_text("Failing", exact=True)).to_be_visible()
        good(page, tmp_path, "failing")
        page.get_by_role("link", name="Given up").click()
        good(page, tmp_path, "given-up")
        page.goto("/settings/webhooks/")
        good(page, tmp_path, "list")
    with loopback(keeping(OK)) as server:
        page.get_by_role("link", name="Open Pin outreach").click()
        page.get_by_role("link", name="Change").click()
        good(page, tmp_path, "change")
        page.get_by_label("Address").fill(server.url)
        page.get_by_role("button", name="Save").click()
        page.get_by_role("button", name="Send 2 given up again").click()
        expect(page.get_by_text("2 sent again.")).to_be_visible()
        page.goto(page.url)
        expect(page.get_by_text("Working", exact=True)).to_be_visible()
        assert len(server.received) >= 2


def test_a_new_secret_switching_and_removing_say_what_they_do(page: Page, tmp_path: Path) -> None:
    with receiving(page) as (server, secret):
        page.get_by_role("link", name="I have it").click()
        page.get_by_role("link", name="New secret").click()
        expect(page.get_by_role("dialog")).to_contain_text("For 24 hours")
        good(page, tmp_path, "secret-dialog")
        page.get_by_role("button", name="Make a new secret").click()
        renewed = page.get_by_label("The secret").input_value()
        assert renewed != secret
        page.get_by_role("link", name="I have it").click()
        page.get_by_role("button", name="Send a test").click()
        expect(page.locator("#outcome")).to_contain_text("Delivered")
        (test,) = received(server)
        assert test.verifies(secret) and test.verifies(renewed)
    page.get_by_role("button", name="Switch off").click()
    expect(page.get_by_text("is told nothing any more")).to_be_visible()
    expect(page.get_by_role("button", name="Send a test")).to_have_count(0)
    good(page, tmp_path, "off")
    page.get_by_role("link", name="Remove").click()
    good(page, tmp_path, "remove-dialog")
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_text("Nobody is told anything yet")).to_be_visible()
    assert not Endpoint.objects.exists()
