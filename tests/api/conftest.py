"""A caller with a token, and a connected company."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache

from tests.api.calling import Caller
from tests.sync.world import World, world


@pytest.fixture
def call(db: None) -> Caller:
    cache.clear()  # refusals are counted there
    return Caller.named("Pin")


@pytest.fixture
def company(db: None) -> Iterator[World]:
    with world() as made:
        yield made
