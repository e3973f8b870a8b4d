"""What was given up, by endpoint and cause; all of a group sent again."""

import ssl
from socket import gaierror
from typing import Any

import pytest

from pinlever.audit.models import AuditEntry
from pinlever.audit.services import SYSTEM
from pinlever.notices import endpoints, tasks
from pinlever.notices.addresses import NO_PLAIN_HTTP, NOT_AN_ADDRESS, NOT_THIS_MACHINE, ForbiddenAddress
from pinlever.notices.door import _told
from pinlever.notices.failing import given_up, groups
from pinlever.notices.models import Delivery, Endpoint, Kind
from pinlever.notices.repeating import send_given_up
from pinlever.notices.sending import LOCKED
from pinlever.notices.services import announce
from tests.lever.loopback import keeping, loopback
from tests.notices.receiver import BROKEN, listening, numbers, received, send_all

pytestmark = pytest.mark.django_db
State = Delivery.State
FAILURES = (
    (ForbiddenAddress(NOT_AN_ADDRESS), "endpoint_forbidden_address"),
    (ForbiddenAddress(NO_PLAIN_HTTP), "endpoint_forbidden_address"),
    (ForbiddenAddress(NOT_THIS_MACHINE), "endpoint_forbidden_address"),
    (
        ForbiddenAddress("The address leads to 10.0.0.1, where nothing may be sent."),
        "endpoint_forbidden_address",
    ),
    (gaierror(), "endpoint_name"),
    (ssl.SSLError(), "endpoint_connection"),
    (ConnectionRefusedError(), "endpoint_connection"),
    (ConnectionResetError(), "endpoint_connection"),
    (TimeoutError(), "endpoint_late"),
    (ValueError(), "endpoint_connection"),
)


def outreach(name: str = "Outreach") -> Endpoint:
    return endpoints.add(by=SYSTEM, name=name, url="https://outreach.example/", kinds=()).endpoint


def fails(endpoint: Endpoint, number: int = 1, **columns: Any) -> None:
    """Announces to everybody, and this endpoint has given it up."""
    for _ in range(number):
        announce(Kind.SYNC_FAILED, {"id": number})
        made = Delivery.objects.filter(endpoint=endpoint).latest("pk")
        Delivery.objects.filter(pk=made.pk).update(state=State.GIVEN_UP, **columns)


def codes() -> list[str]:
    return [one.cause.code for one in groups()]


@pytest.mark.parametrize(("failure", "code"), FAILURES, ids=str)
def test_what_stood_in_the_way_is_its_cause(failure: Exception, code: str) -> None:
    fails(outreach(), error=_told(failure))
    assert codes() == [code]


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"status": 410, "error": "It answered 410."}, "endpoint_gone"),
        ({"status": 302, "error": "It answered 302, a redirect"}, "endpoint_redirect"),
        ({"status": 500, "error": "It answered 500: no database"}, "endpoint_refused"),
        ({"status": 404, "error": "It answered 404."}, "endpoint_refused"),
        ({"error": "No answer within 10 seconds."}, "endpoint_late"),
        ({"error": "Its certificate is not trusted: expired."}, "endpoint_certificate"),
        ({"error": LOCKED}, "endpoint_locked"),
        ({"error": tasks.TOO_LATE}, "endpoint_waited"),
        ({"error": "Something new."}, "endpoint_connection"),
    ],
)
def test_what_it_answered_is_its_cause(columns: dict[str, Any], code: str) -> None:
    fails(outreach(), **columns)
    assert codes() == [code]


def test_endpoints_and_causes_are_told_apart_the_largest_first(django_assert_num_queries: Any) -> None:
    one, other = outreach("One"), outreach("Other")
    fails(one, status=500, error="It answered 500: old")
    fails(one, 2, status=503, error="It answered 503: no <b>database</b>")
    fails(one, error="Its name could not be found.")
    fails(other, 2, status=500, error="It answered 500.")
    Delivery.objects.filter(endpoint=other, state=State.WAITING).delete()
    with django_assert_num_queries(2):
        found = [(one.endpoint.name, one.cause.code, one.count, one.said) for one in groups()]
    assert found == [
        ("One", "endpoint_refused", 3, "It answered 503: no <b>database</b>"),
        ("Other", "endpoint_refused", 2, "It answered 500."),
        ("One", "endpoint_name", 1, "Its name could not be found."),
    ]


def test_tests_and_what_still_waits_are_in_no_group() -> None:
    fails(outreach(), is_test=True, status=500, error="It answered 500.")
    announce(Kind.SYNC_FAILED, {"id": 1})
    assert list(groups()) == []


def test_all_of_a_group_is_sent_again_once_and_nothing_else() -> None:
    with loopback(keeping(BROKEN)) as server:
        endpoint = listening(server).endpoint
        for number in range(3):
            announce(Kind.SYNC_FAILED, {"id": number})
        rows = Delivery.objects.order_by("pk")
        rows.filter(pk__lte=rows[1].pk).update(state=State.GIVEN_UP, status=500, error="It answered 500.")
        rows.filter(pk=rows[2].pk).update(state=State.GIVEN_UP, error="Its name could not be found.")
        assert send_given_up(by=SYSTEM, endpoint=endpoint, code="endpoint_refused") == 2
        assert send_given_up(by=SYSTEM, endpoint=endpoint, code="endpoint_refused") == 0
        assert given_up(endpoint).count() == 1
        send_all()
        assert numbers(received(server)) == [0]  # it rests after the first failure
    entry = AuditEntry.objects.get(action="endpoint.sent_again")
    assert entry.after == {"count": 2, "cause": "endpoint_refused"}
