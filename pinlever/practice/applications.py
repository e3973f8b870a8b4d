"""Applications: the link of an opportunity to its posting. An opportunity has none or one."""

from . import shapes
from .errors import not_found
from .paging import page
from .reading import deleted_page
from .records import Json, Opportunity
from .routing import Call, Reply, Route, data

_APPLICATIONS = "/opportunities/<opportunity>/applications"
READ = "applications:read:admin"


def _of(call: Call, row: Opportunity) -> list[Json]:
    return [shapes.application(call.world.store.applications[id]) for id in row.applications]


def list_applications(call: Call) -> Reply:
    return Reply(document=page(call.query, _of(call, call.opportunity())))


def get_application(call: Call) -> Reply:
    row, id = call.opportunity(), call.ids["id"]
    if id not in row.applications:
        raise not_found("applications", id)
    return data(shapes.application(call.world.store.applications[id]))


def list_deleted(call: Call) -> Reply:
    """Those of deleted opportunities; confidential ones only for who may see them."""
    rows = [
        {**shown, "deletedBy": row.deleted_by, "deletedAt": row.deleted_at}
        for row in call.world.store.deleted.values()
        if call.credential.confidential or row.confidentiality == "non-confidential"
        for shown in _of(call, row)
    ]
    return deleted_page(call, rows)


ROUTES = (
    Route("GET", _APPLICATIONS, list_applications, READ),
    Route("GET", f"{_APPLICATIONS}/<id>", get_application, READ),
    Route("GET", "/applications/deleted", list_deleted, READ),
)
