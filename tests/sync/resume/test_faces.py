import subprocess
import sys

import pytest

from pinlever.sync.resume.faces import FILES, FONTS, FaceChoice, east_asian_order


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("软件工程师", "simplified"),
        ("軟體工程師", "traditional"),
        ("東京のエンジニア", "japanese"),
        ("東京", "traditional"),
        ("서울 工程", "korean"),
        ("Ada", "simplified"),
        ("", "simplified"),
    ],
)
def test_the_text_decides_whose_ideographs_are_drawn(text, first):
    order = east_asian_order(text)
    assert order[0] == first
    assert sorted(order) == ["japanese", "korean", "simplified", "traditional"]


@pytest.mark.parametrize(
    ("char", "bold", "expected"),
    [
        ("a", False, "latin"),
        ("a", True, "latin-bold"),
        ("ế", False, "latin"),
        ("Ж", True, "latin-bold"),
        ("ω", False, "latin"),
        ("א", True, "hebrew-bold"),
        ("م", False, "arabic"),
        ("ﻼ", True, "arabic-bold"),
        ("中", True, "simplified"),
        ("한", False, "korean"),
        ("あ", False, "simplified"),
        ("𠮷", False, "japanese"),
        ("🙂", False, None),
        ("क", False, None),
        ("𒀀", False, None),
        ("\ufffd", False, None),
    ],
)
def test_the_first_face_that_has_a_character_draws_it(char, bold, expected):
    assert FaceChoice("").of(char, bold=bold) == expected


def test_every_face_has_its_file_and_licence():
    assert all((FONTS / file).is_file() for file in FILES.values())
    assert all("SIL OPEN FONT LICENSE" in path.read_text() for path in FONTS.glob("OFL-*.txt"))
    assert len(list(FONTS.glob("OFL-*.txt"))) == 4


def test_every_bundled_file_is_used():
    assert {path.name for path in FONTS.glob("*.ttf")} == set(FILES.values())


def test_a_latin_document_never_opens_the_east_asian_files():
    code = (
        "from pinlever.sync.resume import faces\n"
        "opened = []\n"
        "real = faces.ExactFont\n"
        "faces.ExactFont = lambda name, path: opened.append(name) or real(name, path)\n"
        "choice = faces.FaceChoice('Ada')\n"
        "assert choice.of('a', bold=True) and choice.of('é') and choice.of('Ж')\n"
        "print(sorted(opened))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['latin', 'latin-bold']"
