"""The filters of GET /opportunities. Repeating a key gives the union; different keys must all hold."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from heapq import heapify, heappop
from math import isqrt

from .errors import forbidden
from .listing import Listed, Listing, Order
from .query import Query, Window
from .records import Opportunity
from .routing import Call
from .state import Store

Test = Callable[[Listed], bool]


def _postings(store: Store, row: Opportunity, archived: bool) -> Iterator[str]:
    for id in row.applications:
        application = store.applications[id]
        if (application.archived is not None) == archived:
            yield application.posting


# parameter → the values of an opportunity, one of which must be among those asked for
SETS: dict[str, Callable[[Store, Opportunity], Iterable[str]]] = {
    "tag": lambda store, row: row.tags,
    "source": lambda store, row: row.sources,
    "origin": lambda store, row: (row.origin,),
    "stage_id": lambda store, row: (row.stage,),
    "contact_id": lambda store, row: (row.contact,),
    "posting_id": lambda store, row: _postings(store, row, archived=False),
    "archived_posting_id": lambda store, row: _postings(store, row, archived=True),
    "archive_reason_id": lambda store, row: (row.archived.reason,) if row.archived else (),
    "location": lambda store, row: (row.opportunity_location,) if row.opportunity_location else (),
}

WINDOWS: dict[str, Callable[[Opportunity], int | None]] = {
    "created_at": lambda row: row.created_at,
    "updated_at": lambda row: row.updated_at,
    "advanced_at": lambda row: row.last_advanced_at,
    "archived_at": lambda row: row.archived.at if row.archived else None,
}

FLAGS: dict[str, Callable[[Opportunity, int], bool]] = {
    "archived": lambda row, now: row.archived is not None,
    "snoozed": lambda row, now: row.snoozed_until is not None and row.snoozed_until > now,
}


@dataclass(frozen=True)
class Wanted:
    """`tests` decide; the rest only narrows where to look."""

    tests: list[Test]
    emails: list[str]
    contacts: list[str]
    windows: dict[str, Window]

    def matches(self, listed: Listed) -> bool:
        return all(test(listed) for test in self.tests)


def wanted(call: Call) -> Wanted:
    query, store = call.query, call.world.store
    emails = [call.world.canonical(email) for email in query.emails("email")]
    windows = {name: window for name in WINDOWS if (window := query.window(name)) is not None}
    tests = [*_confidentiality(call), *_flags(query, call.world.now_ms())]
    tests += [_within(WINDOWS[name], window) for name, window in windows.items()]
    tests += [_among(store, SETS[name], query.all(name)) for name in SETS if query.all(name)]
    if emails:
        tests.append(_has_email(call.world.canonical, frozenset(emails)))
    return Wanted(tests, emails, query.all("contact_id"), windows)


def _confidentiality(call: Call) -> list[Test]:
    asked = call.query.choice("confidentiality", ("non-confidential", "confidential", "all"))
    asked = asked or "non-confidential"
    if asked != "non-confidential" and not call.credential.confidential:
        raise forbidden("These credentials have no access to confidential data.")
    return [] if asked == "all" else [lambda listed: listed.opportunity.confidentiality == asked]


def _flags(query: Query, now: int) -> Iterator[Test]:
    for name, read in FLAGS.items():
        if (flag := query.flag(name)) is not None:
            yield lambda listed, read=read, flag=flag: read(listed.opportunity, now) == flag  # type: ignore[misc]


def _within(read: Callable[[Opportunity], int | None], window: Window) -> Test:
    low, high = window
    return lambda listed: (at := read(listed.opportunity)) is not None and low <= at <= high


def _among(store: Store, read: Callable[[Store, Opportunity], Iterable[str]], asked: list[str]) -> Test:
    values = frozenset(asked)
    return lambda listed: not values.isdisjoint(read(store, listed.opportunity))


def _has_email(canonical: Callable[[str], str], asked: frozenset[str]) -> Test:
    return lambda listed: any(canonical(email) in asked for email in listed.contact.emails)


def find(listing: Listing, wanted: Wanted, start: Order | None) -> Iterator[Listed]:
    """Those that match, in default order, from `start` on.

    Looks at few where a key or a narrow window allows it, else walks the order, so that a page of a crawl
    costs a page and not the whole account.
    """
    narrow = _narrow(listing, wanted)
    if narrow is None:
        yield from filter(wanted.matches, listing.from_place(start))
        return
    few = [order for id in narrow if (order := listing.order_of(listing.entries[id])) and _from(start, order)]
    heapify(few)
    while few:
        listed = listing.entries[heappop(few)[2]]
        if wanted.matches(listed):
            yield listed


def _from(start: Order | None, order: Order) -> bool:
    return start is None or order >= start


def _narrow(listing: Listing, wanted: Wanted) -> Iterable[str] | None:
    """Few enough that ordering them costs no more than walking the account until a page of them has passed."""
    if wanted.emails:
        return listing.by_email.all(wanted.emails)
    if wanted.contacts:
        return listing.by_contact.all(wanted.contacts)
    times = {"updated_at": listing.by_updated, "created_at": listing.by_created}
    for name, rows in times.items():
        if name in wanted.windows:
            ids = listing.within(rows, wanted.windows[name])
            if len(ids) < 200 + isqrt(200 * len(listing.entries)):
                return ids
    return None
