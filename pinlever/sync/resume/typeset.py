"""Text to lines that are ready to be drawn: cleaned, broken, each a row of runs in one face."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby
from operator import itemgetter

from xhtml2pdf.bidi import display_order, mirrored

from pinlever.sync.resume import glyphs
from pinlever.sync.resume.cleaning import clean
from pinlever.sync.resume.embedding import SlotFont
from pinlever.sync.resume.faces import ARABIC, BOLD, HEBREW, FaceChoice, draws, face
from pinlever.sync.resume.glyphs import Glyph
from pinlever.sync.resume.textlayer import (
    LEFT_TO_RIGHT_MARK,
    Slot,
    has_right_to_left,
    is_right_to_left,
    text_slots,
)

# In thousandths of the type size. A gap of two thirds or more is another column to poppler.
WIDEST_SPACE = 450.0


@dataclass(frozen=True)
class Style:
    name: str
    size: float  # points
    bold: bool = False


@dataclass(frozen=True)
class Run:
    face: str
    text: str


@dataclass(frozen=True)
class Line:
    runs: tuple[Run, ...]


@dataclass
class Typesetter:
    """Sets the texts of one document. Afterwards `missing` names what no face could draw."""

    faces: FaceChoice
    width: float  # of the column, in points
    # One edge for every line: lines that begin at both look like two columns, to people and to poppler.
    from_right: bool
    missing: dict[str, None] = field(default_factory=dict)
    slot_fonts: dict[str, SlotFont] = field(default_factory=dict)

    def set(self, text: str, style: Style) -> tuple[Line, ...]:
        cleaned = clean(text, self.faces.can_draw)
        self.missing |= dict.fromkeys(cleaned.missing)
        return tuple(line for part in cleaned.text.split("\n") for line in self._paragraph(part, style))

    def _paragraph(self, text: str, style: Style) -> Iterable[Line]:
        row = glyphs.glyphs(text, self.faces, bold=style.bold)
        if has_right_to_left(text):
            row = glyphs.in_one_face(row, _right_to_left_face(row))
        room = self.width * 1000 / style.size
        for line in glyphs.lines(row, room):
            if self.from_right or _has_right_to_left(line):
                yield Line(tuple(self._slotted(line, is_right_to_left(text), room)))
            else:
                yield Line(tuple(_plain(line)))

    def _slotted(self, line: list[Glyph], base_is_right: bool, room: float) -> Iterable[Run]:
        drawn = _visual(line, base_is_right)
        if any(font.is_crowded for font in self.slot_fonts.values()):
            written = [(glyph, Slot(glyph.text)) for glyph in drawn]
        else:
            written = with_text_under(drawn, "".join(glyph.text for glyph in line))
        if self.from_right:
            written.insert(0, _indent(line, room))
        keys = [(glyph.face, (glyph.drawn, glyph.width, slot.text, slot.actual)) for glyph, slot in written]
        for name in dict.fromkeys(name for name, _ in keys):
            self._slot_font(name).begin_line({key for face_name, key in keys if face_name == name})
        for name, pairs in groupby(keys, key=itemgetter(0)):
            font = self._slot_font(name)
            yield Run(font.fontName, "".join(font.slot(key) for _, key in pairs))

    def _slot_font(self, name: str) -> SlotFont:
        if name not in self.slot_fonts:
            self.slot_fonts[name] = SlotFont(f"{name}-line", face(name))
        return self.slot_fonts[name]


def _has_right_to_left(line: list[Glyph]) -> bool:
    return has_right_to_left("".join(glyph.text for glyph in line))


def _right_to_left_face(row: list[Glyph]) -> str:
    """One face for as much of the line as can be: a change of font cuts words for some readers of the PDF."""
    names = [glyph.face for glyph in row]
    return next((name for name in names if name.removesuffix(BOLD) in (ARABIC, HEBREW)), names[0])


def _indent(line: list[Glyph], room: float) -> tuple[Glyph, Slot]:
    """What moves a line to the right edge. It reads as a mark, so that to poppler all lines begin at one edge."""
    used = sum(glyph.width for glyph in line)
    return Glyph("", " ", line[0].face, max(0.0, room - used)), Slot("", LEFT_TO_RIGHT_MARK, extra=True)


def _visual(line: list[Glyph], base_is_right: bool) -> list[Glyph]:
    """The glyphs from left to right (UAX #9), brackets mirrored where they run to the left."""
    text = "".join(glyph.text for glyph in line)
    order, levels = display_order(text, "R" if base_is_right else "L")
    return [_turned(line[index], levels[index]) for index in order]


def _turned(glyph: Glyph, level: int) -> Glyph:
    image = mirrored(glyph.drawn, level)
    return replace(glyph, drawn=image) if draws(glyph.face, image) else glyph


def with_text_under(drawn: list[Glyph], text: str) -> list[tuple[Glyph, Slot]]:
    """Each glyph with the text that lies under it; slots that need no glyph get a blank one."""
    slots = text_slots(text, _face_changes(drawn))
    if [glyph.text for glyph in drawn] != [slot.text for slot in slots if not slot.extra]:
        drawn = _as_places(drawn, len(text))
        slots = text_slots(text, _face_changes([glyph for glyph in drawn if glyph.width][: len(text)]))
    return list(_paired(drawn, slots))


def _face_changes(drawn: list[Glyph]) -> set[int]:
    return {index for index in range(1, len(drawn)) if drawn[index].face != drawn[index - 1].face}


def _as_places(drawn: list[Glyph], needed: int) -> list[Glyph]:
    """Where the text goes under other glyphs than its own: places for it, none too wide for a space to a reader.

    At least `needed` of them have a width.
    """
    places: list[Glyph] = []
    for glyph in drawn:
        if glyph.width <= WIDEST_SPACE:
            places.append(glyph)
            continue
        half = replace(glyph, width=glyph.width / 2)
        places += [half, replace(half, drawn=" ")]
    lacking = needed - sum(1 for glyph in places if glyph.width)
    return places + [replace(drawn[-1], drawn=" ", width=WIDEST_SPACE)] * lacking


def _paired(drawn: list[Glyph], slots: list[Slot]) -> Iterator[tuple[Glyph, Slot]]:
    waiting = iter(drawn)
    glyph = drawn[0]
    in_place = [glyph.text for glyph in drawn] == [slot.text for slot in slots if not slot.extra]
    for slot in slots:
        if slot.extra:
            yield replace(glyph, drawn=" ", width=0), slot
            continue
        glyph = next(waiting)
        while not glyph.width and not in_place:
            yield glyph, Slot("")
            glyph = next(waiting)
        yield glyph, slot
    yield from ((glyph, Slot("")) for glyph in waiting)


def _plain(line: list[Glyph]) -> Iterator[Run]:
    for name, part in groupby(line, key=lambda glyph: glyph.face):
        yield Run(name, "".join(glyph.drawn for glyph in part))
