"""Super admins read people and their history, edit jobs, and settle questions."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pinlever.accounts.models import User
from pinlever.audit.models import AuditEntry
from pinlever.audit.services import PIN
from pinlever.outreach.services import person_arrived
from pinlever.recruiting.models import Candidate, IdentityQuestion, Job
from pinlever.recruiting.services import merge
from tests.recruiting.people import JANE, arrived, candidate, person

pytestmark = pytest.mark.django_db

LISTS = [
    "recruiting_job",
    "recruiting_candidate",
    "recruiting_prospect",
    "recruiting_identitykey",
    "recruiting_arrival",
    "recruiting_identityquestion",
    "outreach_outreachevent",
]


@pytest.fixture
def admin(client):
    client.force_login(User.objects.create_superuser("boss@x.example", "secret"))
    return client


def several(first, last):
    for number in range(first, last):
        job = Job.objects.create(
            title=f"Job {number}", owner=User.objects.create_user(f"o{number}@x.example")
        )
        facts = person(f"p{number}@x.example", linkedin=(f"{JANE}-{number}",), full_name=f"P{number}")
        person_arrived(by=PIN, facts=facts, source="pin", job=job, sourcer=job.owner)
        (
            arrived(f"p{number}@x.example", external_id=f"{number}"),
            candidate(external_id=f"x{number}", source="csv"),
        )
        arrived(f"q{number}@x.example", f"p{number}@x.example", external_id=f"x{number}", source="csv")


@pytest.mark.parametrize("name", LISTS)
def test_a_list_takes_as_many_queries_for_many_rows_as_for_few(admin, name):
    def queries():
        with CaptureQueriesContext(connection) as seen:
            answer = admin.get(
                reverse(f"admin:{name}_changelist"), {"q": "p"} if name != "recruiting_job" else {}
            )
        assert answer.status_code == 200
        return len(seen)

    several(0, 2)
    queries()
    few = queries()
    several(2, 8)
    assert queries() == few


@pytest.mark.parametrize("name", LISTS[1:])
def test_history_is_read_only(admin, name):
    several(0, 1)
    assert admin.get(reverse(f"admin:{name}_add")).status_code == 403
    model = next(
        model for model in admin_models() if f"{model._meta.app_label}_{model._meta.model_name}" == name
    )
    row = model.objects.first()
    page = admin.get(reverse(f"admin:{name}_change", args=[row.pk]))
    assert page.status_code == 200 and b'name="_save"' not in page.content
    assert admin.post(reverse(f"admin:{name}_delete", args=[row.pk])).status_code == 403


def admin_models():
    from django.contrib import admin

    return admin.site._registry


def test_a_job_is_added_and_changed_with_audit_rows(admin):
    url = reverse("admin:recruiting_job_add")
    assert admin.post(url, {"title": "Engineer", "is_open": "on"}).status_code == 302
    job = Job.objects.get()
    admin.post(reverse("admin:recruiting_job_change", args=[job.pk]), {"title": "Senior", "is_open": "on"})
    changed, added = AuditEntry.objects.all()
    assert (added.action, added.by_label) == ("job.added", "boss@x.example")
    assert (changed.before, changed.after) == ({"title": "Engineer"}, {"title": "Senior"})


def act(admin, name, action, row):
    return admin.post(
        reverse(f"admin:{name}_changelist"), {"action": action, "_selected_action": [row.pk]}, follow=True
    )


def test_questions_are_settled(admin):
    jane = candidate("jane@x.example", external_id="7")
    john = candidate("john@x.example")
    question = arrived("john@x.example", external_id="7").question
    page = act(admin, "recruiting_identityquestion", "same_person", question)
    assert "Answered" in page.content.decode()
    assert Candidate.objects.get(pk=jane.pk).merged_into == john
    page = act(admin, "recruiting_identityquestion", "keep_apart", question)
    assert "was answered by boss@x.example" in page.content.decode()
    page = act(admin, "recruiting_candidate", "undo_merge", jane)
    assert "of their own again" in page.content.decode()
    again = IdentityQuestion.objects.get(answered_at=None)
    act(admin, "recruiting_identityquestion", "keep_apart", again)
    again.refresh_from_db()
    assert again.answered_by == "boss@x.example"


def test_a_question_that_names_several_is_not_merged_here(admin):
    candidate("jane@x.example"), candidate("john@x.example")
    question = arrived("jane@x.example", "john@x.example").question
    page = act(admin, "recruiting_identityquestion", "same_person", question)
    assert "Several candidates are named" in page.content.decode()
    assert not Candidate.objects.exclude(merged_into=None).exists()


def test_undoing_no_merge_says_so(admin):
    row = candidate("a@x.example")
    assert "merged into nobody" in act(admin, "recruiting_candidate", "undo_merge", row).content.decode()
    merge(by=PIN, gone=row, into=candidate("b@x.example"))
    assert "of their own again" in act(admin, "recruiting_candidate", "undo_merge", row).content.decode()


def test_nobody_else_gets_in(client):
    client.force_login(User.objects.create_user("rec@x.example", "secret"))
    assert client.get(reverse("admin:recruiting_candidate_changelist")).status_code == 302
