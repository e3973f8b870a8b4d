"""An alert begins once, is over once, and does neither for what only flickers."""

from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction

from pinlever.audit.models import AuditEntry
from pinlever.audit.services import SYSTEM
from pinlever.foundation.clock import db_now
from pinlever.notices.alert_kinds import FOR_ALL, WORDS
from pinlever.notices.alert_rules import Asked, InvalidAlertRule, set_rules
from pinlever.notices.alerting import Wrong
from pinlever.notices.models import Alert, AlertKind, AlertMail, AlertRules, Announcement
from tests.lever.loopback import keeping, loopback
from tests.notices.alert_play import HOUR, LOST, MINUTE, SECOND, Clock, owner
from tests.notices.receiver import OK, listening
from tests.recruiting.at_once import at_once

pytestmark = pytest.mark.django_db
EVERY = Asked(mailed=AlertKind.values, also_to=(), failures=10, share=20, quiet_minutes=2, paused_hours=24)


def changes() -> list[str]:
    return list(AlertMail.objects.order_by("pk").values_list("change", flat=True))


@pytest.mark.parametrize("kind", AlertKind.values)
def test_every_kind_begins_once_and_ends_once(kind: str) -> None:
    clock, wrong = Clock([owner()]), Wrong(kind, "account 1", "It is wrong")
    lasting = 24 * HOUR if kind == AlertKind.PAUSED else 2 * MINUTE
    clock.look(wrong)
    assert not Alert.objects.told().exists() and not changes()
    clock.look(wrong, after=lasting)
    for _ in range(5):
        clock.look(wrong, after=MINUTE)
    assert changes() == ["opened"] and Alert.objects.standing().count() == 1
    for _ in range(5):
        clock.look(after=MINUTE)
    (row,) = Alert.objects.all()
    assert changes() == ["opened", "over"] and row.over_at is not None
    assert WORDS[kind].over and WORDS[kind].cure and WORDS[kind].button
    audited = AuditEntry.objects.filter(subject_type="notices.alert").order_by("pk")
    assert list(audited.values_list("action", flat=True)) == ["alert.opened", "alert.over"]


def test_what_lasts_twenty_seconds_is_no_alert() -> None:
    clock = Clock([owner()])
    for _ in range(30):
        clock.look(LOST, after=20 * SECOND)
        clock.look(after=20 * SECOND)
    assert not Alert.objects.exists() and not changes()


def test_what_began_long_before_it_was_seen_is_told_at_once() -> None:
    clock = Clock([owner()])
    clock.look(replace(LOST, since=clock.now - HOUR))
    assert changes() == ["opened"]


def test_an_alert_that_flickers_is_told_once_and_is_over_once() -> None:
    clock = Clock([owner()])
    clock.look(LOST)
    clock.look(LOST, after=3 * MINUTE)
    for _ in range(20):
        clock.look(after=MINUTE)
        clock.look(LOST, after=MINUTE)
    assert changes() == ["opened"]
    clock.look(after=MINUTE)
    clock.look(after=2 * MINUTE)
    assert changes() == ["opened", "over"]


def test_what_comes_back_soon_is_the_same_alert_and_has_to_stay_away_longer_each_time() -> None:
    clock = Clock([owner()])
    for away in (2, 4, 8):
        clock.look(LOST, after=MINUTE)
        clock.look(LOST, after=3 * MINUTE)
        clock.look(after=SECOND)
        clock.look(after=away * MINUTE - SECOND)
        assert Alert.objects.standing().count() == 1
        clock.look(after=SECOND)
        assert not Alert.objects.standing().exists()
    (row,) = Alert.objects.all()
    assert (row.returns, row.round) == (2, 6)
    assert changes() == ["opened", "over", "again", "over", "again", "over"]
    clock.look(LOST, after=31 * MINUTE)
    clock.look(LOST, after=3 * MINUTE)
    assert Alert.objects.count() == 2, "half an hour later it is another one"


def test_more_of_it_is_told_again_and_less_of_it_is_not() -> None:
    clock, two = Clock([owner()]), replace(LOST, kind=AlertKind.DRIFT, parts=("1", "2"))
    clock.look(two)
    clock.look(two, after=2 * MINUTE)
    clock.look(replace(two, parts=("2",)), after=HOUR)
    assert changes() == ["opened"]
    clock.look(replace(two, parts=("2", "3"), affected="9 jobs are concerned."), after=MINUTE)
    clock.look(two, after=HOUR)
    assert changes() == ["opened", "more"]
    assert AlertMail.objects.get(change="more").told["affected"] == "9 jobs are concerned."


def test_what_was_not_looked_at_is_neither_begun_nor_over() -> None:
    clock = Clock([owner()])
    clock.look(LOST)
    clock.look(LOST, after=3 * MINUTE)
    clock.look(after=HOUR, kinds=[AlertKind.WORKER])
    clock.look(after=HOUR, kinds=[AlertKind.WORKER])
    assert Alert.objects.standing().count() == 1


def test_its_sentence_follows_what_is_wrong_now() -> None:
    clock = Clock()
    clock.look(LOST)
    clock.look(LOST, after=3 * MINUTE)
    clock.look(replace(LOST, affected="412 people wait."), after=MINUTE)
    assert Alert.objects.get().affected == "412 people wait."


def test_without_anybody_to_tell_it_stands_on_home_all_the_same() -> None:
    clock = Clock()
    clock.look(LOST)
    clock.look(LOST, after=3 * MINUTE)
    assert Alert.objects.standing().count() == 1 and not changes()


def test_of_an_end_hears_whoever_heard_of_the_beginning() -> None:
    aud, kai = owner(), owner("kai@company.example")
    clock = Clock([aud])
    clock.look(LOST)
    clock.look(LOST, after=3 * MINUTE)
    clock.hearers = [kai]
    set_rules(by=SYSTEM, asked=replace(EVERY, mailed=()))
    clock.look(after=MINUTE)
    clock.look(after=3 * MINUTE)
    assert list(AlertMail.objects.filter(change="over").values_list("to", flat=True)) == [aud.pk]


def test_a_kind_that_is_not_mailed_is_an_alert_all_the_same() -> None:
    set_rules(by=SYSTEM, asked=replace(EVERY, mailed=[AlertKind.WORKER]))
    clock = Clock([owner()])
    clock.look(LOST)
    clock.look(LOST, after=3 * MINUTE)
    assert Alert.objects.standing().count() == 1 and not changes()


def test_other_systems_are_told_too() -> None:
    with loopback(keeping(OK)) as server:
        listening(server)
        clock = Clock()
        clock.look(LOST)
        clock.look(LOST, after=3 * MINUTE)
        clock.look(after=MINUTE)
        clock.look(after=3 * MINUTE)
    opened, over = Announcement.objects.order_by("pk")
    assert (opened.kind, over.kind) == ("alert.opened", "alert.over")
    assert opened.data["key"] == over.data["key"] and opened.data["title"] == LOST.title
    assert "over_at" in over.data and "over_at" not in opened.data


def test_a_name_of_control_characters_becomes_one_line() -> None:
    clock = Clock()
    clock.look(replace(LOST, title="Evil\r\nBcc: all@company.example\x00 \u202ename", sentence="a\nb"))
    row = Alert.objects.get()
    assert row.title == "Evil Bcc: all@company.example name" and row.sentence == "a b"


def test_one_stands_for_each_kind_and_subject_by_constraint() -> None:
    Clock().look(LOST)
    with pytest.raises(IntegrityError), transaction.atomic():
        Alert.objects.create(kind=LOST.kind, subject=LOST.subject, since=db_now(), title="x")


@pytest.mark.django_db(transaction=True)
def test_two_who_look_at_once_tell_once() -> None:
    aud = owner()
    start = Clock([aud]).now
    for after, wrong in ((0 * MINUTE, (LOST,)), (3 * MINUTE, (LOST,)), (4 * MINUTE, ()), (9 * MINUTE, ())):
        looks = [Clock([aud], start) for _ in range(3)]
        at_once(*(lambda one=one, a=after, w=wrong: one.look(*w, after=a) for one in looks))
    assert Alert.objects.count() == 1 and sorted(changes()) == ["opened", "over"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"mailed": ["<b>"]}, "no alert of the kind"),
        ({"failures": 0}, "number of failures"),
        ({"share": 101}, "per cent"),
        ({"quiet_minutes": -1}, "Minutes|minutes"),
        ({"paused_hours": 10**6}, "hours sending may be off"),
    ],
)
def test_rules_that_make_no_sense_are_refused(asked: dict[str, object], said: str) -> None:
    with pytest.raises(InvalidAlertRule, match=said):
        set_rules(by=SYSTEM, asked=replace(EVERY, **asked))
    assert not AlertRules.objects.exists()


def test_a_change_of_the_rules_is_audited_and_nothing_is_no_change() -> None:
    aud = owner()
    assert not set_rules(by=SYSTEM, asked=EVERY)
    assert set_rules(by=SYSTEM, asked=replace(EVERY, failures=3, also_to=[aud.pk, 999]))
    entry = AuditEntry.objects.get(action="alert.rules")
    assert (entry.before, entry.after) == (
        {"failures": 10, "also_to": []},
        {"failures": 3, "also_to": [aud.pk]},
    )


def test_recruiters_are_told_of_what_stops_their_people() -> None:
    assert set(FOR_ALL) == {"connection", "lever_silent", "worker", "failures", "paused"}
