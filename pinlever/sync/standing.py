"""What has to stand before anything is written to Lever: who acts there, and a posting that takes people."""

from pinlever.connection.catalogue import Performer, find_performer
from pinlever.connection.models import LeverAccount, Posting
from pinlever.sync import causes
from pinlever.sync.models import State
from pinlever.sync.subject import Subject
from pinlever.sync.turn import End, EndsHere

OPEN_POSTINGS = frozenset({"published", "internal"})
NO_USER = (
    "Lever wants to know who adds a person, and no Lever user was found: not the sourcer, not the job's owner, "
    "and no default user is set. Choose a default user."
)
CONFIDENTIAL = (
    "The Lever job {name} is confidential, and our credential may not see it. Choose another Lever job."
)
POSTING_GONE = "The Lever job {name} is {state}. Choose another Lever job."


def performer_for(account: LeverAccount, subject: Subject) -> Performer:
    """The Lever user who acts for the sourcer. Raises EndsHere where there is none."""
    prospect = subject.prospect
    sourcers = [prospect.sourcer.email if prospect.sourcer else "", prospect.sourcer_email]
    owner = prospect.job.owner.email if prospect.job.owner else ""
    found = find_performer(
        account, sourcer_emails=[email for email in sourcers if email], job_owner_email=owner
    )
    if found is None:
        raise EndsHere(End(State.FAILED, causes.NO_LEVER_USER, NO_USER))
    return found


def check_posting(account: LeverAccount, posting_id: str) -> None:
    """Raises EndsHere for a closed posting. One we have never heard of is left to Lever's own judgement."""
    row = Posting.objects.filter(account=account, lever_id=posting_id).first() if posting_id else None
    if row is None:
        return
    if row.is_confidential and not account.confidential_access:
        raise EndsHere(End(State.FAILED, causes.POSTING_CONFIDENTIAL, CONFIDENTIAL.format(name=row.text)))
    if row.gone_at is None and row.state in OPEN_POSTINGS:
        return
    state = "no longer to be found" if row.gone_at else row.state
    raise EndsHere(End(State.FAILED, causes.POSTING_GONE, POSTING_GONE.format(name=row.text, state=state)))
