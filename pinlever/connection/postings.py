"""Which Lever jobs can be chosen, found by what is typed, named so that two of the same title are told apart."""

import functools
from collections.abc import Iterable

from pinlever.connection.models import LeverAccount, Posting
from pinlever.recruiting.cleaning import name_key

OPEN = frozenset({"published", "internal"})
ORDER = {"published": 0, "internal": 1}
MOST = 50


class UnknownPosting(ValueError):
    """No Lever job is called that; the message says what to do."""


def label(posting: Posting) -> str:
    """ "Backend Engineer — Oslo · Engineering / Platform"."""
    place = " / ".join(part for part in (posting.department, posting.team) if part)
    where = " · ".join(part for part in (posting.location, place) if part)
    return f"{posting.text} — {where}" if where else posting.text


def found(account: LeverAccount | None, text: str) -> list[Posting]:
    """What fits every word, published ones first. Confidential ones only where our credential may see them."""
    words = name_key(text).split()
    rows = [row for row in offered(account) if all(word in _folded(label(row)) for word in words)]
    return sorted(rows, key=lambda row: (ORDER.get(row.state, 2), _folded(row.text), row.pk))[:MOST]


def offered(account: LeverAccount | None) -> Iterable[Posting]:
    """Every Lever job that may be chosen, closed ones too: somebody may know why."""
    if account is None:
        return ()
    rows = Posting.objects.filter(account=account, gone_at=None)
    return rows if account.confidential_access else rows.filter(is_confidential=False)


def chosen(account: LeverAccount | None, posting_id: str, text: str) -> str:
    """The id that was chosen; where only text came (no JavaScript), the Lever job of that name. "" for none.

    Raises UnknownPosting.
    """
    said = " ".join(text.split())
    if posting_id and said in ("", label_of(account, posting_id)) and _may_be_seen(account, posting_id):
        return posting_id
    if not said:
        return ""
    named = [row for row in offered(account) if _folded(said) in (_folded(label(row)), _folded(row.text))]
    if len(named) == 1:
        return named[0].lever_id
    if named:
        raise UnknownPosting(f"{len(named)} Lever jobs are called “{said}”. Choose one of the list.")
    raise UnknownPosting(
        f"No Lever job is called “{said}”. Choose one of the list, or leave the field empty."
    )


def of_id(account: LeverAccount | None, posting_id: str) -> Posting | None:
    """The Lever job with this id, gone or not."""
    return Posting.objects.filter(account=account, lever_id=posting_id).first() if posting_id else None


def label_of(account: LeverAccount | None, posting_id: str) -> str:
    """Its label; the id itself where Lever never told us of it."""
    row = of_id(account, posting_id)
    return label(row) if row else posting_id


def _may_be_seen(account: LeverAccount | None, posting_id: str) -> bool:
    """One that Lever no longer lists may stay chosen: what follows from it is told where it matters."""
    row = of_id(account, posting_id)
    return row is not None and bool((account and account.confidential_access) or not row.is_confidential)


def warning(posting: Posting | None) -> str:
    """Why nobody can be added to it, in a sentence; empty when people can."""
    if posting is None or (posting.gone_at is None and posting.state in OPEN):
        return ""
    state = "no longer to be found" if posting.gone_at else posting.state
    return f"{posting.text} is {state} in Lever: nobody can be added to it. Choose another Lever job."


@functools.lru_cache(maxsize=10_000)
def _folded(text: str) -> str:
    return name_key(text)
