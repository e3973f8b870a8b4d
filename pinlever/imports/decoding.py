"""Bytes of an uploaded file → its text, and the encoding it is in.

Only UTF-8 and UTF-16 say what they are. What is neither is read as Windows-1252: a guess, and told as one.
A character that cannot be read becomes U+FFFD, which the checks of the rows report; nothing else is changed.
"""

import codecs
from dataclasses import dataclass


class FileRefused(Exception):
    """The file as a whole cannot be read. The message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Decoded:
    text: str
    encoding: str
    note: str = ""


GUESS = "The file does not say how its letters are stored; it was read as Windows-1252. Look at names with accents."
DAMAGED = "The file is UTF-8 with unreadable bytes in it; the rows that hold them are named."
NOT_A_CSV = (
    (b"PK\x03\x04", "an Excel workbook, or another zipped file"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x1f\x8b", "a compressed file"),
    (b"Rar!", "a compressed file"),
    (b"7z\xbc\xaf", "a compressed file"),
    (b"{\\rtf", "a text document"),
    (b"SQLite format 3", "a database"),
    (b"<!doctype html", "a web page"),
    (b"<html", "a web page"),
    (b"<table", "a web page"),
    (b"<?xml", "an XML file"),
)
# UTF-32's mark begins with UTF-16's, so it is asked first.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)
_LOOKED_AT = 512


def decode(content: bytes) -> Decoded:
    """The text of a CSV file; FileRefused for a file of another kind."""
    refuse_other_kinds(content)
    for mark, codec, name in _MARKS:
        if content.startswith(mark):
            return Decoded(content[len(mark) :].decode(codec, "replace"), name)
    if codec := _unmarked_utf16(content):
        return Decoded(content.decode(codec, "replace"), "UTF-16")
    return _decode_unmarked(content)


def refuse_other_kinds(content: bytes) -> None:
    """Raises FileRefused when the first bytes tell another kind of file."""
    start = content[:64].lstrip().lower()
    for mark, kind in NOT_A_CSV:
        if start.startswith(mark.lower()):
            raise FileRefused(
                f"This is {kind}, not a CSV file. Open it in the program that made it and save it as CSV UTF-8."
            )


def _unmarked_utf16(content: bytes) -> str:
    """The codec of UTF-16 without a mark: nearly each second byte of a Western header line is NUL."""
    start = content[:_LOOKED_AT]
    half = len(start) // 2
    if half and start[1::2].count(0) > 0.8 * half:
        return "utf-16-le"
    if half and start[0::2].count(0) > 0.8 * half:
        return "utf-16-be"
    return ""


def _decode_unmarked(content: bytes) -> Decoded:
    try:
        return Decoded(content.decode("utf-8"), "UTF-8")
    except UnicodeDecodeError:
        text = content.decode("utf-8", "replace")
    # In a Windows-1252 file an accented letter is hardly ever followed by the very bytes UTF-8 asks for. So a
    # file with as many good sequences as bad ones is UTF-8 that was damaged on its way.
    unreadable = text.count("\ufffd")
    good = sum(1 for character in text if character > "\x7f") - unreadable
    if good >= unreadable:
        return Decoded(text, "UTF-8", DAMAGED)
    return Decoded(content.decode("cp1252", "replace"), "Windows-1252", GUESS)
