"""What the benches read out of Practice Lever's log."""

import pytest

from tests.bench.seen import (
    CREATE,
    LOOK_UP,
    OTHER,
    REFRESH,
    Entry,
    by_kind,
    kind_of,
    longest_pause,
    pace,
    peak,
    share_of,
)


def entry(method: str, path: str, **query: list[str]) -> Entry:
    return {"method": method, "path": path, "query": query}


@pytest.mark.parametrize(
    ("call", "kind"),
    [
        (entry("POST", "/v1/opportunities", perform_as=["u"]), CREATE),
        (entry("GET", "/v1/opportunities", email=["a@b.example"]), LOOK_UP),
        (entry("GET", "/v1/opportunities", updated_at_start=["1"]), REFRESH),
        (entry("GET", "/v1/opportunities", contact_id=["c"]), OTHER),
        (entry("GET", "/v1/opportunities/deleted", updated_at_start=["1"]), OTHER),
        (entry("POST", "/v1/opportunities/x/notes"), OTHER),
        (entry("GET", "/v1/users"), OTHER),
    ],
)
def test_every_call_has_one_kind(call: Entry, kind: str) -> None:
    assert kind_of(call) == kind
    assert by_kind([call, call]) == {kind: 2}


@pytest.mark.parametrize(("quantile", "value"), [(0.5, 10.0), (0.95, 19.0), (1.0, 20.0), (0.0, 1.0)])
def test_a_share_of_the_values_does_not_exceed_it(quantile: float, value: float) -> None:
    assert share_of(quantile, [float(number) for number in range(20, 0, -1)]) == value


def test_a_burst_does_not_flatter_the_sustained_pace() -> None:
    """Eleven at once, then one each tenth of a second: ten a second, however long it lasts."""
    times = [0.0] * 11 + [0.1 * number for number in range(1, 101)]
    found = pace(times, burst=10)
    assert (found.calls, found.sustained) == (111, pytest.approx(10.0))
    assert found.per_second == pytest.approx(11.1)


def test_the_peak_is_the_busiest_second_wherever_it_begins() -> None:
    assert peak([0.0, 0.9, 1.0, 1.1, 1.8, 3.0]) == 4
    assert peak([]) == 0


def test_the_longest_pause_is_between_neighbours() -> None:
    assert longest_pause([5.0, 1.0, 2.0]) == 3.0
    assert longest_pause([1.0]) == 0.0
