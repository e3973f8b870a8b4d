"""Tokens in the admin: made there, shown once, revoked; for super admins alone."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from pinlever.accounts.models import User
from pinlever.api.models import ApiToken
from pinlever.api.tokens import make_token
from pinlever.audit.services import SYSTEM
from tests.api.calling import Caller

LIST = reverse("admin:api_apitoken_changelist")
ADD = reverse("admin:api_apitoken_add")


@pytest.fixture
def admin(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("aud@company.example", "secret-word-9"))
    return client


def test_a_token_made_there_is_shown_once_and_works(admin: Client) -> None:
    page = admin.post(ADD, {"name": "Pin", "source": "pin"}, follow=True).content.decode()
    (token,) = re.findall(r"pl_[\w-]{43}", page)
    assert Caller(token)("GET", "/prospects/eng/ingrid")[0] == 404
    row = ApiToken.objects.get()
    assert row.made_by == "aud@company.example"
    for address in (LIST, reverse("admin:api_apitoken_change", args=[row.pk])):
        page = admin.get(address).content.decode()
        assert row.prefix in page
        assert token not in page and row.digest not in page


@pytest.mark.parametrize(
    ("name", "source"), [("Pin", "pin"), ("Other", "Not a source"), ("", "pin"), ("x" * 101, "pin")]
)
def test_what_cannot_be_made_is_said_and_nothing_is_lost(admin: Client, name: str, source: str) -> None:
    make_token(by=SYSTEM, name="Pin", source="pin")
    answer = admin.post(ADD, {"name": name, "source": source})
    assert answer.status_code == 200 and f'value="{source}"' in answer.content.decode()
    assert ApiToken.objects.count() == 1


def test_tokens_are_revoked_there(admin: Client) -> None:
    made = make_token(by=SYSTEM, name="Pin", source="pin")
    said = {"action": "revoke", "_selected_action": [made.row.pk]}
    assert "1 revoked" in admin.post(LIST, said, follow=True).content.decode()
    assert Caller(made.text)("GET", "/prospects/eng/ingrid")[1]["error"]["code"] == "revoked_token"
    assert "had been revoked before" in admin.post(LIST, said, follow=True).content.decode()
    assert ApiToken.objects.get().revoked_by == "aud@company.example"


def test_nobody_else_sees_them(db: None) -> None:
    client = Client()
    client.force_login(User.objects.create_user("rita@company.example", "secret-word-9", is_staff=True))
    assert client.get(LIST).status_code == 403
    assert client.post(ADD, {"name": "Pin", "source": "pin"}).status_code == 403
