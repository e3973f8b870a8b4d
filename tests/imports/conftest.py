"""A job to import into, and an account whose Lever profiles rows may name."""

from collections.abc import Iterator

import pytest
from django.utils import timezone

from pinlever.connection.models import LeverAccount, LeverConnection
from pinlever.foundation import failpoints
from pinlever.recruiting.models import Job

PROFILE = "5b8e1d1e-6a0f-4a55-9d38-0f3b6a1c2e01"


@pytest.fixture
def job(db: None) -> Job:
    return Job.objects.create(title="Engineer")


@pytest.fixture
def account(db: None) -> LeverAccount:
    made = LeverAccount.objects.create(environment="practice", first_connected_at=timezone.now())
    LeverConnection.objects.create(account=made, kind=LeverConnection.Kind.API_KEY, is_current=True)
    return made


@pytest.fixture(autouse=True)
def _no_failpoints() -> Iterator[None]:
    yield
    failpoints.install(None)
