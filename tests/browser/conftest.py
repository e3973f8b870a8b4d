"""A real Chromium on a real server. Skipped loudly where there is no browser; CI has one and skips nothing."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from pinlever.accounts.models import User
from pinlever.foundation.clock import db_now
from pinlever.ops.models import WorkerGroup
from tests.browser.looking import DESK, Watched
from tests.sync.world import World, world

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright runs a loop in the tests' own thread
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")  # the quickest first
CHROMIUM = next((found for name in NAMES if (found := shutil.which(name))), None)
PATIENCE = 30_000  # milliseconds; most of it is for slow machines
QUIET = (
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/browser/" in str(item.path):
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None and not os.environ.get("CI"):
                item.add_marker(pytest.mark.skip(reason="NO BROWSER HERE: apt-get install chromium"))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()


@contextmanager
def new_context(chromium: Browser, base_url: str, **more: Any) -> Iterator[BrowserContext]:
    """A browser of somebody's own: a desk's window, and nothing fades (a colour that still changes has no contrast)."""
    made = chromium.new_context(base_url=base_url, viewport=DESK, reduced_motion="reduce", **more)
    made.set_default_timeout(PATIENCE)
    try:
        yield made
    finally:
        made.close()


@pytest.fixture
def context(chromium: Browser, live_server: Any) -> Iterator[BrowserContext]:
    with new_context(chromium, live_server.url) as made:
        yield made


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page on which nothing may go wrong: no error in the console, no breach of the content policy."""
    made = context.new_page()
    watched = Watched(made)
    yield made
    assert watched.complaints == [], "\n".join(watched.complaints)


@pytest.fixture
def company(transactional_db: None) -> Iterator[World]:
    with world() as made:
        yield made


@pytest.fixture
def signed_in(context: BrowserContext, live_server: Any, transactional_db: None) -> User:
    """Rita, a recruiter."""
    rita = User.objects.create_user("rita@company.example", "x", first_name="Rita", last_name="Vik")
    sign_in(context, rita, live_server.url)
    return rita


@pytest.fixture
def super_admin(context: BrowserContext, live_server: Any, transactional_db: None) -> User:
    """Aud, a super admin."""
    aud = User.objects.create_superuser("aud@company.example", "x", first_name="Aud", last_name="Berg")
    sign_in(context, aud, live_server.url)
    return aud


def a_worker_runs() -> None:
    """One has just given a sign of life."""
    now = db_now()
    WorkerGroup.objects.create(group=uuid4(), host="here", pid=1, started_at=now, stamped_at=now)


def sign_in(context: BrowserContext, user: User, base_url: str) -> None:
    """Signs the browser in without the form."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session.session_key or "", "url": base_url}]
    )
