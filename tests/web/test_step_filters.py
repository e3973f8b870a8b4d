"""Who lacks a résumé in Lever, and of whom a step failed: in the lists of people and in Sync activity."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pinlever.sync.models import FollowUp, SyncRecord
from tests.sync.artefacts_story import without_resume
from tests.sync.lever_story import follow, in_lever
from tests.sync.world import World


def lists(company: World, step: str) -> list[str]:
    return [
        f"{reverse('candidates')}?sync={step}",
        f"{reverse('job', args=[company.job.key])}?state={step}",
        f"{reverse('activity')}?show=all&step={step}",
    ]


def test_each_list_shows_who_lacks_what(company: World, as_recruiter: Client) -> None:
    without_resume(company, name="Wanda Resumeless")
    record = in_lever(company, name="Nora Noteless")
    in_lever(company, name="Olga Complete")
    FollowUp.objects.filter(record=record).update(state="failed", reason="Lever refused it: too long.")
    for step, there, elsewhere in (
        ("resume_missing", "Wanda", "Nora"),
        ("step_failed", "Nora", "Wanda"),
    ):
        for address in lists(company, step):
            told = as_recruiter.get(address).content.decode()
            assert f"{there} " in told and f"{elsewhere} " not in told and "Olga" not in told, address
            assert f'value="{step}" selected' in told
    activity = as_recruiter.get(lists(company, "step_failed")[2]).content.decode()
    assert "0 notes written, 1 failed" in activity and "too long" in activity


def test_whoever_has_it_or_left_lever_is_no_longer_listed(company: World, as_recruiter: Client) -> None:
    without_resume(company, name="Wanda Resumeless")
    without_resume(company, name="Gudrun Removed")
    SyncRecord.objects.filter(prospect__candidate__full_name="Gudrun Removed").update(state="removed")
    address = lists(company, "resume_missing")[0]
    told = as_recruiter.get(address).content.decode()
    assert "Wanda" in told and "Gudrun" not in told
    follow()
    assert "Nobody fits" in as_recruiter.get(address).content.decode()
    empty = as_recruiter.get(lists(company, "resume_missing")[2]).content.decode()
    assert "Everybody in Lever has what belongs there." in empty


def test_nonsense_filters_nothing(company: World, as_recruiter: Client) -> None:
    in_lever(company, name="Olga Complete")
    for address in lists(company, "nonsense"):
        assert "Olga" in as_recruiter.get(address).content.decode()


def test_a_page_of_steps_costs_the_same_for_many(company: World, as_recruiter: Client) -> None:
    address = lists(company, "resume_missing")[2]

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            as_recruiter.get(address)
        return len(queries)

    without_resume(company)
    asked()
    few = asked()
    for _ in range(3):
        without_resume(company)
    assert asked() == few
