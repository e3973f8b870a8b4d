"""Lever's exports name no address: whom a profile belongs to is found by what we know of Lever."""

from unittest.mock import patch

import pytest
from django.db import connection
from django.utils import timezone

from pinlever.audit.services import SYSTEM
from pinlever.connection.models import KnownKey, KnownOpportunity, LeverAccount
from pinlever.imports import working
from pinlever.imports.lever_people import remember_owner
from pinlever.imports.services import start_import
from pinlever.imports.working import work_import
from pinlever.outreach.services import person_arrived
from pinlever.recruiting.facts import EmailFact, PersonFacts
from pinlever.recruiting.models import Candidate, Job, Prospect
from pinlever.recruiting.services import merge
from pinlever.sync.models import SyncRecord
from tests.imports.conftest import PROFILE
from tests.recruiting.at_once import at_once

EXPORT = f"Profile ID,Candidate Name\n{PROFILE},Ann Lee\n".encode()


def sourced(job: Job, name: str, email: str) -> Prospect:
    facts = PersonFacts(full_name=name, emails=(EmailFact(email),))
    arrived = person_arrived(by=SYSTEM, facts=facts, source="pin", job=job)
    assert arrived.prospect is not None
    return arrived.prospect


def in_lever(
    account: LeverAccount, keys: list[tuple[str, str]], lever_id: str = PROFILE, contact: str = "c1"
) -> None:
    now = timezone.now()
    known = KnownOpportunity.objects.create(
        account=account, lever_id=lever_id, contact_id=contact, opened_at=now, active_at=now, seen_at=now
    )
    for kind, value in keys:
        KnownKey.objects.create(account=account, opportunity=known, kind=kind, value=value)


def imported(job: Job, content: bytes = EXPORT) -> Candidate:
    made = start_import(by=SYSTEM, name="lever.csv", content=content, job=job)
    while work_import(made.pk):
        pass
    row = made.rows.first()
    assert row is not None and row.candidate is not None
    return row.candidate


def test_somebody_we_brought_to_lever_comes_back_as_themselves(job: Job, account: LeverAccount) -> None:
    prospect = sourced(job, "Ann Lee", "a@example.com")
    SyncRecord.objects.create(
        account=account, prospect=prospect, opportunity_id=PROFILE, due_at=timezone.now()
    )
    assert imported(job) == prospect.candidate
    assert Candidate.objects.count() == 1


@pytest.mark.parametrize("kind", ["email", "marker"])
def test_the_index_tells_whose_profile_it_is(job: Job, account: LeverAccount, kind: str) -> None:
    prospect = sourced(job, "Ann Lee", "a@example.com")
    in_lever(account, [(kind, {"email": "a@example.com", "marker": str(prospect.key)}[kind])])
    assert imported(job) == prospect.candidate


def test_another_opportunity_of_the_same_contact_tells_it_too(job: Job, account: LeverAccount) -> None:
    prospect = sourced(job, "Ann Lee", "a@example.com")
    in_lever(account, [])
    in_lever(account, [("email", "a@example.com")], lever_id="0" * 36)
    assert imported(job) == prospect.candidate


def test_somebody_merged_is_found_as_whom_they_were_merged_into(job: Job, account: LeverAccount) -> None:
    gone, into = sourced(job, "Ann", "a@example.com"), sourced(job, "Ann Lee", "b@example.com")
    in_lever(account, [("email", "a@example.com")])
    merge(by=SYSTEM, gone=gone.candidate, into=into.candidate)
    assert imported(job) == into.candidate


def test_keys_of_two_people_decide_nothing(job: Job, account: LeverAccount) -> None:
    one, two = sourced(job, "Ann", "a@example.com"), sourced(job, "Bob", "b@example.com")
    in_lever(account, [("email", "a@example.com"), ("email", "b@example.com")])
    assert imported(job) not in (one.candidate, two.candidate)


def test_a_phone_decides_nothing(job: Job, account: LeverAccount) -> None:
    prospect = sourced(job, "Ann", "a@example.com")
    prospect.candidate.identity_keys.create(kind="phone", value="+14155552671")
    in_lever(account, [("phone", "+14155552671")])
    assert imported(job) != prospect.candidate


def test_a_profile_nobody_knows_is_one_new_person_however_often_it_comes(
    job: Job, account: LeverAccount
) -> None:
    first = imported(job)
    assert imported(job, EXPORT + f"{PROFILE},Ann\n".encode()) == first
    other = Job.objects.create(title="Designer")
    assert imported(other) == first
    assert Candidate.objects.count() == 1
    assert Prospect.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_one_person_imported_twice_at_once_is_one_and_nobody_waits_in_a_ring() -> None:
    account = LeverAccount.objects.create(environment="practice", first_connected_at=timezone.now())
    for number in range(5):
        profile = f"{number}{PROFILE[1:]}"
        prospect = sourced(Job.objects.create(title="Engineer"), "Ann Lee", f"a{number}@example.com")
        in_lever(account, [("email", f"a{number}@example.com")], lever_id=profile, contact=f"c{number}")
        row = f'{profile},Ann Lee,"a{number}@example.com, new{number}@example.com"'
        content = f"Profile ID,Candidate Name,Emails\n{row}\n".encode()
        jobs = [Job.objects.create(title=title) for title in ("Designer", "Writer")]
        found = at_once(*[lambda job=job, content=content: imported(job, content) for job in jobs])
        assert found == [prospect.candidate] * 2


def test_the_owner_is_remembered_before_the_rows_transaction_begins(job: Job, account: LeverAccount) -> None:
    """Within it, the profile's key would be taken before the person's addresses: two imports could wait in a ring."""
    prospect = sourced(job, "Ann Lee", "a@example.com")
    in_lever(account, [("email", "a@example.com")])
    depths = []

    def noting(profile: str) -> None:
        depths.append(len(connection.savepoint_ids))
        remember_owner(profile)

    outside = len(connection.savepoint_ids)
    with patch.object(working, "remember_owner", noting):
        assert imported(job) == prospect.candidate
    assert depths == [outside]
