"""Filling a form: every type of field with every kind of value, by table; what cannot be said, and drift."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, strategies as st

from pinlever.practice.fields import OF_FORMS, answered
from pinlever.sync.form_filling import FITS, Entry, Value, drift_of, fields_of, fill

AT = datetime(2026, 5, 4, 10, tzinfo=UTC)
OPTIONS = [{"text": "High"}, {"text": "Messaged"}, {"text": "Python"}, {"text": "Go"}]
VALUES: dict[str, Value] = {
    "text": "Messaged",
    "long": "x" * 9_000,
    "list": ("python", "rust", "Go"),
    "date": AT,
    "yes": "yes",
    "nothing": "",
}


def row(type_: str, *, text: str = "Field", required: bool = False, **more: Any) -> dict[str, Any]:
    return {"id": "f1", "type": type_, "text": text, "description": "", "required": required, **more}


TABLE: list[tuple[str, str, str, Any]] = [
    ("text", "text", "", "Messaged"),
    ("text", "long", "", "x" * 5_000),
    ("text", "list", "", "python, rust, Go"),
    ("textarea", "date", "", "2026-05-04"),
    ("text", "nothing", "", None),
    ("text", "fixed", " always this ", "always this"),
    ("date", "date", "", 1777888800000),
    ("date", "fixed", "2026-05-04", 1777852800000),
    ("date", "fixed", "some day", None),
    ("dropdown", "text", "", "Messaged"),
    ("dropdown", "fixed", "high", "High"),
    ("dropdown", "fixed", "huge", None),
    ("multiple-choice", "text", "", "Messaged"),
    ("multiple-select", "list", "", ["Python", "Go"]),
    ("multiple-select", "fixed", "go, high, none", ["Go", "High"]),
    ("yes-no", "yes", "", "yes"),
    ("yes-no", "fixed", "No", "no"),
    ("yes-no", "fixed", "perhaps", None),
    ("currency", "fixed", "12,500.50", 12500.5),
    ("currency", "fixed", "a lot", None),
    ("score", "fixed", "4", None),
]


@pytest.mark.parametrize(("type_", "source", "said", "expected"), TABLE)
def test_what_a_field_says(type_: str, source: str, said: str, expected: Any) -> None:
    field = row(type_, options=OPTIONS)
    filled = fill([field], {f"{type_}|Field": Entry(source, said)}, VALUES)
    assert filled.problems == () and filled.fields == ({**field, "value": expected},)


@pytest.mark.parametrize(
    ("field", "entry", "code", "told"),
    [
        (row("text", required=True), None, "form_changed", "nothing is mapped to it"),
        (row("score", required=True), None, "form_changed", "of a kind (score)"),
        (row("text", required=True), Entry("nothing"), "form_value", "nothing is known for it"),
        (
            row("dropdown", required=True, options=OPTIONS),
            Entry("list"),
            "form_value",
            "none of its options",
        ),
        (row("date", required=True), Entry("text"), "form_value", "“Messaged” does not fit"),
    ],
)
def test_what_is_required_and_cannot_be_said_is_a_problem(
    field: dict[str, Any], entry: Entry | None, code: str, told: str
) -> None:
    mapping = {fields_of([field])[0].key: entry} if entry else {}
    ((found, sentence),) = fill([field], mapping, VALUES).problems
    assert found == code and told in sentence


def test_what_was_mapped_and_is_gone_is_a_problem() -> None:
    filled = fill([row("text")], {"text|Former": Entry("text")}, VALUES)
    assert filled.problems == (("form_changed", "“Former” was mapped, and the form has it no more."),)


def test_fields_of_one_name_are_told_apart_by_their_place() -> None:
    keys = [field.key for field in fields_of([row("text"), row("date"), row("text")])]
    assert keys == ["text|Field", "date|Field", "text|Field#2"]


def test_drift_is_told_in_sentences() -> None:
    before = [row("text", text="A"), row("text", text="B"), row("dropdown", text="C", options=OPTIONS)]
    now = [
        row("text", text="B", required=True),
        row("dropdown", text="C", options=OPTIONS[:2]),
        row("date", text="D", required=True),
    ]
    assert drift_of(before, now) == [
        "“A” is gone.",
        "“D” is new, and required.",
        "“B” is required now.",
        "“C” has other options.",
    ]
    assert drift_of(now, now) == []


VALUE = st.one_of(
    st.none(),
    st.text(max_size=30),
    st.datetimes(timezones=st.just(UTC)),
    st.lists(st.text(max_size=8), max_size=4).map(tuple),
    st.sampled_from(["High", "yes", "no", "12"]),
)


@given(
    fields=st.lists(
        st.tuples(st.sampled_from(sorted({*FITS, "score"})), st.sampled_from("AB"), st.booleans()), max_size=6
    ),
    values=st.dictionaries(st.sampled_from("xyz"), VALUE),
    data=st.data(),
)
def test_what_is_filled_without_a_problem_is_taken_by_lever(
    fields: list[tuple[str, str, bool]], values: dict[str, Value], data: Any
) -> None:
    rows = [row(type_, text=text, required=required, options=OPTIONS) for type_, text, required in fields]
    entry = st.builds(Entry, st.sampled_from(["x", "y", "z", "fixed"]), st.text(max_size=10))
    mapping = {
        field.key: data.draw(entry) for field in fields_of(rows) if data.draw(st.booleans(), label="mapped")
    }
    filled = fill(rows, mapping, values)
    assert [{**one, "value": None} for one in filled.fields] == [{**one, "value": None} for one in rows]
    if filled.problems:
        return
    for template, said in zip(rows, filled.fields, strict=True):
        if template["type"] in OF_FORMS:
            assert answered(template, said["value"])["value"] == said["value"]
        else:
            assert said["value"] is None
