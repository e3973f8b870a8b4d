"""A connected company, for tests that need one."""

from collections.abc import Iterator

import pytest

from tests.sync.world import World, world


@pytest.fixture
def company(db: None) -> Iterator[World]:
    with world() as made:
        yield made
