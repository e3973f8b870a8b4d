"""Endpoints: what may be entered, what the audit log says, and what nobody sees."""

from typing import Any

import pytest

from pinlever.audit.models import AuditEntry
from pinlever.audit.services import SYSTEM
from pinlever.notices import endpoints
from pinlever.notices.endpoints import InvalidEndpoint, add, change, remove, renew_secret, switch
from pinlever.notices.models import Announcement, Delivery, Endpoint, Kind
from pinlever.notices.services import announce

pytestmark = pytest.mark.django_db
URL = "https://outreach.example.com/lever"


def added(**values: Any) -> endpoints.Made:
    return add(by=SYSTEM, **{"name": "Outreach", "url": URL, "kinds": (), **values})


def test_all_kinds_means_new_ones_too() -> None:
    every = [kind for kind, _ in endpoints.CHOICES]
    assert added(kinds=every).endpoint.kinds == []
    assert added(kinds=["sync.failed", "hold.created"]).endpoint.kinds == ["hold.created", "sync.failed"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "  "),
        ("name", "x" * 101),
        ("name", "a\x00b"),
        ("url", "http//x"),
        ("url", "https://169.254.169.254/"),
        ("kinds", ["hold.created", "<script>"]),
        ("kinds", ["test"]),
    ],
)
def test_nonsense_is_refused_at_its_field(field: str, value: Any) -> None:
    with pytest.raises(InvalidEndpoint) as refusal:
        added(**{field: value})
    assert refusal.value.field == field and not Endpoint.objects.exists()


def test_there_are_twenty_at_most() -> None:
    for number in range(endpoints.MOST):
        added(name=f"Number {number}")
    with pytest.raises(InvalidEndpoint, match="20 already"):
        added()


def test_a_change_says_what_was_different_and_nothing_is_no_change() -> None:
    endpoint = added().endpoint
    assert not change(by=SYSTEM, endpoint=endpoint, name="Outreach ", url=URL, kinds=())
    assert change(by=SYSTEM, endpoint=endpoint, name="Outreach", url=URL + "2", kinds=())
    entry = AuditEntry.objects.get(action="endpoint.changed")
    assert (entry.before, entry.after) == ({"url": URL}, {"url": URL + "2"})


def test_switching_twice_is_one_switch() -> None:
    endpoint = added().endpoint
    assert [switch(by=SYSTEM, endpoint=endpoint, on=on) for on in (True, False, False, True)] == [
        False,
        True,
        False,
        True,
    ]
    assert AuditEntry.objects.filter(action__startswith="endpoint.switched").count() == 2


def test_no_secret_reaches_the_audit_log_nor_does_a_receiver_s_own_key() -> None:
    made = added(url=f"{URL}?key=their-own")
    renewed = renew_secret(by=SYSTEM, endpoint=made.endpoint)
    change(by=SYSTEM, endpoint=made.endpoint, name="B", url=f"{URL}?key=another", kinds=())
    remove(by=SYSTEM, endpoint=made.endpoint)
    said = str(list(AuditEntry.objects.values()))
    assert made.secret not in said and renewed.secret not in said
    assert "their-own" not in said and "another" not in said
    assert set(AuditEntry.objects.values_list("action", flat=True)) == {
        *("endpoint.added", "endpoint.secret_renewed", "endpoint.changed", "endpoint.removed"),
    }


def test_secrets_are_encrypted_at_rest() -> None:
    made = added()
    renewed = renew_secret(by=SYSTEM, endpoint=made.endpoint)
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT secret, former_secret FROM notices_endpoint")
        stored = str(cursor.fetchall())
    assert made.secret not in stored and renewed.secret not in stored
    row = Endpoint.objects.get()
    assert (row.secret, row.former_secret) == (renewed.secret, made.secret)


def test_removing_takes_its_log_along_and_leaves_the_others() -> None:
    one, other = added().endpoint, added(name="Other").endpoint
    announce(Kind.HOLD_CREATED, {})
    remove(by=SYSTEM, endpoint=one)
    assert list(Delivery.objects.values_list("endpoint", flat=True)) == [other.pk]
    assert Announcement.objects.count() == 1
