"""The end of a connection: our webhooks are removed at Lever, then its credential is forgotten.

What stands in the way is waited for, but not for long: a credential is not kept for webhooks that lead nowhere.
"""

import logging
from datetime import timedelta

from pinlever.audit.services import SYSTEM
from pinlever.connection.accounts import ending_connections, finish_ending
from pinlever.connection.gateway import open_client
from pinlever.connection.models import LeverConnection
from pinlever.foundation.clock import db_now
from pinlever.inbound.subscriptions import remove_all
from pinlever.lever.errors import Busy, LeverError, OutcomeUnknown, Unavailable

PATIENCE = timedelta(minutes=10)
REMOVED = "Its webhooks at Lever were removed."
LEFT = "Its webhooks could not be removed at Lever ({}). They lead nowhere; remove them there."
log = logging.getLogger(__name__)


def end_all() -> int:
    """Takes every ending connection as far as it goes now; answers how many have ended."""
    return sum(_end(connection) for connection in ending_connections())


def _end(connection: LeverConnection) -> bool:
    client = open_client(connection, while_ending=True)
    try:
        remove_all(connection.account, client)
        note = REMOVED
    except (Busy, Unavailable, OutcomeUnknown) as error:
        if connection.ended_at is None or db_now() - connection.ended_at < PATIENCE:
            log.warning("Our webhooks could not be removed at Lever yet: %s", error)
            return False
        note = LEFT.format("Lever did not answer")
    except LeverError as error:
        note = LEFT.format(" ".join((error.said or error.what or str(error)).split())[:300])
    finally:
        client.http.close()
    return finish_ending(by=SYSTEM, connection=connection, note=note)
