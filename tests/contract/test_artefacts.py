"""The client's calls about notes, files, résumés and forms, answered by Practice Lever over HTTP."""

from datetime import UTC, datetime, timedelta

import pytest

from pinlever.lever.client import LeverClient
from pinlever.lever.errors import NotFound, Rejected
from pinlever.lever.types import ResumeFile
from pinlever.practice import seed

from .server import AUD, Json, Practice, created, new

pytestmark = pytest.mark.contract

JONAS = seed.user_id("jonas")
TEMPLATE = seed.form_template_id("sourcing-data")
AT = datetime(2026, 3, 4, 5, 6, 7, 89_000, tzinfo=UTC)
TEXT = "Sent: “Hello”\n\n· second line 你好 <b>"


def test_a_note_is_written_read_and_removed(client: LeverClient) -> None:
    one = created(client)
    before = client.opportunity(one).last_interaction_at
    made = client.create_note(one, TEXT, perform_as=JONAS, secret=True, created_at=AT)
    (found,) = client.notes(one)
    for note in (made, found):
        assert (note.id, note.value, note.values) == (made.id, TEXT, (TEXT,))
        assert (note.user_id, note.secret, note.created_at, note.deleted_at) == (JONAS, True, AT, None)
    after = client.opportunity(one).last_interaction_at
    assert before and after and after > before
    client.delete_note(one, made.id)
    assert list(client.notes(one)) == []
    with pytest.raises(NotFound):
        client.delete_note(one, made.id)


def test_a_note_is_replaced_and_keeps_author_time_and_secrecy(client: LeverClient) -> None:
    one = created(client)
    made = client.create_note(one, TEXT, perform_as=JONAS, secret=True, created_at=AT)
    client.update_note(one, made, "Other")
    read = client.note(one, made.id)
    assert (read.id, read.values, read.user_id) == (made.id, ("Other",), JONAS)
    assert (read.secret, read.created_at) == (True, AT)
    nobodys = client.create_note(one, TEXT)
    client.update_note(one, client.note(one, nobodys.id), "Still nobody's")
    assert client.note(one, nobodys.id).user_id is None
    with pytest.raises(NotFound):
        client.note(one, "00000000-0000-4000-8000-000000000000")


def test_a_note_somebody_wrote_by_hand_is_left_alone(client: LeverClient, practice: Practice) -> None:
    one = created(client)
    id = practice.post("notes", {"opportunity": one, "value": "Called her", "by": AUD})["id"]
    (found,) = client.notes(one)
    assert (found.id, found.value, found.user_id) == (id, "Called her", AUD)
    with pytest.raises(Rejected, match="made through the API"):
        client.update_note(one, found, "Other")
    with pytest.raises(Rejected, match="made through the API"):
        client.delete_note(one, id)
    assert client.note(one, id).value == "Called her"


def test_a_note_needs_nobody_and_no_time(client: LeverClient) -> None:
    note = client.create_note(created(client), "Plain")
    assert (note.user_id, note.secret) == (None, False)
    assert note.created_at and abs(note.created_at - datetime.now(UTC)) < timedelta(minutes=5)


def test_a_note_from_the_future_or_without_text_is_rejected(client: LeverClient) -> None:
    one = created(client)
    with pytest.raises(Rejected, match="future"):
        client.create_note(one, TEXT, created_at=datetime(2090, 1, 1, tzinfo=UTC))
    with pytest.raises(Rejected, match="value"):
        client.create_note(one, "")
    assert list(client.notes(one)) == []


def test_a_file_arrives_as_it_was_sent(client: LeverClient, practice: Practice) -> None:
    one = created(client)
    content = bytes(range(256)) * 8
    made = client.upload_file(one, ResumeFile("Über mich 履歴書.pdf", content), perform_as=AUD)
    (found,) = client.files(one)
    for file in (made, found):
        assert (file.id, file.name, file.size) == (made.id, "Über mich 履歴書.pdf", 2048)
        assert file.status == "processed" and file.uploaded_at
    assert list(client.resumes(one)) == []  # a file is never the résumé


def test_a_file_on_behalf_of_nobody_is_rejected(client: LeverClient) -> None:
    one = created(client)
    with pytest.raises(Rejected, match="perform_as"):
        client.upload_file(one, ResumeFile("a.txt", b"a"), perform_as=seed.posting_id("nobody"))
    assert list(client.files(one)) == []


def test_the_resume_comes_with_the_creation(client: LeverClient) -> None:
    file = ResumeFile("cv.docx", b"PK\x03\x04 a file")
    made = client.create_opportunity(new(), perform_as=AUD, resume=file)
    (found,) = client.resumes(made.opportunity.id)
    assert (found.name, found.size, found.status) == ("cv.docx", len(file.content), "processed")
    assert found.id and found.created_at
    assert list(client.files(made.opportunity.id)) == []


def test_a_resume_lever_refuses_creates_nobody(client: LeverClient, practice: Practice) -> None:
    practice.post("switches", {"refuse_resumes": True})
    with pytest.raises(Rejected, match="resumeFile"):
        client.create_opportunity(new(), perform_as=AUD, resume=ResumeFile("cv.pdf", b"%PDF"))
    assert practice.opportunities() == 0


def test_a_template_tells_what_a_form_has_to_answer(client: LeverClient) -> None:
    (template,) = client.form_templates()
    assert (template.id, template.text, template.secret_by_default) == (TEMPLATE, "Sourcing data", False)
    asked = {field["text"]: (field["type"], field["required"]) for field in template.fields}
    assert asked == {
        "External id": ("text", True),
        "Sourced on": ("date", False),
        "Why this person": ("textarea", False),
        "Fit": ("dropdown", False),
    }
    assert [option["text"] for option in template.fields[3]["options"]] == ["High", "Medium", "Low"]


def test_a_template_by_its_id_tells_the_same(client: LeverClient) -> None:
    assert [client.form_template(TEMPLATE)] == list(client.form_templates())
    with pytest.raises(NotFound):
        client.form_template("gone")


def filled(client: LeverClient, values: Json) -> list[Json]:
    (template,) = client.form_templates()
    return [{**field, "value": values.get(field["text"])} for field in template.fields]


def test_a_form_echoes_its_template_with_values(client: LeverClient) -> None:
    one = created(client)
    values = {"External id": "p-1", "Sourced on": 1_790_000_000_000, "Fit": "High"}
    made = client.create_form(one, TEMPLATE, filled(client, values), perform_as=JONAS)
    (found,) = client.forms(one)
    for form in (made, found):
        assert (form.id, form.template_id) == (made.id, TEMPLATE)
        assert (form.text, form.user_id) == ("Sourcing data", JONAS)
        kept = {field["text"]: field["value"] for field in form.fields}
        assert kept == {**values, "Why this person": None}
        assert form.created_at and form.deleted_at is None
    assert client.create_form(one, TEMPLATE, filled(client, values), secret=True).raw["secret"] is True
    assert len(list(client.forms(one))) == 2  # a form is never replaced


WRONG: list[Json] = [
    {},
    {"External id": "p-1", "Fit": "Very high"},
    {"External id": "p", "Sourced on": "today"},
]


@pytest.mark.parametrize("values", WRONG)
def test_a_form_that_does_not_fit_is_not_written(client: LeverClient, values: Json) -> None:
    one = created(client)
    with pytest.raises(Rejected):
        client.create_form(one, TEMPLATE, filled(client, values))
    with pytest.raises(Rejected, match="missing"):
        client.create_form(one, TEMPLATE, filled(client, {"External id": "p-1"})[:-1])
    assert list(client.forms(one)) == []
