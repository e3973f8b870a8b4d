"""What tells who a person is: pure functions from what people type to keys that compare.

Two spellings of the same thing have the same key; None means that it tells nothing.
"""

import re
from functools import lru_cache
from urllib.parse import unquote

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from pinlever.recruiting.cleaning import clean_text, name_key, without_invisible
from pinlever.recruiting.linkedin import linkedin_key, linkedin_url

__all__ = ["clean_text", "email_key", "linkedin_key", "linkedin_url", "name_key", "phone_key"]

_NAMED_ADDRESS = re.compile(r"[^<>]*<\s*([^<>]*?)\s*>[\s,;.]*")
_LONGEST = 1000  # longer text is neither an address nor a number
_MAX_EMAIL = 320


def email_key(text: str | None) -> str | None:
    """The address in lower case, its domain in ASCII. Nothing else is taken away: no dots, no plus tags.

    Lever trims addresses and ignores their case; whatever is equal to Lever has an equal key. Domains that
    are reserved for tests and internal networks tell nothing.
    """
    return _email_key((text or "")[:_LONGEST])


@lru_cache(maxsize=4096)  # asked for several times on a person's way in
def _email_key(text: str) -> str | None:
    address = without_invisible(text).strip().lower()
    if named := _NAMED_ADDRESS.fullmatch(address):
        address = named[1]
    if address.startswith("mailto:"):
        address = unquote(address.removeprefix("mailto:").partition("?")[0]).strip()
    address = address.strip(" \t\r\n,;'\"").rstrip(".")
    if len(address) > _MAX_EMAIL:
        return None
    try:
        found = validate_email(address, check_deliverability=False)
    except EmailNotValidError:
        return None
    return f"{found.local_part.lower()}@{(found.ascii_domain or '').lower()}"


def phone_key(text: str | None, region: str | None = None) -> str | None:
    """E.164 of a valid number. `region` (ISO code) is where numbers without a country code are at home.

    A number with an extension is None: the switchboard before it is everybody's.
    """
    return _phone_key((text or "")[:_LONGEST], region)


@lru_cache(maxsize=4096)
def _phone_key(text: str, region: str | None) -> str | None:
    number = without_invisible(text).strip()
    if number.lower().startswith("tel:"):
        number = number[4:].strip()
    number = re.sub(r"^00\s*(?=[1-9])", "+", number)
    try:
        parsed = phonenumbers.parse(number, region.upper() if region else None)
    except phonenumbers.NumberParseException:
        return None
    if parsed.extension or not phonenumbers.is_valid_number(parsed):
        return None
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))
