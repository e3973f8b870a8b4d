"""What Lever's own users do on Practice Lever, and our hearing of it, for tests."""

from typing import Any

from pinlever.connection.index import upsert
from pinlever.connection.models import KnownOpportunity
from pinlever.foundation.clock import db_now
from pinlever.practice import seed
from pinlever.recruiting.models import Prospect
from pinlever.sync.models import SyncRecord
from tests.practice_adapter import client_for
from tests.sync.world import World

MEI = seed.user_id("mei")


def synced(company: World, prospect: Prospect) -> SyncRecord:
    """The prospect's record, once they are in Lever."""
    (record,) = company.export(prospect)
    for _ in range(5):
        company.make_due()
        company.work()
    record.refresh_from_db()
    assert record.state in ("synced", "in_lever"), record.reason
    return record


def added(company: World, **person: Any) -> str:
    """Somebody put into Lever by others; the opportunity's id. Heard of."""
    made = company.control("opportunities", {"people": [{"name": "Ingrid Solheim", **person}]})
    id = str(made["data"][0]["opportunities"][0])
    heard(company, id)
    return id


def moved(company: World, opportunity: str, stage: str, by: str = MEI, told_by: str = "webhook") -> None:
    client_for(company.app).set_stage(opportunity, seed.stage_id(stage), perform_as=by)
    heard(company, opportunity, told_by)


def archived(company: World, opportunity: str, reason: str | None, by: str = MEI) -> None:
    """Without a reason: taken out of the archive."""
    reason_id = seed.archive_reason_id(reason) if reason else None
    client_for(company.app).archive(opportunity, reason_id, perform_as=by)
    heard(company, opportunity)


def edited(company: World, opportunity: str, **changes: Any) -> None:
    company.control("edit_opportunity", {"opportunity": opportunity, "changes": changes})
    heard(company, opportunity)


def heard(company: World, opportunity: str, told_by: str = "webhook") -> KnownOpportunity:
    """The index hears how the opportunity stands, and nothing else is done."""
    upsert(company.account, [client_for(company.app).opportunity(opportunity)], db_now(), told_by=told_by)
    return KnownOpportunity.objects.get(account=company.account, lever_id=opportunity)
