"""What django-allauth asks us: who may sign up (nobody), and how second factors are kept."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import InvalidToken
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from pinlever.foundation.fields import WrongKey, fernet


def another_password_url(key: str) -> str:
    """Where another password is chosen; `key` is the person's and the token's, as allauth writes it."""
    person, _, token = key.partition("-")
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": person, "key": token})
    return f"{settings.PINLEVER_URL}{path}"


class AccountAdapter(DefaultAccountAdapter):
    """People are invited; nobody signs up. Links in mails lead to our own address, whatever name we were asked by."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_reset_password_from_key_url(self, key: str) -> str:
        return another_password_url(key)


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets of authenticator apps and seeds of recovery codes are encrypted at rest."""

    def encrypt(self, text: str) -> str:
        return fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return fernet().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            raise WrongKey(
                "A second factor cannot be decrypted. Put the key it was stored with back into "
                "FIELD_ENCRYPTION_KEYS (after the newest one)."
            ) from None
