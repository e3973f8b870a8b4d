"""Everything Practice Lever holds: the working copy in memory, written through to the state file at each commit.

People are records; all else (notes, postings, users, tokens, webhooks, …) are documents by kind. Keys of a
document that begin with an underscore are ours and never leave through the API.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from .keyed import Keyed
from .listing import Listed, Listing
from .records import Application, Contact, Json, Opportunity, Record
from .rows import Rows

PEOPLE: dict[str, type[Record]] = {
    "contact": Contact,
    "opportunity": Opportunity,
    "application": Application,
    "deleted": Opportunity,
}


class Store:
    """Used under the world's lock only. `visible_at` says when a change made now shows in lists."""

    def __init__(
        self,
        rows: Rows,
        visible_at: Callable[[], float | None],
        canonical: Callable[[str], str],
    ) -> None:
        self.rows = rows
        self.visible_at = visible_at
        self.canonical = canonical
        self.listing = Listing(self.rank, canonical)
        self._empty()
        self._load()

    def _empty(self) -> None:
        self.contacts: dict[str, Contact] = {}
        self.opportunities: dict[str, Opportunity] = {}
        self.applications: dict[str, Application] = {}
        self.deleted: dict[str, Opportunity] = {}
        self.documents: defaultdict[str, dict[str, Json]] = defaultdict(dict)
        self._of_contact = Keyed()
        self._by_email = Keyed()
        self._of_opportunity: defaultdict[tuple[str, str], dict[str, None]] = defaultdict(dict)
        self._dirty: dict[tuple[str, str], Record | Json | None] = {}
        self._blobs: dict[str, bytes | None] = {}

    def _load(self) -> None:
        places: dict[str, dict[str, Any]] = {
            "contact": self.contacts,
            "opportunity": self.opportunities,
            "application": self.applications,
            "deleted": self.deleted,
        }
        for kind, id, body in self.rows.documents():
            if kind in places:
                places[kind][id] = PEOPLE[kind].read(body)
            else:
                self._place(kind, id, body)
        self.index_people()

    def index_people(self) -> None:
        """Works all indexes of people out anew, after a load or after what they are made by has changed."""
        self._of_contact = Keyed()
        self._by_email = Keyed()
        for contact in self.contacts.values():
            self._key_emails(contact)
        for row in sorted(self.opportunities.values(), key=lambda row: (row.created_at, row.id)):
            self._of_contact.add(row.contact, row.id)
        self.listing.fill(Listed(row, self.contacts[row.contact]) for row in self.opportunities.values())

    def clear(self) -> None:
        self.rows.clear()
        self.listing.clear()
        self._empty()

    # People

    def put_contact(self, contact: Contact) -> None:
        """Also shows the contact's opportunities in lists as they are now."""
        self.set_contact(contact)
        for row in self.opportunities_of(contact.id):
            self._show(row)

    def set_contact(self, contact: Contact) -> None:
        if (old := self.contacts.get(contact.id)) is not None:
            self._drop_emails(old)
        self.contacts[contact.id] = contact
        self._key_emails(contact)
        self._dirty["contact", contact.id] = contact

    def remove_contact(self, id: str) -> None:
        self._drop_emails(self.contacts.pop(id))
        self._dirty["contact", id] = None

    def put_opportunity(self, row: Opportunity) -> None:
        old = self.opportunities.get(row.id)
        if old is not None and old.contact != row.contact:
            self._of_contact.discard(old.contact, row.id)
        self._keep(row)
        self._of_contact.add(row.contact, row.id)
        self._show(row)

    def put_many(self, contacts: Iterable[Contact], rows: Iterable[Opportunity]) -> None:
        """Many, or a few, shown in lists at once, whatever the lag."""
        people, found = list(contacts), list(rows)
        if len(found) * 20 < len(self.opportunities):
            for contact in people:
                self.set_contact(contact)
            for row in found:
                self._keep(row)
                self._of_contact.add(row.contact, row.id)
                self.listing.change(row.id, Listed(row, self.contacts[row.contact]), None)
            return
        for contact in people:
            self.contacts[contact.id] = contact
            self._dirty["contact", contact.id] = contact
        for row in found:
            self._keep(row)
        self.index_people()

    def _keep(self, row: Opportunity) -> None:
        self.opportunities[row.id] = row
        self._dirty["opportunity", row.id] = row

    def put_application(self, application: Application) -> None:
        self.applications[application.id] = application
        self._dirty["application", application.id] = application

    def move_to_deleted(self, row: Opportunity) -> None:
        """`row` carries deleted_at and deleted_by; only the deleted list knows it from now on."""
        del self.opportunities[row.id]
        self._of_contact.discard(row.contact, row.id)
        self.deleted[row.id] = row
        self._dirty["opportunity", row.id] = None
        self._dirty["deleted", row.id] = row
        self.listing.change(row.id, None, self.visible_at())

    def move_deleted(self, gone: str, kept: str) -> None:
        """After a merge the deleted opportunities are the surviving contact's too."""
        for row in [row for row in self.deleted.values() if row.contact == gone]:
            self.deleted[row.id] = replace(row, contact=kept)
            self._dirty["deleted", row.id] = self.deleted[row.id]

    def opportunities_of(self, contact: str) -> list[Opportunity]:
        return [self.opportunities[id] for id in self._of_contact.get(contact)]

    def contacts_with(self, email: str) -> list[Contact]:
        """Oldest first."""
        found = [self.contacts[id] for id in self._by_email.get(self.canonical(email))]
        return sorted(found, key=lambda contact: (contact.created_at, contact.id))

    def rank(self, stage: str) -> float:
        return float(self.documents["stage"].get(stage, {}).get("rank", 0))

    def _show(self, row: Opportunity) -> None:
        self.listing.change(row.id, Listed(row, self.contacts[row.contact]), self.visible_at())

    def _key_emails(self, contact: Contact) -> None:
        for email in contact.emails:
            self._by_email.add(self.canonical(email), contact.id)

    def _drop_emails(self, contact: Contact) -> None:
        for email in contact.emails:
            self._by_email.discard(self.canonical(email), contact.id)

    # Documents

    def put(self, kind: str, document: Json) -> Json:
        self._place(kind, document["id"], document)
        self._dirty[kind, document["id"]] = document
        return document

    def _place(self, kind: str, id: str, document: Json) -> None:
        self.documents[kind][id] = document
        if (opportunity := document.get("_opportunity")) is not None:
            self._of_opportunity[kind, opportunity][id] = None

    def remove(self, kind: str, id: str) -> None:
        document = self.documents[kind].pop(id)
        self._of_opportunity[kind, document.get("_opportunity", "")].pop(id, None)
        self._dirty[kind, id] = None

    def of_opportunity(self, kind: str, opportunity: str) -> list[Json]:
        return [self.documents[kind][id] for id in self._of_opportunity.get((kind, opportunity), ())]

    # Blobs and the file

    def put_blob(self, id: str, content: bytes) -> None:
        self._blobs[id] = content

    def remove_blob(self, id: str) -> None:
        self._blobs[id] = None

    def blob(self, id: str) -> bytes | None:
        return self._blobs[id] if id in self._blobs else self.rows.blob(id)

    def commit(self, requests: list[tuple[int, Json]]) -> None:
        """From here on the changes survive the end of the process."""
        self.rows.write(self._dirty, self._blobs, requests)
        self._dirty.clear()
        self._blobs = {}
