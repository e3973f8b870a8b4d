"""Who may call: tokens made, shown once, refused, revoked, counted."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.utils import timezone

from pinlever.api import auth
from pinlever.api.models import ApiToken
from pinlever.api.tokens import InvalidToken, make_token, revoke_token
from pinlever.audit.models import AuditEntry
from pinlever.audit.services import SYSTEM
from tests.api.calling import Caller

PERSON = "/prospects/eng/ingrid"


def manage(*words: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("api_token", *words, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def refusal(call: Caller, **more: Any) -> dict[str, str]:
    status, told = call("GET", PERSON, **more)
    assert status == 401
    assert call.response["WWW-Authenticate"].startswith("Bearer")
    return dict(told["error"])


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (None, "no_token"),
        ("", "no_token"),
        ("Basic cGluOnBpbg==", "no_bearer_token"),
        ("Bearer", "no_bearer_token"),
        ("Bearer   ", "no_bearer_token"),
        ("Bearer pl_wrong", "unknown_token"),
        ("Bearer pl_\udcff", "unknown_token"),
        ("bearer " + "x" * 5000, "unknown_token"),
    ],
)
def test_a_call_without_a_good_token_is_refused_with_the_cure(
    db: None, header: str | None, code: str
) -> None:
    cache.clear()
    told = refusal(Caller(), headers={} if header is None else {"Authorization": header})
    assert told["code"] == code
    assert "api_token create" in told["message"]


def test_a_session_opens_nothing(call: Caller, admin_user: Any) -> None:
    call.token = ""
    call.client.force_login(admin_user)
    assert refusal(call)["code"] == "no_token"


def test_a_revoked_token_is_told_so(call: Caller) -> None:
    assert revoke_token(by=SYSTEM, token=ApiToken.objects.get())
    told = refusal(call)
    assert told["code"] == "revoked_token" and "was revoked on" in told["message"]
    assert not revoke_token(by=SYSTEM, token=ApiToken.objects.get())


def test_many_refusals_are_slowed_down_and_a_good_token_passes_all_the_same(
    call: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(auth, "FAILURES_A_MINUTE", 2)
    call.put_job()
    with time_machine.travel("2026-11-22T10:00:10Z", tick=False):
        answers = [Caller("pl_guess")("GET", PERSON) for _ in range(4)]
        assert [status for status, _ in answers] == [401, 401, 429, 429]
        assert answers[-1][1]["error"]["code"] == "too_many_refusals"
        assert call("PUT", "/jobs/eng", {})[0] == 200
    with time_machine.travel("2026-11-22T10:01:10Z", tick=False):
        assert Caller("pl_guess")("GET", PERSON)[0] == 401


def test_no_token_is_stored_and_none_is_in_the_audit_log(db: None) -> None:
    made = make_token(by=SYSTEM, name="Pin", source="pin")
    row = ApiToken.objects.get()
    stored = str(ApiToken.objects.values_list().get()) + str(list(AuditEntry.objects.values_list()))
    assert made.text not in stored and made.text.removeprefix(row.prefix) not in stored
    assert made.text.startswith(row.prefix) and len(made.text) >= 46
    assert AuditEntry.objects.get().action == "api_token.made"
    assert row.digest not in str(list(AuditEntry.objects.values_list()))


def test_use_is_noted_at_most_once_a_minute(call: Caller) -> None:
    start = timezone.now()
    noted = []
    for seconds in (0, 30, 59, 61):
        with time_machine.travel(start + timedelta(seconds=seconds), tick=False):
            call("GET", PERSON)
        noted.append(ApiToken.objects.get().last_used_at)
    assert noted == [start, start, start, start + timedelta(seconds=61)]


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("", ""),
        (" Pin", ""),
        ("Pin\n", ""),
        ("x" * 101, ""),
        ("Pin", "Pin"),
        ("Pin", "a:b"),
        ("Pin", "-"),
        ("日本", ""),
        ("Lever", ""),
        ("Pin", "lever"),
        ("Pin", "pinlever"),
    ],
)
def test_a_name_or_source_that_cannot_be_is_refused(db: None, name: str, source: str) -> None:
    with pytest.raises(InvalidToken):
        make_token(by=SYSTEM, name=name, source=source)
    assert not ApiToken.objects.exists()


def test_the_command_makes_lists_and_revokes(db: None) -> None:
    text, about = manage("create", "Pin production", "--source", "pin")
    assert Caller(text.strip())("GET", PERSON)[0] == 404
    assert "not shown again" in about
    listed, _ = manage("list")
    assert "Pin production" in listed and "in use" in listed and text.strip() not in listed
    assert "is revoked" in manage("revoke", "Pin production")[0]
    assert Caller(text.strip())("GET", PERSON)[0] == 401
    assert "revoked 20" in manage("list")[0]


def test_the_command_says_what_cannot_be_done(db: None) -> None:
    assert "no tokens yet" in manage("list")[0]
    manage("create", "Pin")
    for words in (("create", "Pin"), ("create", ""), ("revoke", "Pun")):
        with pytest.raises(CommandError):
            manage(*words)


def test_a_token_that_replaces_another_speaks_of_the_same_people(call: Caller) -> None:
    call.put_job()
    assert call.put()["created"]
    manage("revoke", "Pin")
    again = Caller.named("Pin", source="pin")
    assert not again.put()["created"]
    assert again("GET", PERSON)[0] == 200


def test_two_systems_may_use_the_same_ids(call: Caller) -> None:
    other = Caller.named("Scout")
    call.put_job(title="Ours"), call.put()
    assert other("GET", PERSON)[1]["error"]["code"] == "unknown_job"
    assert other.put_job(title="Theirs")["created"]
    assert other("GET", PERSON)[1]["error"]["code"] == "unknown_candidate"
    theirs = other.put(emails=[{"value": "somebody-else@people.example"}])
    assert theirs["created"] and theirs["key"] != call.put()["key"]
