"""The administration: every table opens for super admins, for nobody else, at a constant number of queries."""

import io
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_q.models import Failure, OrmQ, Schedule, Success

from pinlever.accounts.invitations import invite
from pinlever.accounts.models import Invitation, User
from pinlever.audit.models import AuditEntry
from pinlever.audit.services import SYSTEM
from pinlever.connection.models import AllowedJob, LeverConnection
from pinlever.foundation.clock import db_now
from pinlever.notices.alert_mailing import send_test
from pinlever.notices.models import Alert, AlertRules
from pinlever.recruiting.models import Candidate, Job
from pinlever.sync.models import State, SyncRecord
from tests.sync.world import World

HOSTILE = "<script>alert(1)</script>"
MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
MAY_CHANGE = {"accounts.User", "recruiting.Job", "api.ApiToken"}
MAY_ADD = {*MAY_CHANGE, "connection.AllowedJob", "connection.AllowedPerson"}


def address(model: type[Model], page: str, *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.fixture
def lived_in(company: World, super_admin: User) -> Iterator[World]:
    """Some of everything."""
    live(company, 0, super_admin)
    yield company


def live(company: World, number: int, user: User) -> None:
    prospect = company.person(f"Person {number} {HOSTILE}")
    company.event(prospect, "added_to_outreach")
    company.export(prospect)
    company.work()
    invite(by=SYSTEM, email=f"new{number}@x.example")
    Authenticator.objects.get_or_create(
        user=User.objects.create_user(f"u{number}@x.example"), type="totp", data={"secret": "the-secret"}
    )
    AllowedJob.objects.get_or_create(account=company.account, job=Job.objects.create(title=f"Job {number}"))
    now = db_now()
    Alert.objects.create(kind="worker", subject=str(number), since=now, opened_at=now, title=HOSTILE)
    send_test(by=SYSTEM, to=user)
    AlertRules.objects.get_or_create(pk=1)
    task = {"func": "a.b", "started": now, "stopped": now, "name": f"task {number}"}
    Success.objects.create(id=f"s{number}", success=True, **task)
    Failure.objects.create(id=f"f{number}", success=False, result="broke", **task)


def test_every_model_of_ours_is_there_or_shown_with_another() -> None:
    from django.apps import apps

    ours = {
        model
        for config in apps.get_app_configs()
        if config.name.startswith("pinlever.")
        for model in config.get_models()
    }
    inline = {line.model for site in admin.site._registry.values() for line in site.inlines}
    left_out = {model._meta.label for model in ours - set(MODELS) - inline}
    assert left_out == {"accounts.SharedCache", "sync.WakeUp", "notices.Sending", "notices.Mailing"}, (
        "nobody needs these"
    )
    assert {Success, Failure, Schedule, OrmQ} <= set(MODELS)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_table_opens_and_history_stays_as_it_is(
    lived_in: World, as_super_admin: Client, model: type[Model]
) -> None:
    page = as_super_admin.get(address(model, "changelist"), {"q": "person"})
    assert page.status_code in (200, 302)
    page = as_super_admin.get(address(model, "changelist"))
    assert page.status_code == 200 and HOSTILE not in page.content.decode()
    may_add = model._meta.label in MAY_ADD
    assert as_super_admin.get(address(model, "add")).status_code == (200 if may_add else 403)
    row = model._default_manager.first()
    if row is not None:
        page = as_super_admin.get(address(model, "change", row.pk))
        text = page.content.decode()
        assert page.status_code == 200 and HOSTILE not in text and "the-secret" not in text
        if model._meta.label not in MAY_CHANGE:
            assert 'name="_save"' not in text
            assert as_super_admin.post(address(model, "change", row.pk), {}).status_code == 403
        if model._meta.label not in ("connection.AllowedJob", "connection.AllowedPerson"):
            answer = as_super_admin.post(address(model, "delete", row.pk), {"post": "yes"})
            assert answer.status_code == 403


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_nobody_else_gets_in(client: Client, as_recruiter: Client, model: type[Model]) -> None:
    assert (
        client.get(address(model, "changelist"), follow=True)
        .redirect_chain[-1][0]
        .startswith("/accounts/login/")
    )
    page = as_recruiter.get(address(model, "changelist"), follow=True)
    assert page.status_code == 403 and "for super admins" in page.content.decode()


def test_lists_take_as_many_queries_for_many_rows_as_for_few(
    lived_in: World, as_super_admin: Client, super_admin: User
) -> None:
    def counted() -> dict[str, int]:
        found = {}
        for model in MODELS:
            with CaptureQueriesContext(connection) as seen:
                as_super_admin.get(address(model, "changelist"))
            found[model._meta.label] = len(seen)
        return found

    live(lived_in, 1, super_admin)
    counted()
    few = counted()
    for number in range(2, 6):
        live(lived_in, number, super_admin)
    assert counted() == few


@pytest.mark.parametrize(
    "text", ["Solheim", "ingrid@people.example", "linkedin.com/in/Ingrid-Solheim", "x-77"]
)
def test_candidates_are_found_as_in_the_product(company: World, as_super_admin: Client, text: str) -> None:
    company.person("Somebody Else")
    prospect = company.person(
        "Ingrid Solheim",
        emails=("ingrid@people.example",),
        linkedin="https://www.linkedin.com/in/ingrid-solheim",
    )
    Candidate.objects.filter(pk=prospect.candidate_id).update(external_id="x-77")
    page = as_super_admin.get(address(Candidate, "changelist"), {"q": text}).content.decode()
    assert "Ingrid Solheim" in page and "Somebody Else" not in page


def test_big_tables_are_not_counted(lived_in: World, as_super_admin: Client) -> None:
    with CaptureQueriesContext(connection) as seen:
        as_super_admin.get(address(AuditEntry, "changelist"))
    assert not [query for query in seen if "COUNT(" in query["sql"].upper() and "audit" in query["sql"]]


def act(client: Client, model: type[Model], action: str, *rows: Model, **more: str) -> str:
    form = {"action": action, "_selected_action": [row.pk for row in rows], **more}
    page = client.post(address(model, "changelist"), form, follow=True)
    assert page.status_code == 200
    return str(page.content.decode())


class TestRecords:
    def test_are_tried_again(self, lived_in: World, as_super_admin: Client) -> None:
        record = SyncRecord.objects.get()
        SyncRecord.objects.update(state=State.FAILED)
        assert "1 tried again now" in act(as_super_admin, SyncRecord, "retry_now", record)
        record.refresh_from_db()
        assert record.state == State.QUEUED
        assert AuditEntry.objects.filter(action="sync.retry", by_label="Aud Berg").exists()

    def test_say_why_they_are_not(self, lived_in: World, as_super_admin: Client) -> None:
        assert "nothing to try again" in act(
            as_super_admin, SyncRecord, "retry_now", SyncRecord.objects.get()
        )

    def test_are_unlinked_after_a_page_that_says_what_that_means(
        self, lived_in: World, as_super_admin: Client
    ) -> None:
        record = SyncRecord.objects.get()
        page = act(as_super_admin, SyncRecord, "unlink", record)
        assert "Nothing changes in Lever" in page and 'name="agreed"' in page
        record.refresh_from_db()
        assert record.state == State.SYNCED
        assert "1 unlinked" in act(as_super_admin, SyncRecord, "unlink", record, agreed="yes")
        record.refresh_from_db()
        assert record.state == State.CANCELLED

    def test_are_cancelled(self, lived_in: World, as_super_admin: Client) -> None:
        page = act(as_super_admin, SyncRecord, "cancel", SyncRecord.objects.get(), agreed="yes")
        assert "is in Lever already" in page


class TestConnection:
    def test_is_ended(self, lived_in: World, as_super_admin: Client) -> None:
        row = LeverConnection.objects.get(is_current=True)
        assert "Records, links and" in act(as_super_admin, LeverConnection, "disconnect", row)
        assert "is disconnected" in act(as_super_admin, LeverConnection, "disconnect", row, agreed="yes")
        assert not LeverConnection.objects.filter(is_current=True).exists()
        assert "ended already" in act(as_super_admin, LeverConnection, "disconnect", row, agreed="yes")

    def test_sending_is_switched(self, lived_in: World, as_super_admin: Client) -> None:
        account = lived_in.account
        act(as_super_admin, type(account), "outgoing_off", account, agreed="yes")
        account.refresh_from_db()
        assert not account.outgoing_on

    def test_jobs_are_allowed_and_no_longer_allowed(self, lived_in: World, as_super_admin: Client) -> None:
        form = {"account": lived_in.account.pk, "job": lived_in.job.pk}
        assert as_super_admin.post(address(AllowedJob, "add"), form).status_code == 302
        row = AllowedJob.objects.get(job=lived_in.job)
        as_super_admin.post(address(AllowedJob, "delete", row.pk), {"post": "yes"})
        assert not AllowedJob.objects.filter(job=lived_in.job).exists()
        actions = set(AuditEntry.objects.filter(by_label="Aud Berg").values_list("action", flat=True))
        assert actions == {"account.job_allowed", "account.job_disallowed"}


class TestPeople:
    def test_a_second_factor_is_taken_away(self, lived_in: World, as_super_admin: Client) -> None:
        user = Authenticator.objects.get().user
        assert "with the password alone" in act(
            as_super_admin, User, "reset_second_factor", user, agreed="yes"
        )
        assert not Authenticator.objects.exists()
        assert "has no second factor" in act(as_super_admin, User, "reset_second_factor", user, agreed="yes")

    def test_invitations_are_revoked(self, lived_in: World, as_super_admin: Client) -> None:
        row = Invitation.objects.get()
        assert "1 revoked" in act(as_super_admin, Invitation, "revoke", row, agreed="yes")
        assert "revoked already" in act(as_super_admin, Invitation, "revoke", row, agreed="yes")

    def test_everybody_is_signed_out(
        self, lived_in: World, as_super_admin: Client, as_recruiter: Client
    ) -> None:
        rita = User.objects.get(email="rita@company.example")
        act(as_super_admin, User, "sign_out_everywhere", rita, agreed="yes")
        assert as_recruiter.get("/settings/").status_code == 302


class TestFilesOfJobs:
    CSV = "external_id,title,location,owner,is_open\nj-1,Engineer,Oslo,RITA@company.example,1\nj-2,Designer,,,0\n"

    def upload(self, client: Client, text: str) -> Any:
        file = SimpleUploadedFile("jobs.csv", text.encode(), "text/csv")
        return client.post(address(Job, "import"), {"import_file": file, "format": "0", "resource": ""})

    def test_are_shown_then_brought_in_with_audit_rows(self, as_super_admin: Client, recruiter: User) -> None:
        page = self.upload(as_super_admin, self.CSV)
        confirm = page.context["confirm_form"].initial
        assert not Job.objects.exists()
        as_super_admin.post(address(Job, "process_import"), confirm)
        assert list(Job.objects.values_list("title", "owner__email", "is_open").order_by("pk")) == [
            ("Engineer", recruiter.email, True),
            ("Designer", None, False),
        ]
        assert AuditEntry.objects.filter(action="job.added", by_label="Aud Berg").count() == 2

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("external_id,title,owner\nj-1,Engineer,nobody@x.example\n", "Nobody here has the address"),
            ("external_id,title\n,Engineer\n", "no external id"),
            ("external_id,title\nj-1,\n", "cannot be blank"),
        ],
    )
    def test_say_what_is_wrong(self, as_super_admin: Client, text: str, told: str) -> None:
        assert told in self.upload(as_super_admin, text).content.decode()
        assert not Job.objects.exists()

    def test_go_out(self, lived_in: World, as_super_admin: Client) -> None:
        Job.objects.update(title="=HYPERLINK(1)")
        form = {"format": "0", "resource": "", **{f"jobfile_{name}": "on" for name in ("title", "owner")}}
        text = as_super_admin.post(address(Job, "export"), form).content.decode()
        assert "HYPERLINK" in text and "\n=HYPERLINK" not in text


def test_candidates_go_out_with_an_audit_row(lived_in: World, as_super_admin: Client) -> None:
    form = {"format": "0", "resource": "", "candidatefile_full_name": "on", "candidatefile_emails": "on"}
    answer = as_super_admin.post(address(Candidate, "export"), form)
    text = io.StringIO(answer.content.decode()).read()
    assert "@people.example" in text
    assert AuditEntry.objects.get(action="candidates.exported").after == {"people": 1}


class TestFilesOfPeople:
    CSV = "Name,Email,LinkedIn\nIngrid Solheim,ingrid@people.example,\nNils Dahl,nils@people.example,\n"

    def upload(self, client: Client, text: str, job: Job) -> Any:
        file = SimpleUploadedFile("people.csv", text.encode(), "text/csv")
        return client.post(
            address(Candidate, "import"), {"import_file": file, "format": "0", "resource": "", "job": job.pk}
        )

    def test_are_checked_then_brought_into_a_job(self, company: World, as_super_admin: Client) -> None:
        page = self.upload(as_super_admin, self.CSV, company.job)
        assert page.status_code == 200 and not Candidate.objects.exists()
        confirm = page.context["confirm_form"].initial
        as_super_admin.post(address(Candidate, "process_import"), confirm)
        assert set(company.job.prospects.values_list("candidate__full_name", flat=True)) == {
            "Ingrid Solheim",
            "Nils Dahl",
        }
        assert AuditEntry.objects.filter(action="candidate.created", by_label="Aud Berg").count() == 2

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("Name,Email\nIngrid,not an address\n", "not an address"),
            ("Colour\nred\n", "No column header is known"),
        ],
    )
    def test_say_what_is_wrong(self, company: World, as_super_admin: Client, text: str, told: str) -> None:
        assert told in self.upload(as_super_admin, text, company.job).content.decode()
        assert not Candidate.objects.exists()

    def test_have_a_limit(self, company: World, as_super_admin: Client) -> None:
        text = "Name\n" + "Somebody\n" * 1001
        assert "1,000 are the most" in self.upload(as_super_admin, text, company.job).content.decode()


def test_a_link_each_way(as_super_admin: Client) -> None:
    assert reverse("admin:index") in as_super_admin.get("/settings/").content.decode()
    job = Job.objects.create(title="Engineer")
    assert (
        reverse("job", args=[job.key]) in as_super_admin.get(address(Job, "change", job.pk)).content.decode()
    )
    page = as_super_admin.get(reverse("admin:index")).content.decode()
    assert "Back to PinLever" in page and "#4263eb" not in page and "rgb(66, 99, 235)" in page
