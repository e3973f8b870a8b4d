"""Bytes into text: what says its encoding is believed, the rest is a told guess, other kinds are refused."""

import codecs

import pytest

from pinlever.imports.decoding import DAMAGED, GUESS, FileRefused, decode

TEXT = "Name,City\nZoë Müller,Zürich\n"


@pytest.mark.parametrize(
    ("content", "encoding", "note"),
    [
        (TEXT.encode(), "UTF-8", ""),
        (codecs.BOM_UTF8 + TEXT.encode(), "UTF-8", ""),
        (TEXT.encode("utf-16"), "UTF-16", ""),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "UTF-16", ""),
        (TEXT.encode("utf-16-le"), "UTF-16", ""),
        (TEXT.encode("utf-16-be"), "UTF-16", ""),
        (TEXT.encode("utf-32"), "UTF-32", ""),
        (TEXT.encode("cp1252"), "Windows-1252", GUESS),
    ],
)
def test_every_encoding_gives_the_same_text(content: bytes, encoding: str, note: str) -> None:
    decoded = decode(content)
    assert (decoded.text, decoded.encoding, decoded.note) == (TEXT, encoding, note)


def test_windows_quotes_and_the_euro_sign_are_read() -> None:
    assert decode("Name\n“Ana” – 5 €\n".encode("cp1252")).text == "Name\n“Ana” – 5 €\n"


def test_a_byte_that_windows_1252_does_not_define_is_marked() -> None:
    decoded = decode(b"Name\nJos\xe9 \x81\n")
    assert (decoded.encoding, decoded.text) == ("Windows-1252", "Name\nJosé \ufffd\n")


def test_a_damaged_byte_does_not_turn_utf_8_into_windows_1252() -> None:
    decoded = decode("Zoë Müller, Łódź\n".encode() + b"Jos\xe9\n")
    assert (decoded.encoding, decoded.note) == ("UTF-8", DAMAGED)
    assert decoded.text == "Zoë Müller, Łódź\nJos\ufffd\n"


def test_lone_surrogates_are_marked_and_nothing_is_raised() -> None:
    assert "\ufffd" in decode("Zoë é ü ö\n".encode() + b"\xed\xa0\x80\n").text
    assert "\ufffd" in decode(codecs.BOM_UTF16_LE + b"N\x00a\x00\x00\xd8m\x00").text


def test_an_odd_last_byte_of_utf_16_is_marked() -> None:
    assert decode(codecs.BOM_UTF16_LE + b"N\x00a\x00m").text == "Na\ufffd"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"PK\x03\x04\x14\x00", "an Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "an old Excel workbook"),
        (b"%PDF-1.7\n", "a PDF"),
        (b"\x89PNG\r\n", "a picture"),
        (b"\x1f\x8b\x08", "a compressed file"),
        (b"\n <!DOCTYPE HTML><html>", "a web page"),
        (b"<table><tr>", "a web page"),
        (b"{\\rtf1", "a text document"),
    ],
)
def test_another_kind_of_file_is_refused_with_a_cure(content: bytes, kind: str) -> None:
    with pytest.raises(FileRefused, match=rf"This is {kind}.*save it as CSV UTF-8"):
        decode(content)


@pytest.mark.parametrize(
    "content", [b"", b"\x00", b"\xff", b"\xff\xfe", b"\xfe\xff\x00", bytes(range(256)) * 4]
)
def test_no_bytes_raise_anything_else(content: bytes) -> None:
    assert isinstance(decode(content).text, str)
