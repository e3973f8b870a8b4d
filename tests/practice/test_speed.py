"""Quick enough to stand in for Lever in tests of thousands. Bounds are far from what is measured, on purpose.

Processor time is measured, so that a busy machine does not fail them.
"""

import time

from .lever import Lever


def test_a_page_of_a_large_account_costs_a_page() -> None:
    lever = Lever()
    lever.control("opportunities", {"generate": 20_000})
    seconds, token = [], None
    for _ in range(20):
        started = time.process_time()
        page = lever.get("/opportunities", **({"offset": token} if token else {}))
        seconds.append(time.process_time() - started)
        assert len(page["data"]) == 100
        token = page["next"]
    assert sorted(seconds)[10] < 0.05
    lever.app.close()


def test_creating_is_quick_although_it_is_written_to_the_file(tmp_path: object) -> None:
    lever = Lever(f"{tmp_path}/lever.sqlite3")
    started = time.process_time()
    for number in range(200):
        lever.create(name=str(number), emails=[f"{number}@x.example"])
    assert 200 / (time.process_time() - started) > 100
    lever.app.close()
