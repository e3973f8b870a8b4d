"""Who is in Lever, worked out beforehand: it follows the index, people's keys, records and merges."""

from datetime import timedelta
from typing import Any

import pytest

from pinlever.audit.services import SYSTEM
from pinlever.connection import rules
from pinlever.connection.models import ArchiveReason, KnownKey, KnownOpportunity, Posting
from pinlever.foundation.clock import db_now
from pinlever.recruiting.merging import merge, unmerge
from pinlever.recruiting.models import Candidate, Job, Prospect
from pinlever.sync import services, whereabouts
from pinlever.sync.models import Presence, PresenceBook, SyncRecord
from pinlever.sync.presences import catch_up
from tests.sync.world import World
from tests.web.known_people import somebody_in_lever

ADA = "ada@people.example"


def who(company: World, where: str, job: Job | None = None) -> set[str]:
    """By both lists; they must agree wherever they can."""
    assert catch_up(company.account)
    people = whereabouts.of_people(
        company.account, Candidate.objects.filter(merged_into=None), where, job or company.job
    )
    prospects = whereabouts.of_prospects(
        company.account, Prospect.objects.filter(job=job or company.job), where, job or company.job
    )
    names = {one.full_name for one in people}
    assert names == {one.candidate.full_name for one in prospects if one.candidate.merged_into_id is None}
    return names


def archived(reason: str = "", **of: Any) -> None:
    KnownOpportunity.objects.filter(**of).update(
        archived_at=db_now(), archive_reason_id=reason, seen_at=db_now()
    )


def hired_reason(company: World) -> str:
    return ArchiveReason.objects.filter(account=company.account, kind="hired")[0].lever_id


@pytest.mark.parametrize("first", ["person", "lever"])
def test_whoever_has_a_key_of_somebody_in_lever_is_there_whichever_came_first(
    company: World, first: str
) -> None:
    if first == "person":
        company.person("Ada", emails=(ADA,))
        assert who(company, "in") == set()
    somebody_in_lever(company, "Ada L", emails=[ADA.upper()])
    if first == "lever":
        assert who(company, "in") == set()
        company.person("Ada", emails=(ADA,))
    company.person("Bo")
    assert who(company, "in") == {"Ada"}
    assert who(company, "not") == {"Bo"}


def test_hired_archived_and_active_are_told_apart(company: World) -> None:
    for name in ("hired", "archived", "active", "both"):
        somebody_in_lever(company, name, emails=[f"{name}@people.example"])
        company.person(name, emails=(f"{name}@people.example",))
    somebody_in_lever(company, "both", emails=["both@people.example"])
    archived(name="hired", reason=hired_reason(company))
    archived(name="archived")
    first = KnownOpportunity.objects.filter(name="both").earliest("pk")
    archived(pk=first.pk)
    assert who(company, "hired") == {"hired"}
    assert who(company, "archived") == {"archived"}
    assert who(company, "in") == {"hired", "archived", "active", "both"}


def test_on_another_lever_job_is_active_on_one_that_is_not_this_jobs(company: World) -> None:
    mine, other = Posting.objects.filter(state="published", is_confidential=False)[:2]
    services.set_posting(by=SYSTEM, account=company.account, job=company.job, posting_id=mine.lever_id)
    for name in ("here", "there", "nowhere"):
        somebody_in_lever(company, name, emails=[f"{name}@people.example"])
        company.person(name, emails=(f"{name}@people.example",))
    for name, posting in (("here", mine.lever_id), ("there", other.lever_id), ("nowhere", "")):
        KnownOpportunity.objects.filter(name=name).update(posting_id=posting, seen_at=db_now())
    assert who(company, "other_job") == {"there"}
    everybody = Candidate.objects.filter(merged_into=None)
    assert {one.full_name for one in whereabouts.of_people(company.account, everybody, "other_job")} == {
        "there"
    }
    archived(name="there")
    assert who(company, "other_job") == set()


def test_of_a_confidential_candidacy_only_that_it_exists_counts(company: World) -> None:
    somebody_in_lever(company, "Ada", emails=[ADA])
    posting = Posting.objects.filter(state="published")[0].lever_id
    KnownOpportunity.objects.update(is_confidential=True, posting_id=posting, seen_at=db_now())
    company.person("Ada", emails=(ADA,))
    assert who(company, "in") == {"Ada"}
    assert who(company, "other_job") == set()
    archived(reason=hired_reason(company))
    assert who(company, "hired") == who(company, "archived") == set()


def test_who_is_linked_by_decision_is_there_without_a_key_and_unlinked_is_not(company: World) -> None:
    (profile,) = somebody_in_lever(company, "Ada L", emails=["other@people.example"])
    ada = company.person("Ada", emails=(ADA,))
    services.link_from_file(by=SYSTEM, prospect=ada, profile=profile, origin="import 1")
    company.work()
    record = SyncRecord.objects.get()
    assert record.contact_id
    assert who(company, "in") == {"Ada"}
    services.unlink(by=SYSTEM, record=record)
    assert who(company, "in") == set()


def test_what_is_deleted_or_loses_its_key_is_there_no_more(company: World) -> None:
    somebody_in_lever(company, "Ada", emails=[ADA])
    somebody_in_lever(company, "Bo", emails=["bo@people.example"])
    company.person("Ada", emails=(ADA,))
    company.person("Bo", emails=("bo@people.example",))
    assert who(company, "in") == {"Ada", "Bo"}
    KnownOpportunity.objects.filter(name="Ada").update(deleted_at=db_now(), seen_at=db_now())
    KnownKey.objects.filter(opportunity__name="Bo").delete()
    KnownOpportunity.objects.filter(name="Bo").update(seen_at=db_now())
    assert who(company, "in") == set()


def test_a_family_is_one_person_and_an_undone_merge_parts_them(company: World) -> None:
    somebody_in_lever(company, "Ada", emails=[ADA])
    root, same = company.person("Ada"), company.person("Ada L", emails=(ADA,))
    assert who(company, "in") == {"Ada L"}
    merge(by=SYSTEM, gone=same.candidate, into=root.candidate)
    assert who(company, "in") == {"Ada"}
    unmerge(by=SYSTEM, candidate=same.candidate)
    assert who(company, "in") == {"Ada L"}
    assert who(company, "not") == {"Ada"}


def test_another_rule_of_matching_is_worked_in(company: World) -> None:
    link = "https://www.linkedin.com/in/ada"
    somebody_in_lever(company, "Ada", links=[link])
    company.person("Ada", linkedin=link)
    assert who(company, "in") == {"Ada"}
    rules.set_match_rules(by=SYSTEM, account=company.account, keys=["email"], action="link")
    company.account.refresh_from_db()
    assert who(company, "in") == set()


def test_what_is_older_than_what_may_be_unsettled_is_read_once(company: World, monkeypatch: Any) -> None:
    somebody_in_lever(company, "Ada", emails=[ADA])
    company.person("Ada", emails=(ADA,))
    monkeypatch.setattr("pinlever.sync.presences.SETTLED", timedelta(0))
    assert catch_up(company.account)
    book = PresenceBook.objects.get()
    assert book.known_at is not None
    assert book.known_at >= KnownOpportunity.objects.latest("seen_at").seen_at
    Presence.objects.all().delete()
    assert catch_up(company.account)
    assert not Presence.objects.exists()
    PresenceBook.objects.update(begun_at=db_now() - timedelta(days=2))
    assert catch_up(company.account)
    assert Presence.objects.count() == 1


def test_one_works_it_out_at_a_time_and_one_that_died_is_followed(company: World) -> None:
    assert catch_up(company.account)
    PresenceBook.objects.update(locked_by="another", locked_until=db_now() + timedelta(seconds=30))
    assert not catch_up(company.account)
    PresenceBook.objects.update(locked_until=db_now() - timedelta(seconds=1))
    assert catch_up(company.account)


def test_a_look_at_everybody_writes_nothing_where_nothing_changed(
    company: World, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        somebody_in_lever(company, f"P{number}", emails=[f"p{number}@people.example"])
        company.person(f"P{number}", emails=(f"p{number}@people.example",))
    assert catch_up(company.account)
    before = set(Presence.objects.values_list("pk", flat=True))
    PresenceBook.objects.update(begun_at=None)
    with django_assert_max_num_queries(80):
        assert catch_up(company.account)
    assert set(Presence.objects.values_list("pk", flat=True)) == before
    assert len(before) == 30
