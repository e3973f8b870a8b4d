from __future__ import annotations

import json
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, strategies as st

from pinlever.lever.types import PHONE_TYPES, NewOpportunity, Phone

TEXTS = st.lists(st.text(), max_size=3).map(tuple)
NEW = st.builds(
    NewOpportunity,
    name=st.text(),
    headline=st.text(),
    location=st.text(),
    emails=TEXTS,
    phones=st.lists(st.builds(Phone, st.text(), st.text()), max_size=3).map(tuple),
    links=TEXTS,
    tags=TEXTS,
    sources=TEXTS,
    origin=st.text(),
    stage=st.text(),
    posting_id=st.none() | st.text(),
    created_at=st.none() | st.datetimes(timezones=st.just(UTC)),
    owner_id=st.none() | st.text(),
    contact_id=st.none() | st.text(),
)


@given(NEW)
def test_an_intent_is_stored_without_loss(new: NewOpportunity) -> None:
    stored = json.loads(json.dumps(new.to_json()))
    assert NewOpportunity.from_json(stored) == new
    assert NewOpportunity.from_json(stored).body() == new.body()


def test_every_field_is_stored() -> None:
    assert set(NewOpportunity().to_json()) == {field.name for field in fields(NewOpportunity)}


def test_an_intent_stored_before_a_field_existed_is_still_read() -> None:
    assert NewOpportunity.from_json({"name": "A", "phones": []}) == NewOpportunity(name="A")


def test_lists_become_tuples() -> None:
    given: Any = ["a@b.example"]
    assert NewOpportunity(emails=given).emails == ("a@b.example",)


def test_a_time_is_kept_as_lever_keeps_it() -> None:
    moment = datetime(2026, 7, 1, 12, 0, 0, 123_999, tzinfo=UTC)
    new = NewOpportunity(created_at=moment)
    assert new.created_at == moment.replace(microsecond=123_000)
    assert new.body()["createdAt"] == 1782907200123


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        NewOpportunity(created_at=datetime(2026, 7, 1))


def test_what_is_empty_is_not_sent() -> None:
    assert NewOpportunity(name="A").body() == {"name": "A", "origin": "sourced", "stage": "lead-new"}


@pytest.mark.parametrize("kind", [*sorted(PHONE_TYPES), "fax", "", "Mobile"])
def test_lever_knows_few_types_of_phone(kind: str) -> None:
    body = NewOpportunity(phones=(Phone(kind, "1"),)).body()
    assert body["phones"] == [{"type": kind if kind in PHONE_TYPES else "other", "value": "1"}]
