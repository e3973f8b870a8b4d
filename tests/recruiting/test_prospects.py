import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pinlever.accounts.models import User
from pinlever.audit.models import AuditEntry
from pinlever.audit.services import PIN
from pinlever.recruiting.models import Job, Prospect, prospect_key
from pinlever.recruiting.services import add_prospect, merge, put_on_job, save_job
from tests.recruiting.at_once import at_once
from tests.recruiting.people import MAY, arrived, candidate

pytestmark = pytest.mark.django_db


@pytest.fixture
def job():
    return save_job(by=PIN, job=Job(title="Engineer"))


def test_a_prospect_has_the_key_of_the_pair(job):
    jane, user = candidate("jane@x.example"), User.objects.create_user("rec@x.example")
    prospect, created = add_prospect(
        by=PIN,
        candidate=jane,
        job=job,
        sourcer=user,
        sourcer_email="REC@x.example ",
        score=0.5,
        sourced_at=MAY,
    )
    stored = Prospect.objects.get()
    assert created and prospect == stored
    assert stored.key == prospect_key(jane.key, job.key)
    assert (stored.sourcer, stored.sourcer_email, stored.score) == (user, "rec@x.example", 0.5)
    assert (stored.outreach_stage, stored.sourced_at) == ("sourced", MAY)
    assert AuditEntry.objects.first().action == "prospect.added"


def test_a_repeat_fills_blanks_only(job):
    jane = candidate("jane@x.example")
    first, _ = add_prospect(by=PIN, candidate=jane, job=job, sourcing_tag="a")
    second, created = add_prospect(by=PIN, candidate=jane, job=job, sourcing_tag="b", score=0.0)
    assert (second, created) == (first, False)
    assert Prospect.objects.values_list("sourcing_tag", "score").get() == ("a", 0.0)
    rows = AuditEntry.objects.count()
    add_prospect(by=PIN, candidate=jane, job=job, sourcing_tag="c")
    assert AuditEntry.objects.count() == rows


def test_a_merged_person_is_on_a_job_once(job):
    gone, into = candidate("a@x.example"), candidate("b@x.example")
    there, _ = add_prospect(by=PIN, candidate=gone, job=job)
    merge(by=PIN, gone=gone, into=into)
    assert add_prospect(by=PIN, candidate=into, job=job) == (there, False)
    other, created = add_prospect(by=PIN, candidate=gone, job=save_job(by=PIN, job=Job(title="Other")))
    assert created and other.candidate == into


def test_a_job_tells_the_audit_log_what_changed(job):
    job.title = "Senior engineer"
    save_job(by=PIN, job=job)
    save_job(by=PIN, job=job)
    entry = AuditEntry.objects.first()
    assert (entry.action, entry.before, entry.after) == (
        "job.changed",
        {"title": "Engineer"},
        {"title": "Senior engineer"},
    )
    assert AuditEntry.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_one_prospect(job):
    jane = candidate("jane@x.example")
    results = at_once(*[lambda: add_prospect(by=PIN, candidate=jane, job=job)] * 4)
    assert sum(created for _, created in results) == 1
    assert Prospect.objects.count() == 1


def test_whoever_holds_the_family_puts_it_on_a_job(job):
    new = arrived("new@x.example")
    with CaptureQueriesContext(connection) as seen:
        prospect, created = put_on_job(by=PIN, person=new.family, job=job, is_new=True, sourcing_tag=" a ")
    assert created and (prospect.candidate, prospect.sourcing_tag) == (new.candidate, "a")
    assert len(seen) == 2  # the prospect and its audit row
    again = arrived("new@x.example")
    assert put_on_job(by=PIN, person=again.family, job=job, score=1.0) == (prospect, False)
    assert Prospect.objects.get().score == 1.0
