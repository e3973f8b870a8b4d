from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from pinlever.lever.types import File, Form, FormTemplate, Note, Resume, ResumeFile, Unreadable, from_ms
from tests.lever import payloads
from tests.lever.payloads import USER_ID

ODD: list[Any] = [None, True, 3, "x", [], [None], {}, {"a": 1}]
SAMPLES: list[tuple[Any, dict[str, Any]]] = [
    (Note, payloads.note()),
    (File, payloads.file()),
    (Resume, payloads.resume()),
    (Form, payloads.form()),
    (FormTemplate, payloads.form_template()),
]


def test_a_note_and_its_thread() -> None:
    first = payloads.note()["fields"][0]
    found = Note.parse(payloads.note(fields=[first, {**first, "value": "Later"}]))
    assert (found.id, found.value, found.values) == (
        "n-1",
        "Replied on Tuesday",
        ("Replied on Tuesday", "Later"),
    )
    assert (found.user_id, found.secret) == (USER_ID, False)
    assert (found.created_at, found.deleted_at) == (from_ms(1783100500000), None)


def test_a_new_note_may_be_told_by_its_id_alone() -> None:
    assert (Note.parse({"noteId": "n-2"}).id, Note.parse({"noteId": "n-2"}).value) == ("n-2", "")


def test_a_file_and_a_resume() -> None:
    file, resume = File.parse(payloads.file(uploadedAt="1783100600000")), Resume.parse(payloads.resume())
    assert (file.id, file.name, file.size, file.status) == ("f-1", "work.pdf", 4821, "processed")
    assert file.uploaded_at == from_ms(1783100600000)
    assert (resume.id, resume.name, resume.size, resume.status) == ("r-1", "cv.pdf", 3102, "processing")
    assert resume.created_at == from_ms(1783100600000)


def test_a_form_and_its_template() -> None:
    form, template = Form.parse(payloads.form()), FormTemplate.parse(payloads.form_template())
    assert (form.id, form.template_id, form.user_id) == ("fo-1", "ft-1", USER_ID)
    assert form.fields[0]["value"] == "prospect-9"
    assert (form.created_at, form.deleted_at) == (from_ms(1783100700000), None)
    assert (template.id, template.text, template.secret_by_default) == ("ft-1", "Sourcing data", True)
    assert template.fields == (payloads.form_field(),)


def test_the_content_of_a_file_to_send_is_not_shown() -> None:
    assert repr(ResumeFile("cv.pdf", b"%PDF")) == "ResumeFile(name='cv.pdf')"


@pytest.mark.parametrize(("kind", "sample"), SAMPLES)
def test_no_odd_value_is_an_error(kind: Any, sample: dict[str, Any]) -> None:
    for name, odd in product(set(sample) - {"id"}, ODD):
        assert kind.parse({**sample, name: odd}).id == sample["id"]


@pytest.mark.parametrize("payload", [None, [], "x", {}, {"id": None, "noteId": None}, {"id": ""}])
def test_what_has_no_id_is_unreadable(payload: Any) -> None:
    for kind, _ in SAMPLES:
        with pytest.raises(Unreadable):
            kind.parse(payload)
