"""Holds: made once for what they stand on, released by a rule or a person, told to Pin's outreach at once.

A hold is on the person: those of everybody merged into them count. It stands on the row it came by, so that it goes
along when a merge is undone.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from pinlever.audit.services import Actor, record, record_many
from pinlever.foundation.clock import db_now
from pinlever.notices.models import Kind as Told
from pinlever.notices.services import announce_all
from pinlever.outreach.models import Hold
from pinlever.recruiting.cleaning import clean_text, without_invisible
from pinlever.recruiting.models import Candidate, Prospect
from pinlever.recruiting.outside import Ids, as_told, external_ids
from pinlever.recruiting.services import Family, families

LONGEST_REASON = 1_000
Key = tuple[int, str, str]


class NoReason(ValueError):
    """A hold is released, or made by hand, with a reason only."""


@dataclass(frozen=True)
class Wanted:
    """A hold to be made. `basis`: what it stands on; the person is held once for each cause and basis."""

    candidate: Candidate
    kind: str
    cause: str
    basis: str
    reason: str
    since: datetime


@dataclass(frozen=True)
class Held:
    """The hold, and whether it was made now. One that was released before stays released."""

    hold: Hold
    created: bool


def hold(
    *, by: Actor, candidate: Candidate, kind: str, cause: str, basis: str, reason: str, since: datetime
) -> Held:
    """Holds outreach to the person; once for the same cause and basis, released or not."""
    (held,) = hold_many(by=by, wanted=[Wanted(candidate, kind, cause, basis, reason, since)])
    return held


def hold_many(*, by: Actor, wanted: Sequence[Wanted]) -> list[Held]:
    """`hold` for many, in order, in a constant number of queries unless two do it at the same moment."""
    if not wanted:
        return []
    with transaction.atomic(savepoint=False):
        of = families({one.candidate.pk for one in wanted})
        now = db_now()
        rows = {_key(one, of): _row(by, one, now) for one in wanted}
        known = _known(rows, of)
        made = _store([row for key, row in rows.items() if key not in known])
        known = rows | known
        record_many(by=by, action="hold.created", subjects=[(row, _facts(row)) for row in made])
        if made:
            announce_all(Told.HOLD_CREATED, lambda: told_all(made, of))
    new = {row.pk for row in made}
    found = [known[_key(one, of)] for one in wanted]
    return [Held(row, row.pk in new) for row in found]


def hold_by_hand(*, by: Actor, candidate: Candidate, kind: str, reason: str, token: str) -> Held:
    """Somebody holds outreach to the person, once for each token. Raises NoReason."""
    said = _said(reason, "Say why outreach to them must not go on.")
    now = db_now()
    return hold(
        by=by,
        candidate=candidate,
        kind=kind,
        cause=Hold.Cause.BY_HAND,
        basis=f"hand:{token}",
        reason=said,
        since=now,
    )


def release(*, by: Actor, hold: Hold, reason: str) -> bool:
    """Lets outreach go on as far as this hold goes; False when it was released before. Raises NoReason."""
    said = _said(reason, "Say why outreach to them may go on.")
    with transaction.atomic():
        changes: dict[str, Any] = {
            "released_at": db_now(),
            "released_by": by.label[:200],
            "release_reason": said,
        }
        if not Hold.objects.filter(pk=hold.pk, released_at=None).update(**changes):
            return False
        for name, value in changes.items():
            setattr(hold, name, value)
        record(by=by, action="hold.released", subject=hold, after={"cause": hold.cause}, note=said)
        announce_all(Told.HOLD_RELEASED, lambda: told_all([hold]))
    return True


def standing(candidates: Collection[int]) -> dict[int, list[Hold]]:
    """Holds that stand, by the candidate row they are on, the strictest and newest first. One query.

    Give the rows of whole families: a hold on a row that was merged since is the person's.
    """
    rows = Hold.objects.filter(candidate__in=candidates, released_at=None)
    found: dict[int, list[Hold]] = defaultdict(list)
    for row in rows.order_by("-kind", "-held_at", "-pk"):
        found[row.candidate_id].append(row)
    return dict(found)


def told_all(holds: Sequence[Hold], of: dict[int, Family] | None = None) -> list[dict[str, Any]]:
    """The holds as other systems are told of them: people and jobs by the ids they gave, as "source:id"."""
    found = of or families({row.candidate_id for row in holds})
    members = {member for each in found.values() for member in each.ids}
    jobs: dict[int, set[str]] = defaultdict(set)
    prospects = Prospect.objects.filter(candidate__in=members)
    for candidate, job in prospects.values_list("candidate", "job__external_id"):
        jobs[candidate].add(job or "")
    ids = external_ids(found.values())
    return [_told(row, found[row.candidate_id], jobs, ids) for row in holds]


def _told(row: Hold, who: Family, jobs: dict[int, set[str]], ids: Ids) -> dict[str, Any]:
    return {
        "id": row.pk,
        "kind": row.kind,
        "cause": row.cause,
        "reason": row.reason,
        "since": row.since.isoformat(),
        "held_at": row.held_at.isoformat(),
        "released_at": row.released_at.isoformat() if row.released_at else None,
        "release_reason": row.release_reason,
        "candidate": as_told(who, ids),
        "jobs": sorted({job for member in who.ids for job in jobs.get(member, ())} - {""}),
    }


def _row(by: Actor, one: Wanted, now: datetime) -> Hold:
    return Hold(
        candidate=one.candidate,
        kind=one.kind,
        cause=one.cause,
        basis=one.basis[:200],
        reason=one.reason,
        since=one.since,
        held_at=now,
        held_by=by.label[:200],
    )


def _key(one: Wanted, of: dict[int, Family]) -> Key:
    return (of[one.candidate.pk].root.pk, one.cause, one.basis[:200])


def _known(rows: dict[Key, Hold], of: dict[int, Family]) -> dict[Key, Hold]:
    """Holds of these causes and bases that are there already, under the person's root: on whichever row they are."""
    root_of = {member: each.root.pk for each in of.values() for member in each.ids}
    bases = {basis for _, _, basis in rows}
    found = Hold.objects.filter(candidate__in=root_of, basis__in=bases)
    return {(root_of[row.candidate_id], row.cause, row.basis): row for row in found.order_by("-pk")}


def _store(rows: list[Hold]) -> list[Hold]:
    """The rows that were stored now. Where somebody else was quicker with one of them, one after the other."""
    if not rows:
        return []
    try:
        with transaction.atomic():
            return Hold.objects.bulk_create(rows, batch_size=100)
    except IntegrityError:
        return [row for row in rows if _store_one(row)]


def _store_one(row: Hold) -> bool:
    row.pk = None
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        same = {"candidate": row.candidate_id, "cause": row.cause, "basis": row.basis}
        row.pk = Hold.objects.values_list("pk", flat=True).get(**same)
        return False
    return True


def _facts(row: Hold) -> dict[str, Any]:
    return {"kind": row.kind, "cause": row.cause, "basis": row.basis, "reason": row.reason}


def _said(reason: str, missing: str) -> str:
    said = clean_text(reason, LONGEST_REASON)
    if not without_invisible(said).strip():
        raise NoReason(missing)
    return said
