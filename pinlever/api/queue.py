"""GET /queue: how much waits to go to Lever and for how long. Numbers of the whole installation, nobody's names but
of who paused it."""

from datetime import datetime
from math import ceil

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from pinlever.api.errors import ALWAYS, ErrorOut
from pinlever.api.parsing import only_known
from pinlever.connection.accounts import home_account
from pinlever.connection.models import LeverAccount
from pinlever.foundation.clock import db_now
from pinlever.sync import pausing
from pinlever.sync.models import Priority, UndoItem
from pinlever.sync.queue import Queue, queue_of
from pinlever.sync.surroundings import holds_everybody

router = Router(tags=["Queue"])


class WaitingOut(Schema):
    """People who wait, in the order in which they go."""

    interactive: int = Field(description="Somebody asked for them and looks on.")
    replied: int = Field(description="They replied to outreach.")
    bulk: int


class RequestsOut(Schema):
    """Requests to Lever in the last minute."""

    people: int
    follow_ups: int = Field(description="Notes, stages and new facts.")
    reading: int
    used: int = Field(description="All of these.")
    most: int = Field(description="What the present rate allows in a minute.")
    pause_seconds: int = Field(description="How long Lever asked to be left alone, from now.")


class SendingOut(Schema):
    """Whether anybody goes to Lever now."""

    is_on: bool = Field(description="Whether sending is switched on.")
    stopped_by: str = Field(description="Why nobody goes now, in a sentence; empty while people go.")
    paused_at: datetime | None = Field(description="Null while it is on, or was never on.")
    paused_by: str
    paused_why: str


class QueueOut(Schema):
    """As of `at`. Times to come are null while nobody goes: then nobody can say."""

    at: datetime
    waiting: int = Field(description="People.")
    by_priority: WaitingOut
    later: int = Field(description="Of them, those whose next try is later than in a minute.")
    retrying: int = Field(description="Of them, those who are tried again after something went wrong.")
    follow_ups: int = Field(description="Notes and the like that are due; counted up to 20,000.")
    taking_back: int = Field(description="People whose export is being undone.")
    done_in_seconds: int | None = Field(description="Until those who go now are in Lever.")
    all_done_in_seconds: int | None = Field(description="Until all follow-ups are written as well.")
    requests: RequestsOut
    sending: SendingOut


@router.get(
    "/queue",
    operation_id="get_queue",
    summary="How much waits to go to Lever, and for how long?",
    response={200: QueueOut, ALWAYS: ErrorOut},
)
def get_queue(request: HttpRequest) -> QueueOut:
    """Of the whole installation, whoever told of the people. The time is told by what people cost lately."""
    only_known(request)
    account = home_account()
    queue, stopped_by = queue_of(account), holds_everybody(account)
    goes = not stopped_by
    return QueueOut(
        at=db_now(),
        waiting=queue.waiting,
        by_priority=WaitingOut(
            interactive=queue.by_priority.get(Priority.INTERACTIVE, 0),
            replied=queue.by_priority.get(Priority.REPLIED, 0),
            bulk=queue.by_priority.get(Priority.BULK, 0),
        ),
        later=queue.later,
        retrying=queue.retrying,
        follow_ups=queue.notes,
        taking_back=_taking_back(account),
        done_in_seconds=ceil(queue.seconds) if goes else None,
        all_done_in_seconds=ceil(queue.notes_seconds) if goes else None,
        requests=_requests(queue),
        sending=_sending(account, stopped_by),
    )


def _taking_back(account: LeverAccount | None) -> int:
    return UndoItem.objects.filter(run__account=account, state=UndoItem.State.WAITING).count()


def _requests(queue: Queue) -> RequestsOut:
    used = queue.used
    return RequestsOut(
        people=used.people,
        follow_ups=used.notes,
        reading=used.reading,
        used=used.all,
        most=used.most,
        pause_seconds=ceil(queue.pause),
    )


def _sending(account: LeverAccount | None, stopped_by: str) -> SendingOut:
    pause = pausing.standing(account) if account else pausing.Pause(False)
    return SendingOut(
        is_on=pause.is_on,
        stopped_by=stopped_by,
        paused_at=pause.at,
        paused_by=pause.by,
        paused_why=pause.why,
    )
