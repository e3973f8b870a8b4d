"""PUT /candidates/{id}: a person arrives, on a job or without one; the answer warns of who is in Lever already."""

from collections.abc import Iterable
from datetime import datetime

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import Field

from pinlever.accounts.models import User
from pinlever.api.addressing import NO_JOB, candidate_page, jobs_of
from pinlever.api.again import settled
from pinlever.api.auth import token_behind
from pinlever.api.errors import ALWAYS, ApiError, ErrorOut, Problem
from pinlever.api.fields import Id
from pinlever.api.models import ApiToken
from pinlever.api.people import CandidateIn, warnings_about
from pinlever.api.tokens import caller
from pinlever.connection.accounts import home_account
from pinlever.connection.marker import marker_link
from pinlever.connection.models import LeverAccount, PeopleIndex
from pinlever.outreach.services import Sourced, person_arrived
from pinlever.recruiting.models import IdentityQuestion, Job
from pinlever.recruiting.services import Family, InvalidFacts, family
from pinlever.sync.presence import Candidacy, InLever, in_lever

router = Router(tags=["Candidates"])


class CandidacyOut(Schema):
    """An opportunity they have in Lever."""

    id: str
    posting_id: str
    posting: str
    stage: str
    is_archived: bool
    archive_reason: str
    active_at: datetime
    url: str


class InLeverOut(Schema):
    """Somebody in Lever whom this person's keys match."""

    contact_id: str
    name: str
    matched: list[list[str]] = Field(description="[kind, value] of the keys they share.")
    is_anonymised: bool
    opportunities: list[CandidacyOut]


class QuestionOut(Schema):
    """Somebody here has to say who the person is; until then a blocking question keeps them from Lever."""

    question: str
    keys: list[list[str]] = Field(description="[kind, value] that another candidate holds.")
    is_blocking: bool
    asked_at: datetime


class ProspectOut(Schema):
    job: str
    key: str = Field(description="The prospect's key; Lever shows a link with it.")
    url: str
    outreach_stage: str


class CandidateOut(Schema):
    id: str
    created: bool = Field(description="Whether the person was not known before, by whatever id or key.")
    key: str
    full_name: str
    url: str = Field(description="The person's page here.")
    prospect: ProspectOut | None
    lever_index: str = Field(
        description="complete, incomplete (still being read: in_lever may lack people) or none (never connected)."
    )
    in_lever: list[InLeverOut]
    questions: list[QuestionOut]
    warnings: list[Problem]


@router.put(
    "/candidates/{candidate_id}",
    operation_id="put_candidate",
    summary="Add somebody, or more about them",
    response={200: CandidateOut, 201: CandidateOut, ALWAYS: ErrorOut},
)
def put_candidate(request: HttpRequest, candidate_id: Id, body: CandidateIn) -> Status[CandidateOut]:
    """Finds or adds the person by your id, their emails and LinkedIn profile. A repeat changes nothing."""
    token = token_behind(request)
    job = _job(token, body)
    try:
        sourced = settled(lambda: _arrive(token, candidate_id, body, job))
    except InvalidFacts as wrong:
        raise ApiError(422, "invalid_facts", str(wrong)) from wrong
    return Status(201 if sourced.created else 200, _told(candidate_id, body, sourced))


def _job(token: ApiToken, body: CandidateIn) -> Job | None:
    if body.job is None:
        return None
    job = jobs_of(token.source, [body.job]).get(body.job)
    if job is None:
        raise ApiError(422, "unknown_job", NO_JOB.format(job=body.job), "job")
    return job


def _arrive(token: ApiToken, candidate_id: str, body: CandidateIn, job: Job | None) -> Sourced:
    sourcer_email = (body.sourcer_email or "").strip()
    return person_arrived(
        by=caller(token),
        facts=body.facts(),
        source=token.source,
        external_id=candidate_id,
        job=job,
        sourcer=User.objects.named(sourcer_email),
        sourcer_email=sourcer_email,
        sourcing_tag=body.sourcing_tag or "",
        score=body.score,
    )


def _told(candidate_id: str, body: CandidateIn, sourced: Sourced) -> CandidateOut:
    person, account, prospect = family(sourced.candidate), home_account(), sourced.prospect
    return CandidateOut(
        id=candidate_id,
        created=sourced.created,
        key=str(person.root.key),
        full_name=person.root.full_name,
        url=candidate_page(person.root),
        prospect=ProspectOut(
            job=body.job or "",
            key=str(prospect.key),
            url=marker_link(prospect.key),
            outreach_stage=prospect.outreach_stage,
        )
        if prospect
        else None,
        lever_index=_index_of(account),
        in_lever=[_in_lever(each) for each in in_lever(account, [person])[person.root.pk]],
        questions=[_question(each) for each in _open_questions(person)],
        warnings=warnings_about(body.facts()),
    )


def _index_of(account: LeverAccount | None) -> str:
    if account is None:
        return "none"
    complete = PeopleIndex.objects.filter(account=account, complete_at__isnull=False).exists()
    return "complete" if complete else "incomplete"


def _in_lever(one: InLever) -> InLeverOut:
    return InLeverOut(
        contact_id=one.contact_id,
        name=one.name,
        matched=[list(key) for key in one.matched],
        is_anonymised=one.is_anonymised,
        opportunities=[_candidacy(each) for each in one.candidacies],
    )


def _candidacy(one: Candidacy) -> CandidacyOut:
    return CandidacyOut(
        id=one.id,
        posting_id=one.posting_id,
        posting=one.posting,
        stage=one.stage,
        is_archived=one.archived_at is not None,
        archive_reason=one.archive_reason,
        active_at=one.active_at,
        url=one.url,
    )


def _open_questions(person: Family) -> Iterable[IdentityQuestion]:
    rows = IdentityQuestion.objects.filter(candidate__in=person.ids, answered_at=None)
    return rows.select_related("candidate").order_by("-is_blocking", "pk")


def _question(one: IdentityQuestion) -> QuestionOut:
    keys = [[str(entry["kind"]), str(entry["value"])] for entry in one.evidence]
    return QuestionOut(question=str(one), keys=keys, is_blocking=one.is_blocking, asked_at=one.asked_at)
