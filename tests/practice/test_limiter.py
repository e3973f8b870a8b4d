from pinlever.practice.limiter import Limiter

from .lever import START, Lever, basic


def burst(lever: Lever, number: int, key: str = "practice-key") -> list[int]:
    return [lever.call("GET", "/stages", headers=basic(key)).status_code for _ in range(number)]


def test_a_bucket_holds_twenty_and_fills_with_ten_a_second() -> None:
    lever = Lever(limiter=True)
    assert burst(lever, 22) == [200] * 20 + [429] * 2
    lever.now += 0.5
    assert burst(lever, 6) == [200] * 5 + [429]
    lever.now += 60
    assert burst(lever, 21) == [200] * 20 + [429]


def test_a_refusal_is_bare() -> None:
    lever = Lever(limiter=True, capacity=1)
    burst(lever, 1)
    answer = lever.call("GET", "/stages")
    assert answer.json["code"] == "TooManyRequests"
    assert "Retry-After" not in answer.headers
    lever.control("switches", {"retry_after": 1.5})
    assert lever.call("GET", "/stages").headers["Retry-After"] == "1.5"


def test_each_credential_has_its_own_and_control_has_none() -> None:
    lever = Lever(limiter=True, capacity=2)
    lever.control("keys", {"key": "other"})
    assert burst(lever, 3) == [200, 200, 429]
    assert burst(lever, 3, "other") == [200, 200, 429]
    assert burst(lever, 3, "stranger") == [401, 401, 429]
    assert lever.state()["counts"]["opportunities"] == 0


def test_what_was_refused_is_in_the_log() -> None:
    lever = Lever(limiter=True, capacity=1, rate=1)
    burst(lever, 2)
    assert [(entry["status"], entry["outcome"]) for entry in lever.log()] == [(200, 200), (429, None)]


def test_a_clock_that_goes_back_gives_nothing_and_takes_nothing() -> None:
    times = [START, START - 100, START - 99]
    limiter = Limiter(lambda: times.pop(0))
    assert [limiter.admit("k", 1, 1) for _ in range(3)] == [True, False, True]
