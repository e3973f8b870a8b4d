from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from pinlever.lever.types import (
    Application,
    Archived,
    Contact,
    Opportunity,
    Phone,
    StageChange,
    Unreadable,
    from_ms,
)
from tests.lever import payloads
from tests.lever.payloads import APPLICATION_ID, CONTACT_ID, OPPORTUNITY_ID, POSTING_ID, USER_ID

ODD: list[Any] = [None, True, 3, "x", "", [], ["x"], [None], {}, {"a": 1}, [[]], [{}]]


def test_an_opportunity_of_the_recorded_shape() -> None:
    payload = payloads.opportunity()
    found = Opportunity.parse(payload)
    assert (found.id, found.contact_id) == (OPPORTUNITY_ID, CONTACT_ID)
    assert (found.name, found.headline, found.location) == (
        "Maren Øverli",
        "Hydrologist, Vannverk",
        "Tromsø, Norway",
    )
    assert found.emails == ("maren@vannverk.example", "m.overli@post.example")
    assert found.phones == (Phone("mobile", "+47 911 00 222"), Phone("other", "(555) 010-7788"))
    assert found.links == ("https://www.linkedin.com/in/maren-overli-example",)
    assert found.stage_id == "lead-new"
    assert found.stage_changes == (StageChange("lead-new", from_ms(1783100000001), USER_ID),)
    assert (found.archived, found.tags, found.sources) == (None, ("Hydrology", "Field work"), ("Pin",))
    assert (found.origin, found.sourced_by, found.owner_id, found.followers) == (
        "sourced",
        USER_ID,
        USER_ID,
        (USER_ID,),
    )
    assert found.applications == (Application(APPLICATION_ID),)
    assert found.posting_ids == ()
    assert found.created_at == from_ms(1783100000001)
    assert found.updated_at == from_ms(1783100000047)
    assert found.last_interaction_at == from_ms(1783100000003)
    assert found.last_advanced_at == from_ms(1783100000001)
    assert found.url.endswith(OPPORTUNITY_ID)
    assert (found.is_anonymized, found.confidentiality) == (False, "non-confidential")
    assert (found.contact_allowed, found.opportunity_location) == (None, "Tromsø")
    assert (found.deleted_at, found.deleted_by, found.snoozed_until) == (None, None, None)
    assert found.raw is payload


def test_an_expanded_opportunity() -> None:
    found = Opportunity.parse(
        payloads.opportunity(
            contact=payloads.contact(),
            stage={"id": "lead-new", "text": "New lead"},
            owner=payloads.user(),
            sourcedBy=payloads.user(),
            followers=[payloads.user()],
            applications=[
                payloads.application(),
                payloads.application(
                    id="a-2",
                    posting=payloads.posting(id="p-2"),
                    archived={"reason": "r", "archivedAt": 1783200000000},
                ),
                payloads.application(id="a-3", posting="p-3", archived={"reason": "r"}),
            ],
        )
    )
    assert (found.contact_id, found.stage_id, found.owner_id) == (CONTACT_ID, "lead-new", USER_ID)
    assert (found.sourced_by, found.followers) == (USER_ID, (USER_ID,))
    assert found.applications == (
        Application(APPLICATION_ID, POSTING_ID),
        Application("a-2", "p-2", from_ms(1783200000000), archived=True),
        Application("a-3", "p-3", None, archived=True),
    )
    assert found.posting_ids == (POSTING_ID, "p-2", "p-3")
    assert found.active_posting_ids == (POSTING_ID,)


def test_an_archived_and_deleted_opportunity() -> None:
    found = Opportunity.parse(
        payloads.opportunity(
            archived={"reason": "r-1", "archivedAt": 1783200000001},
            deletedAt=1783300000002,
            deletedBy=USER_ID,
            updatedAt=None,
            isAnonymized=True,
            dataProtection={"store": {"allowed": True}, "contact": {"allowed": False, "expiresAt": None}},
        )
    )
    assert found.archived == Archived("r-1", from_ms(1783200000001))
    assert (found.deleted_at, found.deleted_by) == (from_ms(1783300000002), USER_ID)
    assert (found.updated_at, found.is_anonymized, found.contact_allowed) == (None, True, False)


def test_an_id_alone_is_enough_and_unknown_keys_are_kept() -> None:
    found = Opportunity.parse({"id": "o", "newThing": [1]})
    assert (found.id, found.contact_id, found.emails, found.applications) == ("o", None, (), ())
    assert found.raw == {"id": "o", "newThing": [1]}


@pytest.mark.parametrize("odd", ODD)
def test_no_odd_value_anywhere_is_an_error(odd: Any) -> None:
    for key in set(payloads.opportunity()) - {"id"}:
        found = Opportunity.parse(payloads.opportunity(**{key: odd}))
        assert found.id == OPPORTUNITY_ID
        hash(found)


@pytest.mark.parametrize("kind", [Opportunity, Contact])
@pytest.mark.parametrize("payload", [None, [], "x", 5, {}, {"id": None}, {"id": ""}, {"id": 5}])
def test_what_has_no_id_is_unreadable(kind: Any, payload: Any) -> None:
    with pytest.raises(Unreadable):
        kind.parse(payload)


def test_a_contact_of_the_recorded_shape() -> None:
    found = Contact.parse(payloads.contact())
    assert (found.id, found.name, found.location) == (CONTACT_ID, "Maren Øverli", "Tromsø, Norway")
    assert (found.headline, found.emails) == ("Hydrologist, Vannverk", ("maren@vannverk.example",))
    assert found.phones == (Phone("mobile", "+47 911 00 222"),)
    assert (found.is_anonymized, found.contact_allowed) == (False, False)


@pytest.mark.parametrize("odd", ODD)
def test_no_odd_value_of_a_contact_is_an_error(odd: Any) -> None:
    for key in set(payloads.contact()) - {"id"}:
        assert Contact.parse(payloads.contact(**{key: odd})).id == CONTACT_ID


def test_times_are_in_utc() -> None:
    assert Opportunity.parse(payloads.opportunity(createdAt=0)).created_at == datetime(1970, 1, 1, tzinfo=UTC)
