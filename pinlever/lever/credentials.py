"""What signs a call. A credential never shows itself in a repr, an error or the record of a call."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Protocol

from .errors import ReconnectNeeded


class Credentials(Protocol):
    def authorization(self) -> str:
        """The value of the Authorization header."""
        ...

    def renew(self, rejected: str) -> str:
        """Another value after `rejected` was refused, or ReconnectNeeded. Asked at most once in a call."""
        ...


@dataclass(frozen=True, slots=True)
class BasicKey:
    """A Lever API key: the user name of Basic authentication, with an empty password."""

    key: str = field(repr=False)

    def authorization(self) -> str:
        return "Basic " + base64.b64encode(f"{self.key}:".encode()).decode("ascii")

    def renew(self, rejected: str) -> str:
        raise ReconnectNeeded("Lever no longer accepts this API key.", status=401)


@dataclass(frozen=True, slots=True)
class BearerToken:
    """An access token that is used as it is, such as right after the code exchange."""

    token: str = field(repr=False)

    def authorization(self) -> str:
        return f"Bearer {self.token}"

    def renew(self, rejected: str) -> str:
        raise ReconnectNeeded("Lever does not accept this access token.", status=401)
