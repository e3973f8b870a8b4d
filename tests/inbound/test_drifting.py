"""What is no longer in Lever as jobs and rules here name it: noticed once, over when it is over."""

from typing import Any

import pytest

from pinlever.accounts.models import User
from pinlever.audit.models import AuditEntry
from pinlever.audit.services import SYSTEM, Actor
from pinlever.connection import rules
from pinlever.connection.catalogue import refresh_catalogue
from pinlever.connection.models import ArchiveReason, FormTemplate, LeverAccount, Stage
from pinlever.inbound import drift_effects
from pinlever.inbound.drifting import note_drift, put_aside, standing_drift
from pinlever.inbound.models import Drift
from pinlever.inbound.status_rules import set_rule
from pinlever.practice import seed
from pinlever.recruiting.models import Job
from pinlever.sync.services import set_posting
from tests.practice_adapter import client_for, control
from tests.sync.world import World

AUD = Actor("person", "1", "Aud Berg")


def read(company: World) -> None:
    """The hourly reading, and the sweep after it."""
    refresh_catalogue(LeverAccount.objects.get(), client_for(company.app))
    note_drift(company.account)


def changed(company: World, kind: str, id: str, **fields: Any) -> None:
    control(company.app, "documents", {"kind": kind, "document": {"id": id, **fields}})
    read(company)


def shown() -> list[tuple[str, str, str]]:
    return [(row.kind, row.before, row.after) for row in standing_drift(LeverAccount.objects.get())]


def told(company: World) -> drift_effects.Told:
    (one,) = drift_effects.told(company.account, standing_drift(company.account))
    return one


def gone(model: type, lever_id: str) -> None:
    """Stages and reasons cannot be deleted on Practice Lever."""
    from pinlever.foundation.clock import db_now

    model.objects.filter(lever_id=lever_id).update(gone_at=db_now())


def ruled(company: World, of: str, lever_id: str, effect: str = "stop") -> None:
    set_rule(by=AUD, account=company.account, of=of, lever_id=lever_id, effect=effect)


def test_nothing_drifts_by_itself(company: World):
    read(company)
    assert shown() == []


def test_a_posting_that_closes_is_shown_with_its_jobs_until_it_opens(company: World):
    posting = seed.posting_id("backend-engineer")
    set_posting(by=AUD, job=company.job, account=company.account, posting_id=posting)
    changed(company, "posting", posting, state="closed")
    for _ in range(2):
        read(company)
    assert shown() == [("posting_closed", "Backend Engineer", "closed")]
    one = told(company)
    assert one.title == "The Lever job Backend Engineer is closed"
    assert one.jobs == (company.job,) and one.hurts and one.cure == "job"
    changed(company, "posting", posting, state="published")
    assert shown() == []
    assert Drift.objects.get().over_at is not None
    changed(company, "posting", posting, state="closed")
    assert len(shown()) == 1 and Drift.objects.count() == 2


def test_postings_of_no_open_job_are_nobodys_business(company: World):
    posting = seed.posting_id("backend-engineer")
    set_posting(by=AUD, job=company.job, account=company.account, posting_id=posting)
    Job.objects.update(is_open=False)
    changed(company, "posting", posting, state="closed")
    changed(company, "posting", seed.posting_id("product-designer"), state="closed")
    assert shown() == []


def test_a_posting_that_is_gone(company: World):
    posting = seed.posting_id("backend-engineer")
    set_posting(by=AUD, job=company.job, account=company.account, posting_id=posting)
    from pinlever.connection.models import Posting

    gone(Posting, posting)
    note_drift(company.account)
    assert told(company).title == "The Lever job Backend Engineer is no longer to be found in Lever"


def test_a_renamed_stage_with_a_rule_is_asked_about_once(company: World):
    stage = seed.stage_id("recruiter-screen")
    ruled(company, "stage", stage)
    changed(company, "stage", stage, text="Coffee")
    assert shown() == [("stage_renamed", "Recruiter screen", "Coffee")]
    one = told(company)
    assert one.title == "The stage Recruiter screen is called Coffee now"
    assert "its rule says: stop outreach" in one.sentence and one.all_jobs
    changed(company, "stage", stage, text="Tea")
    assert shown() == [("stage_renamed", "Recruiter screen", "Tea")]
    changed(company, "stage", stage, text="Recruiter screen")
    assert shown() == []
    read(company)
    assert shown() == []
    assert Stage.objects.get(lever_id=stage).former_text == "Tea"


def test_a_renamed_stage_that_no_rule_names_says_nothing(company: World):
    changed(company, "stage", seed.stage_id("on-site"), text="Day at ours")
    assert shown() == []


def test_a_stage_we_use_ourselves_is_watched_without_a_rule(company: World):
    changed(company, "stage", "lead-responded", text="Answered")
    assert "PinLever itself" in told(company).sentence


def test_a_new_name_that_changes_the_default_is_shown(company: World):
    reason = seed.archive_reason_id("do-not-contact")
    changed(company, "archive_reason", reason, text="Other")
    assert shown() == [("reason_renamed", "Do not contact", "Other")]


@pytest.mark.parametrize(
    ("model", "of", "slug"), [(Stage, "stage", "offer"), (ArchiveReason, "reason", "withdrew")]
)
def test_what_a_rule_names_and_lever_no_longer_has(company: World, model: type, of: str, slug: str):
    lever_id = seed.stage_id(slug) if of == "stage" else seed.archive_reason_id(slug)
    gone(model, lever_id)
    note_drift(company.account)
    assert shown() == []
    ruled(company, of, lever_id)
    note_drift(company.account)
    assert [kind for kind, _, _ in shown()] == [f"{of}_gone"]
    assert "no longer in Lever" in told(company).title


def test_a_deactivated_default_user(company: World):
    mei = seed.user_id("mei")
    rules.set_default_user(by=SYSTEM, account=company.account, user_id=mei)
    changed(company, "user", mei, deactivatedAt=1_700_000_000_000)
    assert shown() == [("user_deactivated", "Mei Tanaka", "deactivated")]
    one = told(company)
    assert one.cure == "people" and one.all_jobs and "default user" in one.sentence
    changed(company, "user", mei, deactivatedAt=None)
    assert shown() == []


def test_a_deactivated_sourcer_is_shown_with_their_jobs(company: World):
    here = User.objects.create_user("tomasz@practice.example")
    prospect = company.person()
    prospect.sourcer = here
    prospect.save()
    changed(company, "user", seed.user_id("tomasz"), deactivatedAt=1_700_000_000_000)
    assert told(company).jobs == (company.job,)


def test_whoever_does_nothing_here_may_be_deactivated(company: World):
    changed(company, "user", seed.user_id("jonas"), deactivatedAt=1_700_000_000_000)
    assert shown() == []


def test_a_form_that_asks_for_other_fields(company: World):
    template = seed.form_template_id("sourcing-data")
    read(company)
    assert FormTemplate.objects.get().fields[0]["text"] == "External id"
    fields = [{"id": "f", "type": "text", "text": "Something else", "required": True}]
    changed(company, "form_template", template, fields=fields)
    assert shown() == [("template_changed", "Sourcing data", "other fields")]
    assert not told(company).hurts
    put_aside(by=AUD, drift=Drift.objects.get())
    read(company)
    assert shown() == []
    changed(company, "form_template", template, text="Data")
    assert shown() == [("template_changed", "Sourcing data", "Data")]


def test_what_is_put_aside_comes_back_only_when_it_changed_further(company: World):
    stage = seed.stage_id("recruiter-screen")
    ruled(company, "stage", stage)
    changed(company, "stage", stage, text="Coffee")
    drift = Drift.objects.get()
    assert put_aside(by=AUD, drift=drift) and not put_aside(by=AUD, drift=drift)
    read(company)
    assert shown() == []
    assert AuditEntry.objects.get(action="drift.put_aside").by_label == "Aud Berg"
    changed(company, "stage", stage, text="Tea")
    assert shown() == [("stage_renamed", "Coffee", "Tea")]


def test_a_closed_posting_put_aside_comes_back_when_it_closes_again(company: World):
    posting = seed.posting_id("backend-engineer")
    set_posting(by=AUD, job=company.job, account=company.account, posting_id=posting)
    changed(company, "posting", posting, state="closed")
    put_aside(by=AUD, drift=Drift.objects.get())
    read(company)
    assert shown() == []
    changed(company, "posting", posting, state="published")
    changed(company, "posting", posting, state="closed")
    assert len(shown()) == 1


def test_pipelines_are_kept_when_lever_no_longer_tells_them(company: World):
    read(company)
    assert Stage.objects.get(lever_id="offer").pipeline == "offer"
    fault = {"match": {"path": "/disposition_stages"}, "kind": "status", "args": {"status": 404}}
    control(company.app, "faults", fault)
    read(company)
    assert Stage.objects.get(lever_id="offer").pipeline == "offer"


def test_a_credential_without_forms_reads_all_else(company: World):
    FormTemplate.objects.all().delete()
    Stage.objects.all().delete()
    control(
        company.app,
        "faults",
        {"match": {"path": "/form_templates"}, "kind": "status", "args": {"status": 403}},
    )
    read(company)
    assert Stage.objects.exists() and not FormTemplate.objects.exists()
