import io
import logging
import os
import random
import re
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pypdf
import pytest
from django.utils import translation

from pinlever.sync.resume import render as rendering
from pinlever.sync.resume.document import ResumeDocument, ResumePosition
from pinlever.sync.resume.render import RenderError, render
from tests.sync.resume.reading import as_read, by_pypdf

ADA = ResumeDocument(
    name="Ada Lovelace",
    headline="Principal Engineer, Analytical Engines",
    emails=("ada@example.com", "al@example.org"),
    phones=("+44 20 7946 0018",),
    links=("https://www.linkedin.com/in/ada-lovelace",),
    location="London, England, United Kingdom",
    positions=(
        ResumePosition(
            "Principal Engineer", "Analytical Engines", "2019-03 to today", "Leads a team.\nWrote notes."
        ),
        ResumePosition("Engineer", "Difference Ltd", "2015 to 2019", ""),
    ),
    skills=("Python", "Mathematics"),
    sourced_by="Sourced in Pin by Charles Babbage",
)


def test_everything_is_on_the_page_in_reading_order():
    rendered = render(ADA)
    assert (rendered.pages, rendered.missing_glyphs) == (1, ())
    assert as_read(by_pypdf(rendered.content)) == (
        "Ada Lovelace Principal Engineer, Analytical Engines"
        " ada@example.com | al@example.org | +44 20 7946 0018 | https://www.linkedin.com/in/ada-lovelace |"
        " London, England, United Kingdom"
        " Experience Principal Engineer, Analytical Engines 2019-03 to today Leads a team. Wrote notes."
        " Engineer, Difference Ltd 2015 to 2019"
        " Skills Python, Mathematics Sourced in Pin by Charles Babbage"
    )


def test_the_same_document_gives_the_same_bytes():
    arabic = ResumeDocument(name="محمد عبد الله", location="القاهرة 2019")
    first = [render(document).content for document in (ADA, arabic)]
    assert [render(document).content for document in (ADA, arabic)] == first


def test_another_process_gives_the_same_bytes():
    code = (
        "import hashlib\n"
        "from pinlever.sync.resume.document import ResumeDocument\n"
        "from pinlever.sync.resume.render import render\n"
        "content = render(ResumeDocument(name='محمد IBM 李 שלום 2019 🙂', skills=('東京', 'б'))).content\n"
        "print(hashlib.sha256(content).hexdigest())\n"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1


def test_hundreds_of_marks_without_width_are_drawn():
    marks = "".join(chr(code) for code in range(0x64B, 0x65F)) * 60
    rendered = render(ResumeDocument(name=f"م{marks}", headline="e" + "\u0331\u0332" * 1000))
    assert rendered.pages == 1


def test_threads_do_not_disturb_each_other():
    names = ["محمد", "Ada", "שלום", "李明"]
    alone = {name: render(ResumeDocument(name=name)).content for name in names}
    together: dict[str, bytes] = {}

    def run(name):
        together[name] = render(ResumeDocument(name=name)).content

    threads = [threading.Thread(target=run, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert together == alone


def test_an_empty_document_is_one_empty_page():
    rendered = render(ResumeDocument())
    assert (rendered.pages, rendered.missing_glyphs) == (1, ())
    assert by_pypdf(rendered.content).strip() == ""


def test_headings_without_anything_below_are_left_out():
    text = by_pypdf(render(ResumeDocument(name="Ada")).content)
    assert "Experience" not in text
    assert "Skills" not in text


def test_the_pdf_carries_the_name_as_its_title():
    reader = pypdf.PdfReader(io.BytesIO(render(ResumeDocument(name="محمد\n<b>")).content))
    assert reader.metadata is not None
    assert reader.metadata.title == "محمد <b>"


def test_only_our_fonts_are_drawn_with_and_they_are_embedded():
    reader = pypdf.PdfReader(io.BytesIO(render(ResumeDocument(name="Ada 李 محمد")).content))
    fonts = reader.pages[0]["/Resources"]["/Font"]
    embedded = {
        str(f.get_object()["/BaseFont"]) for f in fonts.values() if "/FontDescriptor" in f.get_object()
    }
    assert embedded
    assert all(re.fullmatch(r"/[A-Z]{6}\+NotoSans.*", name) for name in embedded)


def test_a_language_with_decimal_commas_changes_nothing():
    with translation.override("de"):
        assert render(ADA).content == render(ADA).content
        german = render(ADA).content
    assert german == render(ADA).content


def test_what_no_face_can_draw_is_named_and_marked():
    document = ResumeDocument(
        name="Ada 🙂", positions=(ResumePosition(description="हिन्दी 👩‍💻 ends ❤️"),), skills=("𒀀",)
    )
    rendered = render(document)
    assert rendered.missing_glyphs == ("🙂", "ह", "ि", "न", "्", "द", "ी", "👩", "💻", "❤", "𒀀")
    assert as_read(by_pypdf(rendered.content)) == "Ada · Experience · ends · Skills ·"


def test_nothing_is_logged_about_a_name(caplog):
    with caplog.at_level(logging.INFO):
        render(ResumeDocument(name="محمد 🙂 李明 Ωμέγα"))
    assert caplog.text == ""


def widest_line(content: bytes) -> float:
    """The right edge of the rightmost text, in points, as pypdf sees it."""
    edges: list[float] = []
    for page in pypdf.PdfReader(io.BytesIO(content)).pages:
        page.extract_text(visitor_text=lambda text, cm, tm, font, size: edges.append(cm[4] + tm[4]))
    return max(edges)


@pytest.mark.parametrize(
    "text", ["a" * 3000, "中文" * 1500, "שלום" * 700, "محمد" * 700, "W " * 1500, "が。" * 1500]
)
def test_long_text_is_broken_into_lines(text):
    rendered = render(ResumeDocument(name="x", positions=(ResumePosition(description=text),)))
    assert as_read(by_pypdf(rendered.content)).replace(" ", "").endswith(text.replace(" ", ""))
    assert widest_line(rendered.content) < 595.28 - 54
    assert len(by_pypdf(rendered.content).strip().split("\n")) > 10


def test_many_positions_go_over_many_pages_in_order():
    positions = tuple(
        ResumePosition(f"Title {n}", "Company", "2019", "Did things.\n" * 5) for n in range(100)
    )
    rendered = render(ResumeDocument(name="Ada", positions=positions))
    assert rendered.pages == len(pypdf.PdfReader(io.BytesIO(rendered.content)).pages) > 5
    assert re.findall(r"Title (\d+)", by_pypdf(rendered.content)) == [str(n) for n in range(100)]


def test_a_long_arabic_description_stays_small():
    description = "عملت في شركة IBM منذ 2010 حتى 2012 مديرة للمشروع. " * 200
    rendered = render(ResumeDocument(positions=(ResumePosition(description=description),)))
    assert rendered.pages > 1
    assert len(rendered.content) < 500_000


def test_a_very_long_arabic_description_is_drawn_all_the_same():
    rng = random.Random(1)
    sentence = "عملت في شركة IBM منذ حتى مديرة للمشروع السلام 2010 القاهرة Python والآن اليوم"
    description = " ".join(rng.choices(sentence.split(), k=15_000))
    rendered = render(ResumeDocument(positions=(ResumePosition(description=description),)))
    assert rendered.pages > 20
    assert len(rendered.content) < 4_000_000


def test_a_twenty_thousand_character_description_is_drawn():
    rendered = render(ResumeDocument(positions=(ResumePosition(description="word " * 4000),)))
    assert by_pypdf(rendered.content).count("word") == 4000


@pytest.mark.parametrize("description", ["word " * 50_000, "x\n" * 5_000])
def test_beyond_all_measure_is_an_error_that_says_so(description):
    with pytest.raises(RenderError, match=r"The résumé has [\d,]+ (characters|lines); [\d,]+ are the most"):
        render(ResumeDocument(positions=(ResumePosition(description=description),)))


def test_a_failure_of_the_library_is_a_render_error_and_leaves_nothing_behind(monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("inside xhtml2pdf")

    before = render(ResumeDocument(name="محمد")).content
    with monkeypatch.context() as patched:
        patched.setattr(rendering.pisa, "CreatePDF", fail)
        with pytest.raises(RenderError, match="RuntimeError"):
            render(ResumeDocument(name="محمد"))
    assert render(ResumeDocument(name="محمد")).content == before


class Trap(BaseHTTPRequestHandler):
    hits: list[str] = []

    def do_GET(self):
        self.hits.append(self.path)
        self.send_response(404)
        self.end_headers()


@pytest.fixture
def trap():
    Trap.hits.clear()
    server = HTTPServer(("127.0.0.1", 0), Trap)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def opened_files():
    """The paths opened in this process, from here on; an audit hook can't be taken away, so there is one."""
    paths: list[str] = []
    sys.addaudithook(
        lambda event, args: paths.append(args[0]) if event == "open" and isinstance(args[0], str) else None
    )
    return paths


HOSTILE = [
    '<img src="{url}/img">',
    "<img src=file:///etc/passwd>",
    '<link rel="stylesheet" href="{url}/css">',
    "<style>@import url({url}/import);</style>",
    '<div style="background: url({url}/background)">',
    "<style>@font-face {{ font-family: latin; src: url({url}/font) }}</style>",
    '<pdf:include src="file:///etc/passwd"/>',
    '<object data="{url}/object"></object><script src="{url}/script"></script>',
    "</div></body></html><iframe src={url}/frame>",
    "{{% include '/etc/passwd' %}}{{{{ settings.SECRET_KEY }}}}",
    "&#60;img src={url}/entity&#62;&lt;b&gt;",
    '"><img src={url}/quote>',
]


@pytest.mark.parametrize("pattern", HOSTILE)
def test_markup_in_any_field_is_text(trap, opened_files, pattern):
    evil = pattern.format(url=trap)
    position = ResumePosition(evil, evil, evil, evil)
    document = ResumeDocument(evil, evil, (evil,), (evil,), (evil,), evil, (position,), (evil,), evil)
    render(ADA)  # the fonts are open now
    opened_files.clear()
    content = render(document).content
    assert Trap.hits == []
    assert [path for path in opened_files if "passwd" in path] == []
    # name, headline, three contacts, location, four of the position, skill, sourced by
    read = as_read(by_pypdf(content)).replace(" ", "")
    assert read.count(as_read(evil).replace(" ", "")) == 12


def test_even_markup_that_is_not_escaped_fetches_nothing(trap, opened_files):
    opened_files.clear()
    markup = "".join(pattern.format(url=trap) for pattern in HOSTILE)
    rendering._to_pdf(f"<p>Before</p>{markup}<p>After</p>", "")
    assert Trap.hits == []
    assert [path for path in opened_files if "passwd" in path] == []


def test_the_watch_on_opened_files_sees_them(opened_files):
    open("/dev/null").close()
    assert "/dev/null" in opened_files
