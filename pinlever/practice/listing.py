"""What the opportunity lists see: sorted and keyed views of opportunities, kept up to date change by change.

By-id reads never come here. With an index lag the lists see a change only once it is due, as at Lever a list may
trail behind a write. Default order (recorded answers): stage rank up, last advanced down, id up.
"""

from bisect import bisect_left, bisect_right, insort
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from .keyed import Keyed
from .records import Contact, Opportunity

Order = tuple[float, int, str]
Window = tuple[int, int]


class Listed(NamedTuple):
    opportunity: Opportunity
    contact: Contact


class Pending(NamedTuple):
    visible_at: float
    version: int
    id: str
    listed: Listed | None


class Listing:
    def __init__(self, rank: Callable[[str], float], canonical: Callable[[str], str]) -> None:
        self.rank = rank
        self.canonical = canonical
        self.clear()

    def clear(self) -> None:
        self.entries: dict[str, Listed] = {}
        self.order: list[Order] = []
        self.by_updated: list[tuple[int, str]] = []
        self.by_created: list[tuple[int, str]] = []
        self.by_email = Keyed()
        self.by_contact = Keyed()
        self._pending: deque[Pending] = deque()
        self._versions: dict[str, int] = {}
        self._version = 0

    def change(self, id: str, listed: Listed | None, visible_at: float | None) -> None:
        """None for `listed` takes the opportunity out; None for `visible_at` means at once."""
        self._version += 1
        if visible_at is None:
            self._apply(id, listed, self._version)
        else:
            self._pending.append(Pending(visible_at, self._version, id, listed))

    def catch_up(self, now: float) -> None:
        if not self._pending:
            return
        waiting: deque[Pending] = deque()
        for pending in self._pending:
            if pending.visible_at <= now:
                self._apply(pending.id, pending.listed, pending.version)
            else:
                waiting.append(pending)
        self._pending = waiting

    def fill(self, everything: Iterable[Listed]) -> None:
        """Starts over with these, at the price of one sort."""
        self.clear()
        for listed in everything:
            self.entries[listed.opportunity.id] = listed
            self._key(listed)
        self.order = sorted(self.order_of(listed) for listed in self.entries.values())
        rows = [listed.opportunity for listed in self.entries.values()]
        self.by_created = sorted((row.created_at, row.id) for row in rows)
        self.by_updated = sorted((row.updated_at, row.id) for row in rows if row.updated_at is not None)

    def order_of(self, listed: Listed) -> Order:
        opportunity = listed.opportunity
        return (self.rank(opportunity.stage), -opportunity.last_advanced_at, opportunity.id)

    def from_place(self, start: Order | None) -> Iterator[Listed]:
        place = 0 if start is None else bisect_left(self.order, start)
        for index in range(place, len(self.order)):
            yield self.entries[self.order[index][2]]

    def within(self, sorted_times: list[tuple[int, str]], window: Window) -> list[str]:
        low = bisect_left(sorted_times, (window[0], ""))
        high = bisect_right(sorted_times, (window[1], "\uffff"))
        return [id for _, id in sorted_times[low:high]]

    def _apply(self, id: str, listed: Listed | None, version: int) -> None:
        if self._versions.get(id, 0) > version:
            return
        self._versions[id] = version
        if (old := self.entries.pop(id, None)) is not None:
            self._take_out(old)
        if listed is not None:
            self._put_in(listed)

    def _put_in(self, listed: Listed) -> None:
        opportunity = listed.opportunity
        self.entries[opportunity.id] = listed
        insort(self.order, self.order_of(listed))
        insort(self.by_created, (opportunity.created_at, opportunity.id))
        if opportunity.updated_at is not None:
            insort(self.by_updated, (opportunity.updated_at, opportunity.id))
        self._key(listed)

    def _key(self, listed: Listed) -> None:
        self.by_contact.add(listed.opportunity.contact, listed.opportunity.id)
        for email in listed.contact.emails:
            self.by_email.add(self.canonical(email), listed.opportunity.id)

    def _take_out(self, old: Listed) -> None:
        opportunity = old.opportunity
        _drop(self.order, self.order_of(old))
        _drop(self.by_created, (opportunity.created_at, opportunity.id))
        if opportunity.updated_at is not None:
            _drop(self.by_updated, (opportunity.updated_at, opportunity.id))
        self.by_contact.discard(opportunity.contact, opportunity.id)
        for email in old.contact.emails:
            self.by_email.discard(self.canonical(email), opportunity.id)


def _drop(rows: list[Any], row: Any) -> None:
    place = bisect_left(rows, row)
    if place < len(rows) and rows[place] == row:
        del rows[place]
