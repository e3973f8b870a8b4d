"""GET /holds: to whom outreach must not go on, and why. People are named by the caller's own ids."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from pinlever.api.addressing import NO_CANDIDATE, families_of
from pinlever.api.auth import token_behind
from pinlever.api.errors import ALWAYS, ApiError, ErrorOut
from pinlever.api.fields import Id
from pinlever.api.parsing import only_known
from pinlever.outreach.models import Hold
from pinlever.recruiting.outside import external_ids
from pinlever.recruiting.services import Family, families

router = Router(tags=["Holds"])
READ_AT_ONCE = 500
MOST_READS = 20


class HoldOut(Schema):
    """A reason why outreach to somebody must not go on, on all their jobs and for all senders."""

    id: int
    candidate: str = Field(description="Your id of the person.")
    kind: Literal["pause", "stop"] = Field(
        description="pause: for the time being. stop: nobody should write to them any more."
    )
    cause: str = Field(
        description="replied, unsubscribed, bounced, stage, archived, no_contact, who_is_it or by_hand."
    )
    reason: str = Field(description="For people.")
    since: datetime = Field(description="When what it stands on happened.")
    held_at: datetime
    released_at: datetime | None = Field(description="Null while it stands.")
    release_reason: str


class HoldsOut(Schema):
    """A page of holds, oldest first."""

    holds: list[HoldOut]
    next: int | None = Field(description="Ask again with `after` set to it; null on the last page.")


class Asked(Schema):
    candidate: Id | None = Field(None, description="Only this person.")
    standing: bool = Field(True, description="Only those that stand; false: released ones too.")
    after: Annotated[int, Field(ge=0, lt=2**63, description="`next` of the page before.")] = 0
    limit: Annotated[int, Field(ge=1, le=200)] = 100


@router.get(
    "/holds",
    operation_id="list_holds",
    summary="To whom must outreach not go on?",
    response={200: HoldsOut, ALWAYS | {404}: ErrorOut},
)
def list_holds(request: HttpRequest, asked: Query[Asked]) -> HoldsOut:
    """Ask before you send, or keep your own copy by the webhooks `hold.created` and `hold.released`."""
    only_known(request, Asked.model_fields)
    source = token_behind(request).source
    rows = Hold.objects.filter(pk__gt=asked.after).order_by("pk")
    if asked.standing:
        rows = rows.filter(released_at=None)
    if asked.candidate is not None:
        rows = rows.filter(candidate__in=_person(source, asked.candidate).ids)
    return _page(rows, source, asked)


def _person(source: str, candidate: str) -> Family:
    found = families_of(source, [candidate]).get(candidate)
    if found is None:
        raise ApiError(404, "unknown_candidate", NO_CANDIDATE.format(candidate=candidate), "candidate")
    return found


def _page(rows: QuerySet[Hold], source: str, asked: Asked) -> HoldsOut:
    """Holds of people the caller knows; some rows are read at a time, and in the end `next` leads on."""
    found: list[HoldOut] = []
    last = asked.after
    for _ in range(MOST_READS):
        batch = list(rows.filter(pk__gt=last)[:READ_AT_ONCE])
        names = _ids(source, batch)
        for row in batch:
            last = row.pk
            if name := asked.candidate or names.get(row.candidate_id):
                found.append(_out(row, name))
            if len(found) == asked.limit:
                return HoldsOut(holds=found, next=last)
        if len(batch) < READ_AT_ONCE:
            return HoldsOut(holds=found, next=None)
    return HoldsOut(holds=found, next=last)


def _ids(source: str, rows: Sequence[Hold]) -> dict[int, str]:
    """The caller's id of each person, by the row a hold is on; of several the first they gave."""
    of = families({row.candidate_id for row in rows})
    ids, prefix = external_ids(of.values()), f"{source}:"
    theirs = {root: [one for one in each if one.startswith(prefix)] for root, each in ids.items()}
    return {
        pk: theirs[each.root.pk][0].removeprefix(prefix) for pk, each in of.items() if theirs[each.root.pk]
    }


def _out(row: Hold, name: str) -> HoldOut:
    return HoldOut(
        id=row.pk,
        candidate=name,
        kind=row.kind,  # type: ignore[arg-type]  # the model's choices
        cause=row.cause,
        reason=row.reason,
        since=row.since,
        held_at=row.held_at,
        released_at=row.released_at,
        release_reason=row.release_reason,
    )
