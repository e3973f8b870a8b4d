"""The rows of everything that runs by the clock."""

import threading
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from django_q.models import Schedule

from pinlever.ops.schedules import RECURRING, make_schedules


def rows() -> list[tuple[str, str, int]]:
    return list(Schedule.objects.order_by("name").values_list("name", "func", "minutes"))


@pytest.mark.django_db
def test_every_recurring_task_has_one_row_and_exists() -> None:
    call_command("schedules", stdout=None, verbosity=0)
    assert len(rows()) == len(RECURRING)
    for recurring in RECURRING:
        module, name = recurring.task.rsplit(".", 1)
        assert callable(getattr(__import__(module, fromlist=[name]), name))


@pytest.mark.django_db
def test_making_them_again_changes_nothing() -> None:
    make_schedules()
    soon = timezone.now() + timedelta(minutes=7)
    Schedule.objects.update(next_run=soon)
    before = rows()
    make_schedules()
    assert rows() == before
    assert set(Schedule.objects.values_list("next_run", flat=True)) == {soon}


@pytest.mark.django_db
def test_what_somebody_changed_or_doubled_is_put_right_and_foreign_rows_stay() -> None:
    make_schedules()
    Schedule.objects.filter(name="pinlever: sweep").update(minutes=999)
    Schedule.objects.create(name="pinlever: sweep", func="builtins.print")
    Schedule.objects.create(name="pinlever: of an older version", func="builtins.print")
    Schedule.objects.create(name="their own", func="builtins.print")
    make_schedules()
    assert ("pinlever: sweep", "pinlever.ops.tasks.sweep", 1) in rows()
    assert sorted(name for name, *_ in rows()) == sorted(
        ["their own", *(f"pinlever: {recurring.name}" for recurring in RECURRING)]
    )


@pytest.mark.django_db(transaction=True)
def test_two_who_make_them_at_once_make_them_once() -> None:
    def make() -> None:
        make_schedules()
        connection.close()

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(rows()) == len(RECURRING)
