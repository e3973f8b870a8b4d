"""Add from Lever: found in any spelling, added once, linked and never created, and no trigger fires."""

from typing import Any

import pytest
from django.test import Client

from pinlever.audit.services import SYSTEM
from pinlever.connection.models import ArchiveReason, KnownOpportunity, LeverAccount, Posting
from pinlever.foundation.clock import db_now
from pinlever.imports.models import Import
from pinlever.imports.working import work_import
from pinlever.recruiting.models import Candidate, ContactPoint, IdentityKey, Job, ProfileLink, Prospect
from pinlever.sync import services
from pinlever.sync.models import SyncRecord, Trigger
from pinlever.sync.presences import catch_up
from tests.sync.world import World
from tests.web.known_people import somebody_in_lever

LINKEDIN = "https://www.linkedin.com/in/ingrid-solheim"


def url(company: World) -> str:
    return f"/jobs/{company.job.key}/from-lever/"


def names(client: Client, company: World, **asked: str) -> list[str]:
    return [row.name for row in client.get(url(company), asked).context["rows"]]


def add(client: Client, company: World, *known: KnownOpportunity, **more: Any) -> str:
    asked = {"known": [one.pk for one in known], **more}
    return client.post(f"{url(company)}add/", asked, follow=True).content.decode()


def ingrid(company: World) -> KnownOpportunity:
    (profile,) = somebody_in_lever(
        company,
        "Ingrid S. Solheim",
        emails=["ingrid@solheim.example", "broken@@"],
        phones=[{"type": "mobile", "value": "+47 406 12 345"}, {"type": "other", "value": "ask her mother"}],
        links=[LINKEDIN, "https://nordlys.example"],
        location="Bergen, Vestland, Norway",
        headline="Staff Engineer, Nordlys Energi",
    )
    return KnownOpportunity.objects.get(lever_id=profile)


def test_somebody_is_found_by_whatever_is_known_of_them(company: World, as_recruiter: Client) -> None:
    known = ingrid(company)
    somebody_in_lever(company, "Bo Berg", emails=["bo@people.example"])
    for typed in (
        "ingrid",
        "SOLH",
        "s solheim ing",
        "in",
        "Ingrid@Solheim.example ",
        "no.linkedin.com/in/Ingrid-Solheim/?trk=x",
        known.url,
        known.lever_id,
        known.contact_id.upper(),
    ):
        assert names(as_recruiter, company, q=typed) == ["Ingrid S. Solheim"], typed
    assert names(as_recruiter, company, q="ng") == []
    assert names(as_recruiter, company, q="nobody@people.example") == []
    assert names(as_recruiter, company, q="…") == []
    assert set(names(as_recruiter, company)) >= {"Ingrid S. Solheim", "Bo Berg"}


def test_the_filters_narrow_by_job_stage_and_standing(company: World, as_recruiter: Client) -> None:
    for name in ("active", "gone", "hired"):
        somebody_in_lever(company, name, emails=[f"{name}@people.example"])
    KnownOpportunity.objects.exclude(name__in=("active", "gone", "hired")).delete()
    posting = Posting.objects.filter(state="published", is_confidential=False)[0]
    reason = ArchiveReason.objects.filter(kind="hired")[0].lever_id
    KnownOpportunity.objects.filter(name="active").update(
        posting_id=posting.lever_id, stage_id="lead-responded"
    )
    KnownOpportunity.objects.filter(name="gone").update(archived_at=db_now())
    KnownOpportunity.objects.filter(name="hired").update(archived_at=db_now(), archive_reason_id=reason)
    assert names(as_recruiter, company, posting=posting.lever_id) == ["active"]
    assert names(as_recruiter, company, stage="lead-responded") == ["active"]
    assert names(as_recruiter, company, standing="active") == ["active"]
    assert names(as_recruiter, company, standing="archived") == ["gone"]
    assert names(as_recruiter, company, standing="hired") == ["hired"]
    assert len(names(as_recruiter, company, standing="nonsense")) == 3


def test_what_is_confidential_anonymised_or_deleted_is_not_found_and_not_added(
    company: World, as_recruiter: Client
) -> None:
    known = ingrid(company)
    for how in ({"is_confidential": True}, {"is_anonymized": True}, {"deleted_at": db_now()}):
        KnownOpportunity.objects.filter(pk=known.pk).update(**how)
        assert names(as_recruiter, company, q="ingrid") == []
        assert names(as_recruiter, company, q="ingrid@solheim.example") == []
        assert names(as_recruiter, company, q=known.lever_id) == []
        assert "Nobody of them is in Lever any more" in add(as_recruiter, company, known)
        KnownOpportunity.objects.filter(pk=known.pk).update(
            is_confidential=False, is_anonymized=False, deleted_at=None
        )
    assert not Prospect.objects.exists()


def test_they_become_candidates_with_what_lever_has_and_are_linked_not_created(
    company: World, as_recruiter: Client
) -> None:
    known = ingrid(company)
    services.set_trigger(by=SYSTEM, job=company.job, trigger=Trigger.CONTACT_FOUND)
    before = len(company.opportunities())
    dialog = as_recruiter.get(f"{url(company)}add/", {"known": known.pk}).content.decode()
    assert "Add 1 person to the job" in dialog
    page = add(as_recruiter, company, known)
    assert f"1 person was added to {company.job.title}" in page
    who = Candidate.objects.get()
    assert (who.full_name, who.sourced_via) == ("Ingrid S. Solheim", "lever")
    assert (who.city, who.country, who.headline) == ("Bergen", "Norway", "Staff Engineer, Nordlys Energi")
    points = set(ContactPoint.objects.values_list("kind", "normalised", "is_quiet"))
    assert points == {("email", "ingrid@solheim.example", True), ("phone", "+4740612345", True)}
    assert ProfileLink.objects.get().url == LINKEDIN
    record = SyncRecord.objects.get()
    assert (record.wish_opportunity_id, record.state) == (known.lever_id, "queued")
    company.work()
    record.refresh_from_db()
    assert (record.state, record.opportunity_id, record.contact_id) == (
        "in_lever",
        known.lever_id,
        known.contact_id,
    )
    assert len(company.opportunities()) == before
    assert "In Lever already" in as_recruiter.get(f"/candidates/{who.key}/").content.decode()


def test_a_double_click_and_a_second_time_add_nobody_twice(company: World, as_recruiter: Client) -> None:
    known = ingrid(company)
    for _ in range(2):
        add(as_recruiter, company, known)
    assert Prospect.objects.count() == Candidate.objects.count() == SyncRecord.objects.count() == 1
    page = as_recruiter.get(url(company), {"q": "ingrid"})
    assert page.context["rows"][0].is_here
    assert "On this job already" in page.content.decode()
    dialog = as_recruiter.get(f"{url(company)}add/", {"known": known.pk}).content.decode()
    assert "Everybody chosen is on this job already." in dialog


def test_two_candidacies_of_one_person_are_one_person_now_and_later(
    company: World, as_recruiter: Client
) -> None:
    (profile,) = somebody_in_lever(company, "Kim", emails=[])
    first = KnownOpportunity.objects.get(lever_id=profile)
    second = KnownOpportunity.objects.get(pk=first.pk)
    second.pk, second.lever_id = None, "11111111-2222-4333-8444-555555555555"
    second.payload = {**first.payload, "id": second.lever_id}
    second.save()
    add(as_recruiter, company, first, second)
    assert Candidate.objects.count() == Prospect.objects.count() == 1
    other = Job.objects.create(title="Another job")
    as_recruiter.post(f"/jobs/{other.key}/from-lever/add/", {"known": second.pk})
    assert Candidate.objects.count() == 1
    assert Prospect.objects.filter(job=other).count() == 1


def test_somebody_we_know_gets_the_job_and_is_not_doubled(company: World, as_recruiter: Client) -> None:
    elsewhere = Job.objects.create(title="Another job")
    ada = company.person("Ada Lind", emails=("ingrid@solheim.example",), job=elsewhere)
    known = ingrid(company)
    catch_up(company.account)
    row = as_recruiter.get(url(company), {"q": "ingrid"}).context["rows"][0]
    assert (row.who.root, row.is_here) == (ada.candidate, False)
    page = add(as_recruiter, company, known)
    assert "1 of them had been a candidate before" in page
    assert Candidate.objects.count() == 1
    assert Prospect.objects.filter(job=company.job, candidate=ada.candidate).exists()


def test_many_are_added_by_a_worker_with_progress(
    company: World, as_recruiter: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pinlever.web.from_lever.AT_ONCE", 3)
    for number in range(5):
        somebody_in_lever(company, f"Crowd {number}", emails=[f"crowd{number}@people.example"])
    fits = {"fitting": "q=crowd"}
    dialog = as_recruiter.get(f"{url(company)}add/", fits).content.decode()
    assert "Add 5 people to the job" in dialog
    assert "in the background" in dialog
    page = as_recruiter.post(f"{url(company)}add/", fits, follow=True)
    assert "Adding the people" in page.content.decode()
    made = Import.objects.get()
    assert not Prospect.objects.exists()
    work_import(made.pk)
    made.refresh_from_db()
    assert (made.state, made.totals["created"]) == ("done", 5)
    assert "People of this choice" in as_recruiter.get(f"/imports/{made.pk}/").content.decode()


@pytest.mark.parametrize("asked", [{}, {"known": "x"}, {"known": "9" * 30}])
def test_nobody_chosen_is_a_sentence(company: World, as_recruiter: Client, asked: dict[str, str]) -> None:
    for answer in (
        as_recruiter.get(f"{url(company)}add/", asked),
        as_recruiter.post(f"{url(company)}add/", asked),
    ):
        assert "Nobody was chosen" in answer.content.decode()


def test_more_than_can_be_added_at_a_time_is_a_sentence(
    company: World, as_recruiter: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pinlever.web.from_lever.MOST", 1)
    for number in range(2):
        somebody_in_lever(company, f"Crowd {number}")
    assert (
        "Narrow the search"
        in as_recruiter.post(f"{url(company)}add/", {"fitting": "q=crowd"}).content.decode()
    )
    assert not Import.objects.exists()


def test_without_an_account_the_page_leads_to_connecting(as_recruiter: Client, db: None) -> None:
    job = Job.objects.create(title="Engineer")
    address = f"/jobs/{job.key}/from-lever/"
    assert "Lever has never been connected" in as_recruiter.get(address).content.decode()
    assert as_recruiter.post(f"{address}add/", {"known": 1}).status_code == 200
    assert not LeverAccount.objects.exists()


def test_it_requires_signing_in(company: World, client: Client) -> None:
    for address in (url(company), f"{url(company)}add/"):
        assert client.get(address).status_code == 302


def test_a_page_of_many_costs_what_one_of_few_does(
    company: World, as_recruiter: Client, django_assert_max_num_queries: Any
) -> None:
    known = [ingrid(company)]
    for number in range(20):
        (profile,) = somebody_in_lever(company, f"Crowd {number}", emails=[f"c{number}@people.example"])
        known.append(KnownOpportunity.objects.get(lever_id=profile))
    add(as_recruiter, company, *known[:10])
    catch_up(company.account)
    with django_assert_max_num_queries(32):
        assert len(names(as_recruiter, company)) >= 20
    with django_assert_max_num_queries(32):
        as_recruiter.get(f"{url(company)}add/", {"known": [one.pk for one in known]})


def test_a_key_of_the_profile_is_kept_so_that_a_file_from_lever_finds_the_same_person(
    company: World, as_recruiter: Client
) -> None:
    known = ingrid(company)
    add(as_recruiter, company, known)
    assert IdentityKey.objects.filter(kind="external", value=f"lever:{known.lever_id}").exists()
