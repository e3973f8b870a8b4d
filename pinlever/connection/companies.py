"""Companies in a headline, as they compare: for near matches, where the same name alone says nothing.

Lever keeps a person's companies in one line of text, as people write it: "Nordlys Energi, Fjord Robotics",
"Platform Engineer at Nordlys Energi AS". Titles stay among the parts; nobody's company is called like one.
"""

import re
from collections.abc import Iterable

from pinlever.recruiting.cleaning import name_key

MOST = 12  # companies of one person
LONGEST = 500
NONE = "|"  # looked at, and none is said
LEGAL_FORMS = frozenset(
    (
        *(
            "inc",
            "incorporated",
            "llc",
            "llp",
            "lp",
            "ltd",
            "limited",
            "plc",
            "corp",
            "corporation",
            "co",
            "company",
        ),
        *("gmbh", "mbh", "ag", "kg", "kgaa", "ug", "se", "as", "asa", "ab", "aps", "oy", "oyj", "bv", "nv"),
        *(
            "sa",
            "sas",
            "sarl",
            "sl",
            "srl",
            "spa",
            "cie",
            "pty",
            "pte",
            "kk",
            "ood",
            "doo",
            "zrt",
            "kft",
            "sro",
        ),
    )
)
_BETWEEN = re.compile(r"[,;|/\u00b7\u2022\n]|\s[-\u2013\u2014@]\s|\s(?:at|bei|chez)\s", re.IGNORECASE)
_AT = re.compile(r"\s(?:@|at|bei|chez)\s", re.IGNORECASE)


def company_key(text: object) -> str:
    """The company's name without case, diacritics, punctuation and legal form; "" when that leaves nothing."""
    words = name_key(text).split()
    while len(words) > 1 and (words[-1] in LEGAL_FORMS or words[-2:] == ["a", "s"]):
        words = words[:-2] if words[-2:] == ["a", "s"] else words[:-1]
    return "" if len(words) == 1 and words[0] in LEGAL_FORMS else " ".join(words)


def companies_in(headline: str) -> tuple[str, ...]:
    """Every part of a headline that may be a company, each once."""
    return _once(_BETWEEN.split(f" {headline} "))


def companies_at(headline: str) -> tuple[str, ...]:
    """Only what a headline says somebody works at: "Engineer at Nordlys" says Nordlys."""
    _, *named = _AT.split(f" {headline} ")
    return _once(part for text in named for part in _BETWEEN.split(text))


def keys_of(companies: Iterable[object]) -> tuple[str, ...]:
    """Names of companies as they compare, each once."""
    return _once(companies)


def stored(companies: Iterable[str]) -> str:
    """As a row of the index keeps them: between bars, so that a whole name can be looked for."""
    line = NONE
    for key in companies:
        if len(line) + len(key) + 1 <= LONGEST:
            line += f"{key}|"
    return line


def _once(names: Iterable[object]) -> tuple[str, ...]:
    keys = (company_key(name) for name in names)
    return tuple(dict.fromkeys(key for key in keys if len(key) > 1))[:MOST]
