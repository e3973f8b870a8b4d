"""Signatures of what is sent, after Standard Webhooks 1.0: https://www.standardwebhooks.com.

`webhook-signature` holds one signature for each secret, so that a receiver knows either while a secret is changed.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime

PREFIX = "whsec_"
BYTES = 32


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(BYTES)).decode()


def headers_for(key: str, at: datetime, body: bytes, keys: Iterable[str]) -> dict[str, str]:
    """The three headers of one sending at `at`. `key` is the same for every sending of the same announcement."""
    timestamp = str(int(at.timestamp()))
    return {
        "webhook-id": key,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(_signature(secret, key, timestamp, body) for secret in keys),
    }


def _signature(secret: str, key: str, timestamp: str, body: bytes) -> str:
    known = base64.b64decode(secret.removeprefix(PREFIX))
    made = hmac.new(known, f"{key}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(made).decode()
