"""What stays open keeps up with Lever: it asks cheaply, and every status says from where and how old it is."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from pinlever.audit.services import SYSTEM
from pinlever.connection.models import KnownOpportunity, LeverConnection, PeopleIndex
from pinlever.foundation.clock import db_now
from pinlever.outreach.holding import hold_by_hand
from pinlever.outreach.models import OutreachEvent
from pinlever.recruiting.models import Candidate, Job, Prospect
from pinlever.sync.models import SyncRecord
from pinlever.sync.presences import catch_up
from tests.sync.world import World
from tests.web.known_people import somebody_in_lever


def url(prospect: Prospect) -> str:
    return f"/candidates/{prospect.candidate.key}/"


def page(client: Client, prospect: Prospect) -> str:
    return client.get(url(prospect)).content.decode()


def exported(company: World, prospect: Prospect) -> SyncRecord:
    (record,) = company.export(prospect)
    company.work()
    record.refresh_from_db()
    return record


def asks(text: str) -> str:
    """What the open page asks every second."""
    (asked,) = re.findall(r'hx-get="([^"]*/sync/[^"]*)" hx-trigger="every 1s, looked-at"', text)
    return str(asked).replace("&amp;", "&")


def test_the_card_comes_again_once_something_is_different(company: World, as_recruiter: Client) -> None:
    prospect = company.person("Ada Lind")
    company.export(prospect)
    asked = asks(page(as_recruiter, prospect))
    assert as_recruiter.get(asked).status_code == 204
    company.work()
    moved = as_recruiter.get(asked)
    assert moved.status_code == 200
    text = moved.content.decode()
    assert 'id="lever-logos" hx-swap-oob="true"' in text
    assert as_recruiter.get(asks(text)).status_code == 204


@pytest.mark.parametrize(
    "change",
    [
        {"stage_id": "lead-responded"},
        {"archived_at": datetime(2026, 11, 1, tzinfo=UTC)},
        {"posting_id": "another"},
        {"owner_id": "another"},
        {"contact_allowed": False},
        {"is_anonymized": True},
        {"deleted_at": datetime(2026, 11, 1, tzinfo=UTC)},
    ],
)
def test_whatever_changes_in_lever_is_seen_by_the_open_page(
    company: World, as_recruiter: Client, change: dict[str, Any]
) -> None:
    prospect = company.person("Ada Lind")
    exported(company, prospect)
    asked = asks(page(as_recruiter, prospect))
    assert as_recruiter.get(asked).status_code == 204
    KnownOpportunity.objects.update(seen_at=db_now())
    assert as_recruiter.get(asked).status_code == 204
    KnownOpportunity.objects.update(**change)
    assert as_recruiter.get(asked).status_code == 200


def test_who_turns_up_in_lever_and_who_is_held_is_seen_by_the_open_page(
    company: World, as_recruiter: Client
) -> None:
    prospect = company.person("Ada Lind", emails=("ada@people.example",))
    asked = asks(page(as_recruiter, prospect))
    somebody_in_lever(company, "Ada L", emails=["ada@people.example"])
    there = as_recruiter.get(asked)
    assert "In Lever already, as <bdi>Ada L</bdi>" in there.content.decode()
    asked = asks(there.content.decode())
    assert as_recruiter.get(asked).status_code == 204
    hold_by_hand(by=SYSTEM, candidate=prospect.candidate, kind="pause", reason="On holiday", token="1")
    assert "On holiday" in as_recruiter.get(asked).content.decode()


def test_an_idle_question_is_cheap(
    company: World, as_recruiter: Client, django_assert_max_num_queries: Any
) -> None:
    prospect = company.person("Ada Lind")
    exported(company, prospect)
    for number in range(5):
        company.person("Ada Lind", job=Job.objects.create(title=f"Job {number}"))
    asked = asks(page(as_recruiter, prospect))
    with django_assert_max_num_queries(17):
        assert as_recruiter.get(asked).status_code == 204


def test_a_status_says_from_where_and_how_long_ago(company: World, as_recruiter: Client) -> None:
    prospect = company.person("Ada Lind")
    exported(company, prospect)
    KnownOpportunity.objects.update(told_by="webhook", seen_at=db_now() - timedelta(minutes=3))
    for text in (page(as_recruiter, prospect), as_recruiter.get("/candidates/").content.decode()):
        assert re.search(r'by webhook, <time datetime="[^"]+">3 minutes ago</time>', text)


def test_a_silent_lever_is_said_once_on_every_page_that_shows_a_status(
    company: World, as_recruiter: Client
) -> None:
    prospect = company.person("Ada Lind")
    record = exported(company, prospect)
    pages = (url(prospect), "/candidates/", f"/jobs/{company.job.key}/", f"/activity/{record.pk}/")
    said = "what is shown of it may be out of date"
    PeopleIndex.objects.update(refreshed_at=db_now() - timedelta(minutes=1))
    assert not any(said in as_recruiter.get(one).content.decode() for one in pages)
    long_ago = db_now() - timedelta(seconds=3 * settings.POLL_EVERY + 60)
    PeopleIndex.objects.update(refreshed_at=long_ago, complete_at=long_ago)
    for one in pages:
        assert as_recruiter.get(one).content.decode().count(said) == 1, one


@pytest.mark.parametrize(
    ("state", "said"), [("ended", "Lever is not connected."), ("broken", "Lever must be connected again.")]
)
def test_a_connection_that_is_gone_says_when_lever_was_read(
    company: World, as_recruiter: Client, state: str, said: str
) -> None:
    exported(company, company.person("Ada Lind"))
    connection = LeverConnection.objects.filter(is_current=True)
    connection.update(state=state, is_current=state == "broken")
    PeopleIndex.objects.update(refreshed_at=db_now() - timedelta(hours=2))
    assert said in as_recruiter.get("/candidates/").content.decode()


def settle() -> None:
    """As if everything had happened a while ago."""
    long_ago = db_now() - timedelta(minutes=5)
    SyncRecord.objects.update(updated_at=long_ago)
    KnownOpportunity.objects.update(seen_at=long_ago)
    OutreachEvent.objects.update(arrived_at=long_ago)


def poll(text: str) -> str:
    """What an open list asks every two seconds."""
    (asked,) = re.findall(r'hx-get="([^"]*)" hx-trigger="every 2s, looked-at"', text)
    return str(asked).replace("&amp;", "&")


@pytest.mark.parametrize("of", ["candidates", "job"])
def test_a_list_gets_the_rows_that_changed_and_nothing_else(
    company: World, as_recruiter: Client, of: str
) -> None:
    for name in ("Ada Lind", "Bo Berg"):
        exported(company, company.person(name))
    settle()
    address = "/candidates/" if of == "candidates" else f"/jobs/{company.job.key}/"
    asked = poll(as_recruiter.get(address).content.decode())
    assert as_recruiter.get(asked).status_code == 204
    KnownOpportunity.objects.filter(name="Ada Lind").update(
        archived_at=db_now(), seen_at=db_now(), told_by="webhook"
    )
    answer = as_recruiter.get(asked)
    text = answer.content.decode()
    assert "Archived" in text
    assert "by webhook" in text
    assert "Bo Berg" not in text
    assert f"{Candidate.objects.get(full_name='Bo Berg').key}" in poll(text) or of == "job"


def test_an_idle_list_is_cheap(
    company: World, as_recruiter: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        exported(company, company.person(f"Person {number}"))
    settle()
    for address in ("/candidates/", f"/jobs/{company.job.key}/"):
        asked = poll(as_recruiter.get(address).content.decode())
        with django_assert_max_num_queries(15):
            assert as_recruiter.get(asked).status_code == 204


def test_a_row_of_somebody_in_lever_who_is_not_linked_says_so(company: World, as_recruiter: Client) -> None:
    company.person("Ada Lind", emails=("ada@people.example",))
    somebody_in_lever(company, "Ada L", emails=["ada@people.example"])
    lists = ("/candidates/", f"/jobs/{company.job.key}/")
    assert not any("not linked" in as_recruiter.get(one).content.decode() for one in lists)
    assert catch_up(company.account)
    assert all("not linked" in as_recruiter.get(one).content.decode() for one in lists)
    company.export(Prospect.objects.get())
    company.work()
    assert not any("not linked" in as_recruiter.get(one).content.decode() for one in lists)
