import pytest

from pinlever.sync.resume.cleaning import clean


def everything(char):
    return True


def ascii_only(char):
    return char.isascii()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("e\u0301", "é"),
        ("one\r\ntwo\rthree\u2028four\x0bfive", "one\ntwo\nthree\nfour\nfive"),
        (" \t a \u00a0 b\u3000c \n d ", "a b c\nd"),
        ("a\u200bb\u200dc\u2060d\ufeffe\u00adf", "abcdef"),
        ("\x00\x07a\x1b[31mb\ud800", "a[31mb"),
        ("\u202etfel\u202c\u2066x\u2069", "tfelx"),
        ("葛\ufe0e\U000e0100", "葛"),
        ("می\u200cروم", "می\u200cروم"),
        ("\ufee3\ufea4\ufee4\ufeaa", "محمد"),
        ("\u3164\u115fx", "x"),
        ("\n\n", ""),
    ],
)
def test_a_text_is_reduced_to_what_shows(text, expected):
    cleaned = clean(text, everything)
    assert (cleaned.text, cleaned.missing) == (expected, ())


@pytest.mark.parametrize(
    ("text", "expected", "missing"),
    [
        ("a 🙂 b", "a · b", ("🙂",)),
        ("👩‍💻", "·", ("👩", "💻")),
        ("❤️ x", "· x", ("❤",)),
        ("𒀀𒀁 𒀀 end", "· end", ("𒀀", "𒀁")),
        ("हिन्दी", "·", ("ह", "ि", "न", "्", "द", "ी")),
        ("\ue000", "·", ("\ue000",)),
        ("a🙂\nb🙂", "a·\nb·", ("🙂",)),
    ],
)
def test_what_cannot_be_drawn_is_named_once_and_marked(text, expected, missing):
    cleaned = clean(text, ascii_only)
    assert (cleaned.text, cleaned.missing) == (expected, missing)
