from dataclasses import fields, replace

import pytest

from pinlever.sync.resume import document
from pinlever.sync.resume.document import ResumeDocument, ResumePosition

ADA = ResumeDocument(name="Ada Lovelace", emails=("ada@example.com",), skills=("Python",))


def test_the_same_content_has_the_same_digest():
    again = ResumeDocument(name="Ada Lovelace", emails=("ada@example.com",), skills=("Python",))
    assert ADA.digest() == again.digest()


OTHER_VALUES = {
    str: "something else",
    tuple: ("something else",),
}


@pytest.mark.parametrize(
    "name", [field.name for field in fields(ResumeDocument) if field.name != "positions"]
)
def test_every_field_counts_in_the_digest(name):
    other = replace(ADA, **{name: OTHER_VALUES[type(getattr(ADA, name))]})
    assert other.digest() != ADA.digest()


@pytest.mark.parametrize("name", [field.name for field in fields(ResumePosition)])
def test_every_field_of_a_position_counts_in_the_digest(name):
    one = replace(ADA, positions=(ResumePosition(),))
    other = replace(ADA, positions=(ResumePosition(**{name: "something else"}),))
    assert len({ADA.digest(), one.digest(), other.digest()}) == 3


def test_text_does_not_move_between_fields_unseen():
    assert replace(ADA, skills=("a", "b")).digest() != replace(ADA, skills=("a, b",)).digest()


def test_another_layout_has_another_digest(monkeypatch):
    before = ADA.digest()
    monkeypatch.setattr(document, "LAYOUT_VERSION", document.LAYOUT_VERSION + 1)
    assert ADA.digest() != before


def test_any_text_has_a_digest():
    assert len(replace(ADA, name="\ud800 محمد \x00 👩‍💻").digest()) == 64
