"""Keys in words: what tells who somebody is, told the same way in every sentence, step and question."""

from collections.abc import Iterable
from typing import Final

LABELS: Final = {"email": "Email", "linkedin": "LinkedIn", "phone": "Phone"}
LEVER_CONTACT: Final = (
    "lever_contact"  # of a question about two candidates: one person in Lever is linked to both
)
KINDS: Final = {
    "email": "email",
    "linkedin": "LinkedIn",
    "phone": "phone",
    "marker": "our own link",
    "candidate": "an earlier sync",
    LEVER_CONTACT: "a profile in Lever",
    "near_company": "the same name and company",
    "near_phone": "the same name and phone number",
}
_WITH_VALUE: Final = {
    "email": "email {}",
    "linkedin": "LinkedIn profile {}",
    "phone": "phone {}",
    "near_company": "the same name and company",
    "near_phone": "the same name and the phone number {}",
}
_OF_THEIRS: Final = {
    "email": "the email {}",
    "linkedin": "the LinkedIn profile {}",
    "phone": "the phone number {}",
}

_Key = tuple[str, str]  # (kind, value)


def kinds_told(keys: Iterable[_Key]) -> str:
    """ "email and LinkedIn"; each kind once, the strongest first."""
    given = {kind for kind, _ in keys}
    return " and ".join(word for kind, word in KINDS.items() if kind in given)


def keys_told(keys: Iterable[_Key]) -> str:
    """ "email ada@people.example and LinkedIn profile ada-lind"; only what both sides can see of a person."""
    return " and ".join(_WITH_VALUE[kind].format(value) for kind, value in keys if kind in _WITH_VALUE)


def their_keys_told(keys: Iterable[_Key]) -> str:
    """ "the email ada@people.example and the phone number +4740612345"."""
    return " and ".join(_OF_THEIRS[kind].format(value) for kind, value in keys if kind in _OF_THEIRS)
