"""An alert in the browser: it stands on Home with its cure, is mailed, ends, and is put aside; who hears is set."""

import threading
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail as outbox
from django.db import connection
from playwright.sync_api import BrowserContext, Page, expect

from pinlever.accounts.models import User
from pinlever.connection.models import LeverConnection
from pinlever.foundation.clock import db_now
from pinlever.notices import tasks, waking
from pinlever.notices.models import Alert, AlertMail, AlertRules
from pinlever.ops import alerts
from pinlever.ops.models import WorkerGroup
from tests.browser.conftest import sign_in
from tests.browser.looking import judge
from tests.sync.world import World

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def aud(context: BrowserContext, live_server: Any, transactional_db: None) -> User:
    made = User.objects.create_superuser(
        "aud@company.example", "secret-word-9", first_name="Aud", last_name="Berg"
    )
    sign_in(context, made, live_server.url)
    return made


@pytest.fixture(autouse=True)
def woken(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whoever is woken begins at once, in another thread, as in another process."""
    threads: list[threading.Thread] = []

    def work() -> None:
        try:
            tasks.mail()
        finally:
            connection.close()

    def queue(task: str) -> None:
        threads.append(threading.Thread(target=work, daemon=True))
        threads[-1].start()

    monkeypatch.setattr(waking, "async_task", queue)
    yield
    for thread in threads:
        thread.join(15)


def a_worker_is_seen() -> None:
    now = db_now()
    WorkerGroup.objects.create(group=uuid.uuid4(), host="here", pid=1, started_at=now, stamped_at=now)


def test_a_lost_connection_from_its_beginning_to_its_end(
    page: Page, aud: User, company: World, tmp_path: Path
) -> None:
    a_worker_is_seen()
    AlertRules.objects.create(pk=1, quiet_minutes=0)
    company.export(company.person(), company.person("Kari Holm"))
    LeverConnection.objects.update(
        state=LeverConnection.State.BROKEN, broken_why="Lever took the permission back."
    )
    alerts.look()
    now = db_now()
    WorkerGroup.objects.update(stamped_at=now - timedelta(minutes=9))
    alerts.look()
    WorkerGroup.objects.update(stamped_at=now)
    Alert.objects.create(
        kind="drift",
        since=now - timedelta(hours=5),
        opened_at=now - timedelta(hours=5),
        over_at=now - timedelta(hours=1),
        title="Something that jobs or rules name changed in Lever",
        sentence="Lever job gone: 1, stage gone: 1.",
        affected="2 jobs are concerned.",
    )

    page.goto("/")
    shown = page.get_by_role("region", name="Alerts")
    expect(shown.get_by_role("heading", name="Lever must be connected again")).to_be_visible()
    expect(shown).to_contain_text("Lever took the permission back. 2 people wait.")
    judge(page, tmp_path, "home")
    page.get_by_role("button", name="Put aside").click()
    expect(page.get_by_text("What had changed in Lever is settled here")).to_have_count(0)
    shown.get_by_role("link", name="Connect again").click()
    expect(page).to_have_url(f"{page.url.split('/settings')[0]}/settings/ats/")

    LeverConnection.objects.update(state=LeverConnection.State.ACTIVE, last_ok_at=db_now())
    alerts.look()
    page.goto("/")
    expect(shown).to_contain_text("The connection to Lever is no longer broken")
    judge(page, tmp_path, "home-over")
    shown.get_by_role("link", name="All alerts").click()
    expect(page.get_by_role("row")).to_have_count(4)
    judge(page, tmp_path, "list")
    page.get_by_role("link", name="Now", exact=True).click()
    expect(page.get_by_text("Nothing is wrong")).to_be_visible()
    judge(page, tmp_path, "list-now")


def test_who_hears_is_set_and_tried(page: Page, aud: User, company: World, tmp_path: Path) -> None:
    a_worker_is_seen()
    kai = User.objects.create_superuser("kai@company.example", "x", first_name="Kai", last_name="Lund")
    page.goto("/settings/")
    page.get_by_role("link", name="Open alerts").click()
    page.get_by_label("The account’s owner").select_option(label="Kai Lund (kai@company.example)")
    page.get_by_role("group", name="Also told").get_by_label("Aud Berg").check()
    page.get_by_label("Lever’s webhooks do not come").uncheck()
    page.get_by_label("Minutes something has to last").fill("500")
    page.get_by_role("button", name="Save").click()
    assert page.evaluate("document.querySelector('#id_quiet_minutes').matches(':invalid')")
    page.get_by_label("Minutes something has to last").fill("5")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.get_by_text("Owner", exact=True)).to_be_visible()
    company.account.refresh_from_db()
    assert company.account.owner_id == kai.pk and AlertRules.kept().silenced == ["webhooks"]
    page.get_by_role("button", name="Send me a test").click()
    expect(page.locator("#test-outcome")).to_contain_text("aud@company.example")
    assert [mail.to for mail in outbox.outbox] == [["aud@company.example"]]
    now = db_now()
    for change, state, error in (("opened", "sent", ""), ("over", "waiting", "The mail server broke off.")):
        AlertMail.objects.create(
            to=kai,
            change=change,
            state=state,
            error=error,
            tries=1,
            made_at=now,
            tried_at=now,
            due_at=now + timedelta(minutes=4),
            give_up_at=now,
            told={},
        )
    page.reload()
    expect(page.get_by_text("Alerts do not arrive by email.")).to_be_visible()
    judge(page, tmp_path, "settings")
