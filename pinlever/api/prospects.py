"""GET /prospects/{job}/{candidate}: where somebody stands on the way to Lever, and why."""

from django.http import HttpRequest
from ninja import Router

from pinlever.api.addressing import Missing, prospects_of
from pinlever.api.auth import token_behind
from pinlever.api.errors import ALWAYS, ApiError, ErrorOut
from pinlever.api.fields import Id
from pinlever.api.standing import Standing, standings

router = Router(tags=["Prospects"])


@router.get(
    "/prospects/{job_id}/{candidate_id}",
    operation_id="get_prospect",
    summary="Why is this person, or is not, in Lever?",
    response={200: Standing, ALWAYS | {404}: ErrorOut},
)
def get_prospect(request: HttpRequest, job_id: Id, candidate_id: Id) -> Standing:
    """The sync state with its reason in a sentence, what can be done about it, and the link to the profile in Lever."""
    pair = (job_id, candidate_id)
    found = prospects_of(token_behind(request).source, [pair])[pair]
    if isinstance(found, Missing):
        raise ApiError(404, found.code, found.message, f"{found.field}_id")
    return standings([pair], [found])[0]
