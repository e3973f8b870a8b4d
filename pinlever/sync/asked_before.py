"""Whom a change of the rules for duplicates concerns, in numbers, for whoever changes them."""

from dataclasses import dataclass

from django.db.models import Count, Q

from pinlever.connection.models import LeverAccount
from pinlever.sync.models import WORKABLE, Question, State, SyncRecord

BY_RULE = tuple(f"ask_{kind}" for kind in (Question.Kind.DOUBT, Question.Kind.MATCH, Question.Kind.NEAR))


@dataclass(frozen=True)
class Concerned:
    """`waiting` are decided on by the rule as it is now; `asked` was asked about by a rule before."""

    waiting: int
    asked: int


def concerned(account: LeverAccount) -> Concerned:
    """One query, by the index of states."""
    rows = SyncRecord.objects.filter(account=account, state__in=(*WORKABLE, State.HELD, State.NEEDS_YOU))
    asks = Q(state=State.NEEDS_YOU)
    found = rows.aggregate(
        waiting=Count("id", filter=~asks), asked=Count("id", filter=asks & Q(cause__in=BY_RULE))
    )
    return Concerned(found["waiting"], found["asked"])
