"""Moving an opportunity of ours along Lever's lead stages as outreach goes on: forward only, never over a human's move.

Every change of its stage so far has to be known as ours: the creation, and the moves made here. One that is not
ends our moving of this opportunity for good.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pinlever.connection import index
from pinlever.connection.gateway import lever_time
from pinlever.connection.models import LeverAccount, Stage, ToldBy
from pinlever.foundation.clock import db_now
from pinlever.foundation.failpoints import failpoint
from pinlever.lever.errors import NotFound
from pinlever.lever.types import Opportunity, StageChange, to_ms
from pinlever.sync.following import Done, Following, profile_gone
from pinlever.sync.models import FollowUp
from pinlever.sync.performing import performer_of
from pinlever.sync.timeline import REACHED_OUT, RESPONDED
from pinlever.sync.timeline_rules import rule_of

State = FollowUp.State
NEW = "lead-new"
# By Lever's id, else by what Lever calls it: ids of these have been seen in every account, but names are documented.
LEAD_STAGES = {NEW: "new lead", REACHED_OUT: "reached out", RESPONDED: "responded"}
SLACK = timedelta(seconds=5)  # between Lever's clock as we know it and as it is

SWITCHED_OFF = "The rule of the timeline says that stages stay as they are."
ARCHIVED = "They are archived in Lever; the stage stays as it is."
NO_STAGE = "Lever has no stage named {name}."
BY_OTHERS = "Somebody moved them in Lever; from then on the stage is theirs."
THERE = "They stand there, or further, already."
NOT_A_LEAD = "They are no lead any more; the stage stays as it is."


@dataclass(frozen=True)
class LeadStages:
    """Lever's ids of the lead stages we know, in their order."""

    ids: tuple[str, ...]
    by_name: dict[str, str]

    def place(self, stage_id: str) -> int | None:
        return self.ids.index(stage_id) if stage_id in self.ids else None


@dataclass(frozen=True)
class Move:
    """To be made now."""

    to: str


def write(following: Following) -> Done:
    """The handler of stage moves."""
    row, record = following.row, following.record
    stages = lead_stages(record.account)
    target = stages.by_name.get(row.key)
    if target is None:
        return Done(State.SKIPPED, NO_STAGE.format(name=LEAD_STAGES.get(row.key, row.key)), "no_stage")
    try:
        failpoint("stage.before_look")
        looked_at = db_now()
        there = _read(following, ToldBy.SYNC)
        if made := _made(row.payload, there) if following.is_unsettled else None:
            return _done(made, read_back=True)
        if following.is_unsettled and (end := following.look_again(looked_at)):
            return end
        if not rule_of(record.account_id).moves_stage:
            return Done(State.SKIPPED, SWITCHED_OFF, "switched_off")
        decided = decide(there, target, stages, known_moves(row.opportunity_id))
        return _move(following, there, decided) if isinstance(decided, Move) else decided
    except NotFound:
        return profile_gone()


def decide(
    there: Opportunity, target: str, stages: LeadStages, ours: Sequence[tuple[str, int]]
) -> Move | Done:
    """Whether it is moved. `ours`: stage and time (ms) of our earlier moves. Pure."""
    if there.archived is not None:
        return Done(State.SKIPPED, ARCHIVED, "archived")
    if _others(there.stage_changes, ours, stages):
        return Done(State.SKIPPED, BY_OTHERS, "moved_by_others")
    now, wanted = stages.place(there.stage_id or ""), stages.place(target)
    if now is None or wanted is None:
        return Done(State.SKIPPED, NOT_A_LEAD, "not_a_lead")
    return Move(target) if wanted > now else Done(State.SKIPPED, THERE, "there_already")


def is_ours(account: LeverAccount, opportunity_id: str, change: StageChange) -> bool:
    """Whether we moved the opportunity there: a move we know of, or one under way whose answer is still missing."""
    rows = FollowUp.objects.filter(
        kind=FollowUp.Kind.STAGE, record__account=account, opportunity_id=opportunity_id
    )
    if change.at is None:
        return False
    for row in rows:
        if row.result.get("stage") == change.stage_id and row.result.get("at") == to_ms(change.at):
            return True
        if row.over_at is not None and _is(row.payload, change):
            return True
    return False


def known_moves(opportunity_id: str) -> list[tuple[str, int]]:
    """Stage and time (ms) of the moves we made."""
    rows = FollowUp.objects.filter(kind=FollowUp.Kind.STAGE, opportunity_id=opportunity_id, state=State.DONE)
    return [(row.result["stage"], row.result["at"]) for row in rows if "at" in row.result]


def lead_stages(account: LeverAccount) -> LeadStages:
    """The account's own lead stages as the catalogue has them."""
    rows = list(Stage.objects.filter(account=account, gone_at=None).order_by("order"))
    by_name = {}
    for ours, name in LEAD_STAGES.items():
        by_id = next((row for row in rows if row.lever_id == ours), None)
        named = by_id or next((row for row in rows if row.text.strip().lower() == name), None)
        if named is not None:
            by_name[ours] = named.lever_id
    ids = tuple(row.lever_id for row in rows if row.lever_id in by_name.values())
    return LeadStages(ids, by_name)


def _read(following: Following, told_by: ToldBy) -> Opportunity:
    there = following.lever.opportunity(following.row.opportunity_id)
    index.upsert(following.record.account, [there], seen_at=db_now(), told_by=told_by)
    return there


def _others(changes: Sequence[StageChange], ours: Sequence[tuple[str, int]], stages: LeadStages) -> bool:
    """Whether any change is not known as ours. The first is the creation, which was ours, onto the first stage."""
    if not changes or changes[0].stage_id != stages.by_name.get(NEW, NEW):
        return True
    known = set(ours)
    return any(
        change.at is None or (change.stage_id, to_ms(change.at)) not in known for change in changes[1:]
    )


def _move(following: Following, there: Opportunity, move: Move) -> Done:
    record = following.record
    performer = performer_of(record)
    payload: dict[str, Any] = {
        "stage": move.to,
        "from": there.stage_id,
        "changes": len(there.stage_changes),
        "perform_as": performer,
        "sent_after": to_ms(lever_time(record.account_id, db_now()) - SLACK),
    }
    following.send(payload, lambda before: _put(following, payload, before))
    failpoint("stage.after_move")
    made = _made(payload, _read(following, ToldBy.OURS))
    if made is None:
        return Done(State.SKIPPED, BY_OTHERS, "moved_by_others")
    return _done(made)


def _put(following: Following, payload: dict[str, Any], send_before: float) -> None:
    following.lever.set_stage(
        following.row.opportunity_id,
        payload["stage"],
        perform_as=payload["perform_as"] or None,
        send_before=send_before,
    )


def _made(payload: dict[str, Any], there: Opportunity) -> StageChange | None:
    """The change that a sending with this payload made."""
    since = there.stage_changes[payload.get("changes", 0) :]
    return next((change for change in since if _is(payload, change)), None)


def _is(payload: dict[str, Any], change: StageChange) -> bool:
    return (
        change.stage_id == payload.get("stage")
        and change.at is not None
        and to_ms(change.at) >= payload.get("sent_after", 0)
        and change.user_id in (None, payload.get("perform_as") or None)
    )


def _done(made: StageChange, *, read_back: bool = False) -> Done:
    at: datetime | None = made.at
    result = {"stage": made.stage_id, "at": to_ms(at) if at else None, "read_back": read_back}
    return Done(State.DONE, result=result)
