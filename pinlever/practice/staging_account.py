"""What Lever's admins do to the account: users, stages, postings, reasons and templates come, change and go."""

from collections.abc import Callable
from typing import Any

from .credentials import SUPER_ADMIN
from .errors import bad_request, not_found
from .pipeline import change_stage
from .query import Query
from .records import Json
from .stored import new_posting
from .world import World

Command = Callable[[World, Json, Query], Any]
KINDS = ("user", "posting", "stage", "archive_reason", "form_template")
BUILT_IN_STAGES = frozenset({"lead-new", "lead-reached-out", "lead-responded", "applicant-new", "offer"})


def put_document(world: World, given: Json, query: Query) -> Json:
    """{"kind": one of KINDS, "document": {...}}: new, or changes of the one with that id."""
    kind, document = given["kind"], dict(given["document"])
    if kind not in KINDS:
        raise bad_request(f"Not a kind that can be put: {kind}")
    held = world.store.documents[kind].get(document.get("id", ""))
    if held is None:
        held = _blank(world, kind, document)
    return change(world, kind, held, document)


def change(world: World, kind: str, held: Json, changes: Json) -> Json:
    stored = world.store.put(kind, {**held, **changes, "id": held["id"]})
    if kind == "stage":
        world.store.index_people()
    return stored


def _blank(world: World, kind: str, document: Json) -> Json:
    id = document.get("id") or world.new_id()
    if kind == "posting":
        owner = document.pop("owner", None)
        posting = new_posting(id, document, owner, world.now_ms())
        document.pop("categories", None)
        return posting
    if kind == "user":
        names = ("photo", "deactivatedAt", "externalDirectoryId", "linkedContactIds", "jobTitle", "managerId")
        defaults = {"username": str(document["email"]).split("@")[0], "accessRole": "team member"}
        return {"id": id, **dict.fromkeys(names), **defaults, "createdAt": world.now_ms()}
    now = world.now_ms()
    defaults_of: dict[str, Json] = {
        "stage": {"text": "", "pipeline": "applicant", "rank": 110},
        "archive_reason": {"text": "", "status": "active", "type": "non-hired"},
        "form_template": {"text": "", "instructions": "", "group": None, "secretByDefault": False}
        | {"fields": [], "createdAt": now, "updatedAt": now},
    }
    return {"id": id, **defaults_of[kind]}


def remove_document(world: World, given: Json, query: Query) -> Json:
    """{"kind": "stage"|"posting"|"archive_reason"|"form_template", "id": ..., "by": ...}. People in a stage that
    goes move one stage back first; a posting is told of among the deleted ones."""
    kind, id = str(given["kind"]), str(given["id"])
    remover = _REMOVERS.get(kind)
    if remover is None:
        raise bad_request(f"Not a kind that can be removed: {kind}")
    held = world.store.documents[kind].get(id)
    if held is None:
        raise not_found(f"{kind}s", id)
    remover(world, held, given.get("by"))
    return {}


def remove_stage(world: World, stage: Json, by: str | None) -> None:
    if stage["id"] in BUILT_IN_STAGES:
        raise bad_request("Lever's own stages cannot be removed")
    stages = sorted(world.store.documents["stage"].values(), key=lambda row: row["rank"])
    before = stages[max(stages.index(stage) - 1, 0)]
    for row in [row for row in world.store.opportunities.values() if row.stage == stage["id"]]:
        change_stage(world, row, before, by or SUPER_ADMIN)
    world.store.remove("stage", stage["id"])
    world.store.index_people()


def remove_posting(world: World, posting: Json, by: str | None) -> None:
    world.store.remove("posting", posting["id"])
    world.store.put("deleted_posting", {**posting, "deletedBy": by, "deletedAt": world.now_ms()})


def _remove_plainly(kind: str) -> Callable[[World, Json, str | None], None]:
    return lambda world, held, by: world.store.remove(kind, held["id"])


_REMOVERS: dict[str, Callable[[World, Json, str | None], None]] = {
    "stage": remove_stage,
    "posting": remove_posting,
    "archive_reason": _remove_plainly("archive_reason"),
    "form_template": _remove_plainly("form_template"),
}
COMMANDS: dict[str, Command] = {"documents": put_document, "remove_document": remove_document}
