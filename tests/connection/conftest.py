"""A Practice Lever in process, and an installation connected to it with the seeded API key."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from pinlever.audit.services import Actor
from pinlever.connection import accounts
from pinlever.connection.gateway import open_client
from pinlever.connection.models import LeverAccount, LeverConnection
from pinlever.lever.client import LeverClient
from pinlever.practice.app import PracticeApp
from tests.practice_adapter import KEY, in_process, practice

ADMIN = Actor("person", "1", "Ada Admin")


@pytest.fixture
def lever(settings: Settings) -> Iterator[PracticeApp]:
    settings.LEVER_RATE = 1000  # nobody waits for a slot
    with in_process(practice()) as app:
        yield app


@pytest.fixture
def connection(db: None, lever: PracticeApp) -> LeverConnection:
    return accounts.connect_with_key(by=ADMIN, environment="practice", api_key=KEY)


@pytest.fixture
def account(connection: LeverConnection) -> LeverAccount:
    return connection.account


@pytest.fixture
def client(connection: LeverConnection) -> LeverClient:
    return open_client(connection)
