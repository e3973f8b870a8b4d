"""docs/webhooks.md: its code verifies what is really sent, and its examples have the shape of what is really told."""

import json
import re
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils.html import strip_tags

from pinlever.audit.services import SYSTEM
from pinlever.inbound.changes import work_changes
from pinlever.notices import outcomes
from pinlever.notices.body import told
from pinlever.notices.endpoints import renew_secret
from pinlever.notices.models import Announcement, Kind
from pinlever.notices.repeating import send_test
from pinlever.outreach.holding import hold_by_hand, release
from tests.inbound.lever_side import moved, synced
from tests.lever.loopback import Loopback, keeping, loopback
from tests.notices.alert_play import LOST, MINUTE, Clock
from tests.notices.receiver import OK, listening, received, send_all
from tests.sync.play import no_pace
from tests.sync.world import World, world

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "webhooks.md").read_text()
SECTION = re.compile(r"^## ([a-z.]+)\n(.*?)(?=^## |\Z)", re.DOTALL | re.MULTILINE)
EXAMPLES = {
    name: json.loads(re.search(r"```json\n(.*?)\n```", text, re.DOTALL).group(1))  # type: ignore[union-attr]
    for name, text in SECTION.findall(PAGE)
}
CODE = re.search(r"```python\n(.*?)\n```", PAGE, re.DOTALL).group(1)  # type: ignore[union-attr]
REFUSED = {"kind": "status", "match": {"method": "POST", "path": "/opportunities$"}, "args": {"status": 400}}


def verifies() -> Callable[..., bool]:
    scope: dict[str, Any] = {}
    exec(CODE, scope)
    found: Callable[..., bool] = scope["verifies"]
    return found


def shape(value: Any) -> Any:
    """Names all the way down; of lists what they hold."""
    if isinstance(value, dict):
        return {name: shape(inner) for name, inner in sorted(value.items())}
    return [shape(inner) for inner in value[:1]] if isinstance(value, list) else ""


def told_of(kind: str) -> list[Any]:
    return [told(row) for row in Announcement.objects.filter(kind=kind).order_by("id")]


@pytest.fixture
def server(db: None) -> Iterator[Loopback]:
    with loopback(keeping(OK)) as made:
        yield made


@pytest.fixture
def company(server: Loopback) -> Iterator[World]:
    """Somebody listens."""
    with world() as made, no_pace():
        listening(server)
        made.job.external_id = "pin:eng-12"
        made.job.save(update_fields=["external_id"])
        yield made


def test_the_page_has_an_example_of_every_kind() -> None:
    assert set(EXAMPLES) == set(Kind.values)
    assert {name: one["type"] for name, one in EXAMPLES.items()} == {kind: kind for kind in Kind.values}


def test_the_page_s_code_verifies_what_is_sent_and_nothing_else(server: Loopback) -> None:
    made = listening(server)
    renewed = renew_secret(by=SYSTEM, endpoint=made.endpoint)
    send_test(by=SYSTEM, endpoint=made.endpoint)
    send_all()
    (request,) = received(server)
    check = verifies()
    assert check(request.headers, request.body, made.secret)
    assert check(request.headers, request.body, renewed.secret)
    assert not check(request.headers, request.body + b" ", made.secret)
    assert not check(request.headers, request.body, "whsec_" + "A" * 43 + "=")
    for header, value in (
        ("webhook-id", "1"),
        ("webhook-timestamp", "1614265330"),
        ("webhook-signature", ""),
    ):
        assert not check({**request.headers, header: value}, request.body, made.secret)


def test_the_page_in_the_settings_shows_the_same_code() -> None:
    template = (ROOT / "templates" / "endpoints" / "_verifying.html").read_text()
    shown = re.search(r"<code>(import.*?)</code></pre>", template, re.DOTALL)
    assert shown and textwrap.dedent(strip_tags(shown.group(1))).strip() == CODE


def test_the_delays_are_those_of_the_page() -> None:
    hours = [delay / 3600 for delay in outcomes.DELAYS]
    assert hours[:3] == [5 / 3600, 300 / 3600, 0.5]
    words = ", ".join(f"{hour:g}" for hour in hours[3:-1]) + f" and {hours[-1]:g} hours"
    assert f"5 seconds, 5 minutes, half an\n  hour, {words}, for three days" in PAGE


def test_holds_are_told_as_the_page_says(company: World) -> None:
    person = company.person().candidate
    held = hold_by_hand(by=SYSTEM, candidate=person, kind="pause", reason="June.", token="1")
    release(by=SYSTEM, hold=held.hold, reason="It is June.")
    for kind in (Kind.HOLD_CREATED, Kind.HOLD_RELEASED):
        (found,) = told_of(kind)
        found["data"]["candidate"]["external_ids"] = ["pin:p-1"]  # this person came without one
        assert shape(found) == shape(EXAMPLES[kind])
        assert found["data"]["jobs"] == ["pin:eng-12"]
    assert told_of(Kind.HOLD_CREATED)[0]["data"]["cause"] == EXAMPLES["hold.created"]["data"]["cause"]


def test_syncs_are_told_as_the_page_says(company: World) -> None:
    synced(company, company.person())
    company.control("faults", REFUSED)
    company.export(company.person("Kari Holm"))
    company.work()
    for kind in (Kind.SYNC_COMPLETED, Kind.SYNC_FAILED):
        (found,) = told_of(kind)
        found["data"]["candidate"]["external_ids"] = ["pin:p-1"]
        assert shape(found) == shape(EXAMPLES[kind])


def test_a_changed_status_is_told_as_the_page_says(company: World) -> None:
    record = synced(company, company.person())
    work_changes(company.account)
    moved(company, record.opportunity_id, "lead-responded")
    work_changes(company.account)
    found = told_of(Kind.STATUS_CHANGED)[-1]
    found["data"]["candidate"]["external_ids"] = ["pin:p-1"]
    assert shape(found) == shape(EXAMPLES["status.changed"])


def test_an_alert_is_told_as_the_page_says(company: World) -> None:
    clock = Clock()
    for after, wrong in ((0, [LOST]), (3, [LOST]), (1, []), (3, [])):
        clock.look(*wrong, after=after * MINUTE)
    for kind in (Kind.ALERT_OPENED, Kind.ALERT_OVER):
        (found,) = told_of(kind)
        assert shape(found) == shape(EXAMPLES[kind])
        assert found["data"]["cure"] == EXAMPLES[kind]["data"]["cure"]


def test_a_test_is_told_as_the_page_says(server: Loopback) -> None:
    send_test(by=SYSTEM, endpoint=listening(server).endpoint)
    assert shape(told_of(Kind.TEST)[0]) == shape(EXAMPLES["test"])
    assert told_of(Kind.TEST)[0]["data"]["says"] == EXAMPLES["test"]["data"]["says"]
