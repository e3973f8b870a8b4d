"""Pausing all that goes to Lever: who, why, nothing lost, one call at most after it; and resuming."""

from collections.abc import Callable, Iterator

import pytest

from pinlever.accounts.models import User
from pinlever.audit.models import AuditEntry
from pinlever.audit.services import SYSTEM, Actor
from pinlever.foundation import failpoints
from pinlever.sync import pausing
from pinlever.sync.models import Intent, State, SyncRecord
from pinlever.sync.queue import queue_of
from tests.sync.world import World

AUD = Actor("person", "1", "Aud Berg")


@pytest.fixture
def at_each_failpoint() -> Iterator[Callable[[Callable[[str], None]], None]]:
    yield failpoints.install
    failpoints.install(None)


def writes(company: World) -> int:
    return sum(entry["method"] != "GET" for entry in company.log())


def test_paused_it_says_who_why_and_how_many_and_goes_on_when_resumed(company: World) -> None:
    company.export(company.person(), company.person())
    pausing.pause(by=AUD, account=company.account, why="  We tidy up in Lever ")
    company.work()
    found = pausing.standing(company.account)
    assert (found.is_on, found.held, found.by, found.why) == (False, 2, "Aud Berg", "We tidy up in Lever")
    assert found.at is not None
    assert queue_of(company.account).is_stopped
    assert writes(company) == 0
    assert pausing.resume(by=SYSTEM, account=company.account) == 2
    assert pausing.standing(company.account).is_on
    company.work()
    assert set(SyncRecord.objects.values_list("state", flat=True)) == {State.SYNCED}


def test_pausing_twice_keeps_who_was_first_and_is_told_once(company: World) -> None:
    pausing.pause(by=AUD, account=company.account, why="First")
    pausing.pause(by=SYSTEM, account=company.account, why="Second")
    assert pausing.standing(company.account).why == "First"
    told = AuditEntry.objects.filter(action="account.outgoing", by_label="Aud Berg").get()
    assert (told.after, told.note) == ({"outgoing_on": False}, "First")
    pausing.resume(by=AUD, account=company.account)
    company.account.refresh_from_db()
    assert (company.account.paused_by, company.account.paused_at) == ("", None)


@pytest.mark.parametrize(
    ("moment", "sent"),
    [("call.before POST /opportunities", 1), ("push.before_send", 1), ("call.before GET /opportunities", 0)],
)
def test_a_worker_ends_within_a_call(
    company: World, at_each_failpoint: Callable[[Callable[[str], None]], None], moment: str, sent: int
) -> None:
    """What is committed is sent and settled; what is not yet committed is not sent any more."""
    company.export(*[company.person() for _ in range(3)])

    def paused_meanwhile(name: str) -> None:
        if name == moment:
            pausing.pause(by=AUD, account=company.account)

    at_each_failpoint(paused_meanwhile)
    company.work()
    company.make_due()
    company.work()
    assert writes(company) == sent
    assert not Intent.objects.filter(outcome="").exists()
    states = sorted(SyncRecord.objects.values_list("state", flat=True))
    assert states == sorted([State.SYNCED] * sent + [State.HELD] * (3 - sent))


def test_whom_to_ask_is_named(db: None) -> None:
    assert pausing.who_may() == "a super admin"
    for first, last in (("Aud", "Berg"), ("Bo", "Li")):
        User.objects.create_superuser(f"{first}@company.example", first_name=first, last_name=last)
    assert pausing.who_may() == "Aud Berg or Bo Li"
