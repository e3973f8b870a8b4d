"""Two writers who met: the one the database ended starts over."""

import threading
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction

from pinlever.api.again import TRIES, settled
from pinlever.recruiting.models import Job
from tests.api.calling import Caller, event
from tests.recruiting.at_once import at_once


class Work:
    """Fails as often as it is told to."""

    def __init__(self, *failures: Exception) -> None:
        self.failures, self.done = list(failures), 0

    def __call__(self) -> str:
        self.done += 1
        Job.objects.create(title=str(self.done))
        if self.failures:
            raise self.failures.pop(0)
        return "well"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("met", [OperationalError("deadlock detected"), IntegrityError("unique")])
def test_what_was_ended_is_done_again_and_leaves_no_trace(met: Exception) -> None:
    assert settled(Work(met)) == "well"
    assert Job.objects.get().title == "2"


@pytest.mark.django_db(transaction=True)
def test_it_is_not_done_for_ever() -> None:
    work = Work(*[OperationalError(str(number)) for number in range(1, 9)])
    with pytest.raises(OperationalError, match=str(TRIES)):
        settled(work)
    assert work.done == TRIES and not Job.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_fails_for_another_reason_is_not_done_again() -> None:
    work = Work(ValueError("wrong"))
    with pytest.raises(ValueError, match="wrong"):
        settled(work)
    assert work.done == 1


@pytest.mark.django_db(transaction=True)
def test_within_a_transaction_that_was_ended_nothing_is_done_again() -> None:
    work = Work(OperationalError("deadlock detected"))
    with pytest.raises(OperationalError), transaction.atomic():
        settled(work)
    assert work.done == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_wait_for_each_other_both_come_through() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite lets one writer in at a time: nobody waits for each other")
    first, second = (Job.objects.create(title=title) for title in ("a", "b"))
    meet = threading.Barrier(2)

    def renaming(*rows: Job) -> Any:
        tries: list[None] = []

        def work() -> None:
            tries.append(None)
            for row in rows:
                Job.objects.filter(pk=row.pk).update(location=rows[0].title)
                if row is rows[0] and len(tries) == 1:
                    meet.wait(10)

        return lambda: settled(work)

    at_once(renaming(first, second), renaming(second, first))
    assert len(set(Job.objects.values_list("location", flat=True))) == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_said_by_many_at_once_is_done_once() -> None:
    callers = [Caller.named(f"Pin {number}", source="pin") for number in range(4)]
    told = at_once(*[lambda each=each: each.put_job() for each in callers])
    assert sorted(each["created"] for each in told) == [False, False, False, True]
    told = at_once(*[lambda each=each: each.put() for each in callers])
    assert sorted(each["created"] for each in told) == [False, False, False, True]
    said = {"events": [event(str(number)) for number in range(50)]}
    told = at_once(*[lambda each=each: each("POST", "/events/batch", said)[1] for each in callers])
    assert sum(each["created"] for each in told) == 50 and sum(each["repeats"] for each in told) == 150
