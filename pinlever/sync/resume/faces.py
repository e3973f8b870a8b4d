"""The bundled type faces: which one draws which character. Read from disk when first needed, then kept.

A Latin résumé never opens the East Asian files, which are megabytes each.
"""

from functools import cache
from pathlib import Path

from reportlab.lib.fonts import addMapping
from reportlab.pdfbase import pdfmetrics
from xhtml2pdf.default import DEFAULT_FONT

from pinlever.sync.resume.embedding import ExactFont

FONTS = Path(__file__).parent / "fonts"

LATIN, HEBREW, ARABIC = "latin", "hebrew", "arabic"
SIMPLIFIED, TRADITIONAL, JAPANESE, KOREAN = "simplified", "traditional", "japanese", "korean"
BOLD = "-bold"

FILES = {
    LATIN: "NotoSans_400Regular.ttf",
    LATIN + BOLD: "NotoSans_700Bold.ttf",
    HEBREW: "NotoSansHebrew_400Regular.ttf",
    HEBREW + BOLD: "NotoSansHebrew_700Bold.ttf",
    ARABIC: "NotoSansArabic_400Regular.ttf",
    ARABIC + BOLD: "NotoSansArabic_700Bold.ttf",
    SIMPLIFIED: "NotoSansSC_400Regular.ttf",
    TRADITIONAL: "NotoSansTC_400Regular.ttf",
    JAPANESE: "NotoSansJP_400Regular.ttf",
    KOREAN: "NotoSansKR_400Regular.ttf",
}

# The same ideograph is drawn differently in each country: the text's own signs say whose it is.
_EAST_ASIAN = (SIMPLIFIED, TRADITIONAL, JAPANESE, KOREAN)


@cache
def face(name: str) -> ExactFont:
    """The face, known to ReportLab and to xhtml2pdf's style sheets under its own name."""
    font = ExactFont(name, str(FONTS / FILES[name]))
    pdfmetrics.registerFont(font)
    make_known(name)
    return font


def make_known(name: str) -> None:
    """Let a style sheet name a face that is registered with ReportLab; it has no other weights."""
    DEFAULT_FONT[name] = name
    for bold in (0, 1):
        for italic in (0, 1):
            addMapping(name, bold, italic, name)


def draws(name: str, char: str) -> bool:
    return ord(char) in face(name).face.charToGlyph


class FaceChoice:
    """Which face draws each character of one document."""

    def __init__(self, text: str) -> None:
        self._order = (LATIN, HEBREW, ARABIC, *east_asian_order(text))
        self._chosen: dict[tuple[str, bool], str | None] = {}

    def of(self, char: str, *, bold: bool = False) -> str | None:
        """The name of the face, or None where no face has the character."""
        key = (char, bold)
        if key not in self._chosen:
            self._chosen[key] = self._find(char, bold)
        return self._chosen[key]

    def can_draw(self, char: str) -> bool:
        return self.of(char) is not None

    def _find(self, char: str, bold: bool) -> str | None:
        regular = next((name for name in self._order if draws(name, char)), None)
        if bold and regular and regular + BOLD in FILES and draws(regular + BOLD, char):
            return regular + BOLD
        return regular


def east_asian_order(text: str) -> tuple[str, ...]:
    """The East Asian faces, the most fitting for this text first."""
    first = _country(text)
    return (first, *(name for name in _EAST_ASIAN if name != first))


def _country(text: str) -> str:
    if any("\u3041" <= char <= "\u30ff" and char not in "・ー" for char in text):
        return JAPANESE
    if any("\uac00" <= char <= "\ud7a3" or "\u1100" <= char <= "\u11ff" for char in text):
        return KOREAN
    ideographs = {char for char in text if "\u4e00" <= char <= "\u9fff"}
    simplified, traditional = (
        sum(1 for char in ideographs if char.encode(codec, "ignore")) for codec in ("gb2312", "big5")
    )
    return TRADITIONAL if traditional > simplified else SIMPLIFIED
