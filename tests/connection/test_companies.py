"""Companies as they compare: legal forms, spelling and everything around them told apart from the name."""

import pytest

from pinlever.connection.companies import (
    LONGEST,
    MOST,
    companies_at,
    companies_in,
    company_key,
    keys_of,
    stored,
)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Nordlys Energi AS", "nordlys energi"),
        ("NORDLYS  ENERGI A/S", "nordlys energi"),
        ("Müller & Söhne GmbH & Co. KG", "muller sohne"),
        ("Acme, Inc.", "acme"),
        ("ACME Co., Ltd.", "acme"),
        ("浦江科技", "浦江科技"),
        ("Co", ""),
        ("Inc.", ""),
        ("AS Roma", "as roma"),
        ("50% off_us", "50 off us"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_company_compares_by_its_name_alone(text: object, key: str) -> None:
    assert company_key(text) == key


@pytest.mark.parametrize(
    ("headline", "keys"),
    [
        ("Nordlys Energi, Fjord Robotics", ("nordlys energi", "fjord robotics")),
        ("Platform Engineer at Nordlys Energi AS", ("platform engineer", "nordlys energi")),
        ("CTO @ Acme, Inc. | ex-Globex", ("cto", "acme", "ex globex")),
        ("Designer – Sava Studio · Belgrade", ("designer", "sava studio", "belgrade")),
        ("Acme, acme, ACME GmbH", ("acme",)),
        ("", ()),
        (" , ;|", ()),
    ],
)
def test_a_headline_is_read_part_by_part(headline: str, keys: tuple[str, ...]) -> None:
    assert companies_in(headline) == keys


def test_of_our_own_headline_only_what_somebody_works_at_counts() -> None:
    assert companies_at("Software Engineer at Nordlys, Oslo") == ("nordlys", "oslo")
    assert companies_at("Software Engineer, Berlin") == ()


def test_what_is_stored_stays_within_its_column() -> None:
    assert stored(()) == "|"
    assert stored(("acme", "globex")) == "|acme|globex|"
    many = keys_of(f"company number {number} {'x' * 60}" for number in range(50))
    assert len(many) == MOST
    line = stored(many)
    assert len(line) <= LONGEST and line.endswith("|")
