"""Tokens: made, revoked, recognised. The token itself leaves `make_token` once and is stored nowhere."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from pinlever.api.models import SOURCE, ApiToken
from pinlever.audit.services import Actor, record
from pinlever.recruiting.cleaning import clean_text

SCHEME = "pl_"
SHOWN = 9  # characters of the token that stay visible: 36 of its 256 random bits
IN_USE = "A token named {name} is in use. Revoke it first, or choose another name."
NOTED_EVERY = timedelta(minutes=1)
OUR_OWN = ("lever", "pinlever")  # what we ourselves tell of people goes by these names


class InvalidToken(ValueError):
    """The token cannot be made; the message says why."""


@dataclass(frozen=True)
class Made:
    """A new token: the only moment at which its text is known."""

    row: ApiToken
    text: str


def make_token(*, by: Actor, name: str, source: str = "") -> Made:
    """Raises InvalidToken. Without a source the name is made into one."""
    name, source = _checked(name, source)
    text = SCHEME + secrets.token_urlsafe(32)
    row = ApiToken(
        name=name, source=source, digest=digest_of(text), prefix=text[:SHOWN], made_by=by.label[:200]
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            after = {"name": name, "source": source, "prefix": row.prefix}
            record(by=by, action="api_token.made", subject=row, after=after)
    except IntegrityError:
        raise InvalidToken(IN_USE.format(name=name)) from None
    return Made(row, text)


def name_in_use(name: str) -> bool:
    return ApiToken.objects.filter(name=name, revoked_at=None).exists()


@transaction.atomic
def revoke_token(*, by: Actor, token: ApiToken) -> bool:
    """Whether it was revoked now; calls with it are refused from then on."""
    row = ApiToken.objects.select_for_update().get(pk=token.pk)
    if row.revoked_at is not None:
        return False
    row.revoked_at, row.revoked_by = timezone.now(), by.label[:200]
    row.save(update_fields=["revoked_at", "revoked_by"])
    record(by=by, action="api_token.revoked", subject=row, after={"name": row.name, "prefix": row.prefix})
    return True


def token_of(text: str) -> ApiToken | None:
    """The row of a token, revoked ones too. Found by its digest, so the time it takes tells nothing about tokens."""
    return ApiToken.objects.filter(digest=digest_of(text)).first()


def note_use(token: ApiToken) -> None:
    """Keeps when the token was last used, written at most once a minute."""
    now = timezone.now()
    if token.last_used_at is None or token.last_used_at < now - NOTED_EVERY:
        unnoted = Q(last_used_at=None) | Q(last_used_at__lt=now - NOTED_EVERY)
        ApiToken.objects.filter(unnoted, pk=token.pk).update(last_used_at=now)


def caller(token: ApiToken) -> Actor:
    """The system behind the token, for the audit log."""
    return Actor("pin", token.prefix, f"{token.name} (API)")


def digest_of(text: str) -> str:
    """256 random bits need no salt and no slow hash."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _checked(name: str, source: str) -> tuple[str, str]:
    if not name or clean_text(name, 100) != name:
        raise InvalidToken("The name must be 1 to 100 printable characters without spaces around them.")
    source = source or re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40].rstrip("-")
    if not re.fullmatch(SOURCE, source):
        raise InvalidToken(
            f"{source!r} cannot be a source: lower-case letters, digits, dots and hyphens, at most 40."
        )
    if source in OUR_OWN:
        raise InvalidToken(f"{source!r} is PinLever's own name for what it hears. Choose another source.")
    return name, source
