from collections.abc import Iterator

import pytest

from pinlever.foundation.failpoints import failpoint, install


@pytest.fixture(autouse=True)
def _removed() -> Iterator[None]:
    yield
    install(None)


def test_without_a_hook_nothing_happens() -> None:
    failpoint("anywhere")


def test_a_hook_hears_every_name_in_order() -> None:
    heard: list[str] = []
    install(heard.append)
    failpoint("sync.claimed")
    failpoint("sync.sent")
    assert heard == ["sync.claimed", "sync.sent"]


def test_what_a_hook_raises_stops_the_work_there() -> None:
    def die(name: str) -> None:
        raise SystemExit(name)

    install(die)
    with pytest.raises(SystemExit, match=r"^sync\.sent$"):
        failpoint("sync.sent")


def test_another_hook_replaces_the_first_and_none_removes_it() -> None:
    first: list[str] = []
    second: list[str] = []
    install(first.append)
    install(second.append)
    failpoint("a")
    install(None)
    failpoint("b")
    assert (first, second) == ([], ["a"])
