"""Every error the product can meet, in one place: docs/causes.md is written from it, and tests hold it complete."""

from pinlever.connection import cures as connecting
from pinlever.foundation.remedies import Cause, Chapter
from pinlever.imports import cures as importing
from pinlever.inbound import cures as deliveries
from pinlever.notices import cures as endpoints
from pinlever.sync import causes, cures as records, followup_cures, undo_cures

HEAD = """# Causes

Whatever can go wrong has a code for grouping and for the API, a title, and a cure. Sync activity groups by these
titles; the same sentence and the same button stand on the candidate's page, in lists, in the API and in the
administration.

What Lever says without our knowing its cure is shown word for word, and grouped by what it said: names, addresses,
numbers and ids are left out for that, so that the same refusal of a hundred people is one group.

The API answers errors of its own in one shape, told in [api.md](api.md). This page is written by
`python manage.py causes --write`; a test compares them.
"""


def chapters() -> tuple[Chapter, ...]:
    """In the order of the documentation."""
    return (
        *records.CHAPTERS,
        *followup_cures.CHAPTERS,
        *undo_cures.CHAPTERS,
        *connecting.CHAPTERS,
        *deliveries.CHAPTERS,
        *endpoints.CHAPTERS,
        *importing.CHAPTERS,
    )


def every_cause() -> tuple[Cause, ...]:
    """All of them."""
    return tuple(cause for chapter in chapters() for cause in chapter.causes)


def document() -> str:
    """docs/causes.md."""
    parts = [HEAD]
    for chapter in chapters():
        parts.append(f"## {chapter.title}\n\n{chapter.about}\n")
        parts += [_told(cause) for cause in chapter.causes]
    return "\n".join(parts)


def _told(cause: Cause) -> str:
    code = f"{cause.code}_<status>" if cause.code == causes.REJECTED else cause.code
    lines = [
        f"### {cause.title}\n",
        f"`{code}`\n",
        f"**What it means.** {cause.means}\n",
        f"**What to do.** {cause.cure}\n",
    ]
    if cause.action.label:
        who = " (super admins)" if cause.action.needs_super_admin else ""
        lines.append(f"**Button.** {cause.action.label}{who}\n")
    return "\n".join(lines)
