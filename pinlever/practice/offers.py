"""Offers and referrals. The API only reads them; they are put on stage (staging_children.py)."""

from . import shapes
from .errors import not_found
from .paging import page
from .reading import get_child, list_children
from .records import Json
from .routing import Call, Reply, Route

STATUSES = (*("draft", "approval-sent", "approved", "sent", "sent-manually", "opened", "denied", "signed"),)


def list_offers(call: Call) -> Reply:
    offers = call.world.store.of_opportunity("offer", call.opportunity().id)
    return Reply(document=page(call.query, [_offer(call, offer) for offer in offers]))


def _offer(call: Call, offer: Json) -> Json:
    return shapes.public(offer) | {
        name: _document(call, offer, name.removesuffix("Document"))
        for name in ("sentDocument", "signedDocument")
    }


def _document(call: Call, offer: Json, status: str) -> Json | None:
    held = offer["_documents"].get(status)
    if held is None:
        return None
    url = f"{call.base_url}candidates/{offer['_opportunity']}/offers/{offer['id']}/download?status={status}"
    return {"fileName": held["fileName"], "uploadedAt": held["uploadedAt"], "downloadUrl": url}


def download(call: Call) -> Reply:
    """The latest of sent and signed, unless asked."""
    call.opportunity()
    offer = call.document("offer", "offers")
    asked = call.query.choice("status", ("sent", "signed"))
    for status in [asked] if asked else ["signed", "sent"]:
        if (held := offer["_documents"].get(status)) is not None:
            content = call.world.store.blob(held["blob"]) or b""
            return Reply(content=content, content_type="application/pdf")
    raise not_found("offer documents", offer["id"])


_OFFERS, _REFERRALS = "/opportunities/<opportunity>/offers", "/opportunities/<opportunity>/referrals"
ROUTES = (
    Route("GET", _OFFERS, list_offers, "offers:read:admin"),
    Route("GET", f"{_OFFERS}/<id>/download", download, "offers:read:admin"),
    Route("GET", _REFERRALS, list_children("referral"), "referrals:read:admin"),
    Route("GET", f"{_REFERRALS}/<id>", get_child("referral", "referrals"), "referrals:read:admin"),
)
