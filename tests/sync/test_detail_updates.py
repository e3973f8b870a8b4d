"""New facts about people in Lever: promised once, written under the rules, never over anything."""

from typing import Any

import pytest
from django.utils import timezone

from pinlever.audit.models import AuditEntry
from pinlever.audit.services import PIN, SYSTEM
from pinlever.connection.gateway import open_client
from pinlever.connection.models import KnownKey, LeverConnection
from pinlever.connection.refresh import poll
from pinlever.connection.rules import InvalidRule
from pinlever.outreach.services import add_contact_point, person_arrived
from pinlever.recruiting.facts import EmailFact, PersonFacts
from pinlever.sync import detail_updates, new_facts
from pinlever.sync.models import FollowUp, SyncRecord
from pinlever.sync.update_rules import DEFAULTS, set_policy
from tests.sync.lever_story import follow, in_lever, pass_time
from tests.sync.world import World

NEW = "ingrid@solheim.example"


@pytest.fixture
def ingrid(company: World) -> SyncRecord:
    """In Lever, created by us; contact details may be added."""
    for field in ("emails", "phones"):
        set_policy(by=SYSTEM, account=company.account, field=field, policy="add")
    record = in_lever(company, name="Ingrid Solheim", emails=("first@x.example",))
    follow()
    new_facts.derive(company.account, since=None)
    return record


def learns(record: SyncRecord, value: str = NEW, kind: str = "email", verified: bool = True) -> None:
    add_contact_point(
        by=PIN,
        candidate=record.prospect.candidate,
        kind=kind,
        value=value,
        source="Hunter",
        verified_at=timezone.now() if verified else None,
    )


def updates(company: World) -> list[FollowUp]:
    return list(FollowUp.objects.filter(kind="details", record__account=company.account).order_by("pk"))


def contact(company: World, record: SyncRecord) -> dict[str, Any]:
    return next(one for one in company.state()["contacts"] if one["id"] == record.contact_id)


def work(company: World) -> None:
    new_facts.derive(company.account, since=None)
    follow()


def hear(company: World) -> None:
    assert poll(company.account, open_client(LeverConnection.objects.get()))


def puts(company: World, method: str = "PUT", part: str = "/contacts/") -> int:
    return sum(each["method"] == method and part in each["path"] for each in company.log())


def test_a_newly_verified_address_is_added_once(company: World, ingrid: SyncRecord) -> None:
    learns(ingrid)
    work(company)
    assert contact(company, ingrid)["emails"] == ["first@x.example", NEW]
    (row,) = updates(company)
    assert (row.state, row.result["added"]) == ("done", {"emails": [NEW]})
    work(company)
    assert len(updates(company)) == 1 and puts(company) == 1
    assert KnownKey.objects.filter(kind="email", value=NEW).exists()
    assert AuditEntry.objects.filter(action="follow_up.done", subject_id=str(row.pk)).exists()


@pytest.mark.parametrize("mode", ["replace", "merge"])
def test_whether_lever_replaces_or_adds_the_end_is_the_same(
    company: World, ingrid: SyncRecord, mode: str
) -> None:
    company.control("switches", {"contact_put": mode})
    learns(ingrid)
    learns(ingrid, "+47 401 23 456", "phone")
    work(company)
    there = contact(company, ingrid)
    assert there["emails"] == ["first@x.example", NEW]
    assert [phone["value"] for phone in there["phones"]] == ["+47 401 23 456"]


def test_by_default_contact_details_are_not_sent_again(company: World) -> None:
    record = in_lever(company, emails=("first@x.example",))
    new_facts.derive(company.account, since=None)
    learns(record)
    work(company)
    assert updates(company) == [] and puts(company) == 0
    assert {DEFAULTS[field] for field in ("emails", "phones", "headline", "location")} == {"never"}


def test_what_is_not_verified_stays_in_pin(company: World, ingrid: SyncRecord) -> None:
    learns(ingrid, verified=False)
    work(company)
    assert updates(company) == []


def test_what_was_known_before_it_was_switched_on_stays_in_pin(company: World) -> None:
    record = in_lever(company, emails=("first@x.example",))
    learns(record)
    set_policy(by=SYSTEM, account=company.account, field="emails", policy="add")
    work(company)
    assert updates(company) == []


def test_facts_of_the_same_person_are_found_by_their_address(company: World, ingrid: SyncRecord) -> None:
    facts = PersonFacts(
        emails=(EmailFact("first@x.example"),),
        tags=("oslo",),
        linkedin_urls=("https://no.linkedin.com/in/Ingrid-Solheim/",),
        sourced_via="import",
    )
    person_arrived(by=PIN, facts=facts, source="other", external_id="1")
    work(company)
    (row,) = updates(company)
    assert row.result["added"] == {
        "links": ["https://www.linkedin.com/in/ingrid-solheim"],
        "tags": ["oslo"],
    }
    opportunity = next(one for one in company.state()["opportunities"] if one["id"] == ingrid.opportunity_id)
    assert "oslo" in opportunity["tags"]
    assert "https://www.linkedin.com/in/ingrid-solheim" in contact(company, ingrid)["links"]


def test_an_address_of_somebody_else_is_left_out_and_told(company: World, ingrid: SyncRecord) -> None:
    company.control("opportunities", {"people": [{"name": "Somebody Else", "emails": [NEW]}]})
    hear(company)
    learns(ingrid)
    work(company)
    (row,) = updates(company)
    assert row.state == "skipped" and "belongs to somebody else in Lever" in row.reason
    assert contact(company, ingrid)["emails"] == ["first@x.example"]


def test_nothing_is_written_about_somebody_anonymised(company: World, ingrid: SyncRecord) -> None:
    learns(ingrid)
    new_facts.derive(company.account, since=None)
    company.control("anonymize", {"contact": ingrid.contact_id})
    follow()
    (row,) = updates(company)
    assert row.state == "skipped" and puts(company) == 0


def test_a_lost_answer_is_settled_by_reading(company: World, ingrid: SyncRecord) -> None:
    company.control(
        "faults", {"match": {"method": "PUT", "path": "/contacts/", "count": 1}, "kind": "drop_after"}
    )
    learns(ingrid)
    work(company)
    (row,) = updates(company)
    assert (row.state, row.cause) == ("waiting", "outcome_unknown")
    pass_time()
    follow()
    row.refresh_from_db()
    assert (row.state, row.result["added"]) == ("done", {"emails": [NEW]})
    assert contact(company, ingrid)["emails"] == ["first@x.example", NEW] and puts(company) == 1


def test_one_that_never_arrived_is_sent_again(company: World, ingrid: SyncRecord) -> None:
    company.control(
        "faults", {"match": {"method": "PUT", "path": "/contacts/", "count": 1}, "kind": "drop_before"}
    )
    learns(ingrid)
    work(company)
    pass_time()
    follow()
    (row,) = updates(company)
    assert row.state == "done" and contact(company, ingrid)["emails"] == ["first@x.example", NEW]


@pytest.fixture
def meanwhile(company: World, ingrid: SyncRecord, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Edits that somebody in Lever makes between our look and our writing, one each time; we hear of them."""
    edits: list[dict[str, Any]] = []
    send = detail_updates._send

    def overtaken(*args: Any) -> None:
        if edits:
            company.control("edit_contact", {"contact": ingrid.contact_id, "changes": edits.pop(0)})
            hear(company)
        send(*args)

    monkeypatch.setattr(detail_updates, "_send", overtaken)
    return edits


def test_an_edit_that_our_list_undid_is_put_back_and_told(
    company: World, ingrid: SyncRecord, meanwhile: list[dict[str, Any]]
) -> None:
    meanwhile.append({"emails": ["first@x.example", "private@x.example"]})
    learns(ingrid)
    work(company)
    assert sorted(contact(company, ingrid)["emails"]) == ["first@x.example", NEW, "private@x.example"]
    (row,) = updates(company)
    assert row.state == "done" and "put back: private@x.example" in row.reason
    assert (row.result["added"], row.result["restored"]) == (
        {"emails": [NEW]},
        {"emails": ["private@x.example"]},
    )


def test_somebody_elses_headline_stays_theirs(
    company: World, ingrid: SyncRecord, meanwhile: list[dict[str, Any]]
) -> None:
    meanwhile.append({"headline": "Head of Platform"})
    learns(ingrid)
    work(company)
    there = contact(company, ingrid)
    assert (there["headline"], there["emails"]) == ("Head of Platform", ["first@x.example", NEW])


def test_what_is_undone_again_and_again_is_left_to_a_person(
    company: World, ingrid: SyncRecord, meanwhile: list[dict[str, Any]]
) -> None:
    meanwhile += [{"emails": ["first@x.example", f"{number}@x.example"]} for number in range(9)]
    learns(ingrid)
    work(company)
    (row,) = updates(company)
    assert (row.state, row.cause) == ("failed", "keeps_losing") and "Look at the profile" in row.reason


@pytest.mark.parametrize(
    ("field", "policy"), [("emails", "x"), ("name", "add"), ("headline", "add"), ("location", "add")]
)
def test_rules_that_make_no_sense_are_refused(company: World, field: str, policy: str) -> None:
    with pytest.raises(InvalidRule):
        set_policy(by=SYSTEM, account=company.account, field=field, policy=policy)
