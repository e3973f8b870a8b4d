"""PUT /jobs/{id}: the roles being filled, with their rule and their Lever job."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import Field, StringConstraints

from pinlever.accounts.models import User
from pinlever.api.addressing import job_address, job_page, jobs_of
from pinlever.api.again import settled
from pinlever.api.auth import token_behind
from pinlever.api.errors import ALWAYS, ApiError, ErrorOut, Problem
from pinlever.api.fields import Email, Id, PostingId, Told
from pinlever.api.models import ApiToken
from pinlever.api.postings import account_for_postings, check_posting
from pinlever.api.tokens import caller
from pinlever.connection.accounts import home_account
from pinlever.connection.models import Posting
from pinlever.recruiting.cleaning import clean_text
from pinlever.recruiting.models import Job
from pinlever.recruiting.services import save_job
from pinlever.sync.models import JobRule, Trigger
from pinlever.sync.services import set_posting, set_trigger
from pinlever.sync.subject import posting_of

router = Router(tags=["Jobs"])

TriggerName = Literal["never", "contact_found", "messaged", "replied", "interested"]
NO_TITLE = "A new job needs a title."
NO_OWNER = (
    "Nobody with the address {email} signs in here: the job has no owner yet. Invite them and send it again."
)


class JobIn(Told):
    """What is left out stays as it is; on a new job it is empty, open, and its trigger is never."""

    title: Annotated[str, StringConstraints(max_length=200)] | None = None
    location: Annotated[str, StringConstraints(max_length=200)] | None = None
    owner_email: Email | None = Field(default=None, description="Who owns the job; '' for nobody.")
    is_open: bool | None = None
    trigger: TriggerName | None = Field(default=None, description="When its people go to Lever.")
    lever_posting_id: PostingId | None = None


class JobOut(Schema):
    id: str
    created: bool
    title: str
    location: str
    owner_email: str
    is_open: bool
    trigger: str
    lever_posting_id: str
    lever_posting: str = Field(description="The name of the Lever job.")
    url: str = Field(description="The job's page here.")
    warnings: list[Problem]


@router.put(
    "/jobs/{job_id}",
    operation_id="put_job",
    summary="Add or change a job",
    response={200: JobOut, 201: JobOut, ALWAYS: ErrorOut},
)
def put_job(request: HttpRequest, job_id: Id, body: JobIn) -> Status[JobOut]:
    """Adds the job, or changes what is said of it. A repeat changes nothing."""
    token = token_behind(request)
    saved = settled(lambda: _save(token, job_id, body))
    return Status(201 if saved.created else 200, saved)


def _save(token: ApiToken, job_id: str, said: JobIn) -> JobOut:
    by, warnings = caller(token), list[Problem]()
    known = jobs_of(token.source, [job_id]).get(job_id)
    job = known or Job(external_id=job_address(token.source, job_id))
    _fill(job, said, warnings)
    save_job(by=by, job=job)
    if said.trigger is not None:
        set_trigger(by=by, job=job, trigger=said.trigger)
    if said.lever_posting_id is not None:
        _choose_posting(token, job, said.lever_posting_id)
    return _told(job, job_id, known is None, warnings)


def _fill(job: Job, said: JobIn, warnings: list[Problem]) -> None:
    if said.title is not None:
        job.title = clean_text(said.title, 200)
    if not job.title:
        raise ApiError(422, "no_title", NO_TITLE, "title")
    if said.location is not None:
        job.location = clean_text(said.location, 200)
    if said.is_open is not None:
        job.is_open = said.is_open
    if said.owner_email is not None:
        job.owner = User.objects.named(said.owner_email)
        if said.owner_email.strip() and job.owner is None:
            told = NO_OWNER.format(email=said.owner_email.strip())
            warnings.append(Problem(code="unknown_owner", message=told, field="owner_email"))


def _choose_posting(token: ApiToken, job: Job, posting_id: str) -> None:
    """One that is set already is not judged again: it may have been closed since."""
    if not posting_id and home_account() is None:
        return
    account = account_for_postings()
    if posting_id and posting_id != posting_of(account.pk, job.pk):
        check_posting(account, posting_id)
    set_posting(by=caller(token), account=account, job=job, posting_id=posting_id)


def _told(job: Job, job_id: str, created: bool, warnings: list[Problem]) -> JobOut:
    rule = JobRule.objects.filter(job=job).first()
    account = home_account()
    posting_id = posting_of(account.pk, job.pk) if account else ""
    posting = Posting.objects.filter(account=account, lever_id=posting_id).first() if posting_id else None
    columns: dict[str, Any] = {name: getattr(job, name) for name in ("title", "location", "is_open")}
    return JobOut(
        id=job_id,
        created=created,
        owner_email=job.owner.email if job.owner else "",
        trigger=rule.trigger if rule else Trigger.NEVER.value,
        lever_posting_id=posting_id,
        lever_posting=posting.text if posting else "",
        url=job_page(job),
        warnings=warnings,
        **columns,
    )
