"""How many people in outreach stand where in Lever, for the page of the rules: by presences, a sweep old at most.

Confidential candidacies are not counted: a number could tell of them.
"""

from typing import Any, Final

from django.db import connection

from pinlever.connection.models import KnownOpportunity, LeverAccount
from pinlever.inbound.models import StatusRule
from pinlever.recruiting.models import Prospect
from pinlever.sync.models import Presence

Of = StatusRule.Of
_STANDS: Final = (
    "SELECT {what}, COUNT(DISTINCT there.root_id) "  # noqa: S608
    f"FROM {Presence._meta.db_table} AS there "
    f"JOIN {KnownOpportunity._meta.db_table} AS known "
    "ON known.account_id = there.account_id AND known.contact_id = there.contact_id "
    "WHERE there.account_id = %s AND known.deleted_at IS NULL "
    "AND known.is_anonymized = %s AND known.is_confidential = %s AND {which} "
    f"AND EXISTS (SELECT 1 FROM {Prospect._meta.db_table} AS sourced "
    "WHERE sourced.candidate_id = there.candidate_id AND sourced.outreach_stage <> %s) GROUP BY 1"
)
_WHERE: Final = {
    Of.STAGE: ("known.stage_id", "known.archived_at IS NULL"),
    Of.REASON: ("known.archive_reason_id", "known.archived_at IS NOT NULL"),
    Of.NO_CONTACT: ("''", "known.contact_allowed = %s"),
}


def in_outreach(account: LeverAccount) -> dict[tuple[str, str], int]:
    """By what a rule is of and Lever's id of it; where nobody is, nothing. Three queries."""
    found: dict[tuple[str, str], int] = {}
    for of in _WHERE:
        found |= {(of, str(lever_id)): count for lever_id, count in _count(account, of)}
    return found


def _count(account: LeverAccount, of: Of) -> list[tuple[Any, int]]:
    what, which = _WHERE[of]
    values: list[Any] = [account.pk, False, False]
    if of == Of.NO_CONTACT:
        values.append(False)
    with connection.cursor() as cursor:
        cursor.execute(_STANDS.format(what=what, which=which), [*values, Prospect.Stage.SOURCED])
        return list(cursor.fetchall())
