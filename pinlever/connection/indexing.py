"""PostgreSQL's trigram index on the names of people in Lever. Made after migrating, as that of candidates is."""

from typing import Any

from pinlever.connection.models import KnownOpportunity
from pinlever.recruiting.indexing import make_trigrams


def make_name_index(using: str = "default", **_: Any) -> None:
    """Makes the index where it is missing."""
    make_trigrams(using, KnownOpportunity, "search_name", "known_name_trigrams")
