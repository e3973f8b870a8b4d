"""Alerts on Home and in their list, and Settings → Alerts."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail as outbox
from django.test import Client, override_settings

from pinlever.accounts.models import User
from pinlever.audit.models import AuditEntry
from pinlever.audit.services import Actor
from pinlever.connection import accounts
from pinlever.connection.models import LeverAccount, LeverConnection
from pinlever.connection.owning import hearers, own_if_nobody_does
from pinlever.foundation.clock import db_now
from pinlever.notices.models import Alert, AlertKind, AlertMail, AlertRules
from tests.notices.alert_play import LOST, MINUTE, Clock, send_all
from tests.practice_adapter import KEY, in_process, practice
from tests.sync.world import World

HOME, LIST, SETTINGS, TEST = "/", "/alerts/", "/settings/alerts/", "/settings/alerts/test/"
RULES = {"mailed": AlertKind.values, "failures": 10, "share": 20, "quiet_minutes": 2, "paused_hours": 24}


def told(client: Client, url: str = HOME) -> str:
    return " ".join(client.get(url).content.decode().split())


def alert(kind: str = "connection", *, over: timedelta | None = None, **more: Any) -> Alert:
    now = db_now()
    begun = now - timedelta(days=1, hours=2)
    return Alert.objects.create(
        **{
            "kind": kind,
            "subject": more.pop("subject", kind),
            "since": begun,
            "opened_at": begun,
            "over_at": None if over is None else now - over,
            "title": "Lever must be connected again",
            "sentence": "It said no.",
            "affected": "3 people wait.",
            "url": "/settings/ats/",
            "round": 1,
            **more,
        }
    )


def test_home_shows_what_is_wrong_with_the_cure_and_says_it_once(
    as_super_admin: Client, company: World
) -> None:
    company.person()
    LeverConnection.objects.update(state=LeverConnection.State.BROKEN)
    alert()
    page = told(as_super_admin)
    assert page.count("Lever must be connected again</h3>") == 1
    assert "It said no. 3 people wait. Connect Lever again." in page
    assert 'href="/settings/ats/">Connect again' in page


def test_a_recruiter_sees_what_stops_their_people_without_what_is_not_theirs(
    as_recruiter: Client, company: World
) -> None:
    alert()
    for kind in ("webhooks", "drift", "followups"):
        alert(kind, title=f"Secret of {kind}")
    for url in (HOME, LIST):
        page = told(as_recruiter, url)
        assert "until a super admin has connected it again" in page and "3 people wait." in page
        assert "It said no." not in page and "Secret of" not in page and ">Connect again" not in page


def test_what_is_over_stays_a_day_or_until_it_is_put_aside(
    as_super_admin: Client, as_recruiter: Client
) -> None:
    row = alert(over=timedelta(hours=1))
    alert("worker", over=timedelta(hours=25), title="Long ago")
    page = told(as_super_admin)
    assert "no longer broken" in page and "it lasted 1 day 1 hour" in page and "Long ago" not in page
    as_super_admin.post(f"/alerts/{row.pk}/aside/")
    assert "no longer broken" not in told(as_super_admin)
    assert "no longer broken" in told(as_recruiter), "everybody puts aside for themselves"


def test_what_goes_on_cannot_be_put_aside(as_super_admin: Client) -> None:
    row = alert()
    as_super_admin.post(f"/alerts/{row.pk}/aside/", {"back": "https://evil.example/"})
    page = told(as_super_admin)
    assert "It is not over yet" in page and "It said no." in page


def test_putting_aside_leads_nowhere_else(as_super_admin: Client) -> None:
    row = alert(over=timedelta(hours=1))
    for back, there in (("https://evil.example/", "/"), ("/alerts/", "/alerts/")):
        answer = as_super_admin.post(f"/alerts/{row.pk}/aside/", {"back": back})
        assert answer["Location"] == there


def test_a_recruiter_cannot_put_aside_what_they_do_not_see(as_recruiter: Client) -> None:
    row = alert("webhooks", over=timedelta(hours=1))
    assert as_recruiter.post(f"/alerts/{row.pk}/aside/").status_code == 404


def test_the_list_is_filtered_by_kind_and_by_whether_it_is_over(as_super_admin: Client) -> None:
    alert(title="The one now")
    alert("worker", over=timedelta(days=40), title="The old one")
    Alert.objects.create(kind="drift", since=db_now(), title="Only noticed yet")
    assert "The one now" in told(as_super_admin, LIST) and "The old one" in told(as_super_admin, LIST)
    assert "Only noticed" not in told(as_super_admin, LIST)
    for query, there, gone in (
        ("?show=now", "The one now", "The old one"),
        ("?show=over", "The old one", "The one now"),
        ("?kind=worker", "The old one", "The one now"),
    ):
        page = told(as_super_admin, LIST + query)
        assert there in page and gone not in page
    assert "Nothing is wrong" in told(as_super_admin, LIST + "?show=now&kind=drift")
    assert as_super_admin.get(LIST + "?show=%00&kind=%27&before=x").status_code == 200


def test_a_hundred_alerts_cost_what_one_does(
    as_super_admin: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(60):
        alert(subject=str(number), title="<script>alert(1)</script>")
    with django_assert_max_num_queries(14):
        page = told(as_super_admin, LIST)
    assert "<script>alert" not in page and "before=" in page


class TestSettings:
    def test_are_for_super_admins(self, as_recruiter: Client) -> None:
        for url in (SETTINGS, TEST):
            assert as_recruiter.post(url).status_code == 403

    def test_say_who_hears_and_are_kept_with_an_audit_row(
        self, as_super_admin: Client, super_admin: User, company: World
    ) -> None:
        kai = User.objects.create_superuser("kai@company.example", "x")
        page = told(as_super_admin, SETTINGS)
        assert "aud@company.example" in page and "kai@company.example" in page
        answer = as_super_admin.post(
            SETTINGS,
            {**RULES, "mailed": ["worker"], "failures": 3, "owner": kai.pk, "also_to": [super_admin.pk]},
        )
        assert answer.status_code == 302
        rules = AlertRules.kept()
        assert rules.failures == 3 and "worker" not in rules.silenced and "drift" in rules.silenced
        assert LeverAccount.objects.get().owner == kai
        assert [user.pk for user in hearers(LeverAccount.objects.get(), rules)] == [super_admin.pk, kai.pk]
        actions = set(AuditEntry.objects.values_list("action", flat=True))
        assert {"alert.rules", "account.owner"} <= actions

    def test_refuse_nonsense_beside_the_field(self, as_super_admin: Client, recruiter: User) -> None:
        for wrong in ({"failures": 0}, {"share": "x"}, {"also_to": [recruiter.pk]}, {"mailed": ["<b>"]}):
            page = as_super_admin.post(SETTINGS, {**RULES, **wrong}).content.decode()
            assert "invalid-feedback" in page
        assert not AlertRules.objects.exists()

    def test_a_test_arrives_and_its_outcome_is_shown(self, as_super_admin: Client) -> None:
        asked = as_super_admin.post(TEST, headers={"HX-Request": "true"})
        assert b"It is on its way." in asked.content
        send_all()
        outcome = as_super_admin.get(f"/settings/alerts/mails/{AlertMail.objects.get().pk}/")
        assert b"The mail server took it." in outcome.content and b"hx-get" not in outcome.content
        assert [mail.subject for mail in outbox.outbox] == ["PinLever: a test"]

    def test_mail_that_does_not_arrive_is_told_here_on_home_and_in_readiness(
        self, as_super_admin: Client, company: World
    ) -> None:
        alert()
        with override_settings(EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend"):
            for url in (HOME, LIST, SETTINGS, "/settings/ats/"):
                assert "Set EMAIL_URL." in told(as_super_admin, url), url

    def test_nobody_s_name_breaks_the_page(self, as_super_admin: Client) -> None:
        evil = User.objects.create_superuser("e@company.example", "x", first_name="<script>alert(1)</script>")
        clock = Clock([evil])
        clock.look(LOST)
        clock.look(LOST, after=3 * MINUTE)
        page = told(as_super_admin, SETTINGS)
        assert "<script>alert" not in page and "It began: Lever must be connected again" in page


class TestTheOwner:
    def test_is_whoever_connects(self, super_admin: User, db: None) -> None:
        with in_process(practice()):
            made = accounts.connect_with_key(
                by=Actor.person(super_admin), environment="practice", api_key=KEY
            )
        assert LeverAccount.objects.get(pk=made.account_id).owner == super_admin

    def test_stays_who_it_was_while_they_can_hear(self, super_admin: User, company: World) -> None:
        kai = User.objects.create_superuser("kai@company.example", "x")
        own_if_nobody_does(company.account, by=Actor.person(super_admin))
        own_if_nobody_does(company.account, by=Actor.person(kai))
        assert company.account.owner == super_admin
        super_admin.is_superuser = False
        super_admin.save()
        own_if_nobody_does(company.account, by=Actor.person(kai))
        assert LeverAccount.objects.get().owner_id == kai.pk

    def test_who_left_is_followed_by_every_super_admin(self, super_admin: User, company: World) -> None:
        kai = User.objects.create_superuser("kai@company.example", "x")
        own_if_nobody_does(company.account, by=Actor.person(super_admin))
        super_admin.is_active = False
        super_admin.save()
        assert hearers(LeverAccount.objects.get(), AlertRules.kept()) == [kai]


@pytest.mark.django_db
def test_that_no_worker_runs_is_said_once_on_home_and_on_every_other_page(as_super_admin: Client) -> None:
    says = "No worker is running"
    assert says in told(as_super_admin) and says in told(as_super_admin, LIST)
    alert("worker", title="No worker runs")
    assert says not in told(as_super_admin) and says in told(as_super_admin, LIST)


@pytest.mark.django_db
def test_no_alert_at_all_is_said_too(as_recruiter: Client) -> None:
    assert "Nothing was ever wrong" in told(as_recruiter, LIST)
    assert "alerts-title" not in told(as_recruiter)
