"""Text from outside made fit to be stored and shown. Nothing here raises, whatever comes in.

PostgreSQL stores neither NUL nor lone surrogates, in text or in JSON; nobody wants to see control characters.
"""

import re
import unicodedata
from typing import Any

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# Controls that are no whitespace, lone surrogates, the byte order mark, and marks that turn the text around.
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\u202a-\u202e\u2066-\u2069]")
_INVISIBLE_KINDS = frozenset({"Cc", "Cf", "Cs"})
_APOSTROPHES = re.compile("['\u2019\u2018\u02bc`\u00b4]")
_NOT_IN_NAMES = re.compile("[^a-z0-9]")
_NO_DECOMPOSITION = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŧ": "t"}
)


def clean_text(text: object, max_length: int) -> str:
    """One line without control characters, whitespace collapsed, cut to `max_length` characters."""
    line = " ".join(_UNSEEN.sub("", _as_text(text)).split())
    return line[:max_length].rstrip()


def clean_lines(text: object, max_length: int) -> str:
    """Like `clean_text`, but line breaks stay; never more than one empty line in a row."""
    lines = "\n".join(clean_text(line, max_length) for line in _as_text(text).splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip()[:max_length].rstrip()


def storable(value: Any) -> Any:
    """The JSON value without what PostgreSQL cannot store; otherwise as it was."""
    if isinstance(value, str):
        return _UNSTORABLE.sub("", value)
    if isinstance(value, dict):
        return {storable(str(name)): storable(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [storable(item) for item in value]
    return value


def without_invisible(text: str) -> str:
    """The text without control, formatting (zero-width) and surrogate characters; whitespace stays."""
    if text.isascii() and text.isprintable():  # most of it, and asked for thousands at a time
        return text
    return "".join(
        char for char in text if char.isspace() or unicodedata.category(char) not in _INVISIBLE_KINDS
    )


def name_key(text: object) -> str:
    """A name for near matches: case, spacing, punctuation and Latin diacritics ignored; any script survives."""
    seen = without_invisible(_as_text(text))
    if seen.isascii():
        return " ".join(_NOT_IN_NAMES.sub(" ", _APOSTROPHES.sub("", seen.lower())).split())
    return _folded_key(seen)


def _folded_key(seen: str) -> str:
    """`name_key` of any script."""
    folded = unicodedata.normalize("NFKC", seen).casefold()
    letters = unicodedata.normalize("NFD", _APOSTROPHES.sub("", folded).translate(_NO_DECOMPOSITION))
    kept, latin = [], False
    for char in letters:
        kind = unicodedata.category(char)[0]
        if kind == "M" and latin:
            continue
        if kind != "M":
            latin = unicodedata.name(char, "").startswith("LATIN ")
        kept.append(char if kind in "LMN" else " ")
    return " ".join(unicodedata.normalize("NFC", "".join(kept)).split())


def _as_text(text: object) -> str:
    return "" if text is None else str(text)
