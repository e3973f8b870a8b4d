"""Whom a search, a filter or a trigger means."""

import itertools

import pytest

from pinlever.recruiting.models import Candidate, Prospect
from pinlever.sync import finding
from pinlever.sync.firing import facts_of
from pinlever.sync.models import State, SyncRecord, Trigger
from pinlever.sync.triggers import reached
from tests.sync.world import World


def names(company: World, text: str) -> set[str]:
    found = finding.search(company.account, Prospect.objects.filter(job=company.job), text)
    return {str(prospect.candidate) for prospect in found.select_related("candidate")}


@pytest.fixture
def people(company: World) -> World:
    company.person(
        "José Núñez",
        emails=("Jose.Nunez@people.example",),
        linkedin="https://www.linkedin.com/in/jose-nunez",
        current_company="Correos Digital",
        current_title="Backend Engineer",
    )
    company.person("Ingrid Solheim", emails=("ingrid@people.example",), current_company="Nordlys Energi")
    company.person("王小明", emails=("xm@people.example",), current_company="云图科技")
    return company


@pytest.mark.parametrize(
    ("typed", "who"),
    [
        ("jose", "José Núñez"),
        ("NÚÑEZ", "José Núñez"),
        ("nunez jos", "José Núñez"),
        ("correos", "José Núñez"),
        ("backend", "José Núñez"),
        (" Jose.NUNEZ@people.example ", "José Núñez"),
        ("jose.nunez@", "José Núñez"),
        ("linkedin.com/in/Jose-Nunez/", "José Núñez"),
        ("https://no.linkedin.com/in/jose-nunez?trk=x", "José Núñez"),
        ("Solh", "Ingrid Solheim"),
        ("in nordlys", "Ingrid Solheim"),
        ("小明", "王小明"),
    ],
)
def test_people_are_found_by(people: World, typed: str, who: str) -> None:
    assert names(people, typed) == {who}


@pytest.mark.parametrize("typed", ["nobody", "%", "_", "jose ingrid", "<script>", "jose@other.example", "😀"])
def test_nobody_is_found_by(people: World, typed: str) -> None:
    assert names(people, typed) == set()


def test_an_empty_search_means_everybody(people: World) -> None:
    assert len(names(people, "  ")) == 3


def test_a_lever_link_or_id_finds_the_person(people: World) -> None:
    ingrid = Prospect.objects.get(candidate__full_name="Ingrid Solheim")
    people.export(ingrid)
    people.work()
    record = SyncRecord.objects.get()
    assert names(people, record.lever_url) == {"Ingrid Solheim"}
    assert names(people, record.opportunity_id.upper()) == {"Ingrid Solheim"}
    assert names(people, record.contact_id) == {"Ingrid Solheim"}
    assert names(people, "https://hire.lever.co/candidates/00000000-0000-0000-0000-000000000000") == set()


def test_merged_people_are_found_by_what_either_row_says(people: World) -> None:
    jose, ingrid = (Candidate.objects.get(full_name=name) for name in ("José Núñez", "Ingrid Solheim"))
    Candidate.objects.filter(pk=jose.pk).update(merged_into=ingrid)
    assert names(people, "jose.nunez@people.example") == {"José Núñez", "Ingrid Solheim"}
    assert names(people, "nordlys") == {"José Núñez", "Ingrid Solheim"}


def test_what_somebody_learns_later_is_found_too(people: World) -> None:
    people.person("José Núñez", emails=("jose.nunez@people.example",), current_company="Ignored")
    people.person("Ingrid Solheim", emails=("ingrid@people.example",), current_title="Lead")
    assert names(people, "solheim lead nordlys") == {"Ingrid Solheim"}


def test_people_are_filtered_by_where_they_stand(people: World) -> None:
    rows = Prospect.objects.filter(job=people.job).order_by("pk")
    first, second, third = rows
    people.export(first, second)
    people.work()
    SyncRecord.objects.filter(prospect=second).update(state=State.FAILED)

    def standing(state: str) -> list[Prospect]:
        return list(finding.standing(people.account, rows, state))

    assert standing(finding.ANY_IN_LEVER) == [first]
    assert standing(State.FAILED) == [second]
    assert standing(finding.NOT_YET) == [third]
    assert standing(finding.ON_THE_WAY) == []
    assert standing("nonsense") == [first, second, third]


EVENTS = [
    ("added_to_outreach", ""),
    ("contact_found", ""),
    ("message_sent", "email"),
    ("opened", "email"),
    ("replied", "linkedin"),
    ("replied", "email"),
    ("interested", ""),
    ("interested", "email"),
    ("bounced", "email"),
]


def test_who_is_past_a_trigger_is_who_has_reached_it(company: World) -> None:
    """The query and `triggers.reached` are two tellings of one rule."""
    for number, pair in enumerate(itertools.combinations(EVENTS, 2)):
        prospect = company.person(f"Person {number}", emails=() if number % 2 else None)
        for kind, channel in pair[: 1 + number % 3]:
            company.event(prospect, kind, channel)
    rows = list(Prospect.objects.filter(job=company.job).select_related("candidate"))
    facts = facts_of(rows)
    for trigger in Trigger:
        expected = {row.pk for row in rows if reached(trigger, facts[row.pk]).first_at}
        found = finding.past(company.account, Prospect.objects.filter(job=company.job), trigger)
        assert set(found.values_list("pk", flat=True)) == expected, trigger


def test_whoever_is_on_the_way_already_is_not_past(company: World) -> None:
    prospect = company.person()
    company.event(prospect, "replied", "email")
    rows = Prospect.objects.filter(job=company.job)
    assert finding.past(company.account, rows, Trigger.REPLIED).count() == 1
    company.export(prospect)
    assert finding.past(company.account, rows, Trigger.REPLIED).count() == 0
