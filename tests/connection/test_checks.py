"""Wrong settings are found by `manage.py check`."""

from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core import checks
from pytest_django import Settings

from pinlever.connection import checks as ours
from pinlever.connection.checks import check_settings

POSTGRES = {"default": {"ENGINE": "django.db.backends.postgresql"}}
SQLITE = {"default": {"ENGINE": "django.db.backends.sqlite3"}}
LIVE: dict[str, Any] = {
    "DEBUG": False,
    "SECRETS_FROM_ENVIRONMENT": True,
    "ALLOWED_HOSTS": ["pinlever.example.com"],
    "PINLEVER_URL": "https://pinlever.example.com",
    "FIELD_ENCRYPTION_KEYS": [Fernet.generate_key().decode()],
    "LEVER_CLIENT_ID": "",
    "LEVER_CLIENT_SECRET": "",
    "LEVER_SANDBOX_CLIENT_ID": "",
    "LEVER_SANDBOX_CLIENT_SECRET": "",
    "REDIS_URL": "redis://redis:6379/0",
    "DATABASES": POSTGRES,
    "READ_BACK_AFTER": (5.0, 30.0),
    "LEVER_DEADLINE": 20.0,
}

CASES: list[tuple[dict[str, Any], list[str]]] = [
    ({}, []),
    ({"SECRETS_FROM_ENVIRONMENT": False}, ["pinlever.E001"]),
    ({"SECRETS_FROM_ENVIRONMENT": False, "DEBUG": True}, []),
    ({"ALLOWED_HOSTS": []}, ["pinlever.E002"]),
    ({"ALLOWED_HOSTS": [], "DEBUG": True}, []),
    ({"PINLEVER_URL": "http://pinlever.example.com"}, ["pinlever.E003"]),
    ({"PINLEVER_URL": ""}, ["pinlever.E003"]),
    ({"PINLEVER_URL": "http://127.0.0.1:8000"}, []),
    ({"FIELD_ENCRYPTION_KEYS": []}, ["pinlever.E004"]),
    ({"FIELD_ENCRYPTION_KEYS": [LIVE["FIELD_ENCRYPTION_KEYS"][0], "short"]}, ["pinlever.E004"]),
    ({"FIELD_ENCRYPTION_KEYS": ["kéy"]}, ["pinlever.E004"]),
    ({"LEVER_CLIENT_ID": "id"}, ["pinlever.E005"]),
    ({"LEVER_SANDBOX_CLIENT_SECRET": "secret"}, ["pinlever.E005"]),
    ({"LEVER_CLIENT_ID": "id", "LEVER_CLIENT_SECRET": "secret"}, []),
    ({"REDIS_URL": "localhost:6379"}, ["pinlever.E006"]),
    ({"REDIS_URL": "http://redis:6379"}, ["pinlever.E006"]),
    ({"REDIS_URL": "unix:///run/redis.sock"}, []),
    ({"REDIS_URL": ""}, []),
    ({"READ_BACK_AFTER": (1.0, 5.0)}, ["pinlever.W001"]),
    ({"DATABASES": SQLITE}, ["pinlever.W002"]),
    ({"DATABASES": SQLITE, "REDIS_URL": ""}, []),
]


@pytest.mark.parametrize(("given", "ids"), CASES)
def test_a_wrong_setting_is_named(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, Any], ids: list[str]
) -> None:
    monkeypatch.setattr(ours, "settings", SimpleNamespace(**{**LIVE, **given}))
    found = check_settings(None)
    assert [message.id for message in found] == ids
    assert all(message.hint for message in found)


def test_no_secret_is_told(settings: Settings) -> None:
    settings.FIELD_ENCRYPTION_KEYS = ["a-secret-that-is-no-key"]
    settings.REDIS_URL = "redis-with-password:hunter2"
    told = " ".join(f"{message.msg} {message.hint}" for message in check_settings(None))
    assert "a-secret" not in told and "hunter2" not in told


def test_the_checks_are_part_of_djangos() -> None:
    known: list[Any] = [*checks.registry.registry.get_checks()]
    assert check_settings in known
