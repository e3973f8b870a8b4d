from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from pinlever.lever.types import (
    ArchiveReason,
    LeverUser,
    Posting,
    Source,
    Stage,
    Tag,
    Unreadable,
    Webhook,
    from_ms,
)
from tests.lever import payloads
from tests.lever.payloads import POSTING_ID, USER_ID

ODD: list[Any] = [None, True, 3, "x", [], [None], {}, {"a": 1}]
SAMPLES: list[tuple[Any, dict[str, Any]]] = [
    (Posting, payloads.posting()),
    (Stage, {"id": "offer", "text": "Offer"}),
    (ArchiveReason, {"id": "a", "text": "Hired", "status": "active", "type": "hired"}),
    (LeverUser, payloads.user()),
    (Source, {"text": "Pin", "count": 3}),
    (Tag, {"text": "Pin", "count": 3}),
    (Webhook, payloads.webhook()),
]


def test_a_posting() -> None:
    found = Posting.parse(payloads.posting())
    assert (found.id, found.text, found.state) == (POSTING_ID, "Senior Hydrologist", "published")
    assert (found.team, found.department, found.location, found.commitment) == (
        "Rivers",
        "Science",
        "Tromsø",
        "Full-time",
    )
    assert (found.owner_id, found.hiring_manager_id) == (USER_ID, None)
    assert (found.confidentiality, found.distribution) == ("non-confidential", ("public", "internal"))
    assert found.url == f"https://jobs.lever.co/vannverk/{POSTING_ID}"
    assert found.updated_at == from_ms(1783000000777)


def test_a_draft_posting_has_no_address() -> None:
    found = Posting.parse(payloads.posting(state="draft", urls=None, distributionChannels=None))
    assert (found.url, found.distribution) == ("", ())


def test_a_user() -> None:
    found = LeverUser.parse(payloads.user(deactivatedAt=1783000000000))
    assert (found.id, found.name, found.email) == (USER_ID, "Odd Lie", "odd@vannverk.example")
    assert (found.access_role, found.deactivated_at) == ("team member", from_ms(1783000000000))


def test_the_small_ones() -> None:
    stage = Stage.parse({"id": "offer", "text": "Offer"})
    reason = ArchiveReason.parse({"id": "a", "text": "Hired", "status": "active", "type": "hired"})
    source, tag = Source.parse({"text": "Pin", "count": 3}), Tag.parse({"text": "Pin", "count": "many"})
    assert (stage.id, stage.text) == ("offer", "Offer")
    assert (reason.id, reason.text, reason.type, reason.status) == ("a", "Hired", "hired", "active")
    assert (source.text, source.count, tag.text, tag.count) == ("Pin", 3, "Pin", None)


def test_a_webhook_keeps_its_signature_token_out_of_sight() -> None:
    found = Webhook.parse(payloads.webhook())
    assert (found.id, found.event, found.url) == ("w-1", "candidateHired", "https://pin.example/lever")
    assert found.signature_token == "5e" * 24
    assert "5e5e" not in repr(found) + repr(found.raw)
    assert Webhook.parse(payloads.webhook(configuration={})).signature_token is None


@pytest.mark.parametrize(("kind", "sample"), SAMPLES)
def test_no_odd_value_is_an_error(kind: Any, sample: dict[str, Any]) -> None:
    key = "id" if "id" in sample else "text"
    for name, odd in product(set(sample) - {key}, ODD):
        assert kind.parse({**sample, name: odd}).raw is not None


@pytest.mark.parametrize(("kind", "sample"), SAMPLES)
def test_what_has_no_name_is_unreadable(kind: Any, sample: dict[str, Any]) -> None:
    key = "id" if "id" in sample else "text"
    for payload in (None, [], {**sample, key: None}, {**sample, key: ""}):
        with pytest.raises(Unreadable):
            kind.parse(payload)
