"""The audit log is read by many and kept for long: nothing that opens a door is ever in it."""

import pytest
from django.apps import apps
from django.core import serializers

from pinlever.accounts.models import User
from pinlever.accounts.services import password_changed, save_user
from pinlever.audit.models import AuditEntry
from pinlever.audit.services import SYSTEM
from pinlever.connection import accounts
from pinlever.connection.models import LeverConnection
from pinlever.foundation.fields import EncryptedTextField
from pinlever.practice.app import PracticeApp
from tests.connection.conftest import ADMIN, lever  # noqa: F401
from tests.connection.signing_in import sign_in
from tests.practice_adapter import KEY

pytestmark = pytest.mark.django_db


def told() -> str:
    return str(serializers.serialize("json", AuditEntry.objects.all()))


def test_connecting_and_disconnecting_tell_no_key_and_no_token(lever: PracticeApp) -> None:  # noqa: F811
    accounts.connect_with_key(by=ADMIN, environment="practice", api_key=KEY)
    tokens = sign_in(lever)
    accounts.connect_with_tokens(by=ADMIN, environment="practice", tokens=tokens)
    sealed = list(LeverConnection.objects.values_list("api_key", "access_token", "refresh_token"))
    accounts.disconnect(by=ADMIN)
    assert AuditEntry.objects.count() >= 4
    assert tokens.access_token in str(sealed) and tokens.refresh_token in str(sealed)
    for secret in (KEY, tokens.access_token, tokens.refresh_token):
        assert secret not in told()


def test_people_who_sign_in_leave_no_password_and_no_hash() -> None:
    user = User(email="ada@x.example")
    user.set_password("a-long-password-9")
    save_user(by=SYSTEM, user=user)
    user.set_password("another-password-9")
    user.first_name = "Ada"
    save_user(by=SYSTEM, user=user)
    password_changed(by=SYSTEM, user=user)
    assert AuditEntry.objects.count() == 3
    for secret in ("a-long-password-9", "another-password-9", user.password):
        assert secret not in told()


def test_names_of_sealed_fields_are_in_no_row(lever: PracticeApp) -> None:  # noqa: F811
    sealed = {
        field.name
        for model in apps.get_models()
        for field in model._meta.fields
        if isinstance(field, EncryptedTextField)
    }
    accounts.connect_with_key(by=ADMIN, environment="practice", api_key=KEY)
    accounts.disconnect(by=ADMIN)
    changed = {name for row in AuditEntry.objects.all() for name in {**row.before, **row.after}}
    assert {"api_key", "access_token", "refresh_token"} <= sealed
    assert changed and not changed & sealed
