"""What a request looks at does not grow with the account. Counted, not timed: tests/bench/practice.py tells times."""

from typing import Any

import pytest

from pinlever.practice.listing import Listed
from pinlever.practice.staging import GENERATED_AT

from .lever import Lever

PEOPLE = 5_000


class Counted(dict[str, Listed]):
    """The listed opportunities, and how many of them were looked at."""

    looked_at = 0

    def __getitem__(self, id: str) -> Listed:
        self.looked_at += 1
        return super().__getitem__(id)


@pytest.fixture(scope="module")
def crowd() -> Any:
    lever = Lever()
    lever.control("opportunities", {"generate": PEOPLE})
    listing = lever.app.world.store.listing
    listing.entries = Counted(listing.entries)
    yield lever
    lever.app.close()


def looked_at(crowd: Lever, **query: Any) -> tuple[int, Any]:
    entries = crowd.app.world.store.listing.entries
    assert isinstance(entries, Counted)
    entries.looked_at = 0
    return len((page := crowd.get("/opportunities", **query))["data"]), (entries.looked_at, page.get("next"))


def test_a_page_costs_a_page_however_deep(crowd: Lever) -> None:
    token, costs = None, []
    while True:
        rows, (cost, token) = looked_at(crowd, **({"offset": token} if token else {}))
        assert rows == 100
        costs.append(cost)
        if token is None:
            break
    assert len(costs) == PEOPLE / 100
    assert max(costs) <= 102


def test_an_email_costs_its_people(crowd: Lever) -> None:
    assert looked_at(crowd, email="person4999@people.example") == (1, (2, None))
    assert looked_at(crowd, email="nobody@people.example") == (0, (0, None))


def test_a_narrow_window_costs_its_people(crowd: Lever) -> None:
    start = GENERATED_AT + 4_000 * 1000
    window = {"updated_at_start": start, "updated_at_end": start + 149_000}
    rows, (cost, token) = looked_at(crowd, **window)
    assert (rows, token is not None) == (100, True)
    assert cost <= 2 * 150 + 2
    rows, (cost, token) = looked_at(crowd, **window, offset=token)
    assert (rows, token) == (50, None)
    assert cost <= 2 * 150 + 2


def test_a_wide_window_costs_a_page(crowd: Lever) -> None:
    _, (_, token) = looked_at(crowd, updated_at_start=GENERATED_AT)
    assert looked_at(crowd, updated_at_start=GENERATED_AT, offset=token)[1][0] <= 102


def test_a_few_more_people_do_not_order_the_account_anew(crowd: Lever) -> None:
    listing = crowd.app.world.store.listing
    kept = listing.order
    crowd.control("opportunities", {"people": [{"name": "One more", "emails": ["more@x.example"]}]})
    assert listing.order is kept
    assert crowd.found(email="more@x.example") == ["One more"]
