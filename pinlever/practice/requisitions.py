"""Requisitions: permission to hire so many. Writes are answered in Lever's inner shape, as recorded."""

from typing import Any

from . import shapes
from .errors import bad_request, forbidden
from .paging import page
from .reading import get_document
from .records import Json
from .requisition_fields import checked_custom_fields
from .routing import NO_CONTENT, Call, Reply, Route, data
from .seed import ACCOUNT_ID
from .stored import new_requisition

READ, WRITE = "requisitions:read:admin", "requisitions:write:admin"
STATUSES = ("open", "onHold", "closed", "draft", "rejected")
_TEXTS = ("employmentStatus", "location", "team", "department", "internalNotes")
_BAND = ("min", "max", "currency", "interval")


def list_requisitions(call: Call) -> Reply:
    query, window = call.query, call.query.window("created_at")
    codes, statuses = set(query.all("requisition_code")), set(query.all("status"))
    confidentiality = _confidentiality(call)
    found = [
        shapes.public(row)
        for row in call.world.store.documents["requisition"].values()
        if confidentiality in ("all", row["confidentiality"])
        and (window is None or window[0] <= row["createdAt"] <= window[1])
        and (not codes or row["requisitionCode"] in codes)
        and (not statuses or row["status"] in statuses)
    ]
    return Reply(document=page(query, found))


def _confidentiality(call: Call) -> str:
    asked = call.query.choice("confidentiality", ("non-confidential", "confidential", "all"))
    if asked not in (None, "non-confidential") and not call.credential.confidential:
        raise forbidden("These credentials have no access to confidential data.")
    return asked or "non-confidential"


def create_requisition(call: Call) -> Reply:
    given = _given(call, None)
    row = new_requisition(call.world.new_id(), given, call.world.now_ms())
    return data(_inner(call.world.store.put("requisition", row)), 201)


def put_requisition(call: Call) -> Reply:
    """Replaces it as a whole: what is left out is lost. Who was hired stays."""
    held = call.document("requisition", "requisitions")
    now, given = call.world.now_ms(), _given(call, held["id"])
    row = new_requisition(held["id"], given, held["createdAt"])
    kept = {name: held[name] for name in ("headcountHired", "offerIds", "confidentiality", "closedAt")}
    if row["status"] != held["status"]:
        kept["closedAt"] = now if row["status"] == "closed" else None
    return data(_inner(call.world.store.put("requisition", {**row, **kept, "updatedAt": now})))


def delete_requisition(call: Call) -> Reply:
    _check_management(call)
    held = call.document("requisition", "requisitions")
    call.world.store.remove("requisition", held["id"])
    return NO_CONTENT


def _check_management(call: Call) -> None:
    if not call.world.switches["requisition_management"]:
        raise forbidden("A Super Admin must first switch on the management of requisitions by the API.")


def _given(call: Call, own: str | None) -> Json:
    """The body, checked. A code is used once."""
    _check_management(call)
    body, documents = call.body, call.world.store.documents
    code = body.required("requisitionCode")
    if any(row["requisitionCode"] == code and row["id"] != own for row in documents["requisition"].values()):
        raise bad_request(f"There is a requisition with this code already: {code}")
    status = body.text("status") or "open"
    if status not in STATUSES:
        raise bad_request(f"status is none of {', '.join(STATUSES)}: {status}")
    for name in ("owner", "hiringManager"):
        if (user := body.text(name)) is not None:
            call.known("user", "users", user)
    postings = body.texts("postings") or body.texts("postingIds")
    for id in postings:
        call.known("posting", "postings", id)
    return {
        **{name: body.text(name) for name in (*_TEXTS, "owner", "hiringManager")},
        "name": body.required("name"),
        "requisitionCode": code,
        "status": status,
        "headcount": _headcount(body.fields.get("headcountTotal")),
        "backfill": body.flag("backfill"),
        "postings": postings,
        "compensationBand": _band(body.object("compensationBand")),
        "customFields": checked_custom_fields(call.world, body.object("customFields") or {}),
    }


def _headcount(value: Any) -> int | str:
    if value == "unlimited":
        return "unlimited"
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise bad_request('headcountTotal is a whole number from 1, or "unlimited"')
    return value


def _band(given: Json | None) -> Json | None:
    if given is not None and set(given) != set(_BAND):
        raise bad_request(f"compensationBand needs {', '.join(_BAND)}")
    return given


def _inner(row: Json) -> Json:
    given = {name: row[name] for name in _TEXTS if row[name] is not None}
    begun = {"beginAt": row["createdAt"], "status": row["status"]}
    attribution = {"timestamp": row["createdAt"], "service": "data-api"}
    return {
        "accountId": ACCOUNT_ID,
        **{name: row[name] for name in ("backfill", "createdAt")},
        "creatorUserId": row["creator"],
        "hasConfidentialPosting": False,
        "name": row["name"],
        "ownerUserId": row["owner"],
        "postingIds": row["postings"],
        "requisitionCode": row["requisitionCode"],
        "reservedOfferIds": row["offerIds"],
        "status": row["status"],
        "stateHistory": [{**begun, "attribution": attribution}],
        **{
            name: row[name] for name in ("updatedAt", "headcountInfinite", "headcountTotal", "headcountHired")
        },
        **given,
        "customFields": row["customFields"],
        "id": row["id"],
        "search": {"nameCodeTokens": row["name"].lower().split()},
    }


ROUTES = (
    Route("GET", "/requisitions", list_requisitions, READ),
    Route("POST", "/requisitions", create_requisition, WRITE),
    Route("GET", "/requisitions/<id>", get_document("requisition", "requisitions"), READ),
    Route("PUT", "/requisitions/<id>", put_requisition, WRITE),
    Route("DELETE", "/requisitions/<id>", delete_requisition, WRITE),
)
