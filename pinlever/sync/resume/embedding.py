"""Fonts embedded so that a reader of the PDF gets the text right; the only module that reaches into ReportLab's.

`ExactFont` corrects what ReportLab writes for characters beyond U+FFFF. `SlotFont` lets each drawn glyph carry
any text, which right-to-left lines need (see textlayer).
"""

import copy
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from weakref import WeakKeyDictionary

from reportlab.pdfbase.ttfonts import SUBSETN, TTFont

_FIRST_SLOT = 0xF0000  # Supplementary Private Use Area-A: no script, no direction, no shaping
_CODES = [code for code in range(1, 256) if code != 32]  # 0 is .notdef; word spacing would stretch 32

MOST_SUBSETS = 150

# The character whose glyph is drawn, the thousandths it takes, the text it reads as, and the text that readers which
# know /ActualText take instead.
SlotKey = tuple[str, float, str, str | None]


def utf16(text: str) -> str:
    """As PDF spells text inside `<>`."""
    return text.encode("utf-16-be").hex().upper()


def _write_meanings(font: TTFont, doc: Any, subsets: list[list[int]], texts: Mapping[int, str]) -> None:
    """Replace the ToUnicode maps: ReportLab writes U+20BB7 as five digits, which readers take for two others."""
    for number, subset in enumerate(subsets):
        base_name = b"".join((SUBSETN(number), b"+", font.face.name, font.face.subfontNameX)).decode("pdfdoc")
        cmap = doc.idToObject[f"toUnicodeCMap:{base_name}"]
        head, _, rest = cmap.content.partition("beginbfchar\n")
        _, _, tail = rest.partition("endbfchar")
        body = "\n".join(
            f"<{code:02X}> <{utf16(texts.get(point, chr(point)))}>" for code, point in enumerate(subset)
        )
        cmap.content = f"{head}beginbfchar\n{body}\nendbfchar{tail}"


@dataclass(frozen=True)
class _FontChange:
    """What ReportLab takes for the number of a subset: it changes the font whenever that changes."""

    subset: int
    prefix: str  # operators to write before the change
    number: tuple[int, int]


def _place(slot: int) -> tuple[int, int]:
    """The subset of a slot and its code there."""
    return divmod(slot - _FIRST_SLOT, 256)


class ExactFont(TTFont):
    """A TrueType font whose every embedded glyph reads back as its own character."""

    def addObjects(self, doc: Any) -> None:
        subsets = [list(subset) for subset in self.state[doc].subsets]
        super().addObjects(doc)
        _write_meanings(self, doc, subsets, {})


class SlotFont(TTFont):
    """A view of a face for one document: `slot` gives a character that draws any glyph and reads as any text.

    The character's number is its place: which subset of the embedded font, and which code in it.
    """

    def __init__(self, name: str, source: ExactFont) -> None:
        self.fontName = name
        self.face = copy.copy(source.face)
        self.face.name = source.face.name + b"-Line"
        self.face.charWidths = {}
        # xhtml2pdf would remember, by name, which characters this face has; without the table it does not ask.
        del self.face.charToGlyph
        self._glyphs: dict[int, int] = {}
        self.encoding = source.encoding
        self.state: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()
        self._asciiReadable = False
        self.shapable = False
        self._source = source.face
        self._texts: dict[int, str] = {}
        self._actual: dict[int, str] = {}
        self._subsets: list[dict[SlotKey, int]] = [{}]

    @property
    def is_crowded(self) -> bool:
        """Whether more relocated text would make the file too large: each subset costs it some kilobytes."""
        return len(self._subsets) > MOST_SUBSETS

    def begin_line(self, wanted: Collection[SlotKey]) -> None:
        """Keep the slots of a line in one subset: a change of font inside a word breaks its reading."""
        if len(self._subsets[-1].keys() | wanted) > len(_CODES):
            self._subsets.append({})

    def slot(self, key: SlotKey) -> str:
        """The character to write."""
        drawn, width, text, actual = key
        subset = self._subsets[-1]
        if key not in subset:
            if len(subset) == len(_CODES):  # a line of hundreds of marks without width
                subset = {}
                self._subsets.append(subset)
            number = _FIRST_SLOT + 256 * (len(self._subsets) - 1) + _CODES[len(subset)]
            subset[key] = number
            self._glyphs[number] = self._source.charToGlyph[ord(drawn)]
            self.face.charWidths[number] = width
            self._texts[number] = text
            if actual is not None:
                self._actual[number] = actual
        return chr(subset[key])

    def splitString(self, text: str, doc: Any, encoding: str = "utf-8") -> list[tuple[Any, bytes]]:
        """Pieces as ReportLab wants them: (font to switch to, codes)."""
        # xhtml2pdf passes bytes where a piece is empty.
        return list(self._pieces(text if isinstance(text, str) else text.decode()))

    def _pieces(self, text: str) -> Iterator[tuple[_FontChange, bytes]]:
        prefix = ""
        for number, ((is_apart, _), part) in enumerate(groupby(map(ord, text), key=self._kind)):
            slots = list(part)
            if is_apart:
                actual = "".join(self._actual[slot] for slot in slots)
                prefix = f"{prefix}/Span <</ActualText <FEFF{utf16(actual)}>>> BDC "
            # What is set apart goes slot by slot: each change of font makes pypdf start afresh.
            for index, codes in enumerate([[slot] for slot in slots] if is_apart else [slots]):
                change = _FontChange(_place(codes[0])[0], prefix, (number, index))
                yield change, bytes(_place(slot)[1] for slot in codes)
                prefix = ""
            prefix = "EMC " if is_apart else ""
        if prefix:
            yield _FontChange(_place(ord(text[-1]))[0], prefix, (-1, 0)), b""

    def _kind(self, slot: int) -> tuple[bool, int]:
        return slot in self._actual, _place(slot)[0]

    def getSubsetInternalName(self, subset: Any, doc: Any) -> str:
        """The font's name in the page, after the operators that `_pieces` wants before the switch to it."""
        number, prefix = (subset.subset, subset.prefix) if isinstance(subset, _FontChange) else (subset, "")
        if doc not in self.state:
            state = self.state[doc] = TTFont.State(False, self)
            state.internalName = f"L{len(doc.fontMapping) + 1}"
            doc.fontMapping[self.fontName] = "/" + state.internalName
            doc.delayedFonts.append(self)
        return f"{prefix}/{self.state[doc].internalName}+{number}"

    def addObjects(self, doc: Any) -> None:
        subsets = [self._layout(subset) for subset in self._subsets]
        self.state[doc].subsets = subsets
        self.face.charToGlyph = self._glyphs
        super().addObjects(doc)
        _write_meanings(self, doc, subsets, self._texts | {0: "", 32: " "})

    def _layout(self, subset: dict[SlotKey, int]) -> list[int]:
        """The slots of a subset at their codes; nothing at the others."""
        numbers = {number & 0xFF: number for number in subset.values()}
        return [numbers.get(code, 0) for code in range(max(numbers, default=0) + 1)]
