"""The admin shows the connection and can change nothing of it."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from pinlever.accounts.models import User
from pinlever.connection import admin as ours, rows
from pinlever.connection.models import LeverAccount, LeverConnection, Reconciliation, UserAlias
from pinlever.foundation.clock import db_now
from tests.connection.opportunities import opportunity
from tests.practice_adapter import KEY

MODELS = sorted(
    (model for model, site in admin.site._registry.items() if isinstance(site, ours.ReadOnly)),
    key=lambda model: model.__name__,
)


@pytest.fixture
def browser(account: LeverAccount) -> Client:
    rows.upsert(account, [opportunity("a")], db_now())
    UserAlias.objects.create(account=account, email="a@x.example", lever_user_id="u")
    Reconciliation.objects.create(account=account, kind="poll", began_at=db_now())
    browser = Client()
    browser.force_login(User.objects.create_superuser("root@x.example", "secret"))
    return browser


def address(model: type, page: str, *args: object) -> str:
    return reverse(f"admin:connection_{model.__name__.lower()}_{page}", args=args)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_list_and_page_shows_and_nothing_can_be_changed(browser: Client, model: type) -> None:
    row = model._default_manager.first()  # type: ignore[attr-defined]
    assert row is not None
    assert browser.get(address(model, "changelist"), {"q": "a"}).status_code == 200
    page = browser.get(address(model, "change", row.pk))
    assert page.status_code == 200
    assert b'name="_save"' not in page.content
    assert browser.get(address(model, "add")).status_code == 403
    assert browser.post(address(model, "change", row.pk), {}).status_code == 403
    assert browser.post(address(model, "delete", row.pk), {"post": "yes"}).status_code == 403


def test_no_credential_is_shown(browser: Client) -> None:
    row = LeverConnection.objects.get()
    LeverConnection.objects.update(access_token="an-access-token", refresh_token="a-refresh-token")
    page = browser.get(address(LeverConnection, "change", row.pk)).content.decode()
    for secret in (KEY, "an-access-token", "a-refresh-token", "api_key", "access_token"):
        assert f">{secret}<" not in page and f'"{secret}"' not in page
