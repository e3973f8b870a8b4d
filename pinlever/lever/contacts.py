"""Contacts: the person behind opportunities. There is no list, no search, no creation and no deletion."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .calls import Calls, object_in, parsed, path_to
from .types import Contact, Phone


class Contacts(Calls):
    def contact(self, contact_id: str) -> Contact:
        return self._one(path_to("contacts", contact_id), Contact.parse)

    def update_contact(
        self,
        contact_id: str,
        *,
        name: str | None = None,
        headline: str | None = None,
        location: str | None = None,
        emails: Sequence[str] | None = None,
        phones: Sequence[Phone] | None = None,
        send_before: float | None = None,
    ) -> Contact:
        """What is None stays as it is. Whether a list replaces or adds is not known: send the whole list.

        The answer leaves out `isAnonymized` and `dataProtection` (recorded answers).
        """
        body: dict[str, Any] = {
            "name": name,
            "headline": headline,
            "location": location,
            "emails": None if emails is None else list(emails),
            "phones": None if phones is None else [{"type": p.type, "value": p.value} for p in phones],
        }
        asked = {key: value for key, value in body.items() if value is not None}
        path = path_to("contacts", contact_id)
        answer = self.http.request("PUT", path, json=asked, send_before=send_before)
        return parsed(answer, object_in(answer), Contact.parse)
