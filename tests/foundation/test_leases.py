"""Rows of work with a lease, on whichever database the suite runs."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.db import connection, models
from django.db.models import F

from pinlever.foundation import leases
from pinlever.foundation.clock import db_now
from pinlever.foundation.leases import Lease, LeaseLost, claim_first, free, release, write_held

from .pieces import Piece


def due() -> models.QuerySet[Piece]:
    return Piece.objects.order_by("-priority", "id")


def claimed(seconds: float = 60) -> tuple[Piece, Lease]:
    found = claim_first(due(), seconds=seconds)
    assert found
    return found


def run_out(piece: Piece) -> None:
    Piece.objects.filter(pk=piece.pk).update(locked_until=db_now() - timedelta(milliseconds=10))


def stored(piece: Piece) -> Piece:
    return Piece.objects.get(pk=piece.pk)


@pytest.mark.usefixtures("tables")
class TestOneWorker:
    def test_a_claim_holds_the_row_and_tells_until_when(self) -> None:
        made = Piece.objects.create()
        before = db_now()
        piece, lease = claimed(seconds=60)
        held = stored(made)
        assert piece.pk == made.pk
        assert piece.locked_by == held.locked_by == lease.token != ""
        assert piece.locked_until == held.locked_until == lease.until
        assert piece.claims_unended == held.claims_unended == 1
        assert timedelta(seconds=60) <= lease.until - before < timedelta(seconds=90)
        assert 30 < lease.left() <= 60

    def test_a_row_that_is_held_is_nobody_elses(self) -> None:
        Piece.objects.create()
        claimed()
        assert claim_first(due(), seconds=60) is None

    def test_where_there_is_nothing_to_do_nothing_is_claimed(self) -> None:
        assert claim_first(due(), seconds=60) is None

    def test_the_callers_order_and_choice_are_kept(self) -> None:
        low, high, middle = (Piece.objects.create(priority=number) for number in (1, 9, 5))
        Piece.objects.create(priority=100, says="not due")
        rows = due().filter(says="")
        order = [claim_first(rows, seconds=60) for _ in range(3)]
        assert [found[0].pk for found in order if found] == [high.pk, middle.pk, low.pk]
        assert claim_first(rows, seconds=60) is None

    def test_a_lease_that_ran_out_frees_the_row_for_another(self) -> None:
        Piece.objects.create()
        piece, first = claimed()
        run_out(piece)
        again, second = claimed()
        assert again.pk == piece.pk and second.token != first.token
        assert again.claims_unended == stored(piece).claims_unended == 2

    def test_who_lost_the_lease_writes_nothing(self) -> None:
        Piece.objects.create(says="before")
        piece, lost = claimed()
        run_out(piece)
        _, held = claimed()
        for write in (write_held, release):
            with pytest.raises(LeaseLost, match=f"foundation.Piece {piece.pk}"):
                write(piece, lost, says="from a worker that was suspended")
        assert piece.says == "before"
        now = stored(piece)
        assert (now.says, now.locked_by, now.claims_unended) == ("before", held.token, 2)

    def test_who_is_late_but_alone_still_holds_the_row(self) -> None:
        Piece.objects.create()
        piece, lease = claimed()
        run_out(piece)
        write_held(piece, lease, says="late")
        assert stored(piece).says == "late"

    def test_writing_keeps_the_row_and_touches_only_what_it_names(self) -> None:
        made = Piece.objects.create(says="before")
        piece, lease = claimed()
        Piece.objects.update(priority=7)  # somebody else's column, changed meanwhile
        write_held(piece, lease, says="half way")
        now = stored(made)
        assert (now.says, now.priority, now.locked_by, now.claims_unended) == ("half way", 7, lease.token, 1)
        assert piece.says == "half way"

    def test_a_result_gives_the_row_back_and_ends_the_count(self) -> None:
        Piece.objects.create()
        for _ in range(3):
            run_out(claimed()[0])
        piece, lease = claimed()
        assert piece.claims_unended == 4
        release(piece, lease, says="done")
        now = stored(piece)
        for row in (piece, now):
            assert (row.says, row.locked_by, row.locked_until, row.claims_unended) == ("done", "", None, 0)
        again, _ = claimed()
        assert again.pk == piece.pk and again.claims_unended == 1

    def test_a_row_given_back_is_not_the_old_workers_any_more(self) -> None:
        Piece.objects.create()
        piece, lease = claimed()
        release(piece, lease)
        with pytest.raises(LeaseLost):
            write_held(piece, lease, says="a second end")
        assert stored(piece).says == ""

    def test_a_row_that_is_gone_is_a_lost_lease(self) -> None:
        Piece.objects.create()
        piece, lease = claimed()
        Piece.objects.all().delete()
        with pytest.raises(LeaseLost):
            release(piece, lease)

    def test_a_claim_that_came_too_late_claims_nothing(self) -> None:
        """Where rows cannot be locked while they are looked at, the UPDATE decides."""
        made = Piece.objects.create()
        look = models.QuerySet.first

        def overtaken(rows: models.QuerySet[Piece]) -> Any:
            found = look(rows)
            Piece.objects.filter(pk=made.pk).update(
                locked_by="another",
                locked_until=db_now() + timedelta(60),
                claims_unended=F("claims_unended") + 1,
            )
            return found

        with mock.patch.object(models.QuerySet, "first", overtaken):
            assert claim_first(due(), seconds=60) is None
        now = stored(made)
        assert (now.locked_by, now.claims_unended) == ("another", 1)

    def test_a_row_is_free_without_a_lease_or_after_its_end(self) -> None:
        now = db_now()
        for name, until in (
            ("none", None),
            ("past", now - timedelta(seconds=1)),
            ("at its end", now),
            ("running", now + timedelta(seconds=1)),
        ):
            Piece.objects.create(says=name, locked_until=until)
        assert set(Piece.objects.filter(free(now)).values_list("says", flat=True)) == {"none", "past"}

    def test_our_idea_of_the_end_is_never_later_than_the_databases(self) -> None:
        """The steady clock is read before the statement: a slow database takes from the lease, not adds to it."""
        Piece.objects.create()
        ticks = iter([100.0])
        with mock.patch.object(leases, "steady_clock", lambda: next(ticks)):
            _, lease = claimed(seconds=60)
        assert lease.steady_until == 160.0

    def test_a_lease_runs_down_by_the_steady_clock(self) -> None:
        lease = Lease("t", db_now(), steady_until=100.0)
        with mock.patch.object(leases, "steady_clock", lambda: 70.0):
            assert lease.left() == 30.0
        with mock.patch.object(leases, "steady_clock", lambda: 130.0):
            assert lease.left() == -30.0


def together(*works: Callable[[], Any]) -> list[Any]:
    """What each returned, run at the same moment, each on a connection of its own."""
    ready, results, errors = threading.Barrier(len(works)), [], []

    def run(work: Callable[[], Any]) -> None:
        try:
            ready.wait(10)
            results.append(work())
        except BaseException as error:  # whatever it is belongs to the test
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert errors == []
    return results


@pytest.mark.usefixtures("shared_tables")
class TestManyWorkers:
    def test_workers_who_meet_claim_different_rows(self) -> None:
        Piece.objects.bulk_create(Piece(priority=number) for number in range(24))

        def work() -> list[int]:
            return [found[0].pk for _ in range(6) if (found := claim_first(due(), seconds=60))]

        took = together(work, work, work, work)
        every = [pk for each in took for pk in each]
        assert len(every) == len(set(every))
        left = 24 - len(every)
        while claim_first(due(), seconds=60):
            left -= 1
        assert left == 0
        assert set(Piece.objects.values_list("claims_unended", flat=True)) == {1}

    def test_one_row_is_claimed_by_one(self) -> None:
        for _ in range(5):
            Piece.objects.all().delete()
            Piece.objects.create()
            found = together(*[lambda: claim_first(due(), seconds=60)] * 4)
            assert len([each for each in found if each]) == 1
            assert Piece.objects.get().claims_unended == 1

    def test_the_one_and_only_worker_of_a_moment_never_comes_away_empty(self) -> None:
        """A row that another is just claiming is stepped over: the next one is there to be taken."""
        if not connection.features.has_select_for_update_skip_locked:
            pytest.skip("one writer at a time")
        first, second = (Piece.objects.create(priority=number) for number in (2, 1))
        looked, go_on, stepped_over = threading.Event(), threading.Event(), list[bool]()
        look = models.QuerySet.first

        def slowly(rows: models.QuerySet[Piece]) -> Any:
            found = look(rows)
            if found and found.pk == first.pk:
                looked.set()
                stepped_over.append(go_on.wait(5))
            return found

        def behind() -> int:
            looked.wait(10)
            found = claim_first(due(), seconds=60)
            go_on.set()
            return found[0].pk if found else 0

        with mock.patch.object(models.QuerySet, "first", slowly):
            took = together(lambda: claimed()[0].pk, behind)
        assert sorted(took) == [first.pk, second.pk]
        assert stepped_over == [True]  # rather than waited for

    def test_of_two_who_end_one_row_only_the_holder_does(self) -> None:
        Piece.objects.create()
        piece, lost = claimed()
        run_out(piece)
        again, held = claimed()

        def end(row: Piece, lease: Lease, says: str) -> str:
            try:
                release(row, lease, says=says)
            except LeaseLost:
                return "lost"
            return says

        ended = together(lambda: end(piece, lost, "suspended"), lambda: end(again, held, "holder"))
        assert sorted(ended) == ["holder", "lost"]
        assert stored(piece).says == "holder"
