"""The resource as django-import-export runs it, for the admin."""

from tablib import Dataset

from pinlever.imports.drafts import Draft, facts_of
from pinlever.imports.resource import PersonResource


def run(headers: list[str], rows: list[list[str]], dry_run: bool = False) -> tuple[object, list[Draft]]:
    brought: list[Draft] = []
    result = PersonResource(bring_in=brought.append).import_data(
        Dataset(*rows, headers=headers), dry_run=dry_run
    )
    return result, brought


def test_import_export_brings_each_good_row_in(db: None) -> None:
    result, brought = run(
        ["Full-Name", "E-mail", "Colour"], [["Ann", "a@example.com", "red"], ["Bob", "nope", ""]]
    )
    assert [draft.emails for draft in brought] == [("a@example.com",)]
    assert result.total_rows == 2  # type: ignore[attr-defined]
    (invalid,) = result.invalid_rows  # type: ignore[attr-defined]
    assert "nope: This is not an email address. Write it as" in str(invalid.error)


def test_a_dry_run_brings_nobody_in(db: None) -> None:
    result, brought = run(["Name"], [["Ann"]], dry_run=True)
    assert not brought and not result.has_errors()  # type: ignore[attr-defined]


def test_a_header_problem_is_told_in_a_sentence(db: None) -> None:
    result, brought = run(["name", "Full name"], [["Ann", "Ann"]])
    assert not brought
    assert "two columns for the same thing" in str(result.base_errors[0].error)  # type: ignore[attr-defined]


def test_a_row_becomes_the_facts_recruiting_takes() -> None:
    row = {
        "first_name": "Ann",
        "last_name": "Lee",
        "emails": "a@example.com, b@example.com",
        "emails:work": "c@example.com; A@example.com",
        "emails:primary": "b@example.com",
        "phones": "030 901820",
        "phones:mobile": "+49 30 901820, +1 415 555 2671",
        "linkedin": "linkedin.com/in/ann",
        "links": "https://www.linkedin.com/in/Ann/ https://github.com/ann",
        "location": "Berlin, Germany",
        "title": "Engineer",
        "skills": "Go, go",
    }
    facts = facts_of(PersonResource().read_row(row), sourced_via="import", source="import")
    assert facts.full_name == "Ann Lee"
    assert [(fact.value, fact.is_primary) for fact in facts.emails] == [
        ("b@example.com", True),
        ("a@example.com", False),
        ("c@example.com", False),
    ]
    assert [(fact.value, fact.type, fact.region) for fact in facts.phones] == [
        ("030 901820", "", "DE"),
        ("+1 415 555 2671", "mobile", "DE"),
    ]
    assert facts.linkedin_urls == ("linkedin.com/in/ann",)
    assert (facts.city, facts.state, facts.country) == ("Berlin", "", "Germany")
    assert (facts.current_title, facts.skills, facts.sourced_via) == ("Engineer", ("Go",), "import")
