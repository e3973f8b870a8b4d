"""POST /exports: people who are to go to Lever now, whatever their job's rule."""

from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from pinlever.api.addressing import Missing, Pair, prospects_of
from pinlever.api.again import settled
from pinlever.api.auth import token_behind
from pinlever.api.errors import ALWAYS, ApiError, ErrorOut, Problem
from pinlever.api.fields import Id, PostingId, Told
from pinlever.api.models import ApiToken
from pinlever.api.postings import account_for_postings, check_posting
from pinlever.api.standing import Standing, standings
from pinlever.api.tokens import caller
from pinlever.recruiting.models import Prospect
from pinlever.sync.models import NO_POSTING, WORKABLE, Wish
from pinlever.sync.services import NotPossible, export

router = Router(tags=["Exports"])

MOST = 200
WISHES = {"by_rule": Wish.BY_RULE, "add": Wish.ADD}


class ExportIn(Told):
    job: Id
    candidates: Annotated[list[Id], Field(min_length=1, max_length=MOST)]
    lever_posting_id: PostingId | None = Field(
        default=None, description="Another Lever job than the job's own."
    )
    wish: Literal["by_rule", "add"] = Field(
        "by_rule",
        description="add: somebody who is in Lever already gets one more opportunity, on this Lever job.",
    )


class ExportOne(Schema):
    """What became of one person. `queued`: on the way. `unchanged`: stays as they are, and `prospect` says why."""

    candidate: str
    result: Literal["queued", "unchanged", "error"]
    prospect: Standing | None
    error: Problem | None


class ExportOut(Schema):
    queued: int
    results: list[ExportOne] = Field(description="In the order of the request.")


@router.post(
    "/exports",
    operation_id="export",
    summary="Send people to Lever now",
    response={200: ExportOut, ALWAYS | {409}: ErrorOut},
)
def post_exports(request: HttpRequest, body: ExportIn) -> ExportOut:
    """Queues the people; GET /prospects/{job}/{candidate} tells what comes of it. A repeat makes nobody twice."""
    token = token_behind(request)
    if body.lever_posting_id:
        check_posting(account_for_postings(), body.lever_posting_id)
    pairs = [(body.job, candidate) for candidate in body.candidates]
    found = prospects_of(token.source, pairs)
    known = {pair: row for pair, row in found.items() if isinstance(row, Prospect)}
    if known:
        try:
            settled(lambda: _export(token, known, body))
        except NotPossible as why:
            raise ApiError(409, "not_possible", str(why)) from why
    told = dict(zip(known, standings(list(known), list(known.values())), strict=True))
    results = [_result(pair, found[pair], told) for pair in pairs]
    return ExportOut(queued=sum(one.result == "queued" for one in results), results=results)


def _export(token: ApiToken, known: dict[Pair, Prospect], body: ExportIn) -> None:
    export(
        by=caller(token),
        prospects=known.values(),
        origin=f"export by {token.name}"[:120],
        wish=WISHES[body.wish],
        posting_id=NO_POSTING if body.lever_posting_id == "" else body.lever_posting_id or "",
    )


def _result(pair: Pair, row: Prospect | Missing, told: dict[Pair, Standing]) -> ExportOne:
    if isinstance(row, Missing):
        error = Problem(code=row.code, message=row.message, field=row.field)
        return ExportOne(candidate=pair[1], result="error", prospect=None, error=error)
    standing = told[pair]
    result: Literal["queued", "unchanged"] = "queued" if standing.state in WORKABLE else "unchanged"
    return ExportOne(candidate=pair[1], result=result, prospect=standing, error=None)
