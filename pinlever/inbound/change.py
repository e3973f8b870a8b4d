"""What has changed about an opportunity since it was worked off last, and whom of ours it is about."""

from dataclasses import dataclass
from functools import cached_property

from pinlever.connection.models import KnownOpportunity, LeverAccount
from pinlever.connection.standing import Standing, standing_of
from pinlever.lever.types import Opportunity
from pinlever.sync.models import IN_LEVER_STATES, SyncRecord

STATUS = ("stage", "archived_at", "reason", "posting", "contact_allowed", "deleted")


@dataclass(frozen=True)
class Change:
    """`before` is empty for an opportunity we had not heard of. `roots`: our people behind it."""

    account: LeverAccount
    row: KnownOpportunity
    before: Standing
    roots: frozenset[int]

    @cached_property
    def after(self) -> Standing:
        return standing_of(self.row)

    @cached_property
    def opportunity(self) -> Opportunity:
        return Opportunity.parse(self.row.payload)

    @cached_property
    def records(self) -> list[SyncRecord]:
        """Linked to the opportunity itself first, then to others of the same Lever contact."""
        linked = SyncRecord.objects.filter(
            account=self.account, contact_id=self.row.contact_id, state__in=IN_LEVER_STATES
        )
        found = linked.exclude(contact_id="").select_related("prospect__candidate", "prospect__job")
        return sorted(found, key=lambda one: (one.opportunity_id != self.row.lever_id, -one.pk))

    @cached_property
    def own_records(self) -> list[SyncRecord]:
        """Whatever became of them since."""
        linked = SyncRecord.objects.filter(account=self.account, opportunity_id=self.row.lever_id)
        return list(linked.select_related("prospect__candidate", "prospect__job").order_by("pk"))

    @property
    def is_status(self) -> bool:
        """Whether anything that others want to hear of differs."""
        return any(self.before.get(name) != self.after[name] for name in STATUS)

    @property
    def is_our_creation(self) -> bool:
        return not self.before and any(one.created_by_us for one in self.own_records)
