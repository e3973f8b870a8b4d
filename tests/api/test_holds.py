"""GET /holds."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pinlever.audit.services import SYSTEM
from pinlever.outreach.holding import hold_by_hand, release
from pinlever.outreach.models import Hold
from pinlever.recruiting.merging import merge
from pinlever.recruiting.models import Candidate
from tests.api.calling import Caller, event


@pytest.fixture(autouse=True)
def _ingrid(call: Caller) -> None:
    call.put_job()
    call.put()


def standing(call: Caller, asked: str = "") -> list[tuple[str, str]]:
    status, told = call("GET", f"/holds{asked}")
    assert status == 200, told
    return [(one["candidate"], one["cause"]) for one in told["holds"]]


def test_a_reply_holds_and_a_release_lets_go(call: Caller) -> None:
    assert standing(call) == []
    assert call("POST", "/events", event(kind="replied"))[0] == 201
    assert standing(call) == [("ingrid", "replied")]
    release(by=SYSTEM, hold=Hold.objects.get(), reason="They asked for more")
    assert standing(call) == []
    told = call("GET", "/holds?standing=false")[1]["holds"]
    assert [(one["release_reason"], bool(one["released_at"])) for one in told] == [
        ("They asked for more", True)
    ]


def test_one_person_can_be_asked_for(call: Caller) -> None:
    call.put("kari")
    for id, who in (("1", "ingrid"), ("2", "kari")):
        call("POST", "/events", event(id, kind="unsubscribed", candidate=who))
    assert standing(call, "?candidate=kari") == [("kari", "unsubscribed")]
    status, told = call("GET", "/holds?candidate=nobody")
    assert (status, told["error"]["code"]) == (404, "unknown_candidate")


def test_another_sources_people_are_not_told(call: Caller) -> None:
    call("POST", "/events", event(kind="replied"))
    assert standing(Caller.named("Other", source="other")) == []


def test_a_merged_persons_hold_is_told_by_the_callers_id(call: Caller) -> None:
    call("POST", "/events", event(kind="replied"))
    root = Candidate.objects.create(full_name="Ingrid Solheim")
    merge(by=SYSTEM, gone=Candidate.objects.get(full_name="Ingrid Solheim", pk__lt=root.pk), into=root)
    assert standing(call) == standing(call, "?candidate=ingrid") == [("ingrid", "replied")]


def test_pages_lead_to_all_of_them(call: Caller) -> None:
    people = [f"p{number}" for number in range(5)]
    for who in people:
        call.put(who)
        call("POST", "/events", event(who, kind="bounced", candidate=who))
    found, after = [], 0
    for _ in range(4):
        told = call("GET", f"/holds?limit=2&after={after}")[1]
        found += [one["candidate"] for one in told["holds"]]
        if told["next"] is None:
            break
        after = told["next"]
    assert found == people


def test_the_number_of_queries_does_not_grow(call: Caller) -> None:
    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as made:
            call("GET", "/holds")
        return len(made)

    call("POST", "/events", event(kind="replied"))
    asked()
    few = asked()
    for number in range(10):
        call.put(f"p{number}")
        call("POST", "/events", event(f"e{number}", kind="replied", candidate=f"p{number}"))
    assert asked() == few


@pytest.mark.parametrize(
    "asked", ["limit=0", "limit=201", "after=-1", "after=x", "candidate=%20", "standing=maybe"]
)
def test_nonsense_is_refused(call: Caller, asked: str) -> None:
    status, told = call("GET", f"/holds?{asked}")
    assert status == 422 and told["error"]["field"]


def test_a_hold_by_hand_is_told_with_its_words(call: Caller) -> None:
    hold_by_hand(
        by=SYSTEM, candidate=Candidate.objects.get(), kind="stop", reason="Asked on the phone", token="1"
    )
    told: Any = call("GET", "/holds")[1]["holds"][0]
    assert (told["kind"], told["cause"], told["reason"]) == ("stop", "by_hand", "Asked on the phone")


@pytest.mark.parametrize("asked", ["candidat=ingrid", "standing=false&Candidate=x", "page=2"])
def test_a_misspelt_question_is_refused_and_not_answered_for_everybody(call: Caller, asked: str) -> None:
    status, told = call("GET", f"/holds?{asked}")
    assert (status, told["error"]["code"]) == (422, "invalid.extra_forbidden"), told
