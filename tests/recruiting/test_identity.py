"""Emails, phones and names: what is the same, and what tells nothing."""

import pytest
from hypothesis import given, strategies as st

from pinlever.recruiting.identity import email_key, name_key, phone_key

JANE = [
    "jane@acme.example",
    " Jane@Acme.Example ",
    "JANE@ACME.EXAMPLE",
    "\tjane@acme.example\r\n",
    "\u00a0jane@acme.example\u00a0",
    "\ufeffjane@acme.example",
    "ja\u200bne@acme.example",
    "mailto:jane@acme.example",
    "MAILTO:Jane@acme.example?subject=Hello",
    "mailto:jane%40acme.example",
    "<jane@acme.example>",
    "Jane Doe <jane@acme.example>",
    '"Doe, Jane" <Jane@acme.example>;',
    "Jane <mailto:jane@acme.example>",
    "'jane@acme.example'",
    "jane@acme.example,",
    "jane@acme.example.",
]


@pytest.mark.parametrize("text", JANE)
def test_an_address_has_one_form(text):
    assert email_key(text) == "jane@acme.example"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("jane+lever@acme.example", "jane+lever@acme.example"),
        ("j.a.n.e@gmail.com", "j.a.n.e@gmail.com"),
        ("o'brien@acme.example", "o'brien@acme.example"),
        ("jane@MÜNCHEN.example", "jane@xn--mnchen-3ya.example"),
        ("jane@xn--mnchen-3ya.example", "jane@xn--mnchen-3ya.example"),
        ("JOSÉ@acme.example", "josé@acme.example"),
        ("jose\u0301@acme.example", "josé@acme.example"),
        ("straße@acme.example", "straße@acme.example"),
        ("strasse@acme.example", "strasse@acme.example"),
        ("用户@例子.example", "用户@xn--fsqu00a.example"),
    ],
)
def test_nothing_but_case_and_spaces_is_taken_away(text, key):
    assert email_key(text) == key


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        " ",
        "-",
        "n/a",
        "none",
        "@",
        "jane",
        "jane@",
        "@acme.example",
        "jane@acme",
        "jane@@acme.example",
        "jane doe@acme.example",
        "jane@acme .example",
        "jane@acme..example",
        ".jane@acme.example",
        "jane@acme.example, john@acme.example",
        "jane@[192.0.2.1]",
        '"jane doe"@acme.example',
        "jane@-acme.example",
        "jane@localhost",
        "jane@acme.invalid",
        "jane\x00@acme.example@",
        "\ud800@acme.example@",
        "x" * 400 + "@acme.example",
        "a" * 100_000,
    ],
)
def test_nonsense_has_no_email_key(text):
    assert email_key(text) is None


@given(st.emails(), st.sampled_from([str, str.upper, str.lower, str.title, " {} ".format, "\n{}".format]))
def test_what_is_equal_to_lever_has_an_equal_key(address, spelled):
    assert email_key(spelled(address)) == email_key(address.strip().lower())


@given(st.text())
def test_no_text_makes_email_phone_or_name_raise(text):
    email_key(text)
    phone_key(text, "DE")
    name_key(text)


@pytest.mark.parametrize(
    ("text", "region", "key"),
    [
        ("+49 30 901820", None, "+4930901820"),
        ("+49 (0)30 901820", None, "+4930901820"),
        ("0049 30 901820", None, "+4930901820"),
        ("00 49 30 901820", None, "+4930901820"),
        ("tel:+49-30-901820", None, "+4930901820"),
        ("030 901820", "DE", "+4930901820"),
        ("030/901820", "de", "+4930901820"),
        ("+1 (415) 555-2671", None, "+14155552671"),
        ("(415) 555-2671", "US", "+14155552671"),
        ("4155552671", "US", "+14155552671"),
        ("+1 415 555 2671", "DE", "+14155552671"),
        ("\u202a+1 415 555 2671\u202c", None, "+14155552671"),
        ("+٤٩ ٣٠ ٩٠١٨٢٠", None, "+4930901820"),
        ("+39 06 698 1234", None, "+39066981234"),
    ],
)
def test_a_number_has_one_form(text, region, key):
    assert phone_key(text, region) == key


@pytest.mark.parametrize(
    ("text", "region"),
    [
        (None, None),
        ("", "DE"),
        ("030 901820", None),
        ("030 901820", ""),
        ("030 901820", "ZZ"),
        ("030 901820", "Germany"),
        ("12", "DE"),
        ("+1 415 555 2671 ext. 12", None),
        ("+1 415 555 2671;ext=12", None),
        ("+1 415 555 2671 x12", None),
        ("+1 000 000 0000", None),
        ("+999 123456789", None),
        ("call me", "US"),
        ("1" * 5000, "US"),
    ],
)
def test_incomplete_invalid_and_shared_numbers_tell_nothing(text, region):
    assert phone_key(text, region) is None


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Jane  Doe", "jane doe"),
        ("DOE, Jane", "doe jane"),
        ("José Ángel O’Brien-Smith", "jose angel obrien smith"),
        ("Łukasz Żółć", "lukasz zolc"),
        ("Søren Kierkegård", "soren kierkegard"),
        ("Nguyễn Thị Đức", "nguyen thi duc"),
        ("Strauß", "strauss"),
        ("Ｊａｎｅ", "jane"),
        ("Jane\u200b Doe", "jane doe"),
        ("王小明", "王小明"),
        ("Йордан", "йордан"),
        ("Ελένη", "ελένη"),
        ("नीलिमा", "नीलिमा"),
        ("김철수", "김철수"),
        ("עומר", "עומר"),
        ("🙂", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_names_compare_without_case_accents_and_punctuation_in_any_script(text, key):
    assert name_key(text) == key
