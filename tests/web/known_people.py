"""People whom somebody else made at Practice Lever, read into the index."""

from typing import Any

from pinlever.connection import crawl
from pinlever.connection.gateway import open_client
from pinlever.connection.models import LeverConnection
from tests.sync.world import World


def somebody_in_lever(company: World, name: str = "Ingrid Solheim", **person: Any) -> list[str]:
    """Ids of the opportunities."""
    made = company.control("opportunities", {"people": [{"name": name, **person}]})
    connection = LeverConnection.objects.get(is_current=True)
    assert crawl.poll(company.account, open_client(connection))
    return [id for row in made["data"] for id in row["opportunities"]]
