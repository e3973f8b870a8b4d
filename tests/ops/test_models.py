"""Turns at recurring chores."""

from datetime import timedelta

import pytest

from pinlever.foundation.clock import db_now
from pinlever.ops.models import Chore, go_on, take_turn

pytestmark = pytest.mark.django_db


def make_old(name: str, seconds: float) -> None:
    Chore.objects.filter(name=name).update(taken_at=db_now() - timedelta(seconds=seconds))


def test_the_first_turn_is_free() -> None:
    assert take_turn("poll", every=60)


def test_a_turn_is_not_taken_again_before_its_time() -> None:
    take_turn("poll", every=60)
    assert take_turn("poll", every=60) is None
    make_old("poll", 61)
    assert take_turn("poll", every=60)


def test_going_on_keeps_the_turn() -> None:
    turn = take_turn("crawl", every=60)
    assert turn
    make_old("crawl", 61)
    assert go_on("crawl", turn)
    assert take_turn("crawl", every=60) is None


def test_a_turn_that_was_taken_over_does_not_go_on() -> None:
    turn = take_turn("crawl", every=60)
    make_old("crawl", 61)
    later = take_turn("crawl", every=60)
    assert turn and later
    assert not go_on("crawl", turn)
    assert go_on("crawl", later)


def test_chores_do_not_share_turns() -> None:
    assert take_turn("poll", every=60)
    assert take_turn("crawl", every=60)
