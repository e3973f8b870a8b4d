"""POST /events and /events/batch: what happened in outreach. Each event has a result of its own."""

import logging
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import AfterValidator, Field, GetJsonSchemaHandler, StringConstraints, ValidationError
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import PydanticCustomError

from pinlever.api.addressing import Missing, prospects_of
from pinlever.api.again import settled
from pinlever.api.auth import token_behind
from pinlever.api.errors import ALWAYS, FAULT, ApiError, ErrorOut, Problem, problem_of
from pinlever.api.fields import Id, Moment, Told
from pinlever.api.models import ApiToken
from pinlever.api.tokens import caller
from pinlever.audit.services import Actor
from pinlever.foundation.batches import batched
from pinlever.outreach.services import EventConflict, Happening, InvalidEvent, Recorded, record_events
from pinlever.recruiting.cleaning import clean_text
from pinlever.recruiting.models import Prospect

log = logging.getLogger(__name__)
router = Router(tags=["Events"])

MOST = 1000
TOGETHER = 100  # events a transaction; other writers get their turn in between

KindName = Literal[
    "added_to_outreach",
    "contact_found",
    "message_sent",
    "opened",
    "replied",
    "interested",
    "bounced",
    "unsubscribed",
]


def _printable(event_id: str) -> str:
    if clean_text(event_id, 200) != event_id:
        raise PydanticCustomError("not_printable", "Must be printable characters without spaces around them")
    return event_id


class EventIn(Told):
    """Something that happened to a candidate on a job. Only replies by email fire the reply triggers."""

    id: Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(_printable)] = Field(
        description="Your own id of the event; together with its kind it is recorded once."
    )
    job: Id
    candidate: Id
    kind: KindName
    channel: Literal["", "email", "linkedin", "sms"] = ""
    occurred_at: Moment = Field(description="When it happened, by your clock.")
    details: dict[str, Any] = Field(default_factory=dict, description="Whatever else belongs to it.")


class _JudgedAlone:
    """Anything at all: each item of a batch has its own result. The document shows what it should be."""

    @classmethod
    def __get_pydantic_json_schema__(cls, _: Any, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"anyOf": [handler(EventIn.__pydantic_core_schema__), {}]}


AnyEvent = Annotated[Any, _JudgedAlone]


class BatchIn(Told):
    events: Annotated[list[AnyEvent], Field(min_length=1, max_length=MOST)]


class EventOut(Schema):
    """`created`: recorded now. `repeat`: was recorded before, nothing changed. `conflict`: the id was recorded with
    other content, nothing changed. `error`: not recorded; say it again once it is right."""

    id: str = Field(description="Your id of the event; empty where none could be read.")
    result: Literal["created", "repeat", "conflict", "error"]
    prospect: str = Field(default="", description="The prospect's key.")
    outreach_stage: str = Field(default="", description="How far outreach to them has got.")
    error: Problem | None = None


class BatchOut(Schema):
    created: int
    repeats: int
    conflicts: int
    errors: int
    results: list[EventOut] = Field(description="In the order of the request.")


@router.post(
    "/events",
    operation_id="post_event",
    summary="Tell what happened",
    response={200: EventOut, 201: EventOut, ALWAYS | {409}: ErrorOut},
)
def post_event(request: HttpRequest, body: EventIn) -> Status[EventOut]:
    """201 when it was recorded now, 200 when it was before, 409 when its id was recorded with other content."""
    (result,) = _results(token_behind(request), [body])
    if result.error is not None:
        status = 409 if result.result == "conflict" else 422
        raise ApiError(status, result.error.code, result.error.message, result.error.field)
    return Status(201 if result.result == "created" else 200, result)


@router.post(
    "/events/batch",
    operation_id="post_events",
    summary="Tell up to 1,000 things that happened",
    response={200: BatchOut, ALWAYS: ErrorOut},
)
def post_events(request: HttpRequest, body: BatchIn) -> BatchOut:
    """Each event is judged alone and answered in its place; one that is wrong stops no other."""
    results = _results(token_behind(request), [_read(item) for item in body.events])
    of = [one.result for one in results]
    return BatchOut(
        created=of.count("created"),
        repeats=of.count("repeat"),
        conflicts=of.count("conflict"),
        errors=of.count("error"),
        results=results,
    )


def _read(item: Any) -> EventIn | EventOut:
    """The event, or what is wrong with it."""
    try:
        return EventIn.model_validate(item)
    except ValidationError as wrong:
        said = item.get("id") if isinstance(item, dict) else ""
        problem = problem_of(wrong.errors(include_url=False, include_context=False)[0])
        return EventOut(id=said[:200] if isinstance(said, str) else "", result="error", error=problem)


def _results(token: ApiToken, items: Sequence[EventIn | EventOut]) -> list[EventOut]:
    """In the order of the items: what was wrong with them before, who is missing, and what recording came to."""
    said = {place: item for place, item in enumerate(items) if isinstance(item, EventIn)}
    found = prospects_of(token.source, {(item.job, item.candidate) for item in said.values()})
    results = {place: item for place, item in enumerate(items) if isinstance(item, EventOut)}
    known: list[tuple[int, Happening]] = []
    for place, item in said.items():
        prospect = found[item.job, item.candidate]
        if isinstance(prospect, Missing):
            results[place] = _wrong(item.id, prospect.code, prospect.message, prospect.field)
        else:
            known.append((place, _happening(token, item, prospect)))
    for part in batched(known, TOGETHER):
        recorded = _recorded(caller(token), [happening for _, happening in part])
        results |= zip((place for place, _ in part), recorded, strict=True)
    return [results[place] for place in range(len(items))]


def _happening(token: ApiToken, item: EventIn, prospect: Prospect) -> Happening:
    return Happening(
        prospect=prospect,
        kind=item.kind,
        occurred_at=item.occurred_at,
        source=token.source,
        external_id=item.id,
        channel=item.channel,
        details=item.details,
    )


def _recorded(by: Actor, told: Sequence[Happening]) -> list[EventOut]:
    """The events of one transaction. Should it fail at one of them, each gets one of its own."""
    try:
        results = settled(lambda: record_events(by=by, told=told))
    except (OperationalError, InterfaceError):
        raise  # the database's own troubles are no event's
    except Exception:  # whatever one of them meets, it must not stop the others
        if len(told) == 1:
            log.exception("An event could not be recorded")
            return [_wrong(told[0].external_id, "fault", FAULT)]
        return [result for each in told for result in _recorded(by, [each])]
    return [_result(each, result) for each, result in zip(told, results, strict=True)]


def _result(told: Happening, result: Recorded | EventConflict | InvalidEvent) -> EventOut:
    if isinstance(result, EventConflict):
        return _wrong(told.external_id, "conflict", str(result), result.differs[0], result="conflict")
    if isinstance(result, InvalidEvent):
        return _wrong(told.external_id, "invalid_event", str(result), result.field)
    return EventOut(
        id=told.external_id,
        result="created" if result.created else "repeat",
        prospect=str(told.prospect.key),
        outreach_stage=result.event.prospect.outreach_stage,
    )


def _wrong(
    event_id: str, code: str, message: str, field: str = "", result: Literal["error", "conflict"] = "error"
) -> EventOut:
    return EventOut(id=event_id, result=result, error=Problem(code=code, message=message, field=field))
