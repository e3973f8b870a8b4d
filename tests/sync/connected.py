"""The connection of a test's company: made the real way, or copied from one that was.

Connecting and crawling take some twenty calls and a hundred statements, a copy takes eight. A copy's times are those
of an account that was connected and read just now.
"""

import copy
import functools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models, transaction
from django.db.models.base import ModelState
from django.test import override_settings

from pinlever.audit.services import SYSTEM
from pinlever.connection import accounts, crawl, rules
from pinlever.connection.gateway import open_client
from pinlever.connection.models import (
    ArchiveReason,
    FormTemplate,
    LeverAccount,
    LeverConnection,
    LeverUser,
    Pace,
    PeopleIndex,
    Posting,
    Stage,
)
from pinlever.foundation.clock import db_now
from pinlever.practice.app import PracticeApp
from tests.practice_adapter import KEY, control, in_process, practice

# What connecting writes, referenced rows first. Its audit entries are not copied.
COPIED = (
    *(LeverAccount, LeverConnection, Pace, PeopleIndex),
    *(LeverUser, Posting, Stage, ArchiveReason, FormTemplate),
)
OLDEST = timedelta(minutes=2)  # whatever is older came from Lever and does not move along


@dataclass(frozen=True)
class Taken:
    rows: tuple[tuple[models.Model, ...], ...]
    at: datetime


def connect(app: PracticeApp) -> LeverAccount:
    """Connected, crawled, outgoing on, by the services that people use."""
    connection = accounts.connect_with_key(by=SYSTEM, environment="practice", api_key=KEY)
    account = connection.account
    client = open_client(connection)
    while not crawl.step(account, client).done:
        pass
    users = control(app, "state", method="GET")["users"]
    default = next(user for user in users if user["accessRole"] == "super admin")
    rules.set_default_user(by=SYSTEM, account=account, user_id=default["id"])
    rules.set_outgoing(by=SYSTEM, account=account, on=True)
    account.refresh_from_db()
    return account


def connected_before() -> LeverAccount:
    """The same account, copied."""
    taken = _taken()
    moved = db_now() - taken.at
    ids: dict[tuple[type[models.Model], int], int] = {}
    for originals in taken.rows:
        copies = [_copy(row, ids, taken.at - OLDEST, moved) for row in originals]
        for original, made in zip(
            originals, type(originals[0])._base_manager.bulk_create(copies), strict=True
        ):
            ids[type(original), original.pk] = made.pk
    return LeverAccount.objects.get()


@functools.cache
def _taken() -> Taken:
    app = practice()
    with undone(), in_process(app), override_settings(LEVER_RATE=1000):
        connect(app)
        return Taken(tuple(tuple(model._base_manager.order_by("pk")) for model in COPIED), db_now())


def _copy(
    row: models.Model, ids: dict[tuple[type[models.Model], int], int], since: datetime, moved: timedelta
) -> models.Model:
    made = copy.copy(row)
    made._state = ModelState()
    made.pk = None
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        if field.related_model is not None and value is not None:
            setattr(made, field.attname, ids[field.related_model, value])
        elif isinstance(value, datetime) and value > since:
            setattr(made, field.attname, value + moved)
        elif isinstance(value, float) and value > since.timestamp():
            setattr(made, field.attname, value + moved.total_seconds())
    return made


@contextmanager
def undone() -> Iterator[None]:
    """All that is written within is taken back, as a test case would."""
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]
    with block:
        yield
        transaction.set_rollback(True)
