"""Looks at Practice Lever before and after every request: whoever appears there by our hand must not have been there
already, by any key that is enabled."""

from collections.abc import Callable
from typing import Any

from pinlever.connection.index import key_rows
from pinlever.connection.models import LeverAccount
from pinlever.lever.types import Opportunity
from pinlever.recruiting import services as recruiting
from pinlever.sync.models import IN_LEVER_STATES, SyncRecord, Wish
from tests.practice_adapter import PracticeAdapter
from tests.sync.world import World


def keys_of(shown: dict[str, Any]) -> set[tuple[str, str]]:
    return key_rows(Opportunity.parse(shown))


class Judge:
    """Hears of every request; `wrongs` are the people we made although they were there."""

    def __init__(self, company: World) -> None:
        self.company = company
        self.wrongs: list[str] = []

    def send(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def judged(adapter: PracticeAdapter, request: Any, *args: Any, **options: Any) -> Any:
            if request.method != "POST" or "/_control" in request.url:
                return original(adapter, request, *args, **options)
            before, family = self._people(), self._family_in_lever()
            try:
                return original(adapter, request, *args, **options)
            finally:
                self._look(before, family)

        return judged

    def _people(self) -> dict[str, set[tuple[str, str]]]:
        found: dict[str, set[tuple[str, str]]] = {}
        for row in self.company.opportunities():
            found.setdefault(row["contact"], set()).update(keys_of(row))
        return found

    def _family_in_lever(self) -> str:
        """Another record of the same person that is linked to somebody alive in Lever."""
        record = SyncRecord.objects.filter(intents__outcome="").exclude(locked_by="").first()
        if record is None or record.wish == Wish.CREATE or record.left_out_keys:
            return ""
        members = recruiting.family(record.prospect.candidate).ids
        others = SyncRecord.objects.filter(prospect__candidate__in=members, state__in=IN_LEVER_STATES)
        alive = {row["contact"] for row in self.company.opportunities() if not row["isAnonymized"]}
        linked = others.exclude(pk=record.pk).filter(contact_id__in=alive).first()
        return f"record {record.pk}: record {linked.pk} is linked already" if linked else ""

    def _look(self, before: dict[str, set[tuple[str, str]]], family: str) -> None:
        enabled = {*LeverAccount.objects.get().match_keys, "email", "marker"}
        for contact, keys in self._people().items():
            if contact in before:
                continue
            if family:
                self.wrongs.append(family)
            for other, theirs in before.items():
                shared = {key for key in keys & theirs if key[0] in enabled}
                if shared:
                    self.wrongs.append(f"{contact} was there as {other}: {sorted(shared)}")
