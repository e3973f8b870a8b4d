"""What hangs on opportunities of Practice Lever besides notes, and people who lack it, for tests."""

from typing import Any

from pinlever.audit.services import SYSTEM
from pinlever.connection import catalogue
from pinlever.connection.accounts import current_connection
from pinlever.connection.gateway import open_client
from pinlever.practice import seed
from pinlever.recruiting.models import Prospect
from pinlever.sync import form_rules
from pinlever.sync.models import FollowUp, FormRule, SyncRecord
from tests.sync.lever_story import follow, pass_time
from tests.sync.world import World

CREATION = {"method": "POST", "path": "/opportunities$", "count": 1}
TEMPLATE = seed.form_template_id("sourcing-data")


def files(company: World) -> list[dict[str, Any]]:
    return list(company.app.world.store.documents["file"].values())


def forms(company: World) -> list[dict[str, Any]]:
    return list(company.app.world.store.documents["form"].values())


def values(form: dict[str, Any]) -> dict[str, Any]:
    return {field["text"]: field["value"] for field in form["fields"]}


def without_resume(company: World, prospect: Prospect | None = None, **person: Any) -> SyncRecord:
    """Somebody sourced in Pin whose résumé Lever refused with the creation."""
    company.control("faults", {"match": CREATION, "kind": "status", "args": {"status": 422}})
    (record,) = company.export(prospect or company.person(**{"sourced_via": "pin", **person}))
    company.work()
    record.refresh_from_db()
    assert record.state == "synced" and "without it" in record.resume_note, record.reason
    return record


def with_form(company: World) -> FormRule:
    """The account's rule: the seeded form, its fields as their names suggest."""
    form_rules.choose_template(by=SYSTEM, account=company.account, template_id=TEMPLATE)
    return form_rules.switch(by=SYSTEM, account=company.account, on=True)


def the(kind: str) -> FollowUp:
    return FollowUp.objects.get(kind=kind)


def follow_through(most: int = 8) -> None:
    """Turns, and time between them, until nothing waits."""
    for _ in range(most):
        follow()
        if not FollowUp.objects.filter(state="waiting").exists():
            return
        pass_time()


def change_template(company: World, *fields: dict[str, Any]) -> None:
    made = [{"id": company.app.world.new_id(), "description": "", "required": False, **one} for one in fields]
    company.app.world.store.documents["form_template"][TEMPLATE]["fields"] = made


def read_again(company: World) -> None:
    connection = current_connection()
    assert connection is not None
    catalogue.refresh_catalogue(company.account, open_client(connection))
