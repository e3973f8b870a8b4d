import pytest

from pinlever.sync.resume.textlayer import (
    LEFT_TO_RIGHT_MARK,
    NO_BREAK_SPACE,
    Slot,
    has_right_to_left,
    is_mostly_right_to_left,
    is_right_to_left,
    text_slots,
)

LRM = LEFT_TO_RIGHT_MARK


def under(text, cuts=()):
    """The texts under the glyphs from left to right, those set apart in angle brackets, without the closing one."""
    *slots, closing = text_slots(text, cuts)
    assert closing.text == NO_BREAK_SPACE
    return "".join(slot.text if slot.actual is None else f"<{slot.actual}>" for slot in slots)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ada (1843).", "Ada (1843)."),
        ("שלום", "םולש"),
        ("שלום עולם", "םלוע םולש"),
        ("at שלום in", f"at םולש<{LRM} >in"),
        ("at שלום 2019", f"at םולש<{LRM} >2019"),
        ("שלום, עולם", "םולש<,>< >םלוע"),
        ("שלום.", "םולש<.>"),
        ("(שלום)", f"(םולש<{LRM})>"),
        ("שלום (עולם) טוב", "בוט )םלוע( םולש"),
        ("عام ٢٠١٩ م", f"ماع<{LRM} ><٢><٠><١><٩>< >م"),
        ("ب_س", f"ب<{LRM}_>س"),
        ("،، x", "،<،>< >x"),
    ],
)
def test_the_text_lies_in_reading_order_with_its_runs_reversed(text, expected):
    assert under(text) == expected


@pytest.mark.parametrize("text", ["at שלום 2019, (עולם).", "محمد IBM ٢٠١٩ - x", "،؛؟", "a"])
def test_every_character_has_one_slot(text):
    slots = [slot for slot in text_slots(text) if not slot.extra]
    assert sorted(slot.text for slot in slots) == sorted(text)


def test_a_run_is_cut_where_the_font_changes():
    assert under("שלום", cuts={2}) == f"לש<{LRM}>םו"
    assert text_slots("שלום", cuts={2})[2] == Slot("", LRM, extra=True)


@pytest.mark.parametrize(("text", "marks"), [("Ada", 1), ("שלום", 4), ("שלום ab", 2), ("2019", 1)])
def test_the_closing_marks_outweigh_the_right_to_left_letters(text, marks):
    assert text_slots(text)[-1] == Slot(NO_BREAK_SPACE, LRM * marks, extra=True)


@pytest.mark.parametrize(
    ("text", "has", "begins", "mostly"),
    [
        ("Ada", False, False, False),
        ("", False, False, False),
        ("2019", False, False, False),
        ("2019 שלום", True, True, True),
        ("Ada שלום", True, False, True),
        ("שלום Lovelace", True, True, False),
        ("a،", True, False, False),
    ],
)
def test_the_direction_of_a_text(text, has, begins, mostly):
    assert (has_right_to_left(text), is_right_to_left(text), is_mostly_right_to_left(text)) == (
        has,
        begins,
        mostly,
    )
