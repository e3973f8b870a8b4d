"""Which sessions are forgotten."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from pinlever.accounts.models import User
from pinlever.accounts.sessions import forget_ended

pytestmark = pytest.mark.django_db


PASSWORD = "a-long-password-9"


@pytest.fixture
def user() -> User:
    return User.objects.create_user("rita@company.example", PASSWORD)


def signed_in(user: User) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    return client


def key(client: Client) -> str:
    return client.session.session_key or ""


def test_what_ran_out_is_forgotten_with_its_browser_and_address(user: User) -> None:
    ended, living = signed_in(user), signed_in(user)
    long_ago = timezone.now() - timedelta(days=20)
    Session.objects.filter(session_key=key(ended)).update(expire_date=timezone.now() - timedelta(days=6))
    UserSession.objects.update(last_seen_at=long_ago)
    assert UserSession.objects.count() == Session.objects.count() == 2
    forget_ended()
    assert [row.session_key for row in Session.objects.all()] == [key(living)]
    assert [row.session_key for row in UserSession.objects.all()] == [key(living)]
    assert living.get("/settings/").status_code == 200


def test_a_session_that_only_begins_is_left_alone(user: User) -> None:
    client = signed_in(user)
    Session.objects.filter(session_key=key(client)).delete()  # as it is before its own row is stored
    forget_ended()
    assert UserSession.objects.count() == 1
