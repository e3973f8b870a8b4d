"""A résumé document as PDF. The same document gives the same bytes; nothing outside the process is read but our fonts.

Raises RenderError and nothing else.
"""

import io
import logging
import re
import threading
from dataclasses import dataclass
from pathlib import Path

import reportlab.rl_config
from django.template import Context, Engine
from reportlab.pdfbase import pdfmetrics
from xhtml2pdf import pisa
from xhtml2pdf.config.resources import ResourceAccessPolicy

from pinlever.sync.resume import faces, layout
from pinlever.sync.resume.document import ResumeDocument
from pinlever.sync.resume.filename import file_name
from pinlever.sync.resume.textlayer import is_mostly_right_to_left
from pinlever.sync.resume.typeset import Typesetter

__all__ = ["RenderError", "RenderedResume", "file_name", "render"]

logger = logging.getLogger(__name__)

LONGEST = 200_000  # characters in all
MOST_LINES = 3_000  # some 60 sheets; xhtml2pdf takes 1.5 ms for each
MOST_SECONDS = 30
TEMPLATES = Path(__file__).resolve().parents[3] / "templates"

# Dates and ids inside the PDF come from its content, not from the clock.
reportlab.rl_config.invariant = 1

_ENGINE = Engine(dirs=[str(TEMPLATES)], autoescape=True)
# ReportLab keeps fonts in module globals: one document at a time.
_LOCK = threading.Lock()


class RenderError(Exception):
    """No PDF can be made of this document; the message says why."""


@dataclass(frozen=True)
class RenderedResume:
    content: bytes
    missing_glyphs: tuple[str, ...]  # characters that no bundled font can draw, each once
    pages: int


def render(document: ResumeDocument) -> RenderedResume:
    text = layout.all_text(document)
    _refuse_beyond(LONGEST, len(text), "characters")
    try:
        with _LOCK:
            return _render(document, text)
    except RenderError:
        raise
    except Exception as error:  # whatever xhtml2pdf trips over, the person must still reach Lever
        logger.exception("A résumé could not be rendered")
        raise RenderError(f"The résumé could not be drawn ({type(error).__name__}).") from error


def _refuse_beyond(most: int, has: int, of_what: str) -> None:
    if has > most:
        raise RenderError(f"The résumé has {has:,} {of_what}; {most:,} are the most that fit.")


def _render(document: ResumeDocument, text: str) -> RenderedResume:
    setter = Typesetter(faces.FaceChoice(text), layout.MEASURED, is_mostly_right_to_left(text))
    page = layout.lay_out(document, setter)
    _refuse_beyond(MOST_LINES, page.line_count(), "lines")
    html = _html(page)
    slot_fonts = setter.slot_fonts.values()
    try:
        for font in slot_fonts:
            pdfmetrics.registerFont(font)
            faces.make_known(font.fontName)
        content = _to_pdf(html, layout.one_line(document.name))
    finally:
        for font in slot_fonts:
            font.unregister()
    return RenderedResume(content, tuple(setter.missing), _pages(content))


def _html(page: layout.Page) -> str:
    # Sizes as text: the template would write numbers in the reader's language, "9,5", which is no size.
    sizes = {
        "styles": [(style.name, str(style.size)) for style in layout.STYLES],
        "margin": str(layout.MARGIN),
        "column": str(layout.COLUMN),
    }
    return _ENGINE.get_template("pdf/resume.html").render(Context({"page": page, **sizes}))


def _to_pdf(html: str, title: str) -> bytes:
    out = io.BytesIO()
    policy = ResourceAccessPolicy.server(None, allow_remote=False, max_render_seconds=MOST_SECONDS)
    source = io.BytesIO(html.encode())  # a long string would pass through a file that nobody closes
    # The title not as an element: xhtml2pdf would join its Arabic letters and log those Helvetica has not.
    pisa.CreatePDF(source, out, encoding="utf-8", resource_policy=policy, context_meta={"title": title})
    return out.getvalue()


def _pages(content: bytes) -> int:
    counts = re.findall(rb"/Count (\d+)", content)
    return max(map(int, counts), default=0)
