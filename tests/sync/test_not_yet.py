"""What people wait for who have no record: a table of rules and facts."""

from datetime import UTC, datetime, timedelta

import pytest

from pinlever.sync.cures import CONNECT, EXPORT, NOTHING, OUTREACH, Action
from pinlever.sync.models import JobRule, Trigger
from pinlever.sync.not_yet import not_yet
from pinlever.sync.triggers import CONTACT_POINT, Fact

RULE_SET = datetime(2026, 11, 10, 12, tzinfo=UTC)
CONNECTED = datetime(2026, 11, 1, 12, tzinfo=UTC)


def fact(kind: str, hours: float, channel: str = "", *, quiet: bool = False) -> Fact:
    return Fact(kind, RULE_SET + timedelta(hours=hours), channel, quiet)


ADDED = fact("added_to_outreach", 1)
CONTACT = fact(CONTACT_POINT, 1)
SENT = fact("message_sent", 2, "email")
REPLIED = fact("replied", 3, "email")
ON_LINKEDIN = fact("replied", 3, "linkedin")
EARLY = fact("message_sent", -20, "email")
IMPORTED = fact("message_sent", 2, "email", quiet=True)

TABLE: list[tuple[str, tuple[Fact, ...], str, Action]] = [
    ("never", (), "This job's rule is Never: people go to Lever only when somebody exports them.", EXPORT),
    (
        "contact_found",
        (),
        "Waits to be added to outreach (job setting: contact information is found).",
        OUTREACH,
    ),
    (
        "contact_found",
        (CONTACT,),
        "Waits to be added to outreach (job setting: contact information is found).",
        OUTREACH,
    ),
    (
        "contact_found",
        (ADDED,),
        "Waits for contact information: no email or phone is known (job setting).",
        EXPORT,
    ),
    (
        "contact_found",
        (ADDED, CONTACT),
        "Has just reached the job's rule and is about to be queued.",
        NOTHING,
    ),
    ("messaged", (), "Waits for the first message (job setting) and is not in outreach yet.", EXPORT),
    ("messaged", (CONTACT,), "Waits for the first message (job setting) and is not in outreach yet.", EXPORT),
    ("messaged", (ADDED,), "Waits for the first message (job setting).", EXPORT),
    ("messaged", (SENT,), "Has just reached the job's rule and is about to be queued.", NOTHING),
    (
        "messaged",
        (EARLY,),
        "Was messaged on 9 Nov 2026, before the rule was set on 10 Nov 2026; rules look forward.",
        EXPORT,
    ),
    (
        "messaged",
        (IMPORTED,),
        "Is past the job's rule by an import alone, and an import fires no rule by itself.",
        EXPORT,
    ),
    ("replied", (SENT,), "Waits for a reply to an email (job setting).", EXPORT),
    (
        "replied",
        (SENT, ON_LINKEDIN),
        "Replied on LinkedIn; the job setting waits for a reply to an email.",
        EXPORT,
    ),
    ("interested", (REPLIED,), "Replied, but not yet with interest; the job setting waits for that.", EXPORT),
    ("interested", (SENT,), "Waits for a reply to an email that shows interest (job setting).", EXPORT),
]


@pytest.mark.parametrize(("trigger", "facts", "sentence", "action"), TABLE)
def test_each_rule_tells_what_it_waits_for(
    trigger: str, facts: tuple[Fact, ...], sentence: str, action: Action
) -> None:
    rule = JobRule(trigger=Trigger(trigger), trigger_set_at=RULE_SET)
    told = not_yet(rule, facts, first_connected_at=CONNECTED)
    assert (told.sentence, told.action) == (sentence, action)


def test_no_rule_is_the_rule_never() -> None:
    assert not_yet(None, (SENT,), first_connected_at=CONNECTED).sentence.startswith(
        "This job's rule is Never"
    )


def test_without_an_account_lever_has_to_be_connected_first() -> None:
    rule = JobRule(trigger=Trigger.MESSAGED, trigger_set_at=RULE_SET)
    told = not_yet(rule, (SENT,), first_connected_at=None)
    assert (told.sentence, told.action) == ("No Lever account is connected yet.", CONNECT)


def test_what_was_passed_before_the_connection_says_so() -> None:
    rule = JobRule(trigger=Trigger.MESSAGED, trigger_set_at=RULE_SET)
    told = not_yet(rule, (SENT,), first_connected_at=RULE_SET + timedelta(days=3))
    assert told.sentence == (
        "Was messaged on 10 Nov 2026, before Lever was first connected on 13 Nov 2026; rules look forward."
    )


@pytest.mark.parametrize(
    ("held_by", "also"),
    [
        ("not_connected", "nothing goes while Lever is not connected"),
        ("reconnect", "nothing goes until Lever is connected again"),
        ("outgoing_off", "nothing goes while sending is switched off"),
    ],
)
def test_what_would_hold_them_even_then_is_said_too(held_by: str, also: str) -> None:
    rule = JobRule(trigger=Trigger.REPLIED, trigger_set_at=RULE_SET)
    told = not_yet(rule, (SENT,), first_connected_at=CONNECTED, held_by=held_by)
    assert told.sentence == f"Waits for a reply to an email (job setting); {also}."


def test_the_allow_list_leaves_somebody_out_and_says_so() -> None:
    rule = JobRule(trigger=Trigger.REPLIED, trigger_set_at=RULE_SET)
    told = not_yet(rule, (SENT,), first_connected_at=CONNECTED, is_left_out=True)
    assert told.sentence.endswith("; the allow-list leaves them out even then.")
