"""The rules for duplicates in plain words, each with what it does to the same example, as the settings show them."""

from collections.abc import Iterable
from dataclasses import dataclass

from pinlever.connection.models import Conflict, LeverAccount, MatchAction, MatchKey, NearMatches
from pinlever.sync.asked_before import Concerned

KEYS = (
    (
        MatchKey.EMAIL,
        "Email",
        "Any of theirs, however it is written. Lever itself joins people by it, so it always counts.",
    ),
    (MatchKey.LINKEDIN, "LinkedIn profile", "Any spelling of the same profile's address."),
    (MatchKey.PHONE, "Phone", "Weaker: families and offices share numbers."),
)
ACTIONS = (
    (
        MatchAction.LINK,
        "Link only",
        "She is linked to her profile there. She is not on Staff Engineer in Lever; her page says so and offers to "
        "add her.",
    ),
    (
        MatchAction.ADD,
        "Link, and add this job as a new opportunity of the same person",
        "She is linked, and gets a second opportunity, on Staff Engineer. Her contact details are not sent again.",
    ),
    (
        MatchAction.ASK,
        "Ask me",
        "Nothing happens until somebody says on the Duplicates page whether to link her, to add the job or to create "
        "somebody new.",
    ),
)
NEAR = (
    (
        NearMatches.ASK,
        "Ask me",
        "Both are shown side by side on the Duplicates page: the same person, or not. She is never linked by her name "
        "alone.",
    ),
    (
        NearMatches.IGNORE,
        "Take them for somebody else",
        "She is created as a new person. If it was the same one, Lever has her twice.",
    ),
)
NOUNS = {MatchKey.EMAIL: "email", MatchKey.LINKEDIN: "LinkedIn profile", MatchKey.PHONE: "phone number"}


@dataclass(frozen=True)
class Choice:
    """A radio of the card."""

    value: str
    label: str
    example: str


@dataclass(frozen=True)
class Conflicting:
    """Two keys that point at two people: the example, and what either rule does about it."""

    example: str
    choices: tuple[Choice, ...]


def primaries(account: LeverAccount) -> list[tuple[str, str]]:
    """The keys that are on, of which one is the primary; nothing to choose where there is only one."""
    on = [(key.value, name) for key, name, _ in KEYS if key.value in account.match_kinds]
    return on if len(on) > 1 else []


def conflicting(account: LeverAccount) -> Conflicting | None:
    """None while there is only one key."""
    others = [value for value, _ in primaries(account) if value != account.primary_key]
    if not others:
        return None
    first, second = NOUNS[MatchKey(account.primary_key)], NOUNS[MatchKey(others[0])]
    return Conflicting(
        f"Her {first} is Ada Byron’s in Lever, her {second} Ada Lovelace’s.",
        (
            Choice(Conflict.ASK, "Ask me", "Both are shown side by side on the Duplicates page."),
            Choice(
                Conflict.PRIMARY,
                "The primary key decides",
                f"She is linked to Ada Byron, since the {first} is the primary key. Her page says what the {second} "
                "said; that one is left out, and nothing of Ada Lovelace’s is touched. You are still asked where the "
                "primary key fits two people, or an earlier decision says otherwise.",
            ),
        ),
    )


def saved(account: LeverAccount, before: str, concerned: Concerned) -> str:
    """What a change does, in numbers. `before`: the primary key as it was."""
    told = [f"Saved. It counts for {_waiting(concerned.waiting)}."]
    if account.primary_key != before and account.primary_key == MatchKey.EMAIL:
        told.append("Email is the primary key.")
    if concerned.asked:
        told.append(f"{_questions(concerned.asked)} on the Duplicates page until somebody decides.")
    return " ".join(told)


def wanted_primary(keys: Iterable[str], asked: str | None) -> str | None:
    """What the form asks for; the primary key it still names when that key was just switched off is no wish."""
    return None if asked in MatchKey.values and asked not in set(keys) else asked


def _waiting(count: int) -> str:
    if not count:
        return "everybody who has not been sent yet"
    who = "the one person who waits" if count == 1 else f"the {count:,} people who wait"
    return f"{who} now and for everybody after"


def _questions(count: int) -> str:
    return "1 question asked before stays" if count == 1 else f"{count:,} questions asked before stay"
