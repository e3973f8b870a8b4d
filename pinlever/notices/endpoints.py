"""Endpoints: added, changed, switched, given another secret, removed; each with its audit row.

A change takes the endpoint from the worker that sends to it, so that the next thing is sent as it says.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction

from pinlever.audit.services import Actor, record
from pinlever.foundation.clock import db_now
from pinlever.foundation.fields import WrongKey
from pinlever.notices.addresses import ForbiddenAddress, checked
from pinlever.notices.models import Delivery, Endpoint, Kind
from pinlever.notices.signing import new_secret
from pinlever.notices.waking import wake

FORMER_FOR = timedelta(hours=24)
MOST = 20
LONGEST_NAME = 100
CHOICES = tuple((kind.value, kind.label) for kind in Kind if kind != Kind.TEST)
TAKEN_AWAY: dict[str, Any] = {"locked_by": "", "locked_until": None, "wait_until": None}


class InvalidEndpoint(ValueError):
    """What was entered cannot be kept; says why. `field` names what is wrong."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True)
class Made:
    """The endpoint, and its secret: it is shown now and never again."""

    endpoint: Endpoint
    secret: str


def add(*, by: Actor, name: str, url: str, kinds: Collection[str]) -> Made:
    """Raises InvalidEndpoint."""
    values = _values(name, url, kinds)
    secret = new_secret()
    with transaction.atomic():
        if Endpoint.objects.count() >= MOST:
            raise InvalidEndpoint("name", f"There are {MOST} already. Remove one that is not needed.")
        made = Endpoint.objects.create(
            **values, secret=secret, former_secret="", made_at=db_now(), made_by=by.label[:200]
        )
        record(by=by, action="endpoint.added", subject=made, after=_told(values))
    return Made(made, secret)


def change(*, by: Actor, endpoint: Endpoint, name: str, url: str, kinds: Collection[str]) -> bool:
    """False when nothing was different. Raises InvalidEndpoint."""
    values = _values(name, url, kinds)
    before = {name: getattr(endpoint, name) for name in values}
    changed = {name: value for name, value in values.items() if value != before[name]}
    if not changed:
        return False
    _write(by, endpoint, "endpoint.changed", changed, before={name: before[name] for name in changed})
    return True


def switch(*, by: Actor, endpoint: Endpoint, on: bool) -> bool:
    """What waits stays, and goes once it is on again; False when it was so before."""
    if endpoint.is_on == on:
        return False
    _write(by, endpoint, f"endpoint.switched_{'on' if on else 'off'}", {"is_on": on, "off_why": ""})
    return True


def renew_secret(*, by: Actor, endpoint: Endpoint) -> Made:
    """Another secret at once; what is sent is signed with the former one too for a day."""
    secret = new_secret()
    with transaction.atomic():
        former = _secret_of(endpoint)
        values = {"secret": secret, "former_secret": former, "former_until": db_now() + FORMER_FOR}
        _write(by, endpoint, "endpoint.secret_renewed", values, told={"former_until": values["former_until"]})
    return Made(endpoint, secret)


def remove(*, by: Actor, endpoint: Endpoint) -> None:
    """With the log of its deliveries; what waits is not sent."""
    with transaction.atomic():
        record(by=by, action="endpoint.removed", subject=endpoint, before=_told(vars(endpoint)))
        Endpoint.objects.filter(pk=endpoint.pk).update(
            is_on=False, **TAKEN_AWAY
        )  # before its deliveries' rows
        Delivery.objects.filter(endpoint=endpoint).delete()
        Endpoint.objects.filter(pk=endpoint.pk).delete()


def _secret_of(endpoint: Endpoint) -> str:
    """Empty if no key opens it any more: another one is the cure."""
    try:
        return str(Endpoint.objects.select_for_update().get(pk=endpoint.pk).secret)
    except WrongKey:
        return ""


def _write(
    by: Actor,
    endpoint: Endpoint,
    action: str,
    changes: dict[str, Any],
    *,
    before: dict[str, Any] | None = None,
    told: dict[str, Any] | None = None,
) -> None:
    with transaction.atomic():
        Endpoint.objects.filter(pk=endpoint.pk).update(**changes, **TAKEN_AWAY)
        for name, value in changes.items():
            setattr(endpoint, name, value)
        after = _told(changes) if told is None else told
        record(by=by, action=action, subject=endpoint, before=_told(before or {}), after=after)
        wake()


def _values(name: str, url: str, kinds: Collection[str]) -> dict[str, Any]:
    known = [kind for kind, _ in CHOICES]
    if unknown := set(kinds) - set(known):
        raise InvalidEndpoint("kinds", f"Nothing of the kind {sorted(unknown)[0][:40]!r} is ever told.")
    words = " ".join(name.split())
    if not words or len(words) > LONGEST_NAME or not words.isprintable():
        raise InvalidEndpoint("name", f"Give it a name of 1 to {LONGEST_NAME} letters.")
    try:
        address = checked(url)
    except ForbiddenAddress as refusal:
        raise InvalidEndpoint("url", str(refusal)) from None
    wanted = [kind for kind in known if kind in kinds]
    return {"name": words, "url": address, "kinds": [] if wanted == known else wanted}


def _told(values: dict[str, Any]) -> dict[str, Any]:
    """For the audit log. A receiver's own key may stand in the query of its address; that is left out."""
    told: dict[str, Any] = {name: values[name] for name in ("name", "kinds", "is_on") if name in values}
    if "url" in values:
        parts = urlsplit(values["url"])
        told["url"] = parts._replace(query="…" if parts.query else "").geturl()
    return told
