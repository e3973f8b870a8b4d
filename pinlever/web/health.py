"""How the connection to Lever is, in a few lines."""

from dataclasses import dataclass
from datetime import datetime

from pinlever.connection.models import LeverAccount, LeverConnection, PeopleIndex


@dataclass(frozen=True)
class Health:
    """`colour` is Tabler's; `reading`: how many were read in the first crawl, None once it is complete."""

    name: str
    word: str
    colour: str
    text: str
    last_ok_at: datetime | None = None
    connected_at: datetime | None = None
    is_sending: bool = False
    is_allow_list: bool = False
    reading: int | None = None
    read_through: datetime | None = None


def health_of(account: LeverAccount | None, connection: LeverConnection | None) -> Health:
    """The connection in use, or what is missing."""
    if account is None:
        return Health("Lever", "Not connected", "secondary", "Nobody goes to Lever until it is connected.")
    if connection is None:
        return Health(
            str(account), "Disconnected", "orange", "People wait, and go as soon as Lever is connected again."
        )
    index = PeopleIndex.objects.filter(account=account).first()
    word, colour = "Connected", "green"
    if connection.state != LeverConnection.State.ACTIVE:
        word, colour = connection.get_state_display(), "red"
    return Health(
        name=str(account),
        word=word,
        colour=colour,
        text=connection.broken_why if colour == "red" else "",
        last_ok_at=connection.last_ok_at,
        connected_at=connection.connected_at,
        is_sending=account.outgoing_on,
        is_allow_list=account.allow_list_on,
        reading=index.crawl_seen if index and index.complete_at is None else None,
        read_through=index.read_through if index else None,
    )
