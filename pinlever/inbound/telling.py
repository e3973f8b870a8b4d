"""Telling of a changed status: the record's history here, and other systems by an announcement.

Of a confidential candidacy that is not ours nothing is told.
"""

from typing import Any

from pinlever.audit.services import LEVER, record as audit
from pinlever.connection.models import ArchiveReason, LeverUser, Stage, ToldBy
from pinlever.connection.names import names_of, posting_names
from pinlever.connection.standing import Standing
from pinlever.inbound.change import STATUS, Change
from pinlever.notices.models import Kind
from pinlever.notices.services import announce_all
from pinlever.recruiting.families import Family, families
from pinlever.recruiting.outside import Ids, as_told, external_ids
from pinlever.sync.models import SyncRecord


def tell(change: Change) -> None:
    """Call it in the transaction that marks the change as worked off: it is told exactly once."""
    if not change.is_status or change.is_our_creation:
        return
    for record in change.own_records:
        _audit(change, record)
    linked = change.records or change.own_records
    if not linked or (change.row.is_confidential and not change.own_records):
        return
    announce_all(Kind.STATUS_CHANGED, lambda: _announcements(change, linked))


def _audit(change: Change, record: SyncRecord) -> None:
    differs = [name for name in STATUS if change.before.get(name) != change.after[name]]
    words = _Words(change)
    audit(
        by=LEVER,
        action="lever.status_changed",
        subject=record,
        before={name: change.before.get(name) for name in differs},
        after={name: change.after[name] for name in differs},
        note=words.sentence(change),
    )


def _announcements(change: Change, linked: list[SyncRecord]) -> list[dict[str, Any]]:
    """One for each of our people."""
    of = families({one.prospect.candidate_id for one in linked})
    people = {each.root.pk: each for each in of.values()}
    ids = external_ids(people.values())
    words = _Words(change)
    return [_told(change, each, linked, ids, words) for each in people.values()]


def _told(change: Change, who: Family, linked: list[SyncRecord], ids: Ids, words: "_Words") -> dict[str, Any]:
    row = change.row
    theirs = [one for one in linked if one.prospect.candidate_id in who.ids]
    jobs = {one.prospect.job.external_id for one in theirs if one.opportunity_id == row.lever_id}
    return {
        "candidate": as_told(who, ids),
        "jobs": sorted(one for one in jobs if one),
        "opportunity": row.lever_id,
        "contact": row.contact_id,
        "lever_url": row.url,
        "before": words.told(change.before) if change.before else None,
        "after": words.told(change.after),
        "moved_by": words.moved_by(change),
        "changed_at": _changed_at(change),
        "heard_at": row.unheard_at.isoformat() if row.unheard_at else None,
        "told_by": row.told_by or ToldBy.POLL,
    }


def _changed_at(change: Change) -> str | None:
    """By Lever's own times, as far as it gives one for what has changed."""
    row, last = change.row, change.opportunity.stage_changes[-1:]
    at = row.deleted_at
    if at is None and change.before.get("archived_at") != change.after["archived_at"]:
        at = row.archived_at
    if at is None and last and change.before.get("stage") != row.stage_id:
        at = last[0].at
    at = at or row.changed_at
    return at.isoformat() if at else None


class _Words:
    """Names of what a change refers to, before and after. Four queries."""

    def __init__(self, change: Change) -> None:
        both = (change.before, change.after)
        account = change.account
        self.stages = names_of(Stage, account, {one.get("stage") for one in both})
        self.reasons = names_of(ArchiveReason, account, {one.get("reason") for one in both})
        self.postings = posting_names(account, {one.get("posting") for one in both})
        last = change.opportunity.stage_changes[-1:]
        self.mover = last[0].user_id if last else None
        self.users = names_of(LeverUser, account, {self.mover})

    def told(self, standing: Standing) -> dict[str, Any]:
        """As others are told of it."""
        return {
            "stage": self._named(self.stages, standing.get("stage")),
            "archived_at": standing.get("archived_at"),
            "archive_reason": self._named(self.reasons, standing.get("reason")),
            "posting": self._named(self.postings, standing.get("posting")),
            "contact_allowed": standing.get("contact_allowed"),
            "is_deleted": bool(standing.get("deleted")),
        }

    def moved_by(self, change: Change) -> dict[str, str] | None:
        """Who moved the stage, where it is the stage that changed."""
        if not change.before or change.before.get("stage") == change.after["stage"]:
            return None
        return self._named(self.users, self.mover)

    def sentence(self, change: Change) -> str:
        """For the record's history."""
        before, after = change.before, change.after
        said = []
        if after["deleted"] and not before.get("deleted"):
            said.append("Deleted in Lever.")
        if before.get("stage") != after["stage"] and after["stage"]:
            by = self.users.get(self.mover or "", "") if before else ""
            said.append(f"Stage: {self._stage(before)}{self._stage_name(after)}{f', by {by}' if by else ''}.")
        if before.get("archived_at") != after["archived_at"]:
            reason = self.reasons.get(after["reason"], "")
            archived = f"Archived{f' as {reason}' if reason else ''}."
            said.append(archived if after["archived_at"] else "No longer archived.")
        if before.get("posting") != after["posting"] and after["posting"]:
            said.append(f"On the Lever job {self.postings.get(after['posting'], after['posting'])}.")
        if before.get("contact_allowed") != after["contact_allowed"]:
            denied = after["contact_allowed"] is False
            said.append("Not to be contacted." if denied else "May be contacted.")
        return " ".join(said)

    def _stage(self, before: Standing) -> str:
        return f"{self._stage_name(before)} → " if before.get("stage") else ""

    def _stage_name(self, standing: Standing) -> str:
        id = str(standing["stage"])
        return self.stages.get(id, id)

    @staticmethod
    def _named(names: dict[str, str], id: str | None) -> dict[str, str] | None:
        return {"id": id, "name": names.get(id, "")} if id else None
