"""Where a prospect stands on the way to Lever, as it is told to callers: state, sentence, and what to do."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from ninja import Schema
from pydantic import Field

from pinlever.api.addressing import record_page
from pinlever.connection.marker import marker_link
from pinlever.recruiting.models import Prospect
from pinlever.sync.artefacts import Artefact, artefacts_of
from pinlever.sync.explain import Explanation, explanations
from pinlever.sync.models import SyncRecord
from pinlever.sync.surroundings import LeverStatus


class ActionOut(Schema):
    code: str = Field(
        description="export, cancel, retry, decide, open, connect, …; empty where there is nothing to do."
    )
    label: str
    needs_super_admin: bool


class StepOut(Schema):
    """What Lever gets about a person, each a step of its own that is tried again by itself."""

    step: str = Field(
        description="profile, resume, notes, form; stage and details where anything was moved or updated."
    )
    state: str = Field(description="not_needed, waiting, done, failed, left_out.")
    sentence: str = Field(description="For people.")
    cause: str = Field(description="The code of what stopped it; empty where nothing did.")
    at: datetime | None


class RecordOut(Schema):
    """The sync record: the story of getting this person to Lever."""

    id: int
    url: str = Field(description="Its page here, with every attempt.")
    origin: str = Field(description="The trigger, export or import behind it.")
    cause: str = Field(description="The reason's code, for grouping.")
    created_by_us: bool
    matched_on: list[list[str]] = Field(description="[kind, value] that told who they are in Lever.")
    opportunity_id: str
    contact_id: str
    posting_id: str
    steps: list[StepOut] = Field(description="Of a person in Lever; empty for everybody else.")
    difference: str = Field(
        description="What made it come out otherwise than the plan of the export said; empty where nothing did."
    )


class StatusOut(Schema):
    """How the opportunity stands in Lever, as last read."""

    posting_id: str
    posting: str
    stage: str
    is_archived: bool
    seen_at: datetime


class Standing(Schema):
    """Why the person is, or is not, in Lever."""

    job: str
    candidate: str
    prospect: str = Field(description="The prospect's key; Lever shows a link with it.")
    url: str = Field(description="The person's page here.")
    outreach_stage: str
    state: str = Field(
        description="not_yet, queued, retrying, held, needs_you, synced, in_lever, failed, undone, cancelled, removed."
    )
    label: str
    sentence: str = Field(description="The reason, for people.")
    action: ActionOut | None
    in_lever: bool
    lever_url: str = Field(description="The profile in Lever; empty while there is none.")
    since: datetime | None = Field(description="When this state began, where that is known.")
    status: StatusOut | None = Field(description="How they stand in Lever; null while they are not there.")
    record: RecordOut | None


def standings(pairs: Sequence[tuple[str, str]], prospects: Sequence[Prospect]) -> list[Standing]:
    """One for each prospect, with the caller's ids (job, candidate) beside it. Constant queries."""
    found = explanations(prospects)
    steps = artefacts_of([told.record for told in found.values() if told.record is not None])
    return [
        _standing(pair, prospect, found[prospect.pk], steps)
        for pair, prospect in zip(pairs, prospects, strict=True)
    ]


def _standing(
    pair: tuple[str, str],
    prospect: Prospect,
    told: Explanation,
    steps: Mapping[int, Sequence[Artefact]],
) -> Standing:
    action = told.action
    return Standing(
        job=pair[0],
        candidate=pair[1],
        prospect=str(prospect.key),
        url=marker_link(prospect.key),
        outreach_stage=prospect.outreach_stage,
        state=str(told.state),
        label=str(told.label),
        sentence=told.sentence,
        action=ActionOut(code=action.code, label=action.label, needs_super_admin=action.needs_super_admin)
        if action.code
        else None,
        in_lever=told.is_in_lever,
        lever_url=told.lever_url,
        since=told.since,
        status=_status(told.status) if told.status else None,
        record=_record(told.record, told, steps.get(told.record.pk, ())) if told.record else None,
    )


def _status(status: LeverStatus) -> StatusOut:
    return StatusOut(
        posting_id=status.posting_id,
        posting=status.posting,
        stage=status.stage,
        is_archived=status.is_archived,
        seen_at=status.seen_at,
    )


def _record(record: SyncRecord, told: Explanation, steps: Sequence[Artefact]) -> RecordOut:
    return RecordOut(
        id=record.pk,
        url=record_page(record.pk),
        origin=record.origin,
        cause=record.cause,
        created_by_us=record.created_by_us,
        matched_on=record.matched_on,
        opportunity_id=record.opportunity_id,
        contact_id=record.contact_id,
        posting_id=record.posting_id,
        steps=[
            StepOut(step=one.step, state=one.state, sentence=one.sentence, cause=one.cause, at=one.at)
            for one in steps
        ],
        difference=told.difference,
    )
