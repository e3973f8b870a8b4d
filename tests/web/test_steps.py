"""The steps of what Lever gets, on the candidate's page and the record's; each with its own buttons."""

import pytest
from django.test import Client
from django.urls import reverse

from pinlever.sync.models import FollowUp
from tests.sync.artefacts_story import change_template, files, the, with_form, without_resume
from tests.sync.lever_story import follow, in_lever
from tests.sync.world import World

HTMX = {"HX-Request": "true"}
UPLOAD = {"method": "POST", "path": "/files$", "count": 1}


def step(record: object, name: str, what: str = "resume") -> str:
    return reverse("record-step", args=[record.pk, what, name])  # type: ignore[attr-defined]


def test_both_pages_say_the_same_and_its_button_works(company: World, as_recruiter: Client) -> None:
    record = without_resume(company)
    company.control("faults", {"match": UPLOAD, "kind": "status", "args": {"status": 400}})
    follow()
    candidate = reverse("candidate", args=[record.prospect.candidate.key])
    for page in (candidate, reverse("record", args=[record.pk])):
        told = as_recruiter.get(page).content.decode()
        assert "What Lever gets" in told and "Missing: not with the profile" in told
        assert "appears under Files, not as their résumé" in told
        assert step(record, "retry") in told and step(record, "leave_out") in told
    told = as_recruiter.post(step(record, "retry"), headers=HTMX).content.decode()
    assert "Résumé is tried again at once." in told and "it is sent as a file" in told
    follow()
    assert len(files(company)) == 1
    assert "Sent as a file." in as_recruiter.get(candidate).content.decode()


def test_leaving_out_and_sending_all_the_same(company: World, as_recruiter: Client) -> None:
    record = without_resume(company)
    FollowUp.objects.filter(kind="resume").update(state="failed", reason="Lever refused it.")
    told = as_recruiter.post(step(record, "leave_out"), headers=HTMX).content.decode()
    assert "Résumé is left out." in told and step(record, "send") in told
    answer = as_recruiter.post(step(record, "send"), {"back": reverse("record", args=[record.pk])})
    assert answer.status_code == 302
    follow()
    assert len(files(company)) == 1


def test_what_does_not_fit_says_so(company: World, as_recruiter: Client) -> None:
    record = in_lever(company)
    told = as_recruiter.post(step(record, "send"), headers=HTMX).content.decode()
    assert "They were imported" in told and 'role="alert"' in told
    follow()
    told = as_recruiter.post(step(record, "retry", "notes"), headers=HTMX).content.decode()
    assert "Nothing of this step waits or has failed." in told


@pytest.mark.parametrize(
    ("what", "name"), [("notes", "send"), ("profile", "retry"), ("resume", "x"), ("x", "retry")]
)
def test_other_acts_do_not_exist(company: World, as_recruiter: Client, what: str, name: str) -> None:
    record = in_lever(company)
    assert as_recruiter.post(step(record, name, what)).status_code == 404
    assert as_recruiter.get(step(record, "retry")).status_code == 405


def test_strangers_are_asked_to_sign_in(company: World, client: Client) -> None:
    record = in_lever(company)
    assert "login" in client.post(step(record, "retry")).headers["Location"]


def test_a_changed_form_leads_super_admins_to_its_settings(
    company: World, as_recruiter: Client, as_super_admin: Client
) -> None:
    with_form(company)
    record = in_lever(company)
    change_template(company, {"type": "text", "text": "Other", "required": True})
    follow()
    assert the("form").cause == "form_changed"
    page = reverse("candidate", args=[record.prospect.candidate.key])
    assert reverse("ats-form") in as_super_admin.get(page).content.decode()
    told = as_recruiter.get(page).content.decode()
    assert "Ask a super admin to map it again." in told and reverse("ats-form") not in told


def test_the_administration_tells_the_same_steps(company: World, as_super_admin: Client) -> None:
    with_form(company)
    record = without_resume(company)
    told = as_super_admin.get(reverse("admin:sync_syncrecord_change", args=[record.pk])).content.decode()
    assert "What Lever gets" in told and "it is sent as a file." in told
    assert as_super_admin.get(reverse("admin:sync_formrule_changelist")).status_code == 200
