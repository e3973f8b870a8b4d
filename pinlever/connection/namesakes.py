"""People in Lever of a name who have a company, or a phone number, of somebody: near matches, never matches.

One question for any number of people, answered from the index of names: one person among a million, a thousand at once.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from django.db import connection

from pinlever.connection.models import KnownKey, KnownOpportunity, LeverAccount
from pinlever.foundation.batches import batched
from pinlever.recruiting.cleaning import name_key

LONGEST_NAME = 300
AT_ONCE = 200  # in one statement
COMPANY, PHONE = "near_company", "near_phone"

_KNOWN, _HELD = KnownOpportunity._meta.db_table, KnownKey._meta.db_table
# CROSS JOIN keeps SQLite to this order of the tables, as in index.py. Neither names nor companies hold what LIKE reads
# as a pattern: they are letters, digits and spaces.
_ASKED = "WITH asked(kind, name, value) AS (VALUES {asked}) "
_ALIVE = "one.account_id = %s AND one.search_name = asked.name AND one.deleted_at IS NULL AND NOT one.is_anonymized"
_COLUMNS = "SELECT asked.name, asked.kind, asked.value, one.contact_id"
WHO = (
    f"{_ASKED} {_COLUMNS} FROM asked CROSS JOIN {_KNOWN} AS one "
    f"WHERE asked.kind = '{COMPANY}' AND {_ALIVE} AND one.companies LIKE '%%|' || asked.value || '|%%' "
    f"UNION {_COLUMNS} FROM asked CROSS JOIN {_HELD} AS held CROSS JOIN {_KNOWN} AS one "
    f"WHERE asked.kind = '{PHONE}' AND held.account_id = %s AND held.kind = 'phone' AND held.value = asked.value "
    f"AND one.id = held.opportunity_id AND {_ALIVE}"
)


class Near(NamedTuple):
    """What a near match is found by. `name` and a company's `value` are normalised, a phone's is E.164."""

    name: str
    kind: str
    value: str

    @property
    def key(self) -> tuple[str, str]:
        return self.kind, self.value


def near_keys(name: str, companies: Iterable[str], phones: Iterable[str]) -> tuple[Near, ...]:
    """What to look for. A first name alone is too common to say anything with a company."""
    known = name_key(name)[:LONGEST_NAME]
    if not known:
        return ()
    tells = " " in known or not known.isascii()
    found = [Near(known, COMPANY, company) for company in companies if tells]
    return (*found, *(Near(known, PHONE, phone) for phone in phones))


def namesakes(account: LeverAccount, asked: Iterable[Near]) -> dict[Near, set[str]]:
    """The contact ids of everybody of the name who has the company or the number, by what was asked."""
    found: dict[Near, set[str]] = defaultdict(set)
    for name, kind, value, contact_id in _rows(account, sorted(set(asked))):
        found[Near(name, kind, value)].add(contact_id)
    return found


def _rows(account: LeverAccount, asked: list[Near]) -> Iterable[tuple[str, str, str, str]]:
    for part in batched(asked, AT_ONCE):
        marks = ", ".join(["(%s, %s, %s)"] * len(part))
        values = [text for near in part for text in (near.kind, near.name, near.value)]
        with connection.cursor() as cursor:
            cursor.execute(WHO.format(asked=marks), [*values, *[account.pk] * 3])
            yield from cursor.fetchall()
