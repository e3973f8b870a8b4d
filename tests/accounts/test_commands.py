"""What is done at the keyboard of the server: the first super admin, and letting the locked-out in."""

import io
import re
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.test import Client

from pinlever.accounts.models import User
from pinlever.audit.models import AuditEntry

pytestmark = pytest.mark.django_db
EMAIL, PASSWORD = "boss@x.example", "a-long-password-9"


def run(command: str, *given: str) -> str:
    told = io.StringIO()
    call_command(command, *given, stdout=told)
    return told.getvalue()


def test_a_super_admin_is_made_with_a_password_shown_once() -> None:
    told = run("create_super_admin", f" {EMAIL} ")
    password = re.search(r"shown only now: (\S+)", told)
    boss = User.objects.get()
    assert password and boss.check_password(password.group(1))
    assert (boss.email, boss.is_superuser, boss.is_staff, boss.is_active) == (EMAIL, True, True, True)
    assert password.group(1) not in str(AuditEntry.objects.values())


def test_run_again_it_changes_nothing() -> None:
    run("create_super_admin", EMAIL)
    before, rows = User.objects.get().password, AuditEntry.objects.count()
    assert run("create_super_admin", EMAIL.upper()) == f"{EMAIL.upper()} is a super admin.\n"
    assert User.objects.get().password == before and AuditEntry.objects.count() == rows


def test_a_recruiter_becomes_one_and_who_left_comes_back() -> None:
    User.objects.create_user(EMAIL, PASSWORD, is_active=False)
    run("create_super_admin", EMAIL)
    boss = User.objects.get()
    assert boss.is_superuser and boss.is_active and boss.check_password(PASSWORD)


def test_the_password_may_come_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text(f"{PASSWORD}\n")
    for _ in range(2):
        told = run("create_super_admin", EMAIL, "--password-file", str(file))
        assert PASSWORD not in told
    assert User.objects.get().check_password(PASSWORD)
    assert AuditEntry.objects.filter(action="user.password_changed").count() == 1


@pytest.mark.parametrize(
    ("text", "told"),
    [("short", "too weak"), ("", "no password"), ("boss@x.example", "too weak"), (None, "cannot")],
)
def test_a_weak_password_or_a_bad_file_is_refused(tmp_path: Path, text: str | None, told: str) -> None:
    file = tmp_path / "password"
    if text is not None:
        file.write_text(text)
    with pytest.raises(CommandError, match=told):
        run("create_super_admin", EMAIL, "--password-file", str(file))
    assert not User.objects.exists()


def test_what_is_no_address_is_refused() -> None:
    with pytest.raises(CommandError, match="no email address"):
        run("create_super_admin", "boss")


def test_the_locked_out_get_in_with_their_password_alone() -> None:
    user = User.objects.create_user(EMAIL, PASSWORD)
    client = Client()
    client.force_login(user)
    for kind in (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES):
        Authenticator.objects.create(user=user, type=kind, data={})
    assert "with the password alone" in run("reset_second_factor", EMAIL.upper())
    assert not Authenticator.objects.exists() and client.get("/settings/").status_code == 302
    assert AuditEntry.objects.get().action == "user.second_factor_reset"
    assert "has no second factor" in run("reset_second_factor", EMAIL)
    assert AuditEntry.objects.count() == 1


def test_a_stranger_is_refused() -> None:
    with pytest.raises(CommandError, match="Nobody has the address"):
        run("reset_second_factor", "x@x.example")
