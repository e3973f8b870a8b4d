from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

import pytest

from pinlever.lever.filters import PARAMS, OpportunityFilter

NOON = datetime(2026, 7, 1, 12, 0, 0, 1999, tzinfo=UTC)
MS = 1782907200001


def test_nothing_asked_is_nothing_sent() -> None:
    assert OpportunityFilter().params() == {}


def test_every_field_has_its_parameter() -> None:
    assert set(PARAMS) == {field.name for field in fields(OpportunityFilter)}


@pytest.mark.parametrize(
    ("asked", "params"),
    [
        ({"emails": ("a@x.example", "b@x.example")}, {"email": ("a@x.example", "b@x.example")}),
        ({"contact_id": "c"}, {"contact_id": "c"}),
        ({"posting_id": "p", "archived_posting_id": "q"}, {"posting_id": "p", "archived_posting_id": "q"}),
        ({"stage_id": "s", "tag": "T", "source": "Pin", "origin": "sourced"}, None),
        ({"archived": False}, {"archived": False}),
        ({"created_from": NOON, "created_to": NOON}, {"created_at_start": MS, "created_at_end": MS}),
        ({"updated_from": NOON, "updated_to": NOON}, {"updated_at_start": MS, "updated_at_end": MS}),
        ({"confidentiality": "all"}, {"confidentiality": "all"}),
    ],
)
def test_a_filter_as_lever_names_it(asked: dict[str, Any], params: dict[str, Any] | None) -> None:
    assert OpportunityFilter(**asked).params() == (asked if params is None else params)


@pytest.mark.parametrize(
    "asked", [{"emails": ()}, {"emails": ("a@x.example", "")}, {"contact_id": ""}, {"tag": " "}]
)
def test_an_empty_filter_would_ask_for_everybody(asked: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="everybody"):
        OpportunityFilter(**asked)
