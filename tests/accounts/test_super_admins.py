"""Super admins: how they come to be, and what sets them apart."""

import io

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError

from pinlever.accounts.models import User

pytestmark = pytest.mark.django_db
EMAIL, PASSWORD = "Boss@x.example", "a-long-password-9"


def test_a_super_admin_has_all_rights_and_a_recruiter_none() -> None:
    boss, recruiter = (
        User.objects.create_superuser(f" {EMAIL} ", PASSWORD),
        User.objects.create_user("r@x.example"),
    )
    assert (boss.email, boss.is_superuser, boss.is_staff, boss.is_active) == (EMAIL, True, True, True)
    assert (recruiter.is_superuser, recruiter.is_staff, recruiter.is_active) == (False, False, True)
    assert boss.has_perm("accounts.change_user") and not recruiter.has_perm("accounts.change_user")


def test_the_rights_cannot_be_left_out_by_mistake() -> None:
    assert User.objects.create_superuser(EMAIL, PASSWORD, is_superuser=False, is_staff=False).is_superuser


def test_the_command_makes_one_by_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", email=EMAIL, interactive=False, stdout=io.StringIO())
    boss = User.objects.get()
    assert boss.is_superuser and boss.check_password(PASSWORD)
    assert authenticate(username=EMAIL, password=PASSWORD) == boss
    assert authenticate(username=EMAIL, password="wrong") is None
    with pytest.raises((CommandError, IntegrityError)):
        call_command("createsuperuser", email=EMAIL, interactive=False, stdout=io.StringIO())


def test_without_a_password_nobody_can_sign_in() -> None:
    user = User.objects.create_user(EMAIL)
    assert not user.has_usable_password()
    assert authenticate(username=EMAIL, password="") is None
    assert authenticate(username=EMAIL, password=None) is None


def test_who_left_cannot_sign_in() -> None:
    User.objects.create_user(EMAIL, PASSWORD, is_active=False)
    assert authenticate(username=EMAIL, password=PASSWORD) is None


@pytest.mark.parametrize("other", ["boss@x.example", "BOSS@X.EXAMPLE", " Boss@x.example "])
def test_one_address_is_one_person_whoever_writes_it(other: str) -> None:
    boss = User.objects.create_superuser(EMAIL)
    assert User.objects.named(other) == boss
    with pytest.raises(IntegrityError):
        User.objects.create_user(other)


def test_a_person_is_shown_by_name_or_address() -> None:
    assert str(User(email=EMAIL)) == EMAIL
    assert str(User(email=EMAIL, first_name="Ada", last_name="Admin")) == "Ada Admin"


def test_an_address_signs_in_in_any_case():
    boss = User.objects.create_superuser(EMAIL, PASSWORD)
    assert authenticate(username=EMAIL.upper(), password=PASSWORD) == boss
