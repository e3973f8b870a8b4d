"""Mails of alerts: sent once each, tried for a day, and never in anybody's way."""

from datetime import timedelta
from email import message_from_bytes, policy
from smtplib import SMTPRecipientsRefused, SMTPResponseException
from typing import Any

import pytest
from django.core import mail as outbox
from django.core.mail.backends.locmem import EmailBackend
from django.test import override_settings

from pinlever.audit.models import AuditEntry
from pinlever.audit.services import SYSTEM
from pinlever.foundation import failpoints
from pinlever.foundation.clock import db_now
from pinlever.notices import alert_mailing, tasks, waking
from pinlever.notices.alert_texts import lasted
from pinlever.notices.models import Alert, AlertMail
from tests.notices.alert_play import LOST, MINUTE, Clock, owner, send_all
from tests.notices.mail_receiver import mail_server
from tests.recruiting.at_once import at_once

pytestmark = pytest.mark.django_db
State = AlertMail.State


def opened(*hearers: Any) -> Clock:
    clock = Clock(hearers)
    clock.look(LOST)
    clock.look(LOST, after=3 * MINUTE)
    return clock


def over(clock: Clock) -> None:
    clock.look(after=MINUTE)
    clock.look(after=3 * MINUTE)


def make_due() -> None:
    AlertMail.objects.filter(state=State.WAITING).update(due_at=db_now(), locked_until=None)


class Broken(EmailBackend):
    """A mail server that is down, however that shows."""

    error: Exception = ConnectionRefusedError()

    def send_messages(self, messages: Any) -> int:
        raise self.error


DOWN = override_settings(EMAIL_BACKEND="tests.notices.test_alert_mailing.Broken")


def test_a_mail_says_what_since_when_who_is_affected_and_what_to_do() -> None:
    clock = opened(owner(time_zone="Asia/Tokyo"))
    send_all()
    (mail,) = outbox.outbox
    assert mail.subject == "PinLever: Lever must be connected again" and mail.to == ["aud@company.example"]
    begun = clock.now - 3 * MINUTE + timedelta(hours=9)
    for text in (mail.body, mail.alternatives[0][0]):
        assert f"{begun:%H:%M}" in text and "Asia/Tokyo" in text
        assert "It said no." in text and "3 people wait." in text and "Connect Lever again." in text
        assert "http://127.0.0.1:8000/x/" in text and "/settings/alerts/" in text
    assert mail.extra_headers["Auto-Submitted"] == "auto-generated"
    over(clock)
    send_all()
    end = outbox.outbox[1]
    assert end.subject == "PinLever: over: The connection to Lever is no longer broken"
    assert "it lasted 4 minutes" in end.body and "What it was: Lever must be connected again." in end.body
    assert end.extra_headers["References"] == mail.extra_headers["Message-ID"]
    assert end.extra_headers["Message-ID"] != mail.extra_headers["Message-ID"]


def test_names_of_others_are_text_in_a_mail() -> None:
    clock = Clock([owner()])
    evil = LOST.__class__(LOST.kind, "", 'A"><script>alert(1)</script>\r\nBcc: x@y.example', "<b>bold</b>")
    clock.look(evil)
    clock.look(evil, after=3 * MINUTE)
    send_all()
    (mail,) = outbox.outbox
    assert "\n" not in mail.subject and "<script>" not in mail.alternatives[0][0]
    assert "<b>bold</b>" in mail.body and "&lt;b&gt;bold" in mail.alternatives[0][0]
    assert mail.message()["Bcc"] is None


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ConnectionRefusedError(), "nothing listens there"),
        (TimeoutError(), "did not answer in time"),
        (
            SMTPRecipientsRefused({"aud@company.example": (550, b"no")}),
            "does not take mail for this address (550)",
        ),
        (SMTPResponseException(451, b"aud@company.example greylisted"), "answered 451: … greylisted"),
        (RuntimeError("a backend's own"), "could not be sent (RuntimeError)"),
    ],
)
def test_a_mail_server_that_fails_is_asked_again_and_its_reason_shown(error: Exception, said: str) -> None:
    Broken.error = error
    opened(owner())
    with DOWN:
        assert send_all() == 1
        mail = AlertMail.objects.get()
        assert said in mail.error and mail.state == State.WAITING and mail.due_at > db_now()
        assert alert_mailing.trouble() == mail.error and "@" not in mail.error
    make_due()
    assert send_all() == 1 and len(outbox.outbox) == 1
    assert AlertMail.objects.get().state == State.SENT and alert_mailing.trouble() == ""


def test_after_a_day_it_is_given_up_and_that_is_told() -> None:
    Broken.error = ConnectionRefusedError()
    opened(owner())
    AlertMail.objects.update(give_up_at=db_now() - MINUTE)
    with DOWN:
        send_all()
        assert AlertMail.objects.get().state == State.GIVEN_UP
        assert "nothing listens there" in alert_mailing.trouble()


def test_what_was_over_before_it_could_be_sent_is_told_in_one_mail() -> None:
    Broken.error = ConnectionRefusedError()
    clock = opened(owner())
    with DOWN:
        send_all()
        over(clock)
    make_due()
    send_all()
    (mail,) = outbox.outbox
    assert mail.subject.startswith("PinLever: over:")
    assert AlertMail.objects.get(change="opened").state == State.NOT_NEEDED


def test_a_crash_after_sending_sends_the_same_mail_again() -> None:
    opened(owner())

    def crash(name: str) -> None:
        raise SystemExit(name)

    failpoints.install(crash)
    try:
        with pytest.raises(SystemExit, match="alert_mail"):
            alert_mailing.send_to_one()
    finally:
        failpoints.install(None)
    mail = AlertMail.objects.get()
    assert (mail.tries, mail.state) == (1, State.WAITING) and mail.tried_at is not None
    assert send_all() == 0, "its lease holds it"
    make_due()
    assert send_all() == 1
    first, again = outbox.outbox
    assert first.extra_headers["Message-ID"] == again.extra_headers["Message-ID"]
    assert (first.subject, first.body) == (again.subject, again.body)


def test_a_mail_on_which_processes_die_is_given_up() -> None:
    opened(owner())
    AlertMail.objects.update(claims_unended=alert_mailing.MOST_DEATHS)
    send_all()
    assert AlertMail.objects.get().state == State.GIVEN_UP and not outbox.outbox


def test_without_a_mail_server_nothing_is_said_to_be_sent() -> None:
    opened(owner())
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend"):
        send_all()
        assert "EMAIL_URL" in AlertMail.objects.get().error and "EMAIL_URL" in alert_mailing.trouble()
    assert AlertMail.objects.get().state == State.WAITING


@pytest.mark.parametrize("left", [{"is_active": False}, {"is_superuser": False}])
def test_whoever_is_no_super_admin_any_more_is_told_nothing(left: dict[str, bool]) -> None:
    aud = owner()
    opened(aud)
    for name, value in left.items():
        setattr(aud, name, value)
    aud.save()
    send_all()
    assert not outbox.outbox and AlertMail.objects.get().state == State.NOT_NEEDED


def test_a_test_goes_first_and_is_tried_once() -> None:
    aud = owner()
    opened(aud)
    alert_mailing.send_test(by=SYSTEM, to=aud)
    alert_mailing.send_to_one()
    assert outbox.outbox[0].subject == "PinLever: a test"
    assert AuditEntry.objects.filter(action="alert.mail_tested").exists()
    Broken.error = TimeoutError()
    test = alert_mailing.send_test(by=SYSTEM, to=aud)
    with DOWN:
        alert_mailing.send_to_one()
    test.refresh_from_db()
    assert test.state == State.GIVEN_UP


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_a_mail_once() -> None:
    opened(owner(), owner("kai@company.example"))
    at_once(*(alert_mailing.send_to_one for _ in range(4)))
    assert sorted(mail.to[0] for mail in outbox.outbox) == ["aud@company.example", "kai@company.example"]


def test_a_worker_is_woken_once_and_the_sweep_finds_what_every_wake_up_was_lost_for(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    queued: list[str] = []
    monkeypatch.setattr(waking, "async_task", queued.append)
    with django_capture_on_commit_callbacks(execute=True):
        opened(owner(), owner("kai@company.example"))
    assert queued == ["pinlever.notices.tasks.mail"]
    tasks.mail()
    assert len(outbox.outbox) == 2
    alert_mailing.send_test(by=SYSTEM, to=owner("eva@company.example"))
    with django_capture_on_commit_callbacks(execute=True):
        tasks.sweep()
    assert len(queued) == 2


def test_alerts_are_kept_for_a_year() -> None:
    clock = opened(owner())
    over(clock)
    assert tasks.forget_alerts() == 0
    Alert.objects.update(over_at=db_now() - timedelta(days=366))
    assert tasks.forget_alerts() == 1 and not AlertMail.objects.exists()


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (59, "less than a minute"),
        (60, "1 minute"),
        (3 * 3600 + 300, "3 hours 5 minutes"),
        (86400, "1 day"),
        (100_000, "1 day 3 hours"),
    ],
)
def test_a_span_in_words(seconds: int, said: str) -> None:
    assert lasted(timedelta(seconds=seconds)) == said


def test_a_real_mail_server_takes_it() -> None:
    opened(owner())
    with mail_server() as server:
        with override_settings(
            EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
            EMAIL_HOST="127.0.0.1",
            EMAIL_PORT=server.port,
            EMAIL_TIMEOUT=5,
            EMAIL_USE_TLS=False,
        ):
            assert send_all() == 1
        assert AlertMail.objects.get().state == State.SENT, AlertMail.objects.get().error
        (raw,) = server.received
        found = message_from_bytes(raw, policy=policy.default)
        assert found["Subject"] == "PinLever: Lever must be connected again"
        assert found["To"] == "aud@company.example" and found["Message-ID"].startswith("<alert-")
        assert [part.get_content_type() for part in found.iter_parts()] == ["text/plain", "text/html"]
        assert "Connect Lever again." in found.get_body(("plain",)).get_content()
