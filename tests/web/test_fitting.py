"""Everybody who fits the list of candidates, added to outreach: whom that means, and how many at most."""

from urllib.parse import urlencode

import pytest
from django.test import Client

from pinlever.outreach.models import OutreachEvent
from pinlever.recruiting.models import Candidate, Job, Prospect
from pinlever.web import outreach
from tests.sync.world import World

ADD = "/outreach/add/"
Stage = Prospect.Stage


def fits(**filters: str) -> dict[str, str]:
    return {"fitting": urlencode(filters)}


def test_everybody_who_fits_the_list_is_added(company: World, as_recruiter: Client) -> None:
    other = Job.objects.create(title="Designer")
    people = [company.person(f"Person {number}", current_company="Nordlys & Co") for number in range(3)]
    company.person("Somebody Else", current_company="Another")
    company.person("Person Elsewhere", current_company="Nordlys & Co", job=other)
    company.event(people[0], "replied", "email")
    asked = fits(q="nordlys &", job=str(company.job.key))
    page = as_recruiter.get(ADD, asked).content.decode()
    assert "Add 2 people to outreach" in page
    assert "in outreach already: replied" in page
    assert 'name="prospect"' not in page
    done = as_recruiter.post(ADD, {**asked, "token": "t"})
    assert done["Location"] == f"/candidates/?q=nordlys+%26&job={company.job.key}"
    added = OutreachEvent.objects.filter(kind="added_to_outreach")
    assert {str(one.prospect.candidate) for one in added} == {"Person 1", "Person 2"}
    page = as_recruiter.post(ADD, {**asked, "token": "t"}, follow=True).content.decode()
    assert "Everybody was in outreach already" in page
    assert added.count() == 2


def test_who_fits_and_is_on_no_job_gets_the_chosen_one(company: World, as_recruiter: Client) -> None:
    """The list's own job is a filter, the form's job a choice: they do not mix."""
    ada = company.person("Ada Lind", job=Job.objects.create(title="Designer"))
    Candidate.objects.create(full_name="Ada Berg", search_text=" ada berg")
    asked = {**fits(q="ada"), "token": "t"}
    assert "Choose the job" in as_recruiter.post(ADD, asked).content.decode()
    as_recruiter.post(ADD, {**asked, "job": str(company.job.key)})
    assert Prospect.objects.get(candidate__full_name="Ada Berg").job == company.job
    assert ada.candidate.prospects.get().outreach_stage == Stage.IN_OUTREACH


def test_too_many_who_fit_are_told_before_and_added_never(
    company: World, as_recruiter: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outreach, "MOST_FITTING", 2)
    for number in range(3):
        company.person(f"Person {number}")
    for answer in (as_recruiter.get(ADD, fits()), as_recruiter.post(ADD, {**fits(), "token": "t"})):
        assert "More than 2 people fit" in answer.content.decode()
        assert "Add 3 people" not in answer.content.decode()
    assert not OutreachEvent.objects.filter(kind="added_to_outreach").exists()


@pytest.mark.parametrize("text", ["job=x&stage=x&sync=x&q=%00", "&&&==", "q=" + "x" * 5000])
def test_nonsense_filters_break_nothing(company: World, as_recruiter: Client, text: str) -> None:
    company.person()
    assert as_recruiter.get(ADD, {"fitting": text}).status_code == 200


def test_nobody_fits_any_more_is_a_sentence(company: World, as_recruiter: Client) -> None:
    company.person("Ada")
    answer = as_recruiter.post(ADD, {**fits(q="zzz"), "token": "t"})
    assert "Nobody fits these filters any more" in answer.content.decode()
