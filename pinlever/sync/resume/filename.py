"""The name a résumé travels under in a multipart body: plain ASCII, short, never empty."""

import re
import unicodedata

LONGEST_NAME = 80
SUFFIX = "resume.pdf"

# Letters that Unicode does not decompose to an ASCII one.
SEVERAL = {"ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "þ": "th", "Þ": "Th"}
PLAIN = str.maketrans(SEVERAL) | str.maketrans("øØłŁđĐðÐı’", "oOlLdDdDi'")


def file_name(name: str) -> str:
    """`Ada Lovelace - resume.pdf`; a name without any ASCII letter gives `resume.pdf`."""
    decomposed = unicodedata.normalize("NFKD", name.translate(PLAIN))
    ascii_only = decomposed.encode("ascii", "ignore").decode("ascii")
    words = re.sub(r"[^A-Za-z0-9' -]+", " ", ascii_only).split()
    plain = " ".join(words)[:LONGEST_NAME].strip(" -'")
    return f"{plain} - {SUFFIX}" if re.search(r"[A-Za-z]", plain) else SUFFIX
