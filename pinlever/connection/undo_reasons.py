"""The archive reason by which PinLever takes people back: chosen by a super admin, else found by its name."""

import re

from django.db.models import QuerySet

from pinlever.connection.models import ArchiveReason, LeverAccount

# In this order: what says most plainly that nobody decided about the person.
BY_NAME = (
    re.compile(r"\b(mistake|in error|by error|erroneous|import error|added by accident)\b", re.IGNORECASE),
    re.compile(r"\b(withdrawn by (us|recruiter)|taken back|undone|not a candidate)\b", re.IGNORECASE),
    re.compile(r"\bduplicate\b", re.IGNORECASE),
)
HIRED = "hired"


def choices(account: LeverAccount) -> QuerySet[ArchiveReason]:
    """The reasons that can be chosen: those Lever uses still, but none that says somebody was hired."""
    rows = ArchiveReason.objects.filter(account=account, is_active=True, gone_at=None)
    return rows.exclude(kind=HIRED).order_by("text", "lever_id")


def reason_of(account: LeverAccount) -> ArchiveReason | None:
    """The chosen one; where none was chosen the one whose name says it; None: somebody has to choose."""
    chosen: str = LeverAccount.objects.values_list("undo_reason_id", flat=True).get(pk=account.pk)
    if chosen:
        return choices(account).filter(lever_id=chosen).first()
    named = list(choices(account))
    return next((one for pattern in BY_NAME for one in named if pattern.search(one.text)), None)
