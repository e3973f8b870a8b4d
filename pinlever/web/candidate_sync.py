"""The part of a candidate's page that moves: how each job of theirs stands with Lever, and how they look there."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pinlever.connection.accounts import home_account
from pinlever.connection.models import LeverAccount
from pinlever.recruiting.families import Family
from pinlever.recruiting.models import Prospect
from pinlever.sync.artefacts import Artefact, artefacts_of
from pinlever.sync.models import IN_LEVER_STATES
from pinlever.sync.presence import InLever, in_lever
from pinlever.sync.showing import shown
from pinlever.sync.steps import Step, steps_of
from pinlever.sync.surroundings import LeverStatus
from pinlever.web.candidate_rows import OnJob, name_of, on_jobs
from pinlever.web.holds import Holds, holds_of
from pinlever.web.pulse import pulse_of

TOLD_IN_STEPS = 5  # jobs of one person; of further ones the sentence says it all


@dataclass(frozen=True)
class Card:
    """One job's part of it."""

    on: OnJob
    steps: list[Step]
    artefacts: tuple[Artefact, ...] = ()


@dataclass(frozen=True)
class SyncCard:
    """All jobs, the most telling first. `elsewhere`: in Lever with this person's keys, and linked to nothing here."""

    who: Family
    cards: tuple[Card, ...]
    elsewhere: tuple[InLever, ...]
    holds: Holds
    pulse: str

    @property
    def logos(self) -> list[str]:
        urls = (card.on.explanation.lever_url for card in self.cards)
        return list(dict.fromkeys(url for url in urls if url))

    @property
    def seen(self) -> str:
        """Changes with what is told, but not with the passing of time alone."""
        told = [
            (
                card.on.explanation.state,
                card.on.explanation.sentence,
                [(step.state, step.told) for step in card.steps],
                _stands(card.on.explanation.status),
            )
            for card in self.cards
        ]
        told += [("hold", str(one.pk), [], ()) for one in self.holds.standing]
        told += [("there", one.contact_id, [], one.how) for one in self.elsewhere]
        return uuid.uuid5(uuid.NAMESPACE_OID, repr(told)).hex

    def context(self) -> dict[str, Any]:
        return {
            "person": self.who.root,
            "name": name_of(self.who),
            "cards": self.cards,
            "logos": self.logos,
            "elsewhere": self.elsewhere,
            "holds": self.holds,
            "is_moving": any(card.on.explanation.is_moving for card in self.cards),
            "seen": self.seen,
            "pulse": self.pulse,
        }


def sync_card(who: Family) -> SyncCard:
    """As everything stands now, and the pulse before it was read: what changes meanwhile is seen next time."""
    pulse = pulse_of(who)
    jobs = on_jobs([who])[who.root.pk]
    told = jobs[:TOLD_IN_STEPS]
    gets = artefacts_of([each.explanation.record for each in told if each.explanation.record])
    cards = tuple(
        Card(each, _steps(each) if place < TOLD_IN_STEPS else [], gets.get(_record_id(each), ()))
        for place, each in enumerate(jobs)
    )
    return SyncCard(who, cards, _elsewhere(home_account(), who, cards), holds_of(who), pulse)


def moved(card: SyncCard) -> dict[str, Any]:
    """The context for putting it in place of what the page shows, with all that hangs on it."""
    return {**card.context(), "looks": look([part.on.prospect for part in card.cards]), "swap": True}


def look(jobs: Sequence[Prospect], wanted: str = "") -> dict[str, Any]:
    """How the person will look in Lever for the job with the key `wanted`, else for the first."""
    account = home_account()
    if account is None or not jobs:
        return {}
    chosen = next((one for one in jobs if str(one.job.key) == wanted), jobs[0])
    rows = Prospect.objects.select_related("candidate", "job__owner", "sourcer")
    profile = shown(account, rows.get(pk=chosen.pk))
    return {"profile": profile, "prospect": chosen, "jobs": [one.job for one in jobs]}


def _stands(status: LeverStatus | None) -> tuple[object, ...]:
    return (
        (status.posting_id, status.stage, status.is_archived, status.is_gone, status.is_hidden)
        if status
        else ()
    )


def _record_id(on: OnJob) -> int:
    return on.explanation.record.pk if on.explanation.record else 0


def _steps(on: OnJob) -> list[Step]:
    return steps_of(on.explanation.record) if on.explanation.record else []


def _elsewhere(account: LeverAccount | None, who: Family, cards: Sequence[Card]) -> tuple[InLever, ...]:
    records = [card.on.explanation.record for card in cards]
    there = [one for one in records if one and (one.state in IN_LEVER_STATES or one.undone_at)]
    linked = {record.contact_id for record in there}
    return tuple(one for one in in_lever(account, [who])[who.root.pk] if one.contact_id not in linked)
