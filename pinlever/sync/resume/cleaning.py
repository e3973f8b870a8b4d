"""What of a text can be put on paper: pure, decided before anything is drawn.

Invisible characters go without a word; visible ones that no face can draw become one mark and are named.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

MARK = "·"
ZERO_WIDTH_NON_JOINER = "\u200c"  # decides how Persian letters join: it is spelling, not decoration

_LINE_ENDS = re.compile(r"\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
_SPACES = re.compile(r"[^\S\n]+")
_MARKS_IN_A_ROW = re.compile(f"{MARK}(?:\\s*{MARK})+")
# Spelled with presentation forms instead of letters, as text copied out of a PDF often is.
_ARABIC_FORMS = re.compile(r"[\ufb50-\ufdff\ufe70-\ufefc]+")
_INVISIBLE = frozenset({"Cc", "Cf", "Cs"})
_FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")
_VARIATION_SELECTORS = re.compile(r"[\u180b-\u180d\ufe00-\ufe0f\U000e0100-\U000e01ef]")


@dataclass(frozen=True)
class Cleaned:
    text: str
    missing: tuple[str, ...]  # every character once, in order of appearance


def clean(text: str, can_draw: Callable[[str], bool]) -> Cleaned:
    """`text` in NFC, with single spaces and `\\n` at line ends, reduced to what `can_draw`."""
    written = _ARABIC_FORMS.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    plain = _LINE_ENDS.sub("\n", unicodedata.normalize("NFC", written))
    visible = _SPACES.sub(" ", "".join(char for char in plain if not is_invisible(char)))
    missing = tuple(dict.fromkeys(c for c in visible if not (c.isspace() or c in KEPT or can_draw(c))))
    if missing:
        gone = str.maketrans(dict.fromkeys(missing, MARK))
        visible = _MARKS_IN_A_ROW.sub(MARK, visible.translate(gone))
    return Cleaned("\n".join(line.strip() for line in visible.split("\n")).strip("\n"), missing)


KEPT = frozenset(ZERO_WIDTH_NON_JOINER)


def is_invisible(char: str) -> bool:
    """Whether leaving the character out changes nothing that a reader sees."""
    if char == "\n" or char in KEPT or char.isspace():
        return False
    return (
        unicodedata.category(char) in _INVISIBLE
        or char in _FILLERS
        or _VARIATION_SELECTORS.match(char) is not None
    )
