"""Text encrypted at rest. A value that no key opens raises: it is never handed on as if it were the secret."""

from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models


class WrongKey(Exception):
    """A stored secret was encrypted with a key that FIELD_ENCRYPTION_KEYS does not hold."""


@lru_cache(maxsize=8)
def _fernet(keys: tuple[str, ...]) -> MultiFernet:
    try:
        return MultiFernet([Fernet(key) for key in keys])
    except ValueError:
        raise ImproperlyConfigured(
            "FIELD_ENCRYPTION_KEYS holds a key that is not 32 url-safe base64 bytes."
        ) from None


def fernet() -> MultiFernet:
    """Encrypts with the newest key, decrypts with any."""
    return _fernet(tuple(settings.FIELD_ENCRYPTION_KEYS))


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """A TextField whose column holds ciphertext; "" stays "". Cannot be searched."""

    def get_prep_value(self, value: Any) -> Any:
        text = super().get_prep_value(value)
        return fernet().encrypt(text.encode()).decode() if text else text

    def from_db_value(self, value: str | None, *_: object) -> str | None:
        if not value:
            return value
        try:
            return fernet().decrypt(value.encode()).decode()
        except InvalidToken:
            raise WrongKey(
                f"{self.model._meta.label}.{self.name} cannot be decrypted. Put the key it was stored with back "
                "into FIELD_ENCRYPTION_KEYS (after the newest one)."
            ) from None
