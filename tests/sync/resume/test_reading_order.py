"""Each script comes out of the PDF in the order in which it went in."""

import random
import unicodedata

import pytest

from pinlever.sync.resume.document import ResumeDocument, ResumePosition
from pinlever.sync.resume.render import render
from tests.sync.resume.reading import POPPLER, as_read, by_poppler, by_pypdf

SCRIPTS = {
    "latin": "Zoë Strauß naïvely señor Łódź, œuvre: ½ × 3 = 1.5 €",
    "greek": "Καλημέρα κόσμε, ἐν ἀρχῇ ἦν ὁ λόγος.",
    "cyrillic": "Привет, мир! Їжак, ўсё, Ђорђе.",
    "vietnamese": "Nguyễn Thị Hồng Hạnh đã làm việc tại Đà Nẵng.",
    "decomposed": unicodedata.normalize("NFD", "Nguyễn Müller"),
    "hebrew": "שלום עולם, שמי עדה.",
    "hebrew with points": "בְּרֵאשִׁית בָּרָא",
    "hebrew with latin and digits": "עבדתי בחברת Intel בחיפה משנת 2012 עד 2014 (צוות של 5 אנשים).",
    "hebrew abbreviations": 'חברת אלביט בע"מ, צה״ל – מפקד 1,200 חיילים',
    "arabic": "السلام عليكم ورحمة الله",
    "arabic with vowels": "مُحَمَّد",
    "arabic ligatures": "لا إلى الأمل السلام والآن",
    "arabic with latin and digits": "عملت في شركة IBM منذ 2010 حتى 2012، ثم (القاهرة) مديرة للمشروع.",
    "arabic digits": "من ٢٠١٩ إلى ٢٠٢٣ بنسبة ٩٩٫٥٪",
    "persian": "می‌خواهم در پروژه‌های گروه کار کنم، سال ۱۴۰۲",
    "urdu": "میں نے ٹیم کی قیادت کی۔",
    "arabic name in english": "Worked with محمد عبد الله at شركة 2019 in Cairo (3 years).",
    "hebrew name at the end": "Reported to דוד כהן",
    "arabic address": "Contact: a.b@example.com, +20 100 123 4567, القاهرة، مصر",
    "simplified chinese": "在北京微软公司负责后端开发，从2008年到2010年。",
    "traditional chinese": "負責後端開發與資料庫設計，臺灣臺北。",
    "japanese": "東京でバックエンド開発を担当しました。𠮷野家、髙橋。",
    "korean": "서울에서 백엔드 개발을 담당했습니다.",
    "chinese and arabic": "محمد 李明 IBM שלום",
    "full width": "ＡＢＣ　１２３ ﾊﾝｶｸ",
}
MIXED = ResumeDocument(positions=(ResumePosition(description="\n".join(SCRIPTS.values())),))
ARABIC = ResumeDocument(
    name="محمد عبد الله الأمين",
    headline="مهندس برمجيات، شركة IBM",
    emails=("m@example.com",),
    location="القاهرة، مصر",
    positions=(
        ResumePosition(
            title="مهندس برمجيات أول",
            company="شركة الأمل",
            period="2019-03 to today",
            description="قدت فريقا من 5 مهندسين باستخدام Python و PostgreSQL لمدة ٣ سنوات.\nWorked with דוד in 2020.",
        ),
    ),
    skills=("بايثون", "Django"),
    sourced_by="Sourced in Pin by Charles Babbage",
)
ARABIC_READS = as_read(
    "محمد عبد الله الأمين مهندس برمجيات، شركة IBM m@example.com | القاهرة، مصر"
    " Experience مهندس برمجيات أول, شركة الأمل 2019-03 to today"
    " قدت فريقا من 5 مهندسين باستخدام Python و PostgreSQL لمدة ٣ سنوات. Worked with דוד in 2020."
    " Skills بايثون, Django Sourced in Pin by Charles Babbage"
)

needs_poppler = pytest.mark.skipif(POPPLER is None, reason="pdftotext is not installed")


def described(text: str) -> bytes:
    return render(ResumeDocument(positions=(ResumePosition(description=text),))).content


@pytest.mark.parametrize("script", SCRIPTS)
def test_pypdf_reads_each_script_in_order(script):
    rendered = render(ResumeDocument(name="Ada", positions=(ResumePosition(description=SCRIPTS[script]),)))
    assert rendered.missing_glyphs == ()
    assert as_read(by_pypdf(rendered.content)) == as_read(f"Ada Experience {SCRIPTS[script]}")


@needs_poppler
@pytest.mark.parametrize("script", SCRIPTS)
def test_poppler_reads_each_script_in_order(script):
    content = described(SCRIPTS[script])
    assert as_read(by_poppler(content)) == as_read(f"Experience {SCRIPTS[script]}")


def test_pypdf_reads_all_scripts_of_one_page_in_order():
    assert as_read(by_pypdf(render(MIXED).content)) == as_read("Experience " + " ".join(SCRIPTS.values()))


@needs_poppler
def test_poppler_reads_all_scripts_of_one_page_in_order():
    content = render(MIXED).content
    assert as_read(by_poppler(content, "-layout")) == as_read("Experience " + " ".join(SCRIPTS.values()))


def test_pypdf_reads_an_arabic_resume_in_order():
    assert as_read(by_pypdf(render(ARABIC).content)) == ARABIC_READS


@needs_poppler
def test_poppler_reads_an_arabic_resume_in_order():
    assert as_read(by_poppler(render(ARABIC).content)) == ARABIC_READS


def test_arabic_comes_out_as_letters_and_not_as_drawn_forms():
    assert "محمد عبد الله" in by_pypdf(described("محمد عبد الله"))


MIXTURE = (
    "محمد الله لا شركة فارسی שלום חברת IBM Cairo Müller 北京 東京 서울 2019 ٢٠١٩ ۱۴۰۲ C++ 5% +49 a@b.co (x) 1,000.50"
    ' — & / • Ж Ω $5 « » "q" 10:30 3-4 A/B #1 … ؟ ؛'
)
WORDS = MIXTURE.split()
BETWEEN = [" "] * 9 + [", ", "، ", ". ", " (", ") ", "-", "/", ": ", ""]


@pytest.mark.parametrize("seed", range(5))
def test_pypdf_reads_any_mixture_in_order(seed):
    rng = random.Random(seed)
    rows = ["".join(rng.choice(WORDS) + rng.choice(BETWEEN) for _ in range(8)).strip() for _ in range(40)]
    assert as_read(by_pypdf(described("\n".join(rows)))) == as_read("Experience " + " ".join(rows))
