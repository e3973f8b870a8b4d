"""What readers of a PDF get out of it: pypdf always, poppler's pdftotext where it is installed."""

import io
import re
import shutil
import subprocess
import unicodedata

import pypdf

POPPLER = shutil.which("pdftotext")


def as_read(text: str) -> str:
    """NFKC, white space as one space, without the invisible direction marks that readers add and drop."""
    folded = unicodedata.normalize("NFKC", text)
    visible = "".join(char for char in folded if unicodedata.category(char) != "Cf")
    return re.sub(r"\s+", " ", visible).strip()


def by_pypdf(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)


def by_poppler(content: bytes, *options: str) -> str:
    assert POPPLER
    done = subprocess.run([POPPLER, "-q", *options, "-", "-"], input=content, capture_output=True, check=True)
    return done.stdout.decode()
