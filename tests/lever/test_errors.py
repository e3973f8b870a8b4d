from __future__ import annotations

import pytest

from pinlever.lever.errors import (
    Busy,
    ConfigurationError,
    DeadlineMissed,
    Forbidden,
    LeverError,
    NotFound,
    OffsetRefused,
    OutcomeUnknown,
    ReconnectNeeded,
    Rejected,
    Unavailable,
    class_of,
)

# status → (a read, a write)
MEANING: dict[int, tuple[type[LeverError], type[LeverError]]] = {
    200: (Unavailable, OutcomeUnknown),
    302: (Unavailable, OutcomeUnknown),
    400: (Rejected, Rejected),
    401: (ReconnectNeeded, ReconnectNeeded),
    403: (Forbidden, Forbidden),
    404: (NotFound, NotFound),
    405: (Rejected, Rejected),
    408: (Unavailable, OutcomeUnknown),
    409: (Rejected, Rejected),
    413: (Rejected, Rejected),
    422: (Rejected, Rejected),
    429: (Busy, Busy),
    500: (Unavailable, OutcomeUnknown),
    502: (Unavailable, OutcomeUnknown),
    503: (Unavailable, OutcomeUnknown),
    504: (Unavailable, OutcomeUnknown),
    0: (Unavailable, OutcomeUnknown),
    103: (Unavailable, OutcomeUnknown),
    999: (Unavailable, OutcomeUnknown),
}


@pytest.mark.parametrize("status", MEANING)
def test_a_status_tells_what_is_known_of_the_outcome(status: int) -> None:
    read, write = MEANING[status]
    assert [class_of(status, method) for method in ("GET", "get", "HEAD")] == [read] * 3
    assert [class_of(status, method) for method in ("POST", "PUT", "DELETE", "put")] == [write] * 4


@pytest.mark.parametrize(
    ("kind", "base"),
    [(DeadlineMissed, Busy), (Forbidden, Rejected), (NotFound, Rejected), (OffsetRefused, Rejected)],
)
def test_the_finer_classes_answer_as_their_base(kind: type[LeverError], base: type[LeverError]) -> None:
    assert issubclass(kind, base)


def test_the_classes_with_different_answers_do_not_overlap() -> None:
    kinds = [Busy, OutcomeUnknown, Unavailable, Rejected, ReconnectNeeded, ConfigurationError]
    assert not [(a, b) for a in kinds for b in kinds if a is not b and issubclass(a, b)]


def test_an_error_says_the_call_the_answer_and_lever_s_words() -> None:
    error = NotFound(
        said="stages x was not found", code="ResourceNotFound", status=404, method="PUT", path="/o/1/stage"
    )
    assert str(error) == "PUT /o/1/stage: 404 ResourceNotFound: stages x was not found"


def test_an_error_with_nothing_to_say_has_its_name() -> None:
    assert str(Busy()) == "Busy"
