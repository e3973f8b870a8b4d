"""PUT /candidates/{id}: people arrive, once; the answer warns of who is in Lever already and of open questions."""

from typing import Any

import pytest

from pinlever.accounts.models import User
from pinlever.audit.models import AuditEntry
from pinlever.outreach.models import OutreachEvent
from pinlever.recruiting.models import Arrival, Candidate, ContactPoint, Prospect
from pinlever.recruiting.services import family, known_facts
from tests.api.calling import Caller
from tests.sync.world import World

HOSTILE = "<img src=x onerror=alert(1)>\"'&{{7*7}}\u202e"
EVERYTHING = {
    "full_name": "Ingrid Solheim",
    "headline": "Builds platforms",
    "city": "Oslo",
    "state": "Oslo",
    "country": "Norway",
    "current_title": "Platform Engineer",
    "current_company": "Nordlys",
    "skills": ["Python", "SQL"],
    "tags": ["oslo"],
    "linkedin_urls": ["https://www.linkedin.com/in/ingrid-solheim-example"],
    "emails": [
        {
            "value": "ingrid@people.example",
            "source": "Pin",
            "verified_at": "2026-05-02T10:00:00+02:00",
            "is_primary": True,
        },
        {"value": "i.solheim@work.example", "found_at": "2026-05-01T00:00:00Z"},
    ],
    "phones": [{"value": "401 23 456", "region": "NO", "type": "mobile"}],
    "positions": [
        {
            "title": "Platform Engineer",
            "company": "Nordlys",
            "started": "2023-02",
            "description": "Platforms.",
        },
        {"title": "Engineer", "company": "Fjord", "started": "2019", "ended": "2023-01"},
    ],
    "sourced_at": "2026-05-02T08:00:00Z",
    "job": "eng",
    "sourcer_email": "Rita@company.example",
    "sourcing_tag": "spring",
    "score": 0.93,
}


@pytest.fixture(autouse=True)
def _job(call: Caller) -> None:
    call.put_job()


def test_a_person_arrives_with_all_that_is_said(call: Caller) -> None:
    rita = User.objects.create_user("rita@company.example", "x")
    status, told = call("PUT", "/candidates/ingrid", EVERYTHING)
    assert (status, told["created"], told["warnings"], told["questions"]) == (201, True, [], [])
    person = Candidate.objects.get()
    prospect = Prospect.objects.get()
    facts = known_facts(family(person))
    assert [fact.value for fact in facts.emails] == ["ingrid@people.example", "i.solheim@work.example"]
    assert (
        facts.emails[0].verified_at and facts.emails[0].verified_at.isoformat() == "2026-05-02T08:00:00+00:00"
    )
    assert ContactPoint.objects.get(kind="phone").normalised == "+4740123456"
    assert [fact.company for fact in facts.positions] == ["Nordlys", "Fjord"]
    assert (facts.skills, facts.city, facts.sourced_via) == (("Python", "SQL"), "Oslo", "pin")
    assert (prospect.sourcer, prospect.sourcer_email, prospect.score) == (rita, "rita@company.example", 0.93)
    assert prospect.sourcing_tag == "spring" and prospect.sourced_at == facts.sourced_at
    assert told["prospect"]["key"] == str(prospect.key) and told["url"].endswith(f"/candidates/{person.key}/")
    assert Arrival.objects.get().source == "pin"


def test_a_repeat_changes_nothing(call: Caller) -> None:
    first = call("PUT", "/candidates/ingrid", EVERYTHING)[1]
    rows = (AuditEntry.objects.count(), OutreachEvent.objects.count(), Arrival.objects.count())
    assert call("PUT", "/candidates/ingrid", EVERYTHING) == (200, {**first, "created": False})
    assert (AuditEntry.objects.count(), OutreachEvent.objects.count(), Arrival.objects.count()) == rows


def test_blanks_are_filled_and_nothing_is_overwritten(call: Caller) -> None:
    call.put(city="Oslo")
    call.put(city="Bergen", country="Norway", full_name="Somebody", emails=[{"value": "new@people.example"}])
    person = Candidate.objects.get()
    assert (person.full_name, person.city, person.country) == ("Ingrid Solheim", "Oslo", "Norway")
    assert set(ContactPoint.objects.values_list("value", flat=True)) == {
        "ingrid@people.example",
        "new@people.example",
    }


def test_somebody_known_by_another_id_is_the_same_person(call: Caller) -> None:
    first = call.put()
    again = call.put("i-2", emails=[{"value": "INGRID@people.example"}])
    assert not again["created"] and again["key"] == first["key"]


def test_somebody_without_a_job_is_no_prospect(call: Caller) -> None:
    assert call.put(job=None)["prospect"] is None
    assert not Prospect.objects.exists()


def test_a_contact_point_that_is_news_is_announced(call: Caller) -> None:
    call.put(emails=[])
    call.put(emails=[{"value": "ingrid@people.example"}])
    assert OutreachEvent.objects.get().kind == "contact_found"


def test_people_in_lever_already_are_told_of(call: Caller, company: World) -> None:
    company.control("opportunities", {"people": [{"name": "Ingrid S.", "emails": ["ingrid@people.example"]}]})
    company.person("Ingrid S.", emails=("ingrid@people.example",))
    company.export(*Prospect.objects.all())
    company.work()
    told = call.put()
    assert told["lever_index"] == "complete"
    (one,) = told["in_lever"]
    assert one["name"] == "Ingrid S." and one["matched"] == [["email", "ingrid@people.example"]]
    (opportunity,) = one["opportunities"]
    assert (
        opportunity["url"].startswith("http") and opportunity["stage"] and opportunity["is_archived"] is False
    )


def test_without_lever_nobody_is_told_of(call: Caller) -> None:
    told = call.put()
    assert (told["lever_index"], told["in_lever"]) == ("none", [])


def test_doubt_about_who_it_is_is_told_of(call: Caller) -> None:
    call.put("a", emails=[{"value": "a@people.example"}])
    call.put("b", emails=[{"value": "b@people.example"}])
    told = call.put("c", emails=[{"value": "a@people.example"}, {"value": "b@people.example"}])
    (question,) = told["questions"]
    assert told["created"] and question["is_blocking"]
    assert question["keys"] == [["email", "a@people.example"], ["email", "b@people.example"]]


def test_what_nobody_could_be_reached_at_is_a_warning_and_is_kept(call: Caller) -> None:
    told = call.put(
        emails=[{"value": "nobody at nowhere"}, {"value": "ok@people.example"}],
        phones=[{"value": "12"}],
        linkedin_urls=["https://www.linkedin.com/company/nordlys"],
    )
    assert [warning["field"] for warning in told["warnings"]] == ["emails.0", "phones.0", "linkedin_urls.0"]
    assert "nobody at nowhere" in str(Arrival.objects.get().facts)


def test_hostile_text_is_kept_as_data(call: Caller) -> None:
    told = call.put(full_name=HOSTILE, headline=HOSTILE, skills=[HOSTILE], tags=[HOSTILE])
    assert told["full_name"] == HOSTILE[:-1]  # marks that turn the text around are taken out, nothing else
    assert call.response["Content-Type"] == "application/json; charset=utf-8"
    assert call.response["X-Content-Type-Options"] == "nosniff"


EMAIL = {"value": "a@people.example"}


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"full_name": 5}, "full_name"),
        ({"full_name": "x" * 301}, "full_name"),
        ({"name": "Ingrid"}, "name"),
        ({"skills": "Python"}, "skills"),
        ({"skills": ["x" * 201]}, "skills.0"),
        ({"skills": ["x"] * 501}, "skills"),
        ({"emails": ["a@people.example"]}, "emails.0"),
        ({"emails": [{}]}, "emails.0.value"),
        ({"emails": [{"value": ""}]}, "emails.0.value"),
        ({"emails": [{**EMAIL, "verified_at": "yesterday"}]}, "emails.0.verified_at"),
        ({"emails": [{**EMAIL, "verified_at": "2026-05-04T10:00:00"}]}, "emails.0.verified_at"),
        ({"emails": [{**EMAIL, "verified_at": 1777888000}]}, "emails.0.verified_at"),
        ({"emails": [{**EMAIL, "verified_at": "0001-01-01T00:00:00+14:00"}]}, "emails.0.verified_at"),
        ({"emails": [{**EMAIL, "verified_at": "2026-02-30T00:00:00Z"}]}, "emails.0.verified_at"),
        ({"emails": [{**EMAIL, "found_at": "9999-12-31T23:59:59-14:00"}]}, "emails.0.found_at"),
        ({"emails": [{**EMAIL, "is_primary": "true"}]}, "emails.0.is_primary"),
        ({"emails": [EMAIL] * 101}, "emails"),
        ({"phones": [{"value": "1", "region": "Norway"}]}, "phones.0.region"),
        ({"positions": [{"started": "May 2020"}]}, "positions.0.started"),
        ({"positions": [{"ended": "2020-13"}]}, "positions.0.ended"),
        ({"score": "high"}, "score"),
        ({"score": True}, "score"),
        ({"score": 10**400}, "score"),
        ({"sourced_via": "lever"}, "sourced_via"),
        ({"job": "unknown"}, "job"),
        ({"job": ""}, "job"),
        ({"job": {}}, "job"),
    ],
)
def test_what_is_wrong_is_named_and_nobody_is_stored(call: Caller, said: dict[str, Any], field: str) -> None:
    status, told = call("PUT", "/candidates/ingrid", said)
    assert (status, told["error"]["field"]) == (422, field)
    assert not Candidate.objects.exists()


def test_null_says_nothing(call: Caller) -> None:
    nothing = dict.fromkeys(["headline", "city", "sourcing_tag", "score", "sourced_at", "sourcer_email"])
    assert call.put(**nothing, emails=[{**EMAIL, "source": None, "verified_at": None}])["created"]


def test_an_id_alone_is_enough_to_be_somebody(call: Caller) -> None:
    assert call("PUT", "/candidates/ingrid", {})[0] == 201
    assert call("PUT", "/candidates/ingrid", {})[0] == 200
