import pytest

from pinlever.sync.resume.faces import FaceChoice
from pinlever.sync.resume.glyphs import Glyph, glyphs, lines


def row(text):
    return [Glyph(char, char, "latin", 1.0) for char in text]


def broken(text, width):
    return ["".join(glyph.text for glyph in line) for line in lines(row(text), width)]


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("", 5, []),
        ("one two", 7, ["one two"]),
        ("one two", 6, ["one", "two"]),
        ("one two three", 4, ["one", "two", "thre", "e"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("one   ", 3, ["one"]),
        ("a b", 1, ["a", "b"]),
        ("wide", 0.5, ["w", "i", "d", "e"]),
        ("東京都庁舎", 2, ["東京", "都庁", "舎"]),
        ("東京都。庁舎", 3, ["東京", "都。庁", "舎"]),
        ("東京（都）", 3, ["東京", "（都）"]),
        ("東京IBM都", 3, ["東京", "IBM", "都"]),
        ("ab | cd", 4, ["ab |", "cd"]),
    ],
)
def test_a_row_is_broken_where_it_may(text, width, expected):
    assert broken(text, width) == [line.strip() for line in expected]


def test_nothing_is_lost_in_breaking():
    text = "東京（IBM）で働く a verylongwordthatfitsnowhere 、。".replace(" ", "")
    for width in range(1, 40):
        assert "".join(broken(text, width)) == text


def test_arabic_letters_are_joined_and_keep_their_meaning():
    found = glyphs("محمد", FaceChoice(""), bold=False)
    assert "".join(glyph.text for glyph in found) == "محمد"
    assert "".join(glyph.drawn for glyph in found) == "\ufee3\ufea4\ufee4\ufeaa"
    assert {glyph.face for glyph in found} == {"arabic"}


@pytest.mark.parametrize(("text", "drawn"), [("لا", "\ufefb"), ("الله", "\ufdf2"), ("سلام", "\ufefc")])
def test_a_ligature_is_drawn_once_and_shares_its_width_among_its_letters(text, drawn):
    found = glyphs(text, FaceChoice(""), bold=False)
    assert "".join(glyph.text for glyph in found) == text
    assert [glyph.drawn for glyph in found].count(drawn) == 1
    assert all(glyph.width > 0 for glyph in found)


def test_vowel_marks_stay():
    found = glyphs("مُحَمَّد", FaceChoice(""), bold=False)
    assert "".join(glyph.text for glyph in found) == "مُحَمَّد"


def test_spaces_keep_to_the_face_of_their_word():
    assert {glyph.face for glyph in glyphs("محمد عبد", FaceChoice(""), bold=True)} == {"arabic-bold"}
