"""Every error of Lever's client becomes an end that says what happened and what is next."""

import pytest

from pinlever.connection.pace import SlotTooFar
from pinlever.lever import errors
from pinlever.sync import causes

TABLE = [
    (errors.Busy("full", retry_after=3.0), "retrying", causes.BUSY, 3.0),
    (errors.Busy("refused"), "retrying", causes.BUSY, 1.0),
    (errors.DeadlineMissed("late"), "retrying", causes.BUSY, 1.0),
    (errors.Unavailable("odd", status=503), "retrying", causes.UNAVAILABLE, None),
    (errors.OutcomeUnknown("lost"), "retrying", causes.UNAVAILABLE, None),
    (errors.LeverError("new"), "retrying", causes.UNAVAILABLE, None),
    (errors.Rejected("no", status=422), "failed", "rejected_422", None),
    (errors.NotFound("no", status=404), "failed", "rejected_404", None),
    (errors.OffsetRefused("no", status=400), "failed", "rejected_400", None),
    (errors.Forbidden("no", status=403), "held", causes.FORBIDDEN, None),
    (errors.ReconnectNeeded("no", status=401), "held", causes.RECONNECT, None),
    (errors.ConfigurationError("no"), "held", causes.CONFIGURATION, None),
]


@pytest.mark.parametrize(("error", "state", "cause", "after"), TABLE)
def test_an_error_becomes_an_end(
    error: errors.LeverError, state: str, cause: str, after: float | None
) -> None:
    end = causes.end_for(error, tries=0)
    assert (end.state, end.cause) == (state, cause)
    if after is not None:
        assert end.after == after
    assert end.reason[0].isupper()
    assert end.reason.endswith(".")
    assert "..." not in end.reason and ".." not in end.reason


def all_errors(kind: type[errors.LeverError]) -> list[type[errors.LeverError]]:
    return [kind, *(each for below in kind.__subclasses__() for each in all_errors(below))]


@pytest.mark.parametrize("kind", all_errors(errors.LeverError))
def test_no_class_of_error_is_without_an_end(kind: type[errors.LeverError]) -> None:
    try:
        error = kind("what", status=400)
    except TypeError:
        error = kind(12.0)  # type: ignore[arg-type]
    assert causes.end_for(error, tries=3).reason


def test_a_slot_too_far_gives_the_record_back_for_that_long() -> None:
    error = next(kind for kind in all_errors(errors.LeverError) if kind is SlotTooFar)(45.0)  # type: ignore[arg-type]
    end = causes.end_for(error, tries=0)
    assert (end.state, end.cause, end.is_failed_try) == ("queued", causes.SLOT, False)
    assert end.after is not None and end.after >= 1.0


def test_waits_grow_with_failed_tries_and_being_busy_is_none() -> None:
    waits = [causes.end_for(errors.Unavailable("odd"), tries).after or 0 for tries in range(10)]
    assert waits[9] > 50 * waits[0]
    assert causes.end_for(errors.Unavailable("odd"), 10_000).after is not None
    assert not causes.end_for(errors.Busy("full"), 0).is_failed_try


@pytest.mark.parametrize("cause", causes.HELD_REASONS)
def test_each_hold_says_what_ends_it(cause: str) -> None:
    assert causes.held(cause).state == "held"
    assert causes.held(cause).reason.endswith(".")


def test_levers_words_are_told_in_one_line_of_bearable_length() -> None:
    error = errors.Rejected("no", said="Name\n\n is too odd. " + "x" * 1000, status=400)
    assert causes.said(error).startswith("400, Name is too odd. xx")
    assert len(causes.said(error)) < 310


def test_our_own_failure_tells_its_kind_and_no_detail() -> None:
    end = causes.end_for_bug(KeyError("ada@people.example"), tries=0)
    assert (end.state, end.cause, end.is_failed_try) == ("retrying", causes.INTERNAL, True)
    assert "KeyError" in end.reason and "ada" not in end.reason
