"""Export to ATS: the dialog with its plan, and setting it going. The plan is made by the code that then runs."""

import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.urls import path, reverse

from pinlever.connection import postings
from pinlever.connection.accounts import home_account
from pinlever.connection.models import LeverAccount
from pinlever.sync.models import NO_POSTING, ExportRun
from pinlever.sync.preview import MOST, Kind, Plan, plan_for
from pinlever.sync.runs import start_export
from pinlever.sync.services import NoAccount, NotPossible
from pinlever.sync.subject import posting_of
from pinlever.web.access import actor, recruiter
from pinlever.web.choosing import Chosen, chosen
from pinlever.web.dialogs import dialog, onwards
from pinlever.web.postings import field

OWN = "Each job's own Lever job"
NO_ACCOUNT = (
    "Lever has never been connected. A super admin connects it in the settings; then people can be exported."
)
TOO_MANY = (
    f"At most {MOST:,} people can be exported at once. Narrow the list with its filters, then export again."
)
TILES = (
    (Kind.CREATE, "will be created", "green"),
    (Kind.LINK, "will be linked", "azure"),
    (Kind.ADD, "will be added to the Lever job", "azure"),
    (Kind.ASK, "need a decision", "yellow"),
    (Kind.HELD, "will wait", "orange"),
    (Kind.BLOCKED, "cannot go", "red"),
    (Kind.IN_LEVER, "in Lever already", "secondary"),
)


@dataclass(frozen=True)
class Request:
    """What was asked for: the people, and the Lever job where it is not each job's own."""

    account: LeverAccount | None
    people: Chosen
    posting_id: str = ""
    wrong: str = ""

    @property
    def own_posting(self) -> str:
        """The job's own Lever job, when all are of one job."""
        return posting_of(self.account.pk, self.people.job.pk) if self.account and self.people.job else ""

    @property
    def override(self) -> str:
        """As the services take it: "" for each job's own."""
        return "" if self.posting_id == self.own_posting else self.posting_id or NO_POSTING

    def plan(self) -> Plan | None:
        if self.account is None or self.wrong or not self.people.ids:
            return None
        return plan_for(self.account, self.people.ids, posting_id=self.override)


def read(query: QueryDict) -> Request:
    """The request of a query or a form; `wrong` says what keeps it from being carried out."""
    account = home_account()
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
    return TemplateResponse(request, "export/_plan.html", {"asked": asked, **_told(asked.plan())})


def _start(request: HttpRequest) -> HttpResponse:
    token = _token(request.POST)
    known = ExportRun.objects.filter(token=token).first()
    if known is not None:  # sent twice, or sent again after going back
        return onwards(request, reverse("export-run", args=[known.pk]))
    asked = read(request.POST)
    plan = asked.plan()
    if plan is None or asked.account is None:
        return _dialog(request, asked, token)
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


def _dialog(request: HttpRequest, asked: Request, token: uuid.UUID) -> HttpResponse:
    context = {
        "asked": asked,
        "token": token,
        "all_query": urlencode([*asked.people.fields, ("all", "1")]),
        **_told(asked.plan()),
        **field(asked.account, asked.posting_id, none="No Lever job" if asked.people.job else OWN),
    }
    return dialog(request, "export/export.html", context)


def _told(plan: Plan | None) -> dict[str, Any]:
    if plan is None:
        return {"plan": None}
    counts = plan.counts()
    tiles = [(counts[kind], words, colour) for kind, words, colour in TILES if kind in counts]
    return {"plan": plan, "tiles": tiles, "going": len(plan.going), "staying": len(plan.staying)}


def _token(query: QueryDict) -> uuid.UUID:
    """One for each dialog: the same export sent twice is one export."""
    try:
        return uuid.UUID(query.get("token", ""))
    except ValueError:
        return uuid.uuid4()


urlpatterns = [
    path("export/", export, name="export"),
    path("export/plan/", plan, name="export-plan"),
]
