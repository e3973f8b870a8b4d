import json

import pytest
from hypothesis import given, strategies as st

from pinlever.recruiting import cleaning
from pinlever.recruiting.cleaning import clean_lines, clean_text, name_key, storable


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("  Jane \t\n Doe ", "Jane Doe"),
        ("Ja\x00ne", "Jane"),
        ("Jane\ud800", "Jane"),
        ("Ja\x07ne\x1b[0m", "Jane[0m"),
        ("\ufeffJane\u202e", "Jane"),
        ("نیم\u200cفاصله", "نیم\u200cفاصله"),
        ("👩\u200d💻", "👩\u200d💻"),
        (None, ""),
        (12, "12"),
        ("abcdefghijklmnopqrstuvwxyz", "abcdefghijklmnopqrst"),
        ("abcdefghijklmnopqrs tuv", "abcdefghijklmnopqrs"),
    ],
)
def test_a_line_is_fit_to_be_stored(text, clean):
    assert clean_text(text, 20) == clean


def test_lines_keep_their_breaks():
    assert clean_lines(" one \r\n\r\n\r\n\r\n two\x00 ", 100) == "one\n\ntwo"
    assert clean_lines("one\ntwo", 5) == "one\nt"


@given(st.text(alphabet=st.characters()), st.integers(0, 30))
def test_every_text_comes_out_storable_and_short_enough(text, most):
    for clean in (clean_text(text, most), clean_lines(text, most)):
        assert len(clean) <= most
        assert "\x00" not in clean
        clean.encode()


def test_json_loses_only_what_cannot_be_stored():
    value = {"a\x00": ["x\ud800", 1, None, True, {"b": ("y",)}]}
    assert storable(value) == {"a": ["x", 1, None, True, {"b": ["y"]}]}
    assert "\\u0000" not in json.dumps(storable(value))


@given(st.text(st.characters(max_codepoint=127)))
def test_plain_names_compare_as_names_of_any_script_do(name: str) -> None:
    """There is a shorter way for them; it leads to the same key."""
    assert name_key(name) == cleaning._folded_key(cleaning.without_invisible(name))
