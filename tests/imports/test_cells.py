"""One cell into values, or what is wrong with it and how to cure it."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from pinlever.imports import cells
from pinlever.imports.cells import CellProblem
from pinlever.imports.countries import region_of

PROFILE = "5b8e1d1e-6a0f-4a55-9d38-0f3b6a1c2e01"
PRACTICE = "http://127.0.0.1:8765"


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("ann@example.com", ("ann@example.com",)),
        (
            " Ann@Example.com ; bob@example.org|cy@example.net\n",
            ("Ann@Example.com", "bob@example.org", "cy@example.net"),
        ),
        ("ann@example.com, ANN@EXAMPLE.COM", ("ann@example.com",)),
        ("ann@example.com bob@example.org", ("ann@example.com", "bob@example.org")),
        ("mailto:Ann@example.com", ("ann@example.com",)),
        ("Ann Lee <ann@example.com>", ("ann@example.com",)),
        (" , ;", ()),
    ],
)
def test_emails_are_read(text: str, addresses: tuple[str, ...]) -> None:
    assert cells.emails(text) == addresses


@pytest.mark.parametrize("text", ["ann", "ann@", "ann@example.com, nope", "=cmd|' /C calc'!A0"])
def test_what_is_no_email_is_told_with_the_part_that_is_wrong(text: str) -> None:
    with pytest.raises(CellProblem, match="not an email address") as caught:
        cells.emails(text)
    assert caught.value.value and "example.com" not in caught.value.value


@pytest.mark.parametrize(
    ("text", "kind", "region", "phone"),
    [
        ("+1 415 555 2671", "", None, ("+1 415 555 2671", "", "+14155552671")),
        ("0044 20 7946 0018", "", None, ("0044 20 7946 0018", "", "+442079460018")),
        ("(415) 555-2671", "mobile", "US", ("(415) 555-2671", "mobile", "+14155552671")),
        ("030 901820", "", None, ("030 901820", "", None)),
        ("mobile: +14155552671", "", None, ("+14155552671", "mobile", "+14155552671")),
        ("+14155552671 (Office)", "home", None, ("+14155552671", "work", "+14155552671")),
        ("+14155552671 ext. 12", "", None, ("+14155552671 ext. 12", "", None)),
        ("tel:+14155552671", "", None, ("tel:+14155552671", "", "+14155552671")),
        ("+14155552671", "3", None, ("+14155552671", "", "+14155552671")),
    ],
)
def test_a_phone_is_read(
    text: str, kind: str, region: str | None, phone: tuple[str, str, str | None]
) -> None:
    (found,) = cells.phones(text, kind, region)
    assert (found.value, found.type, found.key) == phone


def test_phones_are_split_and_each_is_once() -> None:
    found = cells.phones("+14155552671; +1 (415) 555-2671, 030 901820 | 030901820", "", None)
    assert [phone.value for phone in found] == ["+14155552671", "030 901820"]


@pytest.mark.parametrize(
    ("text", "told"), [("call me", "not a phone number"), ("123", "not a phone"), ("1.4155E+10", "rounded")]
)
def test_what_is_no_phone_is_told(text: str, told: str) -> None:
    with pytest.raises(CellProblem, match=told):
        cells.phones(text, "", None)


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("https://www.linkedin.com/in/ann-lee/", ("https://www.linkedin.com/in/ann-lee/",)),
        (
            "linkedin.com/in/ann-lee, de.linkedin.com/in/bob",
            ("linkedin.com/in/ann-lee", "de.linkedin.com/in/bob"),
        ),
        ("linkedin.com/in/ann-lee;https://linkedin.com/in/ANN-LEE?x=1,2", ("linkedin.com/in/ann-lee",)),
        (
            "https://linkedin.com/in/ann https://linkedin.com/in/bob",
            ("https://linkedin.com/in/ann", "https://linkedin.com/in/bob"),
        ),
    ],
)
def test_linkedin_addresses_are_read(text: str, urls: tuple[str, ...]) -> None:
    assert cells.linkedin_urls(text) == urls


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("https://www.linkedin.com/sales/lead/ACwAAA,NAME_SEARCH", "Sales Navigator"),
        ("https://www.linkedin.com/talent/profile/AEMAA", "LinkedIn Recruiter"),
        ("https://www.linkedin.com/company/example", "page of a company"),
        ("https://www.linkedin.com/school/example", "page of a school"),
        ("https://lnkd.in/abc", "short link"),
        ("https://www.linkedin.com/in/ACoAAABCDEFGHIJKLMNOP", "member number"),
        ("ann-lee", "no LinkedIn profile"),
        ("https://linkedin.com.evil.example/in/ann", "no LinkedIn profile"),
    ],
)
def test_a_link_that_names_nobody_is_told_with_a_cure(text: str, told: str) -> None:
    with pytest.raises(CellProblem, match=f"{told}.*copy its address"):
        cells.linkedin_urls(text)


def test_of_other_links_only_linkedin_profiles_are_taken() -> None:
    text = "https://github.com/ann, https://linkedin.com/in/ann, https://linkedin.com/company/x"
    assert cells.linkedin_among(text) == ("https://linkedin.com/in/ann",)


@pytest.mark.parametrize(
    "text",
    [
        PROFILE,
        f" {PROFILE.upper()} ",
        f"https://hire.lever.co/candidates/{PROFILE}",
        f"https://hire.lever.co/candidates/{PROFILE}?tab=notes#top",
        f"hire.lever.co/candidates/{PROFILE}/",
        f"https://hire.sandbox.lever.co/candidates/{PROFILE}",
        f"https://hire.eu.lever.co/candidates/{PROFILE}",
        f"https://hire.lever.co/search/candidates/{PROFILE}",
        f"{PRACTICE}/candidates/{PROFILE}",
    ],
)
def test_a_lever_profile_is_read(text: str) -> None:
    assert cells.lever_profile(text, PRACTICE) == PROFILE


@pytest.mark.parametrize(
    "text",
    [
        PROFILE[:-1],
        PROFILE + "0",
        f"https://hire.lever.co/candidates/{PROFILE}0",
        f"https://hire.lever.co/jobs/{PROFILE}",
        f"https://hire.lever.co.evil.example/candidates/{PROFILE}",
        f"https://evil.example/hire.lever.co/candidates/{PROFILE}",
        f"https://evil.example/?x=https://hire.lever.co/candidates/{PROFILE}",
        "yes",
    ],
)
def test_what_is_no_lever_profile_is_told(text: str) -> None:
    with pytest.raises(CellProblem, match="no Lever profile"):
        cells.lever_profile(text, PRACTICE)


def test_a_date_to_come_is_told() -> None:
    now = datetime(2026, 5, 1, tzinfo=UTC)
    assert cells.moment("2026-05-01 13:00", now) == datetime(2026, 5, 1, 13, tzinfo=UTC)
    with pytest.raises(CellProblem, match="to come"):
        cells.moment("2026-05-03", now)


@pytest.mark.parametrize(("text", "told"), [("05/06/2026", "two ways"), ("soon", "not a date")])
def test_what_is_no_date_is_told_with_a_shape_to_write(text: str, told: str) -> None:
    with pytest.raises(CellProblem, match=f"{told}.*2026-01-31"):
        cells.moment(text)


@pytest.mark.parametrize(("text", "number"), [("87", 87.0), (" 4,5 ", 4.5), ("85 %", 85.0), ("-1", -1.0)])
def test_a_score_is_read(text: str, number: float) -> None:
    assert cells.score(text) == number


@pytest.mark.parametrize("text", ["high", "nan", "inf", "1e400", "1,2,3"])
def test_what_is_no_number_is_told(text: str) -> None:
    with pytest.raises(CellProblem, match="not a number"):
        cells.score(text)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", ("", "", "")),
        ("Berlin", ("Berlin", "", "")),
        ("Germany", ("", "", "Germany")),
        ("Berlin, Germany", ("Berlin", "", "Germany")),
        ("Wilmington, DE", ("Wilmington", "DE", "")),
        ("San Francisco, California, United States", ("San Francisco", "California", "United States")),
        ("Soho, London, England, UK", ("Soho", "London, England", "UK")),
    ],
)
def test_a_location_is_taken_apart_without_losing_a_word(text: str, place: tuple[str, str, str]) -> None:
    assert cells.location(text) == place
    assert ", ".join(part for part in place if part) == text


def test_words_are_once_whatever_their_case() -> None:
    assert cells.words("Python, python; Go|C++\n", 20) == ("Python", "Go", "C++")


@pytest.mark.parametrize(
    "read",
    [
        lambda: cells.short_text("x" * 121, 120),
        lambda: cells.words("x" * 201, 200),
        lambda: cells.emails(", ".join(f"a{number}@example.com" for number in range(51))),
        lambda: cells.readable("x" * (cells.MAX_CELL + 1)),
    ],
)
def test_too_much_is_told_and_never_cut(read: Callable[[], object]) -> None:
    with pytest.raises(CellProblem, match="at most"):
        read()


@pytest.mark.parametrize("text", ["Jos\ufffd", "Jos\x81", "\x9d"])
def test_unreadable_characters_are_told(text: str) -> None:
    with pytest.raises(CellProblem, match="cannot be read"):
        cells.readable(text)


@pytest.mark.parametrize(
    ("text", "meant"),
    [("'+1 415", "+1 415"), ("'=1+1", "=1+1"), ("=1+1", "=1+1"), ("'ofo", "'ofo"), ("'", "'")],
)
def test_the_apostrophe_of_a_guarded_cell_is_taken_off(text: str, meant: str) -> None:
    assert cells.readable(text) == meant


@pytest.mark.parametrize(
    ("country", "region"),
    [
        ("Germany", "DE"),
        ("de", "DE"),
        (" UNITED STATES ", "US"),
        ("日本", "JP"),
        ("Österreich", "AT"),
        ("Narnia", None),
        ("", None),
    ],
)
def test_a_country_gives_the_region_of_its_numbers(country: str, region: str | None) -> None:
    assert region_of(country) == region
