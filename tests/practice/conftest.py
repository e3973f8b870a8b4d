from collections.abc import Iterator

import pytest

from .lever import Lever


@pytest.fixture
def lever() -> Iterator[Lever]:
    lever = Lever()
    yield lever
    lever.app.close()
