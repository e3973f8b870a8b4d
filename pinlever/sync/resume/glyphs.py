"""A cleaned text as glyphs in logical order, and where it may be broken into lines. Pure, given the faces."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from arabic_reshaper import ArabicReshaper

from pinlever.sync.resume.faces import FaceChoice, draws, face

_SHAPER = ArabicReshaper({"delete_harakat": False, "support_ligatures": True})

# Where a line must not be broken: before closing signs and small kana, after opening signs.
_NOT_FIRST = frozenset(
    "|:;!?%»)]}、。，．・：；！？％）」』】〉》〕］｝”’ーぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ々…"
)
_NOT_LAST = frozenset("（「『【〈《〔［｛“‘")


@dataclass(frozen=True, slots=True)
class Glyph:
    text: str  # the one character it stands for
    drawn: str  # the character whose glyph is drawn
    face: str
    width: float  # in thousandths of the type size


def glyphs(text: str, faces: FaceChoice, *, bold: bool) -> list[Glyph]:
    """One glyph for each character; Arabic letters joined. Every character must be drawable."""
    found: list[Glyph] = []
    for drawn in _joined(text):
        name = _face_of(drawn, found, faces, bold)
        if name is None:
            found += glyphs_apart(_letters(drawn), faces, bold=bold)
            continue
        found += _letter_glyphs(drawn, name)
    return found


@lru_cache(maxsize=20_000)
def _letter_glyphs(drawn: str, name: str) -> tuple[Glyph, ...]:
    """One drawn form as a glyph for each letter it stands for.

    Each gets its share of the width, as a letter without any is not seen by readers of the PDF. The last one, which is
    the leftmost in a right-to-left line, draws the whole; the others are blank under it.
    """
    letters = _letters(drawn)
    share = _width(drawn, name) / len(letters)
    blank = (Glyph(letter, " ", name, share) for letter in letters[:-1])
    return (*blank, Glyph(letters[-1], drawn, name, share))


def _width(drawn: str, name: str) -> float:
    return float(face(name).face.getCharWidth(ord(drawn)))


def glyphs_apart(text: str, faces: FaceChoice, *, bold: bool) -> Iterator[Glyph]:
    """Each letter as it stands alone, for forms that the face does not have."""
    for char in text:
        name = faces.of(char, bold=bold)
        if name is not None:
            yield Glyph(char, char, name, _width(char, name))


def _joined(text: str) -> str:
    is_arabic = any("\u0600" <= char <= "\u06ff" or "\u0750" <= char <= "\u077f" for char in text)
    return _SHAPER.reshape(text) if is_arabic else text


def _letters(drawn: str) -> str:
    is_form = "\ufb50" <= drawn <= "\ufdff" or "\ufe70" <= drawn <= "\ufefc"
    return unicodedata.normalize("NFKC", drawn) if is_form else drawn


def _face_of(char: str, before: list[Glyph], faces: FaceChoice, bold: bool) -> str | None:
    """Spaces and marks keep to the face of what they follow, where it has them."""
    if before and (char == " " or unicodedata.category(char) == "Mn") and draws(before[-1].face, char):
        return before[-1].face
    return faces.of(char, bold=bold)


def in_one_face(row: list[Glyph], name: str) -> list[Glyph]:
    """The row with everything that `name` can draw drawn by it."""
    return [
        replace(glyph, face=name, width=_width(glyph.drawn, name))
        if glyph.face != name and draws(name, glyph.drawn)
        else glyph
        for glyph in row
    ]


def lines(row: list[Glyph], width: float) -> Iterator[list[Glyph]]:
    """`row` broken into lines at most `width` thousandths wide; spaces at the breaks are dropped."""
    start = 0
    while start < len(row):
        end = _line_end(row, start, width)
        yield _without_trailing_space(row[start:end])
        start = end
        while start < len(row) and row[start].text == " ":
            start += 1


def _line_end(row: list[Glyph], start: int, width: float) -> int:
    """The index after the last glyph that fits, moved back to a place to break if there is one."""
    used, last_break = 0.0, start
    for index in range(start, len(row)):
        used += row[index].width
        if used > width and row[index].text != " " and index > start:
            return last_break if last_break > start else index
        if _may_break_after(row, index):
            last_break = index + 1
    return len(row)


def _may_break_after(row: list[Glyph], index: int) -> bool:
    char = row[index].text
    if index + 1 == len(row):
        return True
    following = row[index + 1].text
    if char in _NOT_LAST or following in _NOT_FIRST:
        return False
    return char == " " or _is_ideographic(char) or _is_ideographic(following)


def _is_ideographic(char: str) -> bool:
    return "\u2e80" <= char <= "\u9fff" or "\uf900" <= char <= "\ufaff" or char >= "\U00020000"


def _without_trailing_space(line: list[Glyph]) -> list[Glyph]:
    end = len(line)
    while end and line[end - 1].text == " ":
        end -= 1
    return line[:end]
