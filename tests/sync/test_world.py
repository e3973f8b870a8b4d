"""A copied connection is what connecting makes."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.test import override_settings

from pinlever.audit.models import AuditEntry
from pinlever.connection.models import LeverAccount, Spent
from tests.practice_adapter import in_process, practice
from tests.sync.connected import COPIED, connect, connected_before, undone

NOT_OURS = {"contenttypes", "auth"}
CLOSE = timedelta(seconds=30)

pytestmark = pytest.mark.django_db


def rows(model: type[models.Model]) -> list[dict[str, Any]]:
    """All columns but those that number rows."""
    names = [f.attname for f in model._meta.concrete_fields if not f.primary_key and f.related_model is None]
    return list(model._base_manager.order_by("pk").values(*names))


def holdings() -> dict[type[models.Model], list[dict[str, Any]]]:
    """What was written, but for the trail and the tally of calls that writing it leaves."""
    ours = (model for model in apps.get_models() if model._meta.app_label not in NOT_OURS)
    return {model: found for model in ours if model not in (AuditEntry, Spent) and (found := rows(model))}


def agree(real: object, copied: object) -> bool:
    if isinstance(real, datetime) and isinstance(copied, datetime):
        return abs(real - copied) < CLOSE
    if isinstance(real, float) and isinstance(copied, float):
        return abs(real - copied) < CLOSE.total_seconds()
    return real == copied


def test_a_copied_connection_holds_what_the_real_way_makes() -> None:
    app = practice()
    with in_process(app), undone(), override_settings(LEVER_RATE=1000):
        connect(app)
        real = holdings()
    connected_before()
    copied = holdings()
    assert set(copied) == set(real) == set(COPIED)
    for model, expected in real.items():
        for row, other in zip(expected, copied[model], strict=True):
            differ = {name: (row[name], other[name]) for name in row if not agree(row[name], other[name])}
            assert not differ, model


def test_every_copy_belongs_to_its_own_account() -> None:
    account = connected_before()
    assert account.connections.get().pace.rate > 0
    assert account.people_index.complete_at is not None
    for model in COPIED[4:]:
        assert set(model._base_manager.values_list("account", flat=True)) == {account.pk}
    assert LeverAccount.objects.count() == 1
