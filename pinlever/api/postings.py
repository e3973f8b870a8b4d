"""Lever jobs that callers name: known, open, and visible to us, or a sentence that says which of it is not so."""

from pinlever.api.errors import ApiError
from pinlever.connection.accounts import home_account
from pinlever.connection.models import LeverAccount, Posting
from pinlever.sync.standing import OPEN_POSTINGS

FIELD = "lever_posting_id"
NO_ACCOUNT = (
    "No Lever account is connected yet, so there are no Lever jobs to choose from. "
    "A super admin connects one in the settings; until then leave lever_posting_id out."
)
UNKNOWN = "Lever lists no job {id!r}. Take the id from the job's address there, or wait until the list is read again."
NOT_OPEN = "The Lever job {name} is {state}. Choose one that is published or internal."
CONFIDENTIAL = "The Lever job {name} is confidential, and our credential may not see it. Choose another one."


def account_for_postings() -> LeverAccount:
    """Raises ApiError where Lever was never connected."""
    account = home_account()
    if account is None:
        raise ApiError(422, "not_connected", NO_ACCOUNT, FIELD)
    return account


def check_posting(account: LeverAccount, posting_id: str) -> None:
    """Raises ApiError for one that people could not be sent to."""
    row = Posting.objects.filter(account=account, lever_id=posting_id).first()
    if row is None:
        raise ApiError(422, "unknown_posting", UNKNOWN.format(id=posting_id), FIELD)
    if row.gone_at is not None or row.state not in OPEN_POSTINGS:
        state = "no longer listed by Lever" if row.gone_at else row.state
        raise ApiError(422, "posting_not_open", NOT_OPEN.format(name=row.text, state=state), FIELD)
    if row.is_confidential and not account.confidential_access:
        raise ApiError(422, "posting_confidential", CONFIDENTIAL.format(name=row.text), FIELD)
