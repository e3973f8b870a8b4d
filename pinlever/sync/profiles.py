"""Rows of a file that name a Lever profile: linked once that opportunity was found in the connected account."""

from pinlever.connection.models import KnownOpportunity
from pinlever.lever.errors import Forbidden
from pinlever.sync import causes
from pinlever.sync.matching import Look
from pinlever.sync.models import State, SyncRecord, Wish
from pinlever.sync.turn import End, EndsHere, Turn

UNKNOWN = "The file names Lever profile {id}, and the connected account has no such profile. Correct the row."
HIDDEN = "The file names Lever profile {id}, which Lever does not let us see; it may be confidential."


def find_named(turn: Turn, look: Look) -> None:
    """Finds the named opportunity and turns the wish into a link to its person; else EndsHere."""
    record = turn.record
    row = _known(record)
    if row is None:
        try:
            look.opportunity(record.wish_opportunity_id)
        except Forbidden:  # one confidential profile says nothing about what else we may do
            raise EndsHere(_failed(HIDDEN, record)) from None
        row = _known(record)
    if row is None:
        raise EndsHere(_failed(UNKNOWN, record))
    turn.prolong(wish=Wish.LINK, wish_contact_id=row.contact_id)


def _failed(sentence: str, record: SyncRecord) -> End:
    return End(State.FAILED, causes.UNKNOWN_PROFILE, sentence.format(id=record.wish_opportunity_id))


def _known(record: SyncRecord) -> KnownOpportunity | None:
    return KnownOpportunity.objects.filter(
        account_id=record.account_id, lever_id=record.wish_opportunity_id, deleted_at=None
    ).first()
