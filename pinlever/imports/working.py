"""Working an import: one batch of rows for one worker at a time, a few rows in each transaction.

A row is done in the same transaction that adds its person: after a crash the next worker goes on where the
last commit ended, and a worker that was suspended past its lease finds its rows already done.
"""

import logging
from collections.abc import Iterable, Sequence
from contextlib import suppress

from django.db import DatabaseError, InterfaceError, OperationalError, transaction
from django.db.models import Count, Q, QuerySet

from pinlever.audit.services import Actor, record
from pinlever.foundation.batches import batched
from pinlever.foundation.clock import db_now
from pinlever.foundation.failpoints import failpoint
from pinlever.foundation.leases import Lease, LeaseLost, claim_first, release
from pinlever.imports.arriving import WAITS, Sourcers, bring_in, link
from pinlever.imports.checking import Problem, check_row
from pinlever.imports.headers import Column
from pinlever.imports.lever_people import remember_owner
from pinlever.imports.models import Import, ImportRow
from pinlever.imports.reading import SourceRow
from pinlever.imports.resource import PersonResource

log = logging.getLogger(__name__)

BATCH = 200
TOGETHER = 20  # rows a transaction: twice as quick as one each, and other writers of SQLite wait a quarter of a second
LEASE = 90.0  # seconds; a batch takes a few
WORK_FOR = 20.0  # no row is begun later: short tasks let the cluster be stopped, and leave much of the lease
MOST_DEATHS = 5


def work_import(import_id: int) -> bool:
    """Works one batch and says whether there is more. False as well while another worker holds the import."""
    working = Import.objects.filter(pk=import_id, state=Import.State.WORKING).select_related("job")
    claimed = claim_first(working, seconds=LEASE)
    if claimed is None:
        return False
    batch = _Batch(*claimed)
    try:
        return batch.run()
    except LeaseLost:
        return False  # this worker was suspended; the one that took over goes on
    except (OperationalError, InterfaceError):
        with suppress(DatabaseError, LeaseLost):
            release(batch.of, batch.lease)  # an absent database is no death: it must not count against a row
        raise


class _Batch:
    """The claimed import and what its rows have in common."""

    def __init__(self, of: Import, lease: Lease) -> None:
        self.of, self.lease = of, lease
        self.by = Actor.who_began(of)
        self.columns = columns_from(of.mapping)
        self.resource, self.sourcers = PersonResource(), Sourcers()

    def run(self) -> bool:
        self.leave_out_what_kills()
        # After a death each row is a transaction of its own: whoever it was on, the first row left tells.
        together = TOGETHER if self.of.claims_unended == 1 else 1
        ids = list(self._ready().order_by("number").values_list("pk", flat=True)[:BATCH])
        for some in batched(ids, together):
            if self.lease.left() < LEASE - WORK_FOR:
                break
            self.work(some)
            failpoint("imports.rows_done")
        return self.end()

    def leave_out_what_kills(self) -> None:
        """Rows are done in order, so the first one left is the one on which workers died."""
        if self.of.claims_unended <= MOST_DEATHS:
            return
        if row := self._ready().order_by("number").first():
            wrong = f"Workers died {MOST_DEATHS} times while they worked on this row"
            _refuse(row, [_problem(row, wrong, "Look at its cells, or add this person by hand.")])

    def work(self, ids: Sequence[int]) -> None:
        """Adds the rows' people in one transaction; where that fails, each in one of its own.

        What fails then is that row's problem and keeps nobody else waiting.
        """
        try:
            self._remember_owners(ids)
            with transaction.atomic():
                # Locked: a worker that was taken for dead and the one that took over do not both do them.
                for row in self._rows(ids).select_for_update().order_by("number"):
                    self._add(row)
        except Exception as fault:  # one row must not stop the others, whatever it meets
            if len(ids) > 1:
                for one in ids:
                    self.work([one])
            else:
                self._failed(ids[0], fault)

    def _remember_owners(self, ids: Sequence[int]) -> None:
        for profile in self._rows(ids).exclude(lever_profile="").values_list("lever_profile", flat=True):
            remember_owner(profile)

    def _failed(self, row_id: int, fault: Exception) -> None:
        """Names, keeps and logs the fault, unless it is the database's: then all rows are tried again later."""
        if isinstance(fault, OperationalError | InterfaceError):
            raise fault
        row = ImportRow.objects.get(pk=row_id)
        log.error("Row %s of import %s could not be added", row.number, self.of.pk, exc_info=fault)
        wrong = "This person could not be added because of a fault in PinLever"
        _refuse(row, [_problem(row, wrong, "Tell your super admin.")])

    def _add(self, row: ImportRow) -> None:
        draft, problems = check_row(self.resource, SourceRow(row.number, tuple(row.values)), self.columns)
        if draft is None:
            _refuse(row, problems)
            return
        brought = bring_in(
            by=self.by,
            draft=draft,
            job=self.of.job,
            source=self.of.source,
            quiet=not self.of.fires_triggers,
            origin=origin_of(self.of),
            sourcers=self.sourcers,
        )
        failpoint("imports.row_before_done")
        self._rows([row.pk]).update(
            state=ImportRow.State.DONE,
            candidate=brought.candidate,
            prospect=brought.prospect,
            created_person=brought.created,
            note=" ".join(filter(None, (row.note, brought.note)))[:300],
        )

    def end(self) -> bool:
        """Gives the import back, with its totals; done when no row is left. Says whether there is more."""
        more = self._ready().exists()
        totals = totals_of(self.of)
        with transaction.atomic():
            if more:
                release(self.of, self.lease, totals=totals)
            else:
                done = {"state": Import.State.DONE, "finished_at": db_now()}
                release(self.of, self.lease, totals=totals, **done)
                record(by=self.by, action="import.finished", subject=self.of, after=totals)
        return more

    def _rows(self, ids: Sequence[int]) -> QuerySet[ImportRow]:
        return self._ready().filter(pk__in=ids)

    def _ready(self) -> QuerySet[ImportRow]:
        return ImportRow.objects.filter(of_import=self.of, state=ImportRow.State.READY)


def columns_from(mapping: Sequence[dict[str, str]]) -> tuple[Column, ...]:
    """The columns as they were understood when the file was stored."""
    return tuple(Column(index, each["header"], each["key"], True) for index, each in enumerate(mapping))


def origin_of(of: Import) -> str:
    """What its records say they come from."""
    return f"{'from Lever' if of.source == Import.Source.LEVER else 'import'} {of.pk}"


def totals_of(of: Import) -> dict[str, int]:
    """Rows by state, and what became of the people."""
    counts = ImportRow.objects.filter(of_import=of).aggregate(
        rows=Count("pk"),
        created=Count("pk", filter=Q(created_person=True)),
        linked=Count("pk", filter=Q(state=ImportRow.State.DONE) & ~Q(lever_profile="")),
        **{str(state.value): Count("pk", filter=Q(state=state)) for state in ImportRow.State},
    )
    return {**counts, "joined": counts["done"] - counts["created"]}


def _problem(row: ImportRow, wrong: str, cure: str) -> Problem:
    return Problem(row.number, "", "", wrong, cure)


def _refuse(row: ImportRow, problems: Iterable[Problem]) -> None:
    ready = ImportRow.objects.filter(pk=row.pk, state=ImportRow.State.READY)
    ready.update(state=ImportRow.State.PROBLEM, problems=[problem.to_json() for problem in problems])


def link_waiting(most: int = BATCH) -> int:
    """Asks for the links of rows that were imported before Lever was connected; says for how many rows."""
    waiting = ImportRow.objects.filter(
        ~Q(lever_profile=""), state=ImportRow.State.DONE, prospect__isnull=False, prospect__sync_records=None
    )
    linked = 0
    for row in waiting.select_related("prospect", "of_import").order_by("pk")[:most]:
        of, prospect = row.of_import, row.prospect
        by = Actor.who_began(of)
        if prospect is None or link(by, prospect, row.lever_profile, origin_of(of)):
            break  # still not connected
        ImportRow.objects.filter(pk=row.pk).update(note=row.note.replace(WAITS, "").strip())
        linked += 1
    return linked
