"""Whether mail can be sent at all, and why a mail server did not take one, in sentences without anybody's address."""

from smtplib import (
    SMTPAuthenticationError,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPServerDisconnected,
)
from socket import gaierror
from ssl import SSLCertVerificationError, SSLError

from django.conf import settings

NOWHERE = "No mail server is set, so nothing was sent. Set EMAIL_URL."
QUOTED = 200


def goes_nowhere() -> bool:
    """Without EMAIL_URL mail is thrown away."""
    return bool(settings.EMAIL_BACKEND.rpartition(".backends.")[2].startswith("dummy"))


def goes_to_terminal() -> bool:
    """While DEBUG is on and nothing is set."""
    return bool(settings.EMAIL_BACKEND.rpartition(".backends.")[2].startswith("console"))


def why_not(error: Exception) -> str:
    """What a person can do something about."""
    if isinstance(error, SMTPRecipientsRefused):
        return f"The mail server does not take mail for this address{_codes(error)}."
    for kind, sentence in SENTENCES:
        if isinstance(error, kind):
            return sentence
    if isinstance(error, SMTPResponseException):
        said = error.smtp_error
        words = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        return f"The mail server answered {error.smtp_code}: {_plain(words)}"
    return f"The mail could not be sent ({type(error).__name__})."


def _codes(error: SMTPRecipientsRefused) -> str:
    codes = sorted({str(code) for code, _ in error.recipients.values()})
    return f" ({', '.join(codes)})" if codes else ""


def _plain(words: str) -> str:
    """Without the addresses a server may repeat."""
    kept = ("…" if "@" in word else word for word in words.split())
    return "".join(each for each in " ".join(kept) if each.isprintable())[:QUOTED]


SENTENCES: tuple[tuple[type[Exception], str], ...] = (
    (SMTPAuthenticationError, "The mail server does not accept the user and password of EMAIL_URL."),
    (SMTPServerDisconnected, "The mail server broke the connection off."),
    (gaierror, "The mail server's name could not be found. Look at EMAIL_URL."),
    (SSLCertVerificationError, "The mail server's certificate is not trusted."),
    (SSLError, "No secure connection to the mail server could be made. Look at EMAIL_URL."),
    (
        ConnectionRefusedError,
        "The mail server refused the connection: nothing listens there. Look at EMAIL_URL.",
    ),
    (TimeoutError, "The mail server did not answer in time."),
    (ConnectionError, "The connection to the mail server broke off."),
)
