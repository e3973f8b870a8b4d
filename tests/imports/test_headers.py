"""Header guessing: the template, Lever's files, what other tools write; two columns for one thing."""

import pytest

from pinlever.imports.headers import SPELLINGS, TEMPLATE, columns_of, key_of, recognised
from pinlever.imports.reading import read_table

LEVER_EXPORT = [
    *("Profile ID", "Candidate Name", "Candidate Owner Email", "Application ID", "Posting ID"),
    *("Posting Title", "Posting Owner Name", "Posting Department", "Posting Team"),
    *("Posting Location", "Origin", "Sources", "Tags", "Current Stage", "Profile Archive Status"),
    *("Profile Archive Reason", "Posting Archive Status", "Posting Archive Reason"),
    *("Created At (GMT)", "Applied At (GMT)", "Posting Archived At (GMT)", "Last Story At (GMT)"),
    *("Last Advanced At (GMT)", "Start Date", "Location", "Company", "Schools", "Referred"),
    *("Is Social Referral", "Is Employee Referral", "Is Manual Referral", "Stage - New lead"),
    *("Stage - Our own", "Hired"),
]
LEVER_IMPORT = [
    *("Lever Profile ID", "Full Name", "Email", "Date Added", "Stage", "Archive Reason"),
    *("Archive Date", "Sources", "Origin", "Tags", "Phone", "Location", "Links", "Referrer"),
    *("Resume Filename", "Company", "Owner", "Lever Posting URL", "Posting Owner"),
    *("Posting Hiring Manager", "DateNote-0", "UserNote-0", "IsSecretNote-0", "Note-0", "DateNote-1"),
    *("UserNote-1", "IsSecretNote-1", "Note-1"),
]


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ("Name", "name"),
        ("  FULL_NAME ", "name"),
        ("Full-Name", "name"),
        ("E-Mail", "emails"),
        ("email address(es)", "emails"),
        ("Email Addresses", "emails"),
        ("Work Email", "emails:work"),
        ("Email 2", "emails:2"),
        ("EMAIL_02", "emails:2"),
        ("Mobile Phone", "phones:mobile"),
        ("Phone (3)", "phones:3"),
        ("Person Linkedin Url", "linkedin"),
        ("LinkedIn", "linkedin"),
        ("Company Linkedin Url", ""),
        ("ＬｉｎｋｅｄＩｎ　ＵＲＬ", "linkedin"),
        ("\ufeffName", "name"),
        ("URL", "links"),
        ("State/Region", "state"),
        ("Country/Region", "country"),
        ("Job Title", "title"),
        ("Position", "title"),
        ("Current Employer", "company"),
        ("Date Added", "sourced_at"),
        ("Lever Profile ID", "lever_profile"),
        ("profile id", "lever_profile"),
        ("Name 2", ""),
        ("City2", ""),
        ("2", ""),
        ("", ""),
        ("姓名", ""),
    ],
)
def test_a_header_gives_the_key_of_its_column(header: str, key: str) -> None:
    assert key_of(header) == key


def test_no_spelling_stands_for_two_fields() -> None:
    for field, spellings in SPELLINGS.items():
        for spelling in spellings:
            assert key_of(spelling.partition("=")[0]).partition(":")[0] == field, spelling


def test_the_template_has_every_field_of_its_own_and_nothing_else() -> None:
    columns, problems = columns_of(read_table(TEMPLATE.read_bytes()).header)
    assert not problems
    assert {column.key for column in columns} == SPELLINGS.keys() - {"links", "location"}
    assert [column.header for column in columns] == [
        SPELLINGS[column.key][0].partition("=")[0] for column in columns
    ]


@pytest.mark.parametrize("header", [LEVER_EXPORT, LEVER_IMPORT], ids=["export", "import"])
@pytest.mark.parametrize(
    "change", [str, str.upper, lambda text: text.replace(" ", "-")], ids=["as is", "upper", "-"]
)
def test_levers_own_files_hold_no_unknown_column(header: list[str], change: object) -> None:
    columns, problems = columns_of([change(cell) for cell in header])  # type: ignore[operator]
    assert not problems
    assert [column.header for column in columns if not column.known] == []
    assert {"lever_profile", "name", "tags", "company", "location"} <= {column.key for column in columns}


def test_unknown_columns_are_named_and_empty_ones_are_not() -> None:
    columns, _ = columns_of(["Name", "Favourite colour", " "])
    assert [column.header for column in columns if not column.known] == ["Favourite colour"]


def test_two_columns_for_one_thing_are_a_problem_with_a_cure() -> None:
    columns, problems = columns_of(["Full name", "Email", "Candidate Name", "E-Mail", "Work email"])
    assert [problem.header for problem in problems] == ["Candidate Name", "E-Mail"]
    assert "“Full name” and “Candidate Name” are two columns for the same thing" in problems[0].wrong
    assert "Work email" in problems[1].cure
    assert [column.key for column in columns] == ["name", "emails", "", "", "emails:work"]


def test_a_file_without_any_known_header_is_a_problem() -> None:
    _, (problem,) = columns_of(["Ann", "ann@example.com"])
    assert problem.wrong == "No column header is known"


def test_known_headers_are_counted() -> None:
    assert recognised(["Name", "Hired", "Stage - Offer", "what"]) == 2
