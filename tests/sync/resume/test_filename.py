import pytest

from pinlever.sync.resume.filename import file_name


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Ada Lovelace", "Ada Lovelace - resume.pdf"),
        ("  Ada\n Lovelace ", "Ada Lovelace - resume.pdf"),
        ("Zoë Müller-Lüdenscheidt", "Zoe Muller-Ludenscheidt - resume.pdf"),
        ("Nguyễn Thị Đào", "Nguyen Thi Dao - resume.pdf"),
        ("Straße Øre Łódź", "Strasse Ore Lodz - resume.pdf"),
        ("Conan O’Brien", "Conan O'Brien - resume.pdf"),
        ("../../etc/passwd", "etc passwd - resume.pdf"),
        ('a"; filename="b.exe\r\nX: y', "a filename b exe X y - resume.pdf"),
        ("", "resume.pdf"),
        ("محمد", "resume.pdf"),
        ("李 42", "resume.pdf"),
        ("---", "resume.pdf"),
    ],
)
def test_a_file_name_is_plain(name, expected):
    assert file_name(name) == expected


def test_a_long_name_is_cut():
    assert file_name("x" * 5000) == "x" * 80 + " - resume.pdf"
