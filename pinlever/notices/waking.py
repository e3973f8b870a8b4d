"""What queues a worker that sends. The queue is a wake-up, never the memory; wake-ups are coalesced."""

from django.conf import settings
from django.db import transaction
from django_q.tasks import async_task

from pinlever.notices.alert_models import Mailing
from pinlever.notices.models import Sending

SEND = "pinlever.notices.tasks.send"
MAIL = "pinlever.notices.tasks.mail"


def wake() -> None:
    """Asks for a worker once this transaction is committed; one asked for and not yet begun is enough."""
    transaction.on_commit(_ask_for_worker, robust=True)


def wake_mail() -> None:
    """The same for the mails of alerts."""
    transaction.on_commit(_ask_for_mailing, robust=True)


def _ask_for_worker() -> None:
    if Sending.ask(for_seconds=settings.WAKE_UP_LASTS):
        async_task(SEND)


def _ask_for_mailing() -> None:
    if Mailing.ask(for_seconds=settings.WAKE_UP_LASTS):
        async_task(MAIL)
