"""What Lever says, brought into families: the same refusal of a hundred people differs by their details alone. Pure."""

import hashlib
import re

LONGEST = 300
WORDS_COUNT = ("rejected_", "unavailable")  # causes that say no more than that Lever answered so
_QUOTED = re.compile(r"\"([^\"]*)\"|'([^']*)'|“([^”]*)”|`([^`]*)`|«([^»]*)»")
_FIELD = re.compile(r"[a-zA-Z_][\w.\[\]]*")  # what names a field of the request, and nobody
_DETAILS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"https?://[^\s<>\"']+", re.I), "(link)"),
    (re.compile(r"[^\s<>\"',;:()]+@[^\s<>\"',;()]+"), "(address)"),
    (re.compile(r"\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b", re.I), "(id)"),
    (re.compile(r"\b(?=[0-9a-f]*\d)[0-9a-f]{16,}\b", re.I), "(id)"),
    (re.compile(r"\+?\d[\d ()./-]{5,}\d"), "(number)"),
    (re.compile(r"(?<![\w(])\d{4,}(?!\w)"), "(number)"),
)


def family_of(said: str, name: str = "") -> str:
    """Lever's words without what is the person's own: addresses, numbers, ids, links, what was quoted, the name.

    At most 300 characters. What is alike for two people is the same text; nothing personal that has a shape remains.
    """
    text = " ".join(said[:2000].split())
    for details, mark in _DETAILS:
        text = details.sub(mark, text)
    for part in sorted({name.strip(), *name.split()}, key=len, reverse=True):
        if len(part) > 1:
            text = re.sub(rf"(?<!\w){re.escape(part)}(?!\w)", "(name)", text, flags=re.I)
    text = re.sub(r"\(name\)(?: \(name\))+", "(name)", text)
    text = _QUOTED.sub(_unquoted, text)
    return text[:LONGEST].rstrip(". ")


def _unquoted(found: re.Match[str]) -> str:
    inner = next(part for part in found.groups() if part is not None)
    return found[0] if _FIELD.fullmatch(inner) else "“…”"


def key_of(said: str, name: str = "") -> str:
    """The family's key: it tells nothing of anybody, so that it may stand in addresses."""
    return hashlib.sha256(family_of(said, name).encode()).hexdigest()[:16]


def said_columns(cause: str, said: str, name: str) -> dict[str, str]:
    """What is stored of Lever's words: verbatim, and the key under which they are grouped where the words alone tell
    what is wrong."""
    told = said.replace("\x00", "")
    is_grouped = bool(told) and cause.startswith(WORDS_COUNT)
    return {"said": told, "said_key": key_of(told, name) if is_grouped else ""}
