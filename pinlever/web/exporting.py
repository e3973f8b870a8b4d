"""Export to ATS: the dialog with its plan, and setting it going. The plan is made by the code that then runs."""

import uuid
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.urls import path, reverse

from pinlever.connection import postings
from pinlever.connection.accounts import home_account
from pinlever.connection.models import LeverAccount
from pinlever.recruiting.models import Job, Prospect
from pinlever.sync import finding
from pinlever.sync.models import NO_POSTING, ExportRun
from pinlever.sync.preview import MOST, Plan, plan_for
from pinlever.sync.runs import start_export
from pinlever.sync.services import NoAccount, NotPossible
from pinlever.sync.subject import posting_of
from pinlever.web import plans
from pinlever.web.access import actor, recruiter
from pinlever.web.choosing import Chosen, chosen, job_of
from pinlever.web.dialogs import dialog, is_fetched, onwards
from pinlever.web.postings import field

OWN = "Each job's own Lever job"
NO_ACCOUNT = (
    "Lever has never been connected. A super admin connects it in the settings; then people can be exported."
)
TOO_MANY = (
    f"At most {MOST:,} people can be exported at once. Narrow the list with its filters, then export again."
)
CHANGED = "The plan has changed since you looked at it. Nothing was exported; look at it again."


@dataclass(frozen=True)
class Request:
    """What was asked for: the people, and the Lever job where it is not each job's own."""

    account: LeverAccount | None
    people: Chosen
    posting_id: str = ""
    wrong: str = ""
    is_export: bool = True

    @property
    def own_posting(self) -> str:
        """The job's own Lever job, when all are of one job."""
        return posting_of(self.account.pk, self.people.job.pk) if self.account and self.people.job else ""

    @property
    def override(self) -> str:
        """As the services take it: "" for each job's own."""
        return "" if self.posting_id == self.own_posting else self.posting_id or NO_POSTING

    @property
    def whose(self) -> tuple[tuple[str, str], ...]:
        """The same people and Lever job, for another address."""
        if not self.is_export:
            return self.people.fields
        return (*self.people.fields, ("posting", self.posting_id))

    def plan(self) -> Plan | None:
        if self.account is None or self.wrong or not self.people.ids:
            return None
        return plan_for(self.account, self.people.ids, posting_id=self.override, is_export=self.is_export)


def waiting(account: LeverAccount, job: Job) -> Request:
    """Nobody is exported: whoever of the job is on the way or held, as they stand."""
    rows = finding.waiting(account, Prospect.objects.filter(job=job)).order_by("pk")
    ids = tuple(rows.values_list("pk", flat=True)[:MOST])
    fields = (("job", str(job.key)), ("waiting", "1"))
    people = Chosen(ids, job, fields)
    return replace(Request(account, people, is_export=False), posting_id=posting_of(account.pk, job.pk))


def read(query: QueryDict) -> Request:
    """The request of a query or a form; `wrong` says what keeps it from being carried out."""
    account = home_account()
    if account is not None and query.get("waiting") and (job := job_of(query.get("job", ""))):
        return waiting(account, job)
    people = chosen(account, query, MOST)
    asked = Request(account, people)
    own = asked.own_posting
    if account is None:
        return Request(account, people, own, NO_ACCOUNT)
    if len(people.ids) > MOST:
        return Request(account, people, own, TOO_MANY)
    posting_id, typed = query.get("posting", ""), query.get("posting_text")
    text = typed or ""
    is_preset = posting_id == own and typed in (None, postings.label_of(account, own))
    if "posting" not in query or is_preset:
        return Request(account, people, own)
    if not text.strip() and posting_id in ("", own):  # emptied, with JavaScript or without
        return Request(account, people)
    try:
        posting_id = postings.chosen(account, posting_id, text)
    except postings.UnknownPosting as unknown:
        return Request(account, people, own, str(unknown))
    return Request(account, people, posting_id or own)


@recruiter
def export(request: HttpRequest) -> HttpResponse:
    """The dialog; posted, the export itself."""
    if request.method == "POST":
        return _start(request)
    return _dialog(request, read(request.GET), _token(request.GET))


@recruiter
def plan(request: HttpRequest) -> HttpResponse:
    """The plan again, for another Lever job."""
    asked = read(request.GET)
    return TemplateResponse(
        request, "export/_plan.html", {"asked": asked, **plans.told(asked.plan(), asked.whose)}
    )


@recruiter
def people(request: HttpRequest) -> HttpResponse:
    """Who is behind one number of a plan, and why."""
    asked = read(request.GET)
    plan = asked.plan()
    context = (
        plans.page_of(request, plan.outcomes, plan.read_at) if plan else {"people": [], "wrong": asked.wrong}
    )
    context |= {"asked": asked}
    if is_fetched(request):
        return TemplateResponse(request, "plan/_people.html", context)
    return dialog(request, "plan/people.html", context)


def _start(request: HttpRequest) -> HttpResponse:
    token = _token(request.POST)
    known = ExportRun.objects.filter(token=token).first()
    if known is not None:  # sent twice, or sent again after going back
        return onwards(request, reverse("export-run", args=[known.pk]))
    asked = read(request.POST)
    plan = asked.plan()
    if plan is None or asked.account is None:
        return _dialog(request, asked, token)
    if request.POST.get("seen", str(plan)) != str(plan):
        return _dialog(request, replace(asked, wrong=CHANGED), token, plan)
    try:
        run = start_export(
            by=actor(request),
            account=asked.account,
            plan=plan,
            token=token,
            job=asked.people.job,
            posting_id=asked.override,
        )
    except (NoAccount, NotPossible) as refused:
        return _dialog(request, Request(asked.account, asked.people, asked.posting_id, str(refused)), token)
    return onwards(request, reverse("export-run", args=[run.pk]))


def _dialog(request: HttpRequest, asked: Request, token: uuid.UUID, plan: Plan | None = None) -> HttpResponse:
    context = {
        "asked": asked,
        "token": token,
        "all_query": urlencode([*asked.people.fields, ("all", "1")]),
        **plans.told(plan or asked.plan(), asked.whose),
        **field(asked.account, asked.posting_id, none="No Lever job" if asked.people.job else OWN),
    }
    return dialog(request, "export/export.html", context)


def _token(query: QueryDict) -> uuid.UUID:
    """One for each dialog: the same export sent twice is one export."""
    try:
        return uuid.UUID(query.get("token", ""))
    except ValueError:
        return uuid.uuid4()


urlpatterns = [
    path("export/", export, name="export"),
    path("export/plan/", plan, name="export-plan"),
    path("export/people/", people, name="export-people"),
]
