"""Settings → Webhooks out: for super admins; secrets shown once; a test's outcome in place; a log by pages."""

import html
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from pinlever.audit.services import SYSTEM
from pinlever.foundation.clock import db_now
from pinlever.notices import waking
from pinlever.notices.endpoints import add, switch
from pinlever.notices.models import Delivery, Endpoint, Kind
from pinlever.notices.repeating import send_test
from pinlever.notices.services import announce
from tests.lever.loopback import Loopback, keeping, loopback
from tests.notices.receiver import BROKEN, OK, listening, received, send_all

URL = "https://outreach.example.com/lever"
NEW = {"name": "Pin outreach", "url": URL, "kinds": ["hold.created", "hold.released"]}
HTMX = {"HTTP_HX-Request": "true"}
HOSTILE = "<script>alert(1)</script>"
LIST = "/settings/webhooks/"


@pytest.fixture(autouse=True)
def _nobody_is_woken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waking, "async_task", lambda task: None)


@pytest.fixture
def server(db: None) -> Iterator[Loopback]:
    with loopback(keeping(OK)) as made:
        yield made


def text(page: Any) -> str:
    return html.unescape(page.content.decode())


def secret_on(page: Any) -> str:
    found = re.search(r'id="link" value="(whsec_[^"]+)"', text(page))
    assert found, text(page)
    return found.group(1)


def act(client: Client, name: str, pk: int, data: Any = None, **headers: Any) -> Any:
    return client.post(reverse(name, args=[pk]), data or {}, **headers)


def test_recruiters_are_told_whom_to_ask(as_recruiter: Client) -> None:
    page = as_recruiter.get(LIST)
    assert page.status_code == 403 and "Ask one of them" in text(page)
    assert "Webhooks out" not in text(as_recruiter.get("/settings/"))


def test_before_the_first_one_the_page_says_what_it_is_for(as_super_admin: Client) -> None:
    assert "Webhooks out" in text(as_super_admin.get("/settings/"))
    page = text(as_super_admin.get(LIST))
    assert "Nobody is told anything yet" in page and "Add an endpoint" in page and "def verifies" in page


def test_the_secret_is_shown_once_and_kept_by_nobody(as_super_admin: Client, server: Loopback) -> None:
    page = as_super_admin.post(reverse("endpoint-new"), {**NEW, "url": server.url})
    secret = secret_on(page)
    assert "no-store" in page["Cache-Control"]
    endpoint = Endpoint.objects.get()
    assert (endpoint.made_by, endpoint.kinds) == ("Aud Berg", NEW["kinds"])
    announce(Kind.HOLD_CREATED, {"id": 1})
    send_all()
    assert received(server)[0].verifies(secret)
    delivery = Delivery.objects.get()
    places = [LIST, *(reverse(name, args=[endpoint.pk]) for name in ("endpoint", "endpoint-edit"))]
    places += [
        reverse("endpoint-delivery", args=[delivery.pk]),
        reverse("admin:notices_endpoint_changelist"),
        reverse("admin:notices_endpoint_change", args=[endpoint.pk]),
        reverse("admin:notices_delivery_change", args=[delivery.pk]),
    ]
    for place in places:
        page = as_super_admin.get(place)
        assert page.status_code == 200 and secret not in text(page), place


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"name": " "}, "This field is required."),
        ({"url": "outreach"}, "Write a web address such as"),
        ({"url": "https://169.254.169.254/latest"}, "where nothing may be sent"),
        ({"url": "https://user:pw@x.example/"}, "Leave user name"),
        ({"kinds": []}, "Tick at least one."),
        ({"kinds": ["everything"]}, "Select a valid choice"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(
    as_super_admin: Client, wrong: dict[str, Any], told: str
) -> None:
    page = as_super_admin.post(reverse("endpoint-new"), {**NEW, **wrong})
    assert told in text(page) and not Endpoint.objects.exists()
    assert ("Pin outreach" in text(page)) or "name" in wrong


def test_plain_http_is_refused_where_it_is_not_allowed(as_super_admin: Client, settings: Any) -> None:
    settings.WEBHOOKS_INTERNAL = False
    page = as_super_admin.post(reverse("endpoint-new"), {**NEW, "url": "http://outreach.example/"})
    assert "Use https" in text(page)


def test_a_test_says_in_place_how_it_went(as_super_admin: Client, server: Loopback) -> None:
    endpoint = listening(server).endpoint
    first = act(as_super_admin, "endpoint-test", endpoint.pk, **HTMX)
    outcome = reverse("endpoint-delivery", args=[Delivery.objects.get().pk]) + "?outcome=yes"
    assert outcome in text(first) and "every 1s" in text(first) and "It is on its way" in text(first)
    send_all()
    then = as_super_admin.get(outcome, **HTMX)
    assert "Test: Delivered" in text(then) and "every 1s" not in text(then)
    assert then["HX-Trigger"] == "delivery-done", "the log and the state are read again"


def test_without_javascript_a_test_leads_to_its_own_page(as_super_admin: Client, db: None) -> None:
    with loopback(keeping(BROKEN)) as broken:
        answer = act(as_super_admin, "endpoint-test", listening(broken).endpoint.pk)
        send_all()
    page = text(as_super_admin.get(answer["Location"]))
    assert "Given up" in page and "no database" in page and '"type": "test"' in page


def test_what_is_off_is_not_tested_and_says_why(as_super_admin: Client, server: Loopback) -> None:
    endpoint = listening(server).endpoint
    switch(by=SYSTEM, endpoint=endpoint, on=False)
    assert "Switch it on first" in text(act(as_super_admin, "endpoint-test", endpoint.pk, **HTMX))
    page = as_super_admin.get(act(as_super_admin, "endpoint-test", endpoint.pk)["Location"])
    assert "Switch it on first" in text(page) and not Delivery.objects.exists()


def test_it_is_changed_switched_and_removed(as_super_admin: Client, server: Loopback) -> None:
    endpoint = listening(server).endpoint
    act(as_super_admin, "endpoint-edit", endpoint.pk, {**NEW, "name": "Other"})
    endpoint.refresh_from_db()
    assert (endpoint.name, endpoint.url, endpoint.kinds) == ("Other", URL, NEW["kinds"])
    act(as_super_admin, "endpoint-switch", endpoint.pk, {"on": "no"})
    assert "Off" in text(as_super_admin.get(LIST))
    act(as_super_admin, "endpoint-switch", endpoint.pk, {"on": "yes"})
    announce(Kind.HOLD_CREATED, {})
    dialog = text(as_super_admin.get(reverse("endpoint-remove", args=[endpoint.pk]), **HTMX))
    assert "1 delivery that waits is not sent" in dialog
    act(as_super_admin, "endpoint-remove", endpoint.pk)
    assert not Endpoint.objects.exists() and not Delivery.objects.exists()
    assert as_super_admin.get(reverse("endpoint", args=[endpoint.pk])).status_code == 404


def test_a_new_secret_is_shown_once_and_the_page_says_how_long_both_count(
    as_super_admin: Client, server: Loopback
) -> None:
    made = listening(server)
    assert "For 24 hours" in text(
        as_super_admin.get(reverse("endpoint-secret", args=[made.endpoint.pk]), **HTMX)
    )
    secret = secret_on(act(as_super_admin, "endpoint-secret", made.endpoint.pk))
    assert secret != made.secret
    page = text(as_super_admin.get(reverse("endpoint", args=[made.endpoint.pk])))
    assert "The former secret signs too, until" in page and secret not in page and made.secret not in page


def test_what_was_given_up_is_sent_again_together_or_alone(as_super_admin: Client, server: Loopback) -> None:
    endpoint = listening(server).endpoint
    for number in range(3):
        announce(Kind.HOLD_CREATED, {"id": number})
    Delivery.objects.update(state=Delivery.State.GIVEN_UP, error="It answered 500.", tries=9)
    assert "Send 3 given up again" in text(as_super_admin.get(reverse("endpoint", args=[endpoint.pk])))
    one = Delivery.objects.order_by("id")[0]
    act(as_super_admin, "endpoint-delivery-again", one.pk)
    act(as_super_admin, "endpoint-again", endpoint.pk)
    send_all()
    assert [row.told["data"]["id"] for row in received(server)] == [0, 1, 2]
    page = as_super_admin.get(act(as_super_admin, "endpoint-again", endpoint.pk)["Location"])
    assert "Nothing had been given up." in text(page)


def test_the_log_has_pages_and_costs_the_same_for_many(
    as_super_admin: Client, server: Loopback, django_assert_max_num_queries: Any
) -> None:
    endpoint = listening(server).endpoint
    for number in range(120):
        announce(Kind.SYNC_FAILED, {"id": number})
    url = reverse("endpoint", args=[endpoint.pk])
    with django_assert_max_num_queries(20):
        page = text(as_super_admin.get(url))
    assert page.count(">sync.failed</a>") == 50 and "Older" in page
    assert text(as_super_admin.get(f"{url}?show=given_up")).count("Nothing was given up.") == 1
    assert as_super_admin.get(f"{url}?show=nonsense&before=x").status_code == 200
    for number in range(18):
        add(by=SYSTEM, name=f"Number {number}", url=URL, kinds=())
    with django_assert_max_num_queries(16):
        assert "Number 17" in text(as_super_admin.get(LIST))


def test_what_a_receiver_answers_is_shown_as_text_only(as_super_admin: Client, server: Loopback) -> None:
    endpoint = add(by=SYSTEM, name=HOSTILE, url=f"{server.url}/?{HOSTILE}", kinds=()).endpoint
    delivery = send_test(by=SYSTEM, endpoint=endpoint)
    Delivery.objects.update(state=Delivery.State.GIVEN_UP, error=HOSTILE)
    for place in (
        LIST,
        reverse("endpoint", args=[endpoint.pk]),
        reverse("endpoint-delivery", args=[delivery.pk]),
        reverse("endpoint-remove", args=[endpoint.pk]),
    ):
        assert HOSTILE not in as_super_admin.get(place).content.decode()


def test_how_it_stands_is_said(as_super_admin: Client, server: Loopback) -> None:
    endpoint = listening(server).endpoint
    url = reverse("endpoint", args=[endpoint.pk])
    assert "Nothing was sent to it yet" in text(as_super_admin.get(url))
    now = db_now()
    Endpoint.objects.update(tried_at=now, failing_since=now - timedelta(hours=2), failures=4)
    assert "It takes nothing." in text(as_super_admin.get(url))
    Endpoint.objects.update(is_on=False, off_why="It answered 410 Gone: it wants to be told nothing more.")
    assert "410 Gone" in text(as_super_admin.get(url)) and "410 Gone" in text(as_super_admin.get(LIST))


def test_the_admin_sends_again_and_says_what_it_cannot(as_super_admin: Client, server: Loopback) -> None:
    endpoint = listening(server).endpoint
    announce(Kind.HOLD_CREATED, {"id": 1})
    send_all()
    chosen = {"action": "send_again", "_selected_action": [Delivery.objects.get().pk], "agreed": "yes"}
    address = reverse("admin:notices_delivery_changelist")
    assert "1 sent again" in text(as_super_admin.post(address, chosen, follow=True))
    send_all()
    assert len(server.received) == 2
    switch(by=SYSTEM, endpoint=endpoint, on=False)
    assert "Switch it on first" in text(as_super_admin.post(address, chosen, follow=True))
