"""Two candidates made one from a candidate's page, with what becomes of them said before, and taken apart again."""

from typing import Any

import pytest
from django.test import Client

from pinlever.audit.models import AuditEntry
from pinlever.recruiting.models import Candidate
from pinlever.sync.models import State
from tests.sync.test_pairs import exported
from tests.sync.world import World


def two(company: World) -> tuple[Candidate, Candidate]:
    """Both are in Lever, as two people."""
    one = company.person("Ada Lovelace", emails=("ada@people.example",), current_title="Analyst")
    other = company.person("A. King", emails=("king@people.example",), current_company="Engines")
    assert {exported(company, each).state for each in (one, other)} == {State.SYNCED}
    return one.candidate, other.candidate


def text_at(client: Client, url: str, **more: Any) -> str:
    return client.get(url, **more).content.decode()


def test_they_are_found_compared_joined_and_taken_apart(company: World, as_recruiter: Client) -> None:
    one, other = two(company)
    url = f"/candidates/{one.key}/same-as/"
    assert url in text_at(as_recruiter, f"/candidates/{one.key}/")
    found = text_at(as_recruiter, f"{url}?q=king", HTTP_HX_REQUEST="true")
    assert f"{url}{other.key}/" in found and "<html" not in found
    assert "Nobody else fits" in text_at(as_recruiter, f"{url}?q=ada lovelace")
    told = text_at(as_recruiter, f"{url}{other.key}/")
    for said in (
        "A. King becomes part of Ada Lovelace",
        "linked to 2 different people in Lever",
        "both are sourced",
        "It can be taken apart again",
    ):
        assert said in told
    assert not Candidate.objects.exclude(merged_into=None).exists()
    page = as_recruiter.post(f"{url}{other.key}/", follow=True).content.decode()
    assert "A. King and Ada Lovelace are one person now." in page
    assert f"/duplicates/people/{other.pk}/apart/" in page
    assert "one person already" in as_recruiter.post(f"{url}{other.key}/").content.decode()
    assert "A. King" in text_at(as_recruiter, "/duplicates/decided/")
    back = f"/duplicates/people/{other.pk}/apart/"
    assert "is a person of their own again" in text_at(as_recruiter, back)
    assert "own again" in as_recruiter.post(back, follow=True).content.decode()
    assert not Candidate.objects.exclude(merged_into=None).exists()
    actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"candidate.merged", "identity.answered", "candidate.unmerged"} <= actions


@pytest.mark.parametrize("path", ["", "?q=ada", "{key}/"])
def test_it_requires_signing_in_and_survives_strange_addresses(
    client: Client, as_recruiter: Client, company: World, path: str
) -> None:
    person = company.person("Ada Lovelace").candidate
    url = f"/candidates/{person.key}/same-as/{path.format(key=person.key)}"
    assert Client().get(url).status_code == 302
    assert as_recruiter.get(url).status_code == 200
    assert as_recruiter.get(f"/candidates/{person.key}/same-as/?q=%00%01").status_code == 200
