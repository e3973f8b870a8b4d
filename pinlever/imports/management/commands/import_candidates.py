"""Imports a CSV file of people into a job, to the end, and says what became of its rows.

Exit codes: 0 all rows imported, or nothing wrong found in a dry run; 1 nothing imported; 3 rows were left out.
"""

import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from pinlever.accounts.models import User
from pinlever.audit.services import SYSTEM, Actor, record
from pinlever.imports.decoding import FileRefused
from pinlever.imports.models import Import
from pinlever.imports.reading import DELIMITER_NAMES, MAX_BYTES
from pinlever.imports.services import Checked, check_file, start_import
from pinlever.imports.working import work_import
from pinlever.recruiting.models import Job

PROBLEMS_SHOWN = 20
ROWS_LEFT_OUT = 3
LOOK_AGAIN = 0.5  # seconds, while another worker holds the import


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="the CSV file; - reads standard input")
        parser.add_argument("--job", required=True, help="title, id or external id of the job")
        parser.add_argument(
            "--create-job", action="store_true", help="make the job when there is none of this title"
        )
        parser.add_argument("--dry-run", action="store_true", help="check all rows, write nothing")
        parser.add_argument("--strict", action="store_true", help="import nothing when any row has a problem")
        parser.add_argument(
            "--fire-triggers", action="store_true", help="let these people fire the job's trigger"
        )
        parser.add_argument("--by", metavar="EMAIL", help="who imports; must be known here")
        parser.add_argument("--sourced-in-pin", action="store_true", help="the file is Pin's own export")

    def handle(self, *args: Any, **options: Any) -> None:
        by = _actor(options["by"])
        name, content = _read(options["file"])
        job = _find_job(options["job"]) or _new_job(by, options)
        try:
            checked = check_file(name=name, content=content, job=job)
        except FileRefused as refused:
            raise CommandError(str(refused)) from None
        self._say_checked(checked)
        if options["dry_run"] or checked.header_problems or (options["strict"] and checked.with_problems):
            self._stop(checked, is_dry_run=options["dry_run"])
            return
        if job.pk is None:
            job.save()
            record(by=by, action="job.created", subject=job, after={"title": job.title})
        self._import(by, checked, content, options)

    def _stop(self, checked: Checked, *, is_dry_run: bool) -> None:
        if checked.problems:
            wrong = (
                "Nothing was written."
                if is_dry_run
                else "Nothing was imported. Correct the file and try again."
            )
            raise CommandError(wrong, returncode=1)
        self.stdout.write("Nothing was written: this was a dry run.")

    def _import(self, by: Actor, checked: Checked, content: bytes, options: dict[str, Any]) -> None:
        started = time.monotonic()
        made = start_import(
            by=by,
            name=checked.file_name,
            content=content,
            job=checked.job,
            fires_triggers=options["fire_triggers"],
            source=Import.Source.PIN if options["sourced_in_pin"] else Import.Source.IMPORT,
        )
        _work_to_the_end(made)
        seconds = time.monotonic() - started
        told = {
            "done": "imported",
            "created": "new people",
            "joined": "joined with people known",
            "linked": "linked",
        }
        counts = ", ".join(f"{made.totals.get(name, 0):,} {words}" for name, words in told.items())
        self.stdout.write(f"Import {made.pk}: {counts}; {seconds:.1f} s.")
        if left_out := made.totals.get("problem", 0):
            self.stderr.write(f"{left_out:,} rows were left out; they are kept with the import.")
            sys.exit(ROWS_LEFT_OUT)

    def _say_checked(self, checked: Checked) -> None:
        table = checked.table
        self.stdout.write(
            f"{checked.file_name}: {table.encoding}, {DELIMITER_NAMES[table.delimiter]}-separated, "
            f"{len(table.rows):,} rows: {checked.ready:,} ready, {checked.with_problems:,} with problems, "
            f"{checked.joined:,} of people further up in the file."
        )
        for note in table.notes:
            self.stdout.write(note)
        if checked.unknown_headers:
            self.stdout.write(f"Columns kept but not used: {', '.join(checked.unknown_headers)}")
        problems = checked.problems
        for line in _in_columns(
            [(str(p.row), p.column, p.value, p.wrong, p.cure) for p in problems[:PROBLEMS_SHOWN]]
        ):
            self.stderr.write(line)
        if len(problems) > PROBLEMS_SHOWN:
            self.stderr.write(f"… and {len(problems) - PROBLEMS_SHOWN:,} more.")


def _actor(email: str | None) -> Actor:
    if not email:
        return SYSTEM
    user = User.objects.named(email)
    if user is None:
        raise CommandError(f"Nobody here has the address {email}. Give the address somebody signs in with.")
    return Actor.person(user)


def _read(file: str) -> tuple[str, bytes]:
    """The name and the bytes, not many more of them than are read at most."""
    try:
        if file == "-":
            return "standard input", sys.stdin.buffer.read(MAX_BYTES + 1)
        with Path(file).open("rb") as source:
            return Path(file).name, source.read(MAX_BYTES + 1)
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.") from None


def _find_job(named: str) -> Job | None:
    """By id, external id, then title in any case; several of one title are told apart by their ids."""
    named = named.strip()
    by_id = Job.objects.filter(pk=named).first() if named.isdecimal() and len(named) < 19 else None
    found = [by_id] if by_id else list(Job.objects.filter(external_id=named))
    found = found or list(Job.objects.filter(title__iexact=named).order_by("pk"))
    if len(found) > 1:
        ids = ", ".join(str(job.pk) for job in found)
        raise CommandError(f"{len(found)} jobs are called “{named}”. Name one by its id: {ids}.")
    return found[0] if found else None


def _new_job(by: Actor, options: dict[str, Any]) -> Job:
    """Not saved yet: a file that cannot be read makes no job."""
    title = options["job"].strip()
    if not options["create_job"]:
        raise CommandError(f"There is no job “{title}”. Correct the title, or add --create-job to make it.")
    return Job(title=title[:200])


def _work_to_the_end(made: Import) -> None:
    """Works every batch; when a worker has taken the import, waits for it."""
    while made.state != Import.State.DONE:
        if not work_import(made.pk):
            made.refresh_from_db()
            if made.state != Import.State.DONE:
                time.sleep(LOOK_AGAIN)
    made.refresh_from_db()


def _in_columns(rows: list[tuple[str, ...]]) -> list[str]:
    """Lines whose columns stand below each other, each column at most 40 characters wide; the cure is whole."""
    if not rows:
        return []
    table = [("row", "column", "value", "what is wrong", "cure"), *rows]
    widths = [min(40, max(len(row[place]) for row in table)) for place in range(4)]
    return [
        "  ".join(
            " ".join(cell.split())[:width].ljust(width) for cell, width in zip(row, widths, strict=False)
        )
        + f"  {row[4]}"
        for row in table
    ]
