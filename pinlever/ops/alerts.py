"""Looking for what is wrong, and telling: by the worker's sweep, and by the web processes while no worker runs.

An installation without any process tells nobody: somebody outside has to ask /readyz.
"""

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterable
from typing import Any

from django.db import close_old_connections, connection

from pinlever.connection.owning import hearers
from pinlever.foundation.clock import db_now
from pinlever.notices import alert_mailing
from pinlever.notices.alerting import Wrong, compare
from pinlever.notices.models import Alert, AlertKind, AlertRules
from pinlever.ops.liveness import is_worker_alive
from pinlever.ops.models import take_turn
from pinlever.ops.wrong import LOOKS, Scene

EVERY = 20.0  # seconds between the looks of all workers together
WEB_EVERY = 60.0
MAIL_FOR = 30.0
App = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

log = logging.getLogger(__name__)


def look_if_due() -> None:
    """A step of the sweep."""
    if take_turn("alerts", every=EVERY):
        look()


def look(kinds: Collection[str] = tuple(LOOKS)) -> None:
    """Compares what is wrong now with what was told. Two at once tell once."""
    now, rules = db_now(), AlertRules.kept()
    standing = frozenset(Alert.objects.standing().values_list("kind", flat=True))
    scene = Scene.now_with(rules, standing, now)
    wrong: list[Wrong] = []
    seen = []
    for kind in kinds:
        try:
            wrong += LOOKS[kind](scene)
        except Exception:  # what cannot be looked at is neither begun nor over; the others are told
            log.exception("Whether %s is wrong could not be seen.", kind)
        else:
            seen.append(kind)
    ids = [user.pk for user in hearers(scene.account, rules)]
    compare(wrong, looked_at=seen, hearers=ids, rules=rules, now=now)


def look_from_web() -> bool:
    """What the web processes do while no worker does: notice exactly that, and send the mails. Whether they did."""
    if is_worker_alive() or not take_turn("alerts.web", every=WEB_EVERY * 0.9):
        return False
    look((AlertKind.WORKER,))
    ends = time.monotonic() + MAIL_FOR
    while alert_mailing.send_to_one() and time.monotonic() < ends:
        pass
    return True


def watched(app: App, *, every: float = WEB_EVERY) -> App:
    """The web application with a thread beside it that looks once a minute, from its first request on."""
    begun = threading.Lock()

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if begun.acquire(blocking=False):
            threading.Thread(target=_watch, args=(every,), name="alerts", daemon=True).start()
        return app(environ, start_response)

    return answer


def _watch(every: float) -> None:
    while True:
        time.sleep(every)
        try:
            close_old_connections()
            look_from_web()
        except Exception as error:  # a database that is away is told by /readyz; this looks again in a minute
            log.warning("The web process could not look for a worker: %s", type(error).__name__)
        finally:
            connection.close()
