"""/healthz and /readyz, as a load balancer and whoever is on call see them."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django_q import brokers

from pinlever.foundation.clock import db_now
from pinlever.ops import health
from pinlever.ops.models import WorkerGroup


def seen(ago: timedelta) -> None:
    now = db_now()
    WorkerGroup.objects.create(group=uuid.uuid4(), host="one", pid=1, started_at=now, stamped_at=now - ago)


def failed(client: Client) -> set[str]:
    answer = client.get("/readyz")
    told = answer.json()
    found = {name for name, part in told["checks"].items() if not part["ok"]}
    assert answer.status_code == (503 if found else 200)
    assert told["ready"] is not bool(found)
    return found


def test_healthz_asks_the_database_nothing(client: Client) -> None:
    answer = client.get("/healthz")  # without access to the database: a query would be an error
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert "no-store" in answer["Cache-Control"]


def test_all_is_well(client: Client, db: None) -> None:
    seen(timedelta(seconds=5))
    assert failed(client) == set()


def test_a_worker_that_was_not_seen_for_a_minute_is_missing(client: Client, db: None) -> None:
    seen(timedelta(seconds=70))
    assert failed(client) == {"worker"}
    assert "manage.py worker" in client.get("/readyz").json()["checks"]["worker"]["cure"]


def test_a_database_of_another_version_is_not_ready(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen(timedelta(0))
    monkeypatch.setattr(health.MigrationExecutor, "migration_plan", lambda self, leaves: ["one to go"])
    assert failed(client) == {"migrations"}


def test_a_queue_that_is_away_is_not_ready(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    seen(timedelta(0))

    def away() -> Any:
        raise ConnectionError("redis://user:secret@host")

    monkeypatch.setattr(health, "get_broker", away)
    assert failed(client) == {"queue"}
    assert b"secret" not in client.get("/readyz").content


def test_a_database_that_is_away_gets_an_answer_all_the_same(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*given: Any, **named: Any) -> Any:
        raise OperationalError("password of user pinlever at 10.0.0.5 is wrong")

    for name in ("cursor", "ensure_connection", "close"):
        monkeypatch.setattr(connection, name, away if name != "close" else lambda: None)
    monkeypatch.setattr(brokers, "get_broker", away)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert not answer.json()["checks"]["database"]["ok"]
    assert b"10.0.0.5" not in answer.content


def test_mail_that_does_not_arrive_is_advice_and_no_reason_to_take_anything_down(
    client: Client, db: None, settings: Any
) -> None:
    seen(timedelta(0))
    assert client.get("/readyz").json()["advice"] == []
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["advice"]) == (200, [health.MAIL])


def test_nobody_has_to_sign_in_and_nothing_can_be_sent(client: Client, db: None) -> None:
    for address in ("/healthz", "/readyz"):
        assert client.get(address).status_code != 302
        assert client.post(address).status_code == 405


def test_readyz_asks_little_enough_to_be_asked_every_few_seconds(
    client: Client, db: None, django_assert_max_num_queries: Any
) -> None:
    client.get("/readyz")
    with django_assert_max_num_queries(12):
        client.get("/readyz")
