"""Lever's webhooks arrive: verified, stored, answered. Nothing is stored that is not verified; no call goes out.

What an answer makes Lever do (its documentation): any 2xx, it is done; everything else, 3xx too, is tried again up to
five times with growing delays, and can be sent again by hand from its settings for two weeks. So:

    200  stored, or known already by its token: never sent again
    400  truncated, no JSON, wrong types, a time to come: not Lever's doing, or the retry arrives whole
    401  no signature: not from a webhook of ours
    403  a signature that none of this account's tokens made
    404  no such address
    410  the account is not connected here any more; its webhooks are being removed or are gone
    413  longer than anything Lever sends
    5xx  we are in trouble: Lever's retries bring it again
"""

import uuid

from django.http import HttpRequest, HttpResponse
from django.http.request import RawPostDataException, UnreadablePostError
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from pinlever.connection.models import LeverConnection
from pinlever.inbound.models import Address
from pinlever.inbound.signing import MOST_BYTES, Malformed, Unsigned, read, signer_of
from pinlever.inbound.storing import store
from pinlever.inbound.verifying import CONNECTED, note_use, signers_at
from pinlever.inbound.waking import wake


class TooLong(Exception):
    """More bytes than Lever ever sends."""


@csrf_exempt
@require_POST
@never_cache
def receive(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """One delivery. A good one costs three statements, however many there are."""
    try:
        told = read(_body(request), timezone.now())
    except TooLong:
        return _said(413, "Too long.")
    except Malformed as wrong:
        return _said(400, f"This is no delivery of Lever's: {wrong}.")
    except Unsigned:
        return _said(401, "Not signed.")
    signer = signer_of(told, signers_at(key))
    if signer is None:
        return _refused(key)
    waits = store(signer, told)
    if signer.is_silent:
        note_use(signer)
    if waits:
        wake(signer.account_id)
    return _said(200, "Thank you.")


def _refused(key: uuid.UUID) -> HttpResponse:
    """Why nothing of this address signed it."""
    address = Address.objects.filter(key=key).first()
    if address is None:
        return _said(404, "No such address.")
    connections = LeverConnection.objects.filter(
        account=address.account_id, is_current=True, state__in=CONNECTED
    )
    if not connections.exists():
        return _said(410, "This Lever account is not connected here any more.")
    return _said(403, "Signed by none of this account's webhooks.")


def _body(request: HttpRequest) -> bytes:
    """At most MOST_BYTES; whatever the length is said to be, no more is read."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not (length.isascii() and length.isdigit()) or int(length[:20]) > MOST_BYTES:
        raise TooLong
    try:
        body = request.read(MOST_BYTES + 1)
    except (UnreadablePostError, RawPostDataException):
        raise Malformed("it broke off") from None
    if len(body) > MOST_BYTES:
        raise TooLong
    return body


def _said(status: int, sentence: str) -> HttpResponse:
    return HttpResponse(f"{sentence}\n", status=status, content_type="text/plain; charset=utf-8")
