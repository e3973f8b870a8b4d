"""In which order the text of a line goes under its glyphs, so that readers of the PDF give back what was written.

A right-to-left line is drawn in visual order, and programs that read a PDF turn runs of right-to-left letters round
again, each by its own rough rule: what follows such a run without being a letter ends up on its wrong side, and numbers
or Latin words inside it change places. So the text under the glyphs is not what each glyph shows: it is the line in
logical order with each right-to-left run reversed, which every one of those rules restores. Seen in pypdf 7 (which
forgets its run at a change of font) and poppler 22 (which honours /ActualText and decides each page by its letters).
Pure.
"""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

LEFT_TO_RIGHT_MARK = "\u200e"
NO_BREAK_SPACE = "\u00a0"

_LETTERS = frozenset({"R", "AL"})
# Bidi classes at which poppler ends a right-to-left run.
_STRONG_TO_POPPLER = frozenset({"L", "EN", "ES", "ET", "AN", "CS"})
_RTL_TO_PYPDF = (("\u0590", "\u08ff"), ("\ufb1d", "\ufdff"), ("\ufe70", "\ufeff"))
_RIGHT_TO_LEFT = re.compile("[" + "".join(f"{first}-{last}" for first, last in _RTL_TO_PYPDF) + "]")
_NEUTRAL_TO_PYPDF = (
    ("\x00", "\x2f"),
    ("\x3a", "\x40"),
    ("\u0660", "\u066d"),
    ("\u06f0", "\u06f9"),
    ("\u2000", "\u206f"),
    ("\u20a0", "\u21ff"),
)


@dataclass(frozen=True)
class Slot:
    text: str
    actual: str | None = None  # instead of `text`, for readers that know /ActualText
    extra: bool = False  # stands between glyphs: takes no glyph of the line


def has_right_to_left(text: str) -> bool:
    """Whether anything in it is drawn, or taken by a reader to be drawn, from right to left."""
    return _RIGHT_TO_LEFT.search(text) is not None


def is_mostly_right_to_left(text: str) -> bool:
    directions = [unicodedata.bidirectional(char) for char in text]
    return sum(direction in _LETTERS for direction in directions) > directions.count("L")


def is_right_to_left(text: str) -> bool:
    """Whether the first letter with a direction is Hebrew or Arabic."""
    for char in text:
        direction = unicodedata.bidirectional(char)
        if direction == "L":
            return False
        if direction in _LETTERS:
            return True
    return False


def text_slots(text: str, cuts: Collection[int] = ()) -> list[Slot]:
    """One slot for each character, for the glyphs from left to right, and the `extra` ones between and after them.

    `cuts` are the indexes at which the glyphs change to another font.
    """
    slots: list[Slot] = []
    place, after_run, just_ended = 0, False, False
    while place < len(text):
        end = _run_end(text, place, cuts)
        if end > place:
            if just_ended:
                slots.append(Slot("", LEFT_TO_RIGHT_MARK, extra=True))
            slots += [Slot(char) for char in reversed(text[place:end])]
            place, after_run, just_ended = end, True, True
            continue
        slots.append(_single(text[place], after_run, just_ended))
        after_run = _keeps_run_open(text[place], after_run)
        place, just_ended = place + 1, False
    slots.append(_closing(text))
    return slots


def _run_end(text: str, start: int, cuts: Collection[int]) -> int:
    """Where the right-to-left run that begins at `start` ends; `start` itself where none begins."""
    if unicodedata.bidirectional(text[start]) not in _LETTERS:
        return start
    end = start + 1
    for index in range(start + 1, len(text)):
        if index in cuts or not _stays_in_run(text[index]):
            break
        if unicodedata.bidirectional(text[index]) in _LETTERS or _in(text[index], _RTL_TO_PYPDF):
            end = index + 1
    return end


def _stays_in_run(char: str) -> bool:
    rtl_or_neutral = _in(char, _RTL_TO_PYPDF) or _in(char, _NEUTRAL_TO_PYPDF)
    return rtl_or_neutral and unicodedata.bidirectional(char) not in _STRONG_TO_POPPLER


def _single(char: str, after_run: bool, just_ended: bool) -> Slot:
    """A character outside a run. Giving it an /ActualText sets it apart from the run for both readers."""
    if not after_run:
        return Slot(char)
    ends_run = unicodedata.bidirectional(char) in _STRONG_TO_POPPLER
    if ends_run and _is_ltr_to_pypdf(char):
        return Slot(char)
    return Slot(char, LEFT_TO_RIGHT_MARK + char if just_ended and not ends_run else char)


def _keeps_run_open(char: str, after_run: bool) -> bool:
    if _in(char, _RTL_TO_PYPDF) and not _in(char, _NEUTRAL_TO_PYPDF):
        return True
    return after_run and not _is_ltr_to_pypdf(char)


def _closing(text: str) -> Slot:
    """Ends the line for pypdf by a character that is left to right to it, and vanishes as white space.

    poppler reads a whole page from the right once most of its letters are; the marks outnumber them.
    """
    directions = [unicodedata.bidirectional(char) for char in text]
    surplus = sum(d in _LETTERS for d in directions) - directions.count("L")
    return Slot(NO_BREAK_SPACE, LEFT_TO_RIGHT_MARK * max(1, surplus), extra=True)


def _is_ltr_to_pypdf(char: str) -> bool:
    return not _in(char, _RTL_TO_PYPDF) and not _in(char, _NEUTRAL_TO_PYPDF)


def _in(char: str, ranges: tuple[tuple[str, str], ...]) -> bool:
    return any(first <= char <= last for first, last in ranges)
