"""Names of the catalogue's things by Lever's ids: many in one query, and none where no id is given.

What the catalogue does not know, or has no name for, is left out.
"""

from collections.abc import Iterable

from pinlever.connection.models import LeverAccount, Posting
from pinlever.connection.models.catalogue import CatalogueEntry


def names_of(
    model: type[CatalogueEntry], account: LeverAccount | int, ids: Iterable[str | None]
) -> dict[str, str]:
    """What Lever calls these stages, users, reasons or postings."""
    rows = model._base_manager.filter(account=account, lever_id__in=set(ids) - {"", None})
    return {lever_id: text for lever_id, text in rows.values_list("lever_id", "text") if text}


def posting_names(account: LeverAccount, ids: Iterable[str | None]) -> dict[str, str]:
    """ "Backend Engineer (Oslo)"."""
    rows = Posting.objects.filter(account=account, lever_id__in=set(ids) - {"", None})
    return {
        lever_id: f"{text} ({location})" if location and location not in text else text
        for lever_id, text, location in rows.values_list("lever_id", "text", "location")
    }
