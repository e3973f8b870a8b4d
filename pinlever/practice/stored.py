"""Postings and requisitions as Lever stores and shows them, made of the fields somebody may give."""

from typing import Any

from .records import Json

SALARY = ("salaryDescription", "salaryDescriptionHtml", "salaryRange")
_NO_CONTENT: Json = {"description": "", "descriptionHtml": "", "lists": [], "closing": "", "closingHtml": ""}


def new_posting(id: str, body: Json, owner: str | None, now_ms: int) -> Json:
    """A posting as Lever stores it, from the fields a caller may give."""
    given: Json = body.get("categories") or {}
    names = ("commitment", "department", "level", "location", "team")
    categories: dict[str, Any] = {name: given.get(name) for name in names}
    home = [categories["location"]] if categories["location"] else []
    categories["allLocations"] = given.get("allLocations") or home
    return {
        "id": id,
        "text": body["text"],
        "state": body.get("state") or "draft",
        "distributionChannels": body.get("distributionChannels") or ["public", "internal"],
        "user": owner,
        "owner": body.get("owner") or owner,
        "hiringManager": body.get("hiringManager"),
        "categories": categories,
        "tags": body.get("tags") or [],
        "content": {**_NO_CONTENT, **(body.get("content") or {})},
        "country": None,
        "followers": [owner] if owner else [],
        "reqCode": None,
        "requisitionCodes": body.get("requisitionCodes") or [],
        "confidentiality": "non-confidential",
        "createdAt": now_ms,
        "updatedAt": now_ms,
        "workplaceType": body.get("workplaceType") or "unspecified",
        "transcribeInterviews": False,
        "screening": {"enabled": False},
        **{name: body[name] for name in SALARY if body.get(name) is not None},
    }


def new_requisition(id: str, given: Json, now_ms: int) -> Json:
    """A requisition as Lever shows it, from the fields a caller may give and a `headcount` or "unlimited"."""
    infinite = given["headcount"] == "unlimited"
    return {
        "id": id,
        "createdAt": now_ms,
        "confidentiality": "non-confidential",
        "status": given["status"],
        "name": given["name"],
        "requisitionCode": given["requisitionCode"],
        "headcountTotal": "unlimited" if infinite else given["headcount"],
        "headcountHired": 0,
        "headcountInfinite": infinite,
        "backfill": given.get("backfill", False),
        "creator": given.get("creator"),
        "owner": given.get("owner"),
        "hiringManager": given.get("hiringManager"),
        "internalNotes": given.get("internalNotes") or "",
        "compensationBand": given.get("compensationBand"),
        "approval": {"steps": []},
        **{name: given.get(name) for name in ("employmentStatus", "location", "team", "department")},
        "postings": given.get("postings", []),
        "offerIds": [],
        "timeToFillStartAt": None,
        "timeToFillEndAt": None,
        "updatedAt": now_ms,
        "customFields": given.get("customFields", {}),
        "closedAt": now_ms if given["status"] == "closed" else None,
    }
