"""Reads that need no thought: the documents of one kind, of the account or of the opportunity in the path."""

from collections.abc import Callable

from . import shapes
from .paging import NUMBER_THEN_ID, Key, page
from .records import Json
from .routing import Call, Handler, Reply, data

Order = Callable[[Json], Key]


def children(call: Call, kind: str) -> list[Json]:
    return [shapes.public(row) for row in call.world.store.of_opportunity(kind, call.opportunity().id)]


def child(call: Call, kind: str, collection: str) -> Json:
    """As it is stored, of an opportunity the credential may see."""
    call.opportunity()
    return call.document(kind, collection)


def list_children(kind: str) -> Handler:
    return lambda call: Reply(document=page(call.query, children(call, kind)))


def get_child(kind: str, collection: str) -> Handler:
    return lambda call: data(shapes.public(child(call, kind, collection)))


def list_documents(kind: str) -> Handler:
    def answer(call: Call) -> Reply:
        rows = call.world.store.documents[kind].values()
        return Reply(document=page(call.query, [shapes.public(row) for row in rows]))

    return answer


def get_document(kind: str, collection: str) -> Handler:
    return lambda call: data(shapes.public(call.document(kind, collection)))


def deleted_page(call: Call, rows: list[Json]) -> Reply:
    """Rows with a `deletedAt` inside the window asked for, the earliest first."""
    window = call.query.window("deleted_at")
    inside = [row for row in rows if window is None or window[0] <= (row["deletedAt"] or 0) <= window[1]]
    found = page(call.query, inside, key=lambda row: (row["deletedAt"] or 0, row["id"]), shape=NUMBER_THEN_ID)
    return Reply(document=found)
