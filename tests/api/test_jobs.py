"""PUT /jobs/{id}."""

from typing import Any

import pytest
from django.utils import timezone

from pinlever.accounts.models import User
from pinlever.audit.models import AuditEntry
from pinlever.connection.models import Posting
from pinlever.recruiting.models import Job
from pinlever.sync.models import JobPosting, JobRule
from tests.api.calling import Caller
from tests.sync.world import World

HOSTILE = "<script>alert(1)</script>\"'&{{7*7}}"


@pytest.fixture
def posting(company: World) -> Posting:
    return Posting.objects.filter(account=company.account, state="published")[0]


def test_a_job_is_added_with_all_that_is_said(call: Caller, posting: Posting) -> None:
    rita = User.objects.create_user("rita@company.example", "x")
    told = call.put_job(
        location="Oslo",
        owner_email="RITA@company.example",
        trigger="replied",
        lever_posting_id=posting.lever_id,
    )
    job = Job.objects.get(external_id="pin:eng")
    assert told["created"] and told["url"].endswith(f"/jobs/{job.key}/")
    assert (job.title, job.location, job.owner, job.is_open) == ("Backend Engineer", "Oslo", rita, True)
    assert (told["lever_posting"], told["trigger"], told["warnings"]) == (posting.text, "replied", [])
    assert JobRule.objects.get(job=job).trigger == "replied"
    assert set(AuditEntry.objects.values_list("by_label", flat=True)) >= {"Pin (API)"}


def test_a_repeat_changes_nothing_and_what_is_left_out_stays(call: Caller, posting: Posting) -> None:
    first = call.put_job(location="Oslo", trigger="messaged", lever_posting_id=posting.lever_id)
    rule, entries = JobRule.objects.get().trigger_set_at, AuditEntry.objects.count()
    assert call("PUT", "/jobs/eng", {}) == (200, {**first, "created": False})
    assert (
        call.put_job(location="Oslo", trigger="messaged", lever_posting_id=posting.lever_id)["created"]
        is False
    )
    assert (JobRule.objects.get().trigger_set_at, AuditEntry.objects.count()) == (rule, entries)


def test_what_is_said_anew_is_changed(call: Caller, posting: Posting) -> None:
    call.put_job(trigger="messaged", lever_posting_id=posting.lever_id, owner_email="")
    told = call.put_job(title="Staff Engineer", trigger="never", lever_posting_id="", is_open=False)
    assert (told["title"], told["trigger"], told["lever_posting_id"], told["is_open"]) == (
        *("Staff Engineer", "never", ""),
        False,
    )
    assert JobPosting.objects.get().posting_id == ""


def test_an_owner_who_does_not_sign_in_here_is_a_warning(call: Caller) -> None:
    (warning,) = call.put_job(owner_email="gone@company.example")["warnings"]
    assert warning["code"] == "unknown_owner" and "gone@company.example" in warning["message"]
    assert Job.objects.get().owner is None


@pytest.mark.parametrize(
    ("columns", "code", "word"),
    [
        ({"state": "closed"}, "posting_not_open", "closed"),
        ({"state": "draft"}, "posting_not_open", "draft"),
        ({"gone_at": timezone.now()}, "posting_not_open", "no longer listed"),
        ({"is_confidential": True}, "posting_confidential", "confidential"),
    ],
)
def test_a_lever_job_that_takes_nobody_is_refused_and_nothing_is_stored(
    call: Caller, company: World, posting: Posting, columns: dict[str, Any], code: str, word: str
) -> None:
    Posting.objects.filter(pk=posting.pk).update(**columns)
    type(company.account).objects.update(confidential_access=False)
    status, told = call("PUT", "/jobs/eng", {"title": "Engineer", "lever_posting_id": posting.lever_id})
    assert (status, told["error"]["code"], told["error"]["field"]) == (422, code, "lever_posting_id")
    assert word in told["error"]["message"] and posting.text in told["error"]["message"]
    assert not Job.objects.filter(external_id="pin:eng").exists()


def test_a_lever_job_nobody_knows_is_refused(call: Caller, company: World) -> None:
    status, told = call("PUT", "/jobs/eng", {"title": "Engineer", "lever_posting_id": HOSTILE})
    assert (status, told["error"]["code"]) == (422, "unknown_posting")
    assert HOSTILE[:8] in told["error"]["message"]


def test_a_lever_job_that_was_closed_since_may_be_said_again(call: Caller, posting: Posting) -> None:
    call.put_job(lever_posting_id=posting.lever_id)
    Posting.objects.filter(pk=posting.pk).update(state="closed")
    assert call.put_job(lever_posting_id=posting.lever_id)["lever_posting_id"] == posting.lever_id


def test_without_lever_a_job_has_no_lever_job_and_is_told_how_to_get_one(call: Caller) -> None:
    assert call.put_job(trigger="replied", lever_posting_id="")["lever_posting_id"] == ""
    status, told = call("PUT", "/jobs/eng", {"lever_posting_id": "5b8e1d1e"})
    assert (status, told["error"]["code"]) == (422, "not_connected")
    assert "super admin connects" in told["error"]["message"]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({}, "title"),
        ({"title": ""}, "title"),
        ({"title": " \u200b"[:1]}, "title"),
        ({"title": 7}, "title"),
        ({"title": None}, "title"),
        ({"title": ["x"]}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"title": "x", "is_open": "yes"}, "is_open"),
        ({"title": "x", "is_open": 1}, "is_open"),
        ({"title": "x", "trigger": "sometimes"}, "trigger"),
        ({"title": "x", "trigger": ""}, "trigger"),
        ({"title": "x", "location": 10**400}, "location"),
        ({"title": "x", "owner_email": "x" * 255}, "owner_email"),
        ({"title": "x", "lever_posting_id": "x" * 65}, "lever_posting_id"),
        ({"title": "x", "titel": "y"}, "titel"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_stored(call: Caller, said: dict[str, Any], field: str) -> None:
    status, told = call("PUT", "/jobs/eng", said)
    assert (status, told["error"]["field"]) == (422, field)
    assert told["error"]["message"].endswith(".")
    assert not Job.objects.exists()


@pytest.mark.parametrize("job", ["%20", "-x", ".", "a%00b", "a%0A", "x" * 151, "%ff", "a%25", "ä", "a%22b"])
def test_an_id_that_cannot_be_is_refused(call: Caller, job: str) -> None:
    status, told = call("PUT", f"/jobs/{job}", {"title": "x"})
    assert (status, told["error"]["field"]) == (422, "job_id")


@pytest.mark.parametrize("job", ["1", "x" * 150, "urn:li:(a,b)=c;d@e~f!g$h&i'j*k+l.m_n-o", "A", "a"])
def test_ids_in_use_elsewhere_are_taken_as_they_are(call: Caller, job: str) -> None:
    assert call("PUT", f"/jobs/{job}", {"title": "x"})[1]["id"] == job
    assert Job.objects.get().external_id == f"pin:{job}"


def test_hostile_text_is_kept_and_given_back_as_data(call: Caller) -> None:
    told = call.put_job(title=HOSTILE, location=HOSTILE)
    assert told["title"] == told["location"] == HOSTILE
    assert call.response["Content-Type"].startswith("application/json")
