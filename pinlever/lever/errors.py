"""What can go wrong in a call to Lever, told by what is known about its outcome.

The classes answer the caller's question: was it done, may it be tried again, does somebody have to act?
Which answer means which class is a table; `requests` knows nothing of these and they know nothing of it.
"""

from __future__ import annotations

SAID_LIMIT = 2_000
READS = frozenset({"GET", "HEAD"})


class LeverError(Exception):
    """`said` holds Lever's own words, verbatim; `what` ours, where Lever said nothing."""

    def __init__(
        self,
        what: str = "",
        *,
        said: str = "",
        code: str = "",
        status: int | None = None,
        method: str = "",
        path: str = "",
        retry_after: float | None = None,
    ) -> None:
        super().__init__(what)
        self.what = what
        self.said = said[:SAID_LIMIT]
        self.code = code
        self.status = status
        self.method = method
        self.path = path
        self.retry_after = retry_after

    def __str__(self) -> str:
        call = f"{self.method} {self.path}".strip()
        answer = " ".join(str(part) for part in (self.status, self.code) if part)
        return ": ".join(part for part in (call, answer, self.what, self.said) if part) or type(self).__name__


class Busy(LeverError):
    """Certainly not done; the same call may be made again later."""


class DeadlineMissed(Busy):
    """`send_before` had passed before the first byte was sent: Lever has seen nothing of it."""


class OutcomeUnknown(LeverError):
    """A write that may or may not have been done; it must be read back before anything else."""


class Unavailable(LeverError):
    """A read that failed or could not be understood; nothing has changed, try again."""


class Rejected(LeverError):
    """Certainly not done, and the same call would be refused again."""


class Forbidden(Rejected):
    """The key, the granted scopes or the account's settings do not allow this."""


class NotFound(Rejected):
    """Unknown path or unknown id; Lever does not tell these apart."""


class OffsetRefused(Rejected):
    """The list has forgotten this place in it; start it again from its beginning."""


class ReconnectNeeded(LeverError):
    """The credential is no longer good and could not be renewed; a person has to connect again. Not done."""


class ConfigurationError(LeverError):
    """Our own client id, secret or address is wrong; no retry and no user can cure it. Not done."""


CERTAIN: dict[int, type[LeverError]] = {
    401: ReconnectNeeded,
    403: Forbidden,
    404: NotFound,
    429: Busy,
}


def is_read(method: str) -> bool:
    return method.upper() in READS


def unclear(method: str) -> type[LeverError]:
    """The class of a call that was sent and whose answer is missing, odd or unreadable."""
    return Unavailable if is_read(method) else OutcomeUnknown


def class_of(status: int, method: str) -> type[LeverError]:
    """The class for an answer that is not a success (or is one that cannot be read).

    408 is not certain: Lever's documentation gives it for an upload that took too long.
    """
    if status in CERTAIN:
        return CERTAIN[status]
    if 400 <= status < 500 and status != 408:
        return Rejected
    return unclear(method)
