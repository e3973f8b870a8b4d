"""At the end of a turn: what came of a person against what the plan of their export said.

The sentence goes to the record and to the person's row of that export, in the turn's own transaction. What the plan
said nothing about (people a rule sent) is compared with nothing.
"""

import logging
from collections.abc import Callable
from dataclasses import replace

from pinlever.connection.models import Posting
from pinlever.sync import causes, snapshots
from pinlever.sync.differences import Came, difference
from pinlever.sync.models import ExportItem, State
from pinlever.sync.outcomes import Kind, kind_of
from pinlever.sync.plan import decide
from pinlever.sync.turn import End, Turn

LONGEST = 1000
ASKED = (Kind.ASK, Kind.HELD)  # came out as planned, they are over: an answer or a release is no difference

log = logging.getLogger(__name__)


def compared(turn: Turn, end: End) -> End:
    """The end with the comparison in it; as it is where there is nothing to compare."""
    try:
        return _compared(turn, end)
    except Exception:  # what is at Lever by now has to be written down, whatever is wrong with a comparison
        log.exception("The plan of record %s", turn.record.pk)
        return end


def _compared(turn: Turn, end: End) -> End:
    kind = _kind(turn, end)
    if kind is None or not turn.record.origin.startswith("export "):
        return end
    item = _item(turn)
    if item is None or _is_over(item, turn, kind):
        return end
    came = Came(
        kind,
        turn.facts,
        end.cause,
        end.reason,
        turn.told_live,
        was_deduped=bool(end.columns.get("was_deduped")) and not end.note.get("former_contact"),
    )
    then = snapshots.read(item.facts or {})
    told = difference(Kind(item.planned), then, came, posting=lambda one: _named(turn, one))[:LONGEST]

    def effects() -> None:
        end.effects()
        ExportItem.objects.filter(pk=item.pk).update(came=kind, difference=told)

    return replace(end, columns={**end.columns, "difference": told}, effects=effects)


def _kind(turn: Turn, end: End) -> Kind | None:
    """What has come of the person; None while that is open, or while something holds everybody."""
    if turn.record.return_over_at is not None or end.note.get("brought_back"):
        return Kind.BACK
    ends: dict[str, Callable[[], Kind | None]] = {
        State.HELD: lambda: Kind.HELD if end.cause == causes.ALLOW_LIST else None,
        State.NEEDS_YOU: lambda: Kind.ASK,
        State.FAILED: lambda: Kind.BLOCKED,
        State.IN_LEVER: lambda: Kind.LINK,
        State.SYNCED: lambda: _sent(turn),
        State.RETRYING: lambda: _sent(turn) if end.cause == causes.OUTCOME_UNKNOWN else None,
    }
    return ends[end.state]() if end.state in ends else None


def _sent(turn: Turn) -> Kind:
    """By this turn's facts; what a read-back found was decided on in the turn that sent it."""
    if turn.facts is not None:
        return kind_of(decide(turn.facts))
    latest = turn.record.intents.order_by("-pk").values_list("payload", flat=True).first() or {}
    return Kind.ADD if latest.get("contact_id") else Kind.CREATE


def _item(turn: Turn) -> ExportItem | None:
    """The person's row of the export that asked for them last."""
    items = ExportItem.objects.filter(record=turn.record, state=ExportItem.State.SENT)
    item = items.exclude(facts=None).order_by("-pk").first()
    return item if item is not None and f"export {item.run_id}" == turn.record.origin else None


def _is_over(item: ExportItem, turn: Turn, kind: Kind) -> bool:
    """Asked as planned, or compared in the turn that sent it: a later turn adds nothing to that."""
    if item.came in ASKED:
        return True
    return bool(item.came) and item.came == kind and turn.facts is None


def _named(turn: Turn, posting_id: str) -> str:
    row = Posting.objects.filter(account=turn.account, lever_id=posting_id).values_list("text", flat=True)
    return row.first() or posting_id
