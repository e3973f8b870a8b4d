"""The address Lever is told: where it is, and whether Lever can reach it at all."""

import uuid
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

from pinlever.connection.models import Environment, LeverAccount
from pinlever.foundation.clock import db_now
from pinlever.inbound.models import Address


def address_of(account: LeverAccount) -> Address:
    """The account's address, made where missing."""
    now = db_now()
    values = {"key": uuid.uuid4(), "made_at": now, "due_at": now}
    return Address.objects.get_or_create(account=account, defaults=values)[0]


def url_of(address: Address) -> str:
    """Where Lever sends what it has to tell."""
    return settings.PINLEVER_URL + reverse("lever-webhook", args=[address.key])


def can_be_reached(account: LeverAccount) -> bool:
    """Whether webhooks are made: Lever calls https alone, and Practice Lever what is on its own machine."""
    scheme = urlsplit(settings.PINLEVER_URL).scheme
    return scheme == "https" or account.environment == Environment.PRACTICE
