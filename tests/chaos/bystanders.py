"""What people do during a run: connect again, answer questions, press "retry now"."""

import time
from collections import Counter
from collections.abc import Callable

from pinlever.audit.services import PIN
from pinlever.connection import accounts
from pinlever.connection.models import LeverConnection
from pinlever.connection.oauth_apps import app_for
from pinlever.foundation.clock import db_now
from pinlever.recruiting.models import Candidate, IdentityQuestion
from pinlever.recruiting.questions import answer_identity_question
from pinlever.sync import answering, promises, services
from pinlever.sync.models import FollowUp, Question, State, SyncRecord
from tests.chaos.practice import KEY, Practice
from tests.chaos.processes import tried
from tests.chaos.waits import LATE

NOT_WAITED_FOR = 2.0  # seconds


class SuperAdmin:
    """Connects, with a key or by signing in. What keeps a connection from coming about is tried again."""

    def __init__(self, lever: Practice, counts: "Counter[str]") -> None:
        self.lever, self.counts = lever, counts
        self.signs_in = False
        self.wants_to_connect = False
        self.was_broken = False

    def look(self) -> None:
        connection = accounts.current_connection()
        is_broken = connection is not None and connection.state == LeverConnection.State.BROKEN
        if connection is not None and is_broken and not self.was_broken:
            self.counts[f"broken: {connection.broken_why[:60]}"] += 1
        self.was_broken = is_broken
        if is_broken or self.wants_to_connect:
            self.connect()

    def connect(self) -> None:
        """One try, in a process that may be killed."""
        role = signing_in(self.lever) if self.signs_in else connect_by_key
        self.wants_to_connect = not tried(role, f"connect:{time.monotonic()}")
        self.counts["failed connects"] += self.wants_to_connect


def connect_by_key() -> None:
    accounts.connect_with_key(by=PIN, environment="practice", api_key=KEY)


def signing_in(lever: Practice) -> Callable[[], None]:
    def sign_in() -> None:
        app = app_for("practice")
        tokens = app.exchange_code(lever.oauth_code(app.authorize_address("state")))
        accounts.connect_with_tokens(by=PIN, environment="practice", tokens=tokens)

    return sign_in


def answer(counts: "Counter[str]") -> None:
    """Half of the doubts about who somebody is are answered; what stays unsettled, or cost five workers their
    life, goes on."""
    for question in IdentityQuestion.objects.filter(answered_at=None, is_blocking=True):
        if question.pk % 2:
            same_as = Candidate.objects.get(pk=question.evidence[0]["candidate"])
            answer_identity_question(by=PIN, question=question, same_as=same_as)
            counts["identity answered"] += 1
    unsettled = (Question.Kind.UNSETTLED, Question.Kind.WORKER_DIES)
    for asked in Question.objects.filter(kind__in=unsettled, answered_at=None):
        answering.answer_send_again(by=PIN, question=asked)
        counts["sent again"] += 1


def press_retry_now(counts: "Counter[str]") -> None:
    """Instead of waiting for the growing delays, once Lever is well again."""
    late = SyncRecord.objects.filter(state=State.RETRYING, cause__in=LATE)
    for record in late.filter(locked_by=""):
        if (record.due_at - db_now()).total_seconds() > NOT_WAITED_FOR:
            services.retry_now(by=PIN, record=record)
            counts["retry now"] += 1
    _try_follow_ups_again(counts)


def _try_follow_ups_again(counts: "Counter[str]") -> None:
    waiting = FollowUp.objects.filter(state=FollowUp.State.WAITING, cause__in=LATE)
    late = [row for row in waiting if (row.due_at - db_now()).total_seconds() > NOT_WAITED_FOR]
    asked = FollowUp.objects.filter(state=FollowUp.State.FAILED, cause__in=("outcome_unknown", "worker_dies"))
    for row in (*late, *asked):
        if not row.locked_by:
            promises.try_again(by=PIN, row=row)
            counts["retry now"] += 1
