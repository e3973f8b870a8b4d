"""The client's calls about opportunities and contacts, answered by Practice Lever over HTTP."""

from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pinlever.lever.client import LeverClient, OpportunityFilter
from pinlever.lever.errors import DeadlineMissed, Forbidden, Rejected
from pinlever.lever.http import steady_clock
from pinlever.lever.types import NewOpportunity, Phone, ResumeFile
from pinlever.practice import seed

from .server import AUD, CONFIDENTIAL_POSTING, POSTING, Practice, created, new

pytestmark = pytest.mark.contract

JONAS = seed.user_id("jonas")
WITHDREW = seed.archive_reason_id("withdrew")
AT = datetime(2026, 3, 4, 5, 6, 7, 89_000, tzinfo=UTC)
MS = timedelta(milliseconds=1)
PDF = ResumeFile("Résumé Nía.pdf", b"%PDF-1.4\r\n\x00\xff binary")
PERSON = NewOpportunity(
    name="Nía 田中 “the one”",
    headline="Engineer, Rivers & Sons",
    location="Oslo, Norway",
    emails=("Nia@Mail.example", "nia@work.example"),
    phones=(Phone("mobile", "+47 900 00 001"), Phone("fax", "555-0100")),
    links=("https://www.linkedin.com/in/n%C3%ADa", "pin.example/p/1"),
    tags=("C++ & more", "a,b", "100%"),
    sources=("Pin",),
    posting_id=POSTING,
    created_at=AT,
    owner_id=JONAS,
)


@pytest.mark.parametrize("resume", [None, PDF], ids=["as JSON", "as a form with a résumé"])
def test_what_was_sent_is_what_is_found(
    client: LeverClient, practice: Practice, resume: ResumeFile | None
) -> None:
    made = client.create_opportunity(PERSON, perform_as=AUD, resume=resume)
    assert not made.deduped
    assert made.opportunity.opportunity_location is None
    found = client.opportunity(made.opportunity.id)
    for one in (made.opportunity, found):
        assert (one.name, one.headline, one.location) == (PERSON.name, PERSON.headline, PERSON.location)
        assert one.emails == PERSON.emails
        assert one.phones == (Phone("mobile", "+47 900 00 001"), Phone("other", "555-0100"))
        assert one.links == ("https://www.linkedin.com/in/n%C3%ADa", "http://pin.example/p/1")
        assert (one.tags[:3], one.sources, one.origin) == (PERSON.tags, ("Pin",), "sourced")
        assert (one.stage_id, one.sourced_by, one.owner_id) == ("lead-new", AUD, JONAS)
        assert (one.created_at, one.last_advanced_at) == (AT, AT)
        assert one.stage_changes[0].user_id == AUD
        assert (one.archived, one.snoozed_until, one.is_anonymized) == (None, None, False)
        assert (one.confidentiality, one.contact_allowed) == ("non-confidential", None)
        assert one.url == f"{practice.url}/candidates/{one.id}"
    assert found.posting_ids == found.active_posting_ids == (POSTING,)
    assert found.opportunity_location == "Oslo"
    assert found.updated_at and found.last_interaction_at
    assert {"Backend Engineer", "Engineering", "Platform", "Oslo", "Full-time"} <= set(found.tags)
    resumes = list(client.resumes(found.id))
    assert [(one.name, one.size, one.status) for one in resumes] == (
        [] if resume is None else [(PDF.name, len(PDF.content), "processed")]
    )


def test_somebody_without_anything_can_be_created(client: LeverClient) -> None:
    made = client.create_opportunity(NewOpportunity(), perform_as=AUD)
    found = client.opportunity(made.opportunity.id)
    assert (found.name, found.emails, found.phones, found.links) == ("", (), (), ())
    assert (found.posting_ids, found.opportunity_location) == ((), None)


def test_the_same_again_is_one_more_opportunity_of_the_same_person(client: LeverClient) -> None:
    first = client.create_opportunity(new("Nia", headline="First"), perform_as=AUD)
    other = new("Other name", emails=(" NIA@mail.example ",), headline="Second")
    second = client.create_opportunity(other, perform_as=AUD)
    assert (first.deduped, second.deduped) == (False, True)
    assert second.opportunity.contact_id == first.opportunity.contact_id
    assert second.opportunity.id != first.opportunity.id
    assert (second.opportunity.name, second.opportunity.headline) == ("Nia", "First")


def test_with_a_contact_no_email_is_looked_at(client: LeverClient) -> None:
    contact_id = client.opportunity(created(client, "Nia")).contact_id
    created(client, "Bo")
    made = client.create_opportunity(
        new("Any", emails=("bo@mail.example",), contact_id=contact_id), perform_as=AUD
    )
    assert made.deduped and made.opportunity.contact_id == contact_id


def test_links_and_names_find_nobody(client: LeverClient) -> None:
    links = ("https://www.linkedin.com/in/nia",)
    one, other = (
        client.create_opportunity(new("Nia", emails=(), links=links), perform_as=AUD) for _ in range(2)
    )
    assert not other.deduped and one.opportunity.contact_id != other.opportunity.contact_id


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"created_at": datetime(2090, 1, 1, tzinfo=UTC)}, "createdAt"),
    ({"stage": "no-such-stage"}, "stages no-such-stage was not found"),
    ({"posting_id": seed.posting_id("nowhere")}, "was not found"),
    ({"contact_id": seed.user_id("aud")}, "was not found"),
    ({"owner_id": seed.posting_id("nobody")}, "was not found"),
    ({"origin": "pin"}, "origin"),
]


@pytest.mark.parametrize(("changes", "said"), REFUSED)
def test_what_lever_refuses_is_rejected_in_its_words(
    client: LeverClient, practice: Practice, changes: dict[str, Any], said: str
) -> None:
    for resume in (None, PDF):
        with pytest.raises(Rejected, match=said):
            client.create_opportunity(new(**changes), perform_as=AUD, resume=resume)
    assert practice.opportunities() == 0


def test_a_creation_on_behalf_of_nobody_is_rejected(client: LeverClient, practice: Practice) -> None:
    with pytest.raises(Rejected, match="perform_as"):
        client.create_opportunity(new(), perform_as=seed.posting_id("nobody"))
    assert practice.opportunities() == 0


def test_an_anonymised_person_gets_no_opportunity(client: LeverClient, practice: Practice) -> None:
    one = client.opportunity(created(client))
    practice.post("anonymize", {"contact": one.contact_id})
    assert client.opportunity(one.id).is_anonymized
    assert client.contact(one.contact_id or "").is_anonymized
    with pytest.raises(Rejected, match="anonymized"):
        client.create_opportunity(new(contact_id=one.contact_id), perform_as=AUD)


def test_nothing_arrives_after_its_time(client: LeverClient, practice: Practice) -> None:
    for resume in (None, PDF):
        with pytest.raises(DeadlineMissed):
            client.create_opportunity(new(), perform_as=AUD, resume=resume, send_before=steady_clock() - 0.01)
    assert practice.log() == []
    client.create_opportunity(new(), perform_as=AUD, send_before=steady_clock() + 30)
    assert practice.opportunities() == 1


def names(client: LeverClient, **filters: Any) -> set[str]:
    return {one.name for one in client.opportunities(**filters)}


def test_filters_find_what_they_say(client: LeverClient) -> None:
    nia = client.opportunity(created(client, "Nia", created_at=AT, tags=("Field work",)))
    bo = created(client, "Bo", created_at=AT + MS, posting_id=None, sources=("Other",), origin="referred")
    client.set_stage(bo, "offer")
    client.archive(created(client, "Cy", created_at=AT + 2 * MS), WITHDREW)
    updated_at = nia.updated_at
    assert updated_at
    table: list[tuple[dict[str, Any], set[str]]] = [
        ({}, {"Nia", "Bo", "Cy"}),
        ({"emails": "NIA@mail.example"}, {"Nia"}),
        ({"emails": ("nia@mail.example", "bo@mail.example")}, {"Nia", "Bo"}),
        ({"emails": "who@mail.example"}, set()),
        ({"contact_id": nia.contact_id}, {"Nia"}),
        ({"posting_id": POSTING}, {"Nia"}),
        ({"archived_posting_id": POSTING}, {"Cy"}),
        ({"stage_id": "offer"}, {"Bo"}),
        ({"stage_id": ("offer", "lead-new")}, {"Nia", "Bo", "Cy"}),
        ({"tag": "Field work"}, {"Nia"}),
        ({"tag": "field work"}, set()),
        ({"source": "Other"}, {"Bo"}),
        ({"origin": "referred"}, {"Bo"}),
        ({"archived": True}, {"Cy"}),
        ({"archived": False}, {"Nia", "Bo"}),
        ({"created_from": AT, "created_to": AT}, {"Nia"}),
        ({"created_from": AT + MS}, {"Bo", "Cy"}),
        ({"created_to": AT + MS}, {"Nia", "Bo"}),
        ({"updated_from": updated_at + timedelta(hours=1)}, set()),
        ({"updated_to": updated_at - timedelta(hours=1)}, set()),
        ({"updated_from": updated_at - timedelta(hours=1)}, {"Nia", "Bo", "Cy"}),
        ({"confidentiality": "all"}, {"Nia", "Bo", "Cy"}),
        ({"confidentiality": "non-confidential"}, {"Nia", "Bo", "Cy"}),
        ({"confidentiality": "confidential"}, set()),
    ]
    for filters, expected in table:
        assert names(client, **filters) == expected, filters
    assert {field.name for field in fields(OpportunityFilter)} == {name for row, _ in table for name in row}


def test_an_address_that_is_none_is_rejected(client: LeverClient) -> None:
    with pytest.raises(Rejected, match="not valid"):
        list(client.opportunities(emails="nobody"))


def test_confidential_people_are_seen_by_those_who_may(client: LeverClient, practice: Practice) -> None:
    secret = created(client, "Secret", posting_id=CONFIDENTIAL_POSTING)
    created(client, "Open")
    assert client.opportunity(secret).confidentiality == "confidential"
    assert names(client) == {"Open"}
    assert names(client, confidentiality="all") == {"Open", "Secret"}
    assert names(client, confidentiality="confidential") == {"Secret"}
    ordinary = practice.client(practice.key("ordinary"))
    assert names(ordinary) == names(ordinary, confidentiality="non-confidential") == {"Open"}
    for refused in (
        lambda: list(ordinary.opportunities(confidentiality="all")),
        lambda: list(ordinary.postings(confidentiality="all")),
        lambda: ordinary.opportunity(secret),
        lambda: created(ordinary, "New", posting_id=CONFIDENTIAL_POSTING),
    ):
        with pytest.raises(Forbidden):
            refused()
    ordinary.http.close()


def test_deleted_ones_are_listed_by_when_they_were_deleted(client: LeverClient, practice: Practice) -> None:
    gone = created(client)
    created(client, "Stays")
    practice.post("delete", {"opportunity": gone, "by": JONAS})
    (found,) = client.deleted_opportunities()
    assert (found.id, found.deleted_by, found.name) == (gone, JONAS, "Nia")
    at = found.deleted_at
    assert at
    assert [one.id for one in client.deleted_opportunities(at, at)] == [gone]
    assert list(client.deleted_opportunities(since=at + MS)) == []
    assert list(client.deleted_opportunities(until=at - MS)) == []
    assert names(client) == {"Stays"}


def test_a_stage_is_set_by_somebody(client: LeverClient) -> None:
    one = created(client)
    client.set_stage(one, "lead-reached-out", perform_as=JONAS)
    client.set_stage(one, "lead-responded")
    found = client.opportunity(one)
    assert found.stage_id == "lead-responded"
    moves = [(change.stage_id, change.user_id) for change in found.stage_changes]
    assert moves == [("lead-new", AUD), ("lead-reached-out", JONAS), ("lead-responded", None)]
    assert all(change.at for change in found.stage_changes)
    with pytest.raises(Rejected, match="stages nowhere was not found"):
        client.set_stage(one, "nowhere")


def test_an_opportunity_is_archived_and_taken_out_again(client: LeverClient) -> None:
    one = created(client)
    client.archive(one, WITHDREW, perform_as=JONAS, clean_interviews=True)
    found = client.opportunity(one)
    assert found.archived and found.archived.reason_id == WITHDREW and found.archived.at
    assert (found.posting_ids, found.active_posting_ids) == ((POSTING,), ())
    assert found.applications[0].archived_at == found.archived.at
    client.archive(one, None)
    found = client.opportunity(one)
    assert found.archived is None and found.active_posting_ids == (POSTING,)


def test_links_are_the_persons_on_all_opportunities(client: LeverClient) -> None:
    one, other = created(client), created(client)
    client.add_links(one, ["https://x.example/1", "x.example/2"], perform_as=JONAS)
    assert client.opportunity(other).links == ("https://x.example/1", "http://x.example/2")
    client.remove_links(other, ["https://x.example/1"])
    assert client.opportunity(one).links == ("http://x.example/2",)


def test_tags_and_sources_are_the_opportunitys_own(client: LeverClient) -> None:
    one, other = created(client, posting_id=None), created(client, posting_id=None)
    client.add_tags(one, ["a", "A"], perform_as=JONAS)
    client.add_tags(one, ["a"])
    client.remove_tags(one, ["A", "never had"], perform_as=JONAS)
    client.add_sources(one, ["Fair"], perform_as=JONAS)
    found, untouched = client.opportunity(one), client.opportunity(other)
    assert (found.tags, found.sources) == (("a",), ("Pin", "Fair"))
    assert (untouched.tags, untouched.sources) == ((), ("Pin",))


def test_changes_leave_the_contact_as_it_was(client: LeverClient) -> None:
    """Their answers have the contact's fields blank; nobody may take that for what Lever holds."""
    one = created(client, headline="Engineer", links=("https://x.example/1",))
    before = client.opportunity(one)
    client.set_stage(one, "offer")
    client.archive(one, WITHDREW)
    client.add_tags(one, ["a"])
    client.add_sources(one, ["b"])
    found = client.opportunity(one)
    for name in ("name", "headline", "location", "emails", "phones", "links"):
        assert getattr(found, name) == getattr(before, name)


def test_a_contact_is_read_and_changed(client: LeverClient) -> None:
    one = client.opportunity(created(client, headline="Engineer", location="Oslo"))
    contact_id = one.contact_id or ""
    found = client.contact(contact_id)
    assert (found.id, found.name, found.headline, found.location) == (contact_id, "Nia", "Engineer", "Oslo")
    assert (found.emails, found.phones, found.is_anonymized) == (("nia@mail.example",), (), False)
    phone = Phone("work", "1")
    changed = client.update_contact(
        contact_id, location="Bergen", emails=["new@mail.example"], phones=[phone]
    )
    assert (changed.name, changed.headline, changed.location) == ("Nia", "Engineer", "Bergen")
    assert (changed.emails, changed.phones) == (("new@mail.example",), (phone,))
    assert client.contact(contact_id).location == client.opportunity(one.id).location == "Bergen"
    renamed = client.update_contact(contact_id, name="Nía", headline="")
    assert (renamed.name, renamed.headline, renamed.location) == ("Nía", "", "Bergen")
