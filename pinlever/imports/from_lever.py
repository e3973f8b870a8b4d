"""People whom somebody chose in the index of Lever, into a job: the same rows, rules and links as a file from Lever.

They are linked with the profile that was chosen and never created again; no trigger fires. Each of Lever's values is
taken as far as it can be used; one that cannot is left out, since nobody can correct it here.
"""

import hashlib
from collections.abc import Iterable, Sequence

from django.db import transaction

from pinlever.audit.services import Actor, record
from pinlever.connection.models import KnownOpportunity, LeverAccount
from pinlever.connection.searching import candidacies
from pinlever.foundation.clock import db_now
from pinlever.imports.cells import CellProblem
from pinlever.imports.drafts import Draft
from pinlever.imports.headers import columns_of
from pinlever.imports.models import Import, ImportRow
from pinlever.imports.resource import PersonResource
from pinlever.imports.services import import_of
from pinlever.lever.types import Opportunity
from pinlever.recruiting.identity import linkedin_key
from pinlever.recruiting.models import Job
from pinlever.sync.services import NoAccount

MOST = 2_000  # people at a time
FIRST_ROW = 1
HEADER = ("Name", "Emails", "Phones", "LinkedIn URL", "Location", "Headline", "Lever profile")
MOST_VALUES = 50


class NobodyThere(ValueError):
    """None of those who were chosen can be added any more."""


def add_from_lever(*, by: Actor, account: LeverAccount | None, job: Job, chosen: Sequence[int]) -> Import:
    """An import of these rows of the index, ready to be worked; the same choice again goes on with the same one.

    Each person once, as the candidacy that comes first. Raises NoAccount, NobodyThere.
    """
    if account is None:
        raise NoAccount("Lever has never been connected. A super admin connects it in the settings.")
    known = _people(account, chosen)
    if not known:
        raise NobodyThere("Nobody of them is in Lever any more. Search again.")
    digest = hashlib.sha256("\n".join(sorted(one.lever_id for one in known)).encode()).hexdigest()
    columns, _ = columns_of(list(HEADER))
    wanted = {"sha256": digest, "job": job, "fires_triggers": False, "source": Import.Source.LEVER}
    facts = {
        "file_name": f"From Lever, {db_now():%-d %B %Y}",
        "encoding": "",
        "delimiter": "",
        "mapping": [{"header": column.header, "key": column.key} for column in columns],
    }
    with transaction.atomic():
        made = import_of(by, wanted, facts)
        if made.state == Import.State.STORING:
            _store(by, made, known)
    return made


def _people(account: LeverAccount, chosen: Sequence[int]) -> list[KnownOpportunity]:
    rows = candidacies(account, "").filter(pk__in=list(chosen)[:MOST])
    order = {pk: place for place, pk in enumerate(chosen)}
    found: dict[str, KnownOpportunity] = {}
    for row in sorted(rows, key=lambda row: order[row.pk]):
        found.setdefault(row.contact_id, row)
    return list(found.values())


def _store(by: Actor, made: Import, known: Sequence[KnownOpportunity]) -> None:
    reader = _Reader()
    ImportRow.objects.bulk_create(
        [
            ImportRow(
                of_import=made, number=number, values=reader.values(row), lever_profile=row.lever_id.lower()
            )
            for number, row in enumerate(known, FIRST_ROW)
        ],
        batch_size=500,
    )
    totals = {"rows": len(known), "ready": len(known), "problem": 0}
    made.state, made.totals = Import.State.WORKING, totals
    made.save(update_fields=["state", "totals"])
    record(
        by=by, action="import.started", subject=made, after={"job": made.job, "source": made.source, **totals}
    )


class _Reader:
    """What a row of the index says of its person, as cells that an import reads without complaint."""

    def __init__(self) -> None:
        self.resource = PersonResource()

    def values(self, row: KnownOpportunity) -> list[str]:
        told = Opportunity.parse(row.payload) if row.payload.get("id") else None
        if told is None:
            return [self._cell("name", row.name), "", "", "", "", "", row.lever_id]
        return [
            self._cell("name", told.name or row.name),
            self._list("emails", told.emails),
            self._list(
                "phones", (f"{one.value} ({one.type})" if one.type else one.value for one in told.phones)
            ),
            self._list("linkedin", filter(linkedin_key, told.links)),
            self._cell("location", told.location),
            self._cell("headline", told.headline),
            row.lever_id,
        ]

    def _cell(self, name: str, text: str) -> str:
        try:
            self.resource.fields[name].fill(Draft(), "", text, {})
        except CellProblem:
            return ""
        return text

    def _list(self, name: str, texts: Iterable[str]) -> str:
        usable = (text for text in texts if not set(text) & set(",;|\r\n") and self._cell(name, text))
        return "; ".join(dict.fromkeys(list(usable)[:MOST_VALUES]))
