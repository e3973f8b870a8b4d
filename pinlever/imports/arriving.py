"""One row's person into Pin: candidate, prospect, and the link to the Lever profile the row names.

Everything a row brings is one transaction with the row's own state, so a crash at any moment repeats nothing.
"""

from dataclasses import dataclass

from django.db import transaction

from pinlever.accounts.models import User
from pinlever.audit.services import Actor
from pinlever.imports.drafts import Draft, facts_of
from pinlever.imports.lever_people import SOURCE as LEVER
from pinlever.imports.models import Import
from pinlever.outreach import services as outreach
from pinlever.recruiting.models import Candidate, Job, Prospect, SourcedVia
from pinlever.sync import services as sync

WAITS = "Linked with its Lever profile once Lever is connected."


@dataclass(frozen=True, slots=True)
class Brought:
    candidate: Candidate
    prospect: Prospect
    created: bool
    note: str = ""


class Sourcers:
    """Who the addresses in `Sourced by` are, each looked up once."""

    def __init__(self) -> None:
        self._known: dict[str, User | None] = {}

    def named(self, email: str) -> User | None:
        key = email.casefold()
        if key not in self._known:
            self._known[key] = User.objects.named(email)
        return self._known[key]


def sourced_via(draft: Draft, source: str) -> str:
    """Who is in Pin's own export was sourced in Pin, whether or not they are in Lever by now."""
    if source == Import.Source.PIN:
        return SourcedVia.PIN
    return SourcedVia.LEVER if draft.lever_profile else SourcedVia.IMPORT


@transaction.atomic(savepoint=False)  # within the row's own transaction; all of it or nothing
def bring_in(
    *, by: Actor, draft: Draft, job: Job, source: str, quiet: bool, origin: str, sourcers: Sourcers
) -> Brought:
    """Adds the person to the job, or joins them with whom they are already. A repeat changes nothing."""
    arrived = outreach.person_arrived(
        by=by,
        facts=facts_of(draft, sourced_via=sourced_via(draft, source), source=source),
        source=LEVER if draft.lever_profile else source,
        external_id=draft.lever_profile,
        job=job,
        sourcer=sourcers.named(draft.sourced_by),
        sourcer_email=draft.sourced_by,
        sourcing_tag=draft.sourcing_tag,
        score=draft.score,
        quiet=quiet,
    )
    assert arrived.prospect is not None  # a job was given
    note = link(by, arrived.prospect, draft.lever_profile, origin) if draft.lever_profile else ""
    return Brought(arrived.candidate, arrived.prospect, arrived.created, note)


def link(by: Actor, prospect: Prospect, profile: str, origin: str) -> str:
    """Asks for the link to the Lever profile; else says what it waits for."""
    try:
        sync.link_from_file(by=by, prospect=prospect, profile=profile, origin=origin)
    except sync.NoAccount:
        return WAITS
    return ""
