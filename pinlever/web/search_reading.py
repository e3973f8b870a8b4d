"""What somebody typed into the search box, read: an id, a link, an address, a number, or words. Pure.

Nothing typed is an error: what makes no sense as one thing is looked for as another.
"""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from pinlever.connection.marker import marker_of
from pinlever.recruiting.identity import email_key, linkedin_key, name_key, phone_key

LONGEST = 300
LEAST = 2  # letters; one says nothing
MOST_DIGITS = 18
UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
NUMBERED = re.compile(
    r"(?:(record|activity|export|import)\s*)?(?:#|no\.?\s*|run\s*)?(\d{1,18})", re.IGNORECASE
)
OUR_PAGES = re.compile(r"/(activity|imports|export/runs)/(\d{1,18})/?")
PAGE_OF = {"activity": "record", "imports": "import", "export/runs": "export"}
DIGITS = re.compile(r"\D+")
LEAST_OF_A_PHONE = 7


@dataclass(frozen=True)
class Typed:
    """`id` is a UUID in small letters, ours or Lever's. `number` is of `of`: a record, an import, an export, or any."""

    text: str
    id: str = ""
    linkedin: str = ""
    email: str = ""
    phones: tuple[str, ...] = ()
    number: int | None = None
    of: str = ""

    def __bool__(self) -> bool:
        return len(self.text) >= LEAST or self.number is not None

    @property
    def is_words(self) -> bool:
        """A name, a company, a title, a file's name."""
        return not (self.id or self.linkedin or "@" in self.text) and bool(name_key(self.text))


def read(said: str) -> Typed:
    """Of an overlong text the beginning."""
    text = " ".join(said.replace("\x00", "").split())[:LONGEST]
    low = text.lower()
    if "linkedin." in low:
        return Typed(text, linkedin=linkedin_key(text) or "")
    marker = marker_of(text) if "/" in text else None
    named = UUID.search(text)
    if marker is not None or named is not None:
        return Typed(text, id=str(marker) if marker else named.group().lower() if named else "")
    if "@" in text:
        return Typed(text, email=email_key(text) or text.strip(" <>").lower())
    number, of = _numbered(text)
    return Typed(text, phones=_phones(text), number=number, of=of)


def _numbered(text: str) -> tuple[int | None, str]:
    """A number, and of which kind of page: by a link to it or in words."""
    try:
        page = OUR_PAGES.search(urlsplit(text).path) if "/" in text else None
    except ValueError:
        page = None
    if page is not None:
        return int(page[2]), PAGE_OF[page[1]]
    found = NUMBERED.fullmatch(text)
    if found is None:
        return None, ""
    kind = (found[1] or "").lower()
    return int(found[2]), "record" if kind == "activity" else kind


def _phones(text: str) -> tuple[str, ...]:
    """As phone numbers are kept: with the country, and digits alone where none is known."""
    digits = DIGITS.sub("", text)
    if not LEAST_OF_A_PHONE <= len(digits) <= MOST_DIGITS or re.search(r"[^\d\s()+./-]", text):
        return ()
    found = [phone_key(text), phone_key(f"+{digits}"), digits, f"+{digits}"]
    return tuple(dict.fromkeys(key for key in found if key))
