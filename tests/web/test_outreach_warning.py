"""Before anybody is added to outreach: who is in Lever or held is shown, and left out where it should be."""

from typing import Any

import pytest
from django.test import Client

from pinlever.audit.services import SYSTEM
from pinlever.connection.models import ArchiveReason, KnownOpportunity
from pinlever.foundation.clock import db_now
from pinlever.outreach.holding import hold
from pinlever.recruiting.models import Candidate, Prospect
from tests.sync.world import World
from tests.web.known_people import somebody_in_lever

ADD = "/outreach/add/"
IN_OUTREACH = Prospect.Stage.IN_OUTREACH


def there(company: World, name: str, **standing: Any) -> Prospect:
    """Somebody in Lever who stands there like this."""
    address = f"{name.lower()}@people.example"
    somebody_in_lever(company, name, emails=[address])
    KnownOpportunity.objects.filter(name=name).update(**standing)
    return company.person(name, emails=(address,))


def held(company: World, name: str, kind: str) -> Prospect:
    made = company.person(name)
    hold(
        by=SYSTEM,
        candidate=made.candidate,
        kind=kind,
        cause="by_hand",
        basis="1",
        reason="They asked for peace.",
        since=db_now(),
    )
    return made


def everybody(company: World) -> dict[str, Prospect]:
    """One of each kind; those in Lever are made first, since each reading tells again how they stand."""
    reason = ArchiveReason.objects.filter(kind="hired")[0].lever_id
    found = {name: there(company, name) for name in ("Active", "Archived", "Hired", "Private")}
    known = KnownOpportunity.objects
    known.filter(name="Archived").update(archived_at=db_now())
    known.filter(name="Hired").update(archived_at=db_now(), archive_reason_id=reason)
    known.filter(name="Private").update(contact_allowed=False)
    found |= {"Paused": held(company, "Paused", "pause"), "Stopped": held(company, "Stopped", "stop")}
    return {**found, "Nobody": company.person("Nobody")}


def asked(people: dict[str, Prospect], **more: Any) -> dict[str, Any]:
    return {"prospect": [one.pk for one in people.values()], "token": "t", **more}


def added() -> set[str]:
    rows = Prospect.objects.filter(outreach_stage=IN_OUTREACH)
    return set(rows.values_list("candidate__full_name", flat=True))


def key(of: Prospect) -> str:
    return str(of.candidate.key)


def test_each_reason_is_a_group_with_its_people_behind_it(company: World, as_recruiter: Client) -> None:
    answer = as_recruiter.get(ADD, asked(everybody(company)))
    groups = [
        (group.why.told, [one.name for one in group.people], group.why.is_out)
        for group in answer.context["groups"]
    ]
    assert groups == [
        ("outreach to them is stopped", ["Stopped"], True),
        ("Lever says not to contact them", ["Private"], True),
        ("hired in Lever", ["Hired"], True),
        ("outreach to them is paused", ["Paused"], True),
        ("active in Lever", ["Active"], False),
        ("archived in Lever", ["Archived"], False),
    ]
    text = answer.content.decode()
    assert "They asked for peace." in text
    assert "Add 3 people to outreach" in text
    assert 'data-most="6"' in text


def test_whoever_should_not_be_written_to_is_left_out_unless_somebody_says_otherwise(
    company: World, as_recruiter: Client
) -> None:
    people = everybody(company)
    page = as_recruiter.post(ADD, asked(people), follow=True).content.decode()
    assert added() == {"Active", "Archived", "Nobody"}
    assert "3 people were added to outreach." in page
    assert (
        "4 people were left out: outreach to them is stopped (1), Lever says not to contact them (1)" in page
    )


def test_the_choice_of_whoever_adds_counts_but_never_against_a_stop(
    company: World, as_recruiter: Client
) -> None:
    people = everybody(company)
    told = [key(one) for one in people.values()]
    as_recruiter.post(ADD, asked(people, told=told, leave=[key(people["Active"])]))
    assert added() == {"Archived", "Hired", "Private", "Paused", "Nobody"}


def test_what_became_known_after_the_dialog_was_opened_counts(company: World, as_recruiter: Client) -> None:
    bo = company.person("Bo")
    assert as_recruiter.get(ADD, {"prospect": bo.pk}).context["groups"] == []
    hold(
        by=SYSTEM,
        candidate=bo.candidate,
        kind="pause",
        cause="replied",
        basis="1",
        reason="They replied.",
        since=db_now(),
    )
    answer = as_recruiter.post(ADD, {"prospect": bo.pk, "token": "t"})
    assert "Nobody was added. Bo was left out: outreach to them is paused (1)." in answer.content.decode()
    assert "They replied." in answer.content.decode()
    assert added() == set()


def test_a_hold_of_a_merged_row_is_the_persons(company: World, as_recruiter: Client) -> None:
    from pinlever.recruiting.merging import merge

    root, gone = company.person("Ada"), held(company, "Ada L", "stop")
    merge(by=SYSTEM, gone=gone.candidate, into=root.candidate)
    as_recruiter.post(ADD, {"prospect": root.pk, "token": "t"})
    assert added() == set()


def test_somebody_without_a_job_who_is_left_out_gets_none(company: World, as_recruiter: Client) -> None:
    made = held(company, "Ada", "stop").candidate
    Prospect.objects.all().delete()
    free = Candidate.objects.create(full_name="Bo")
    given = {"candidate": [str(made.key), str(free.key)], "job": str(company.job.key), "token": "t"}
    as_recruiter.post(ADD, given)
    assert added() == {"Bo"}
    assert not Prospect.objects.filter(candidate=made).exists()


def test_everybody_who_fits_a_list_is_judged_the_same_way(company: World, as_recruiter: Client) -> None:
    everybody(company)
    dialog = as_recruiter.get(ADD, {"fitting": ""}).content.decode()
    assert "Add 3 people to outreach" in dialog
    as_recruiter.post(ADD, {"fitting": "", "token": "t"})
    assert added() == {"Active", "Archived", "Nobody"}


@pytest.mark.parametrize("confidential", [True, False])
def test_that_somebody_was_hired_for_something_confidential_is_not_told(
    company: World, as_recruiter: Client, confidential: bool
) -> None:
    reason = ArchiveReason.objects.filter(kind="hired")[0]
    ada = there(
        company,
        "Ada",
        archived_at=db_now(),
        archive_reason_id=reason.lever_id,
        is_confidential=confidential,
    )
    text = as_recruiter.get(ADD, {"prospect": ada.pk}).content.decode()
    assert ("Hired in Lever" in text) is not confidential
    assert "In Lever already" in text


def test_the_dialog_costs_the_same_for_two_and_for_forty(
    company: World, as_recruiter: Client, django_assert_max_num_queries: Any
) -> None:
    def cost() -> int:
        with django_assert_max_num_queries(45) as found:
            as_recruiter.get(ADD, {"prospect": list(Prospect.objects.values_list("pk", flat=True))})
        return len(found.captured_queries)

    everybody(company)
    before = cost()
    for number in range(20):
        held(company, f"Held {number}", "pause")
    assert cost() <= before
