"""Deliveries that failed, on Sync activity: what is said, to whom, and the button that cures all of a group."""

from collections.abc import Iterator

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pinlever.audit.models import AuditEntry
from pinlever.audit.services import SYSTEM
from pinlever.inbound.models import Address, WebhookDelivery
from pinlever.notices import endpoints
from pinlever.notices.models import Delivery, Endpoint, Kind
from pinlever.notices.services import announce
from tests.inbound.telling import make_webhooks, tell
from tests.sync.world import World
from tests.web.pressing import Page, press, read, says

FAILED = "/activity/?show=failed"
HOSTILE = "<img src=x onerror=alert(1)>"
REFUSED = f"Lever refuses to show it: 403 {HOSTILE}. It was tried 8 times."
REPLAY = "/activity/deliveries/replay/?cause=delivery_refused"


@pytest.fixture
def address(company: World) -> Address:
    return make_webhooks()


@pytest.fixture
def endpoint(company: World) -> Iterator[Endpoint]:
    yield endpoints.add(by=SYSTEM, name=f"Out {HOSTILE}", url="https://out.example/?key=s", kinds=()).endpoint


def from_lever(address: Address, number: int = 2, told: str = REFUSED) -> None:
    for _ in range(number):
        row = tell(address, opportunityId="5b8e1d1e")
        WebhookDelivery.objects.filter(pk=row.pk).update(state="failed", told=told)


def to_others(number: int = 2, status: int = 500, error: str = f"It answered 500: {HOSTILE}") -> None:
    for _ in range(number):
        announce(Kind.SYNC_FAILED, {"id": 1})
    Delivery.objects.filter(state="waiting").update(state="given_up", status=status, error=error)


def test_what_lever_told_and_could_not_be_read_is_replayed_by_cause(
    as_super_admin: Client, address: Address
) -> None:
    from_lever(address)
    answer = as_super_admin.get(FAILED).content.decode()
    page = Page(answer)
    assert HOSTILE not in answer
    assert says(page, "From Lever: Lever refuses to show what changed · 2 deliveries")
    assert says(page, "Lever said, to the latest of them:")
    assert says(page, f"403 {HOSTILE}")
    listed = press(as_super_admin, page, "Show all 2")
    assert listed.status_code == 200 and listed.content.decode().count("5b8e1d1e") == 0
    assert listed.context["cl"].queryset.count() == 2
    dialog = Page(press(as_super_admin, page, "Replay all 2").content.decode())
    assert says(dialog, "Replay 2 deliveries?")
    after = Page(press(as_super_admin, dialog, "Replay 2").content.decode())
    assert says(after, "2 deliveries are worked off again.")
    assert not says(after, "Deliveries that failed")
    assert set(WebhookDelivery.objects.values_list("state", flat=True)) == {"waiting"}
    assert AuditEntry.objects.get(action="webhook.replayed").by_label == "Aud Berg"
    again = Page(press(as_super_admin, dialog, "Replay 2").content.decode())
    assert says(again, "Nothing of it was left; somebody may have done it meanwhile.")
    assert AuditEntry.objects.filter(action="webhook.replayed").count() == 1


def test_what_an_endpoint_did_not_take_is_sent_again_by_cause(
    as_super_admin: Client, endpoint: Endpoint
) -> None:
    to_others()
    answer = as_super_admin.get(FAILED).content.decode()
    page = Page(answer)
    assert HOSTILE not in answer
    assert says(page, f"To Out {HOSTILE}: The receiver refused it · 2 deliveries")
    assert says(page, f"It answered 500: {HOSTILE}")
    to_others(1, 404, "It answered 404.")
    Delivery.objects.filter(status=404).update(status=None, error="Its name could not be found.")
    listed = Page(press(as_super_admin, page, "Show all 2").content.decode())
    assert says(listed, "Only: The receiver refused it.") and not says(listed, "Its name could not be found.")
    listed = Page(press(as_super_admin, listed, "Show all that was given up").content.decode())
    assert says(listed, "Its name could not be found.") and not says(listed, "Only:")
    dialog = Page(press(as_super_admin, page, "Send all 2 again").content.decode())
    assert says(dialog, "Send 2 deliveries again?")
    after = Page(press(as_super_admin, dialog, "Send 2 again").content.decode())
    assert says(after, f"2 deliveries are sent to Out {HOSTILE} again.")
    assert Delivery.objects.get(state="given_up").status is None
    again = Page(press(as_super_admin, dialog, "Send 2 again").content.decode())
    assert says(again, "Nothing of it was left")
    assert AuditEntry.objects.filter(action="endpoint.sent_again").count() == 1


def test_one_whose_address_is_wrong_is_edited_first(as_super_admin: Client, endpoint: Endpoint) -> None:
    to_others(1, 302, "It answered 302, a redirect; those are not followed. Enter the address it leads to.")
    page = read(as_super_admin, FAILED)
    assert says(page, "The receiver redirects · 1 delivery")
    assert press(as_super_admin, page, "Edit the endpoint").status_code == 200
    assert press(as_super_admin, page, "Send it again").status_code == 200


def test_one_that_is_off_is_switched_on_first(as_super_admin: Client, endpoint: Endpoint) -> None:
    to_others(1, 410, "It answered 410.")
    Endpoint.objects.update(is_on=False)
    page = read(as_super_admin, FAILED)
    assert says(page, "It is switched off. Switch it on first")
    assert [one.words for one in page.controls if "again" in one.words] == []
    url = f"{reverse('activity-send-again', args=[endpoint.pk])}?cause=endpoint_gone"
    assert says(read(as_super_admin, url), "Switch it on first.")
    answer = as_super_admin.post(url, follow=True)
    assert says(Page(answer.content.decode()), "This endpoint is switched off.")
    assert Delivery.objects.get().state == "given_up"


def test_recruiters_see_that_it_failed_and_no_button_they_may_not_press(
    as_recruiter: Client, address: Address, endpoint: Endpoint
) -> None:
    from_lever(address)
    to_others()
    answer = as_recruiter.get(FAILED).content.decode()
    page = Page(answer)
    assert says(page, "From Lever: Lever refuses to show what changed · 2 deliveries")
    assert says(page, "The receiver refused it · 2 deliveries")
    assert not says(page, "It answered 500")
    assert page.words.count("Ask a super admin") == 2
    again = [reverse("activity-replay"), reverse("activity-send-again", args=[endpoint.pk])]
    for url in (*again, "/admin/", "/settings/webhooks/"):
        assert f'"{url}' not in answer, url
    for url, cause in zip(again, ("delivery_refused", "endpoint_refused"), strict=True):
        assert as_recruiter.get(f"{url}?cause={cause}").status_code == 403
        assert as_recruiter.post(f"{url}?cause={cause}").status_code == 403
    assert not WebhookDelivery.objects.filter(state="waiting").exists()
    assert not Delivery.objects.filter(state="waiting").exists()
    assert press(as_recruiter, page, "Show all 2").status_code == 200


def test_a_cause_nobody_knows_and_an_endpoint_that_is_gone_are_not_found(
    as_super_admin: Client, endpoint: Endpoint
) -> None:
    send = reverse("activity-send-again", args=[endpoint.pk])
    gone = reverse("activity-send-again", args=[endpoint.pk + 1])
    for url in ("/activity/deliveries/replay/", f"{REPLAY}x", send, f"{gone}?cause=endpoint_refused"):
        assert as_super_admin.get(url).status_code == 404, url


def test_one_that_was_never_connected_has_nothing_to_replay(as_super_admin: Client, db: None) -> None:
    assert as_super_admin.get(REPLAY).status_code == 404
    endpoints.add(by=SYSTEM, name="Out", url="https://out.example/", kinds=())
    to_others(1)
    assert says(read(as_super_admin, FAILED), "To Out: The receiver refused it · 1 delivery")


def test_groups_of_deliveries_cost_the_same_for_many(
    as_super_admin: Client, address: Address, endpoint: Endpoint
) -> None:
    def asked() -> int:
        with CaptureQueriesContext(database) as seen:
            as_super_admin.get(FAILED)
        return len(seen)

    from_lever(address, 1)
    to_others(1)
    few = asked()
    from_lever(address, 8)
    to_others(8)
    assert asked() == few
