"""The process is shared by a run; every test finds it back at its seed, without the limit on calls."""

from collections.abc import Iterator

import pytest

from pinlever.lever.client import LeverClient

from .everything import one_of_everything
from .server import Practice, running


@pytest.fixture(scope="session")
def _running() -> Iterator[Practice]:
    with running() as practice:
        yield practice


@pytest.fixture
def practice(_running: Practice) -> Practice:
    _running.post("reset", {})
    _running.post("switches", {"limiter": False})
    return _running


@pytest.fixture
def client(practice: Practice) -> Iterator[LeverClient]:
    client = practice.client()
    yield client
    client.http.close()


@pytest.fixture
def ids(practice: Practice, client: LeverClient) -> dict[str, str]:
    return one_of_everything(practice, client)
