"""A connected company whose webhooks are made."""

from collections.abc import Iterator
from typing import Any

import pytest

from pinlever.inbound import fetching
from pinlever.inbound.models import Address
from tests.inbound.telling import make_webhooks
from tests.sync.world import World, world


@pytest.fixture
def company(db: None) -> Iterator[World]:
    with world() as made:
        yield made


@pytest.fixture
def address(company: World) -> Address:
    return make_webhooks()


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What was handed on to be worked off."""
    handed: list[list[str]] = []
    monkeypatch.setattr(fetching, "work_changes", lambda account, lever_ids: handed.append(list(lever_ids)))
    return handed


@pytest.fixture
def ingrid(company: World) -> dict[str, Any]:
    """Somebody in Lever, not yet known to the index."""
    added = company.control(
        "opportunities", {"people": [{"name": "Ingrid Solheim", "emails": ["ingrid@people.example"]}]}
    )["data"][0]
    return {"opportunity": added["opportunities"][0], "contact": added["contact"]}
