"""PostgreSQL's trigram indexes on what is searched. Made after migrating, since it exists on no other database.

pg_trgm is a trusted extension: whoever may create in the database may add it. Where that is forbidden, search works
all the same and reads the column through.
"""

import logging
from typing import Any

from django.db import DatabaseError, connections, transaction
from django.db.models import Model

from pinlever.recruiting.models import Candidate

INDEX = "candidate_search_trigrams"
log = logging.getLogger(__name__)


def make_search_index(using: str = "default", **_: Any) -> None:
    """Makes extension and index where they are missing."""
    make_trigrams(using, Candidate, "search_text", INDEX)


def make_trigrams(using: str, model: type[Model], column: str, name: str) -> None:
    """A trigram index of this name on a column of text."""
    database = connections[using]
    if database.vendor != "postgresql":
        return
    table = database.ops.quote_name(model._meta.db_table)
    try:
        with transaction.atomic(using=using), database.cursor() as cursor:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            cursor.execute(f"CREATE INDEX IF NOT EXISTS {name} ON {table} USING gin ({column} gin_trgm_ops)")
    except DatabaseError as refused:
        log.warning("Search goes without its index: %s", str(refused).splitlines()[0])
