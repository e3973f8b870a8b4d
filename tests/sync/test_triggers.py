"""The semantics of the five triggers, by tables."""

from datetime import UTC, datetime, timedelta

import pytest

from pinlever.sync.models import Trigger
from pinlever.sync.triggers import CONTACT_POINT, Fact, fact_time, fires, reached

START = datetime(2026, 3, 1, 9, tzinfo=UTC)
EMAIL, LINKEDIN, SMS = "email", "linkedin", "sms"


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def fact(kind: str, minutes: float, channel: str = "", *, quiet: bool = False) -> Fact:
    return Fact(kind, at(minutes), channel, quiet)


NOTHING: list[Fact] = []
ADDED = fact("added_to_outreach", 1)
CONTACT = fact(CONTACT_POINT, 2)
FOUND = fact("contact_found", 2)
SENT = fact("message_sent", 3, EMAIL)
SENT_ON_LINKEDIN = fact("message_sent", 3, LINKEDIN)
OPENED = fact("opened", 4, EMAIL)
BOUNCED = fact("bounced", 4, EMAIL)
UNSUBSCRIBED = fact("unsubscribed", 4, EMAIL)
REPLIED = fact("replied", 5, EMAIL)
REPLIED_ON_LINKEDIN = fact("replied", 5, LINKEDIN)
REPLIED_BY_SMS = fact("replied", 5, SMS)
INTERESTED = fact("interested", 6, EMAIL)
INTERESTED_ON_LINKEDIN = fact("interested", 6, LINKEDIN)

NEVER, FOUND_RULE, MESSAGED, REPLY, INTEREST = Trigger


@pytest.mark.parametrize(
    ("trigger", "facts", "first_at"),
    [
        (NEVER, [ADDED, CONTACT, SENT, REPLIED, INTERESTED], None),
        (FOUND_RULE, NOTHING, None),
        (FOUND_RULE, [CONTACT], None),  # nobody has added them to outreach
        (FOUND_RULE, [ADDED], None),
        (FOUND_RULE, [ADDED, CONTACT], at(2)),
        (FOUND_RULE, [ADDED, FOUND], at(2)),
        (FOUND_RULE, [fact(CONTACT_POINT, 0), ADDED], at(1)),  # the later of the two
        (FOUND_RULE, [CONTACT, BOUNCED], at(4)),  # a bounce tells of outreach
        (FOUND_RULE, [REPLIED], at(5)),  # a later point implies the earlier ones
        (FOUND_RULE, [SENT_ON_LINKEDIN], at(3)),
        (MESSAGED, [ADDED, CONTACT], None),
        (MESSAGED, [SENT], at(3)),
        (MESSAGED, [SENT_ON_LINKEDIN], at(3)),
        (MESSAGED, [OPENED], at(4)),
        (MESSAGED, [UNSUBSCRIBED], at(4)),
        (MESSAGED, [BOUNCED], None),  # a bounced message was not received
        (MESSAGED, [REPLIED], at(5)),  # no recorded message
        (MESSAGED, [REPLIED_ON_LINKEDIN], at(5)),
        (MESSAGED, [INTERESTED_ON_LINKEDIN], at(6)),
        (REPLY, [SENT, OPENED], None),
        (REPLY, [REPLIED], at(5)),
        (REPLY, [REPLIED_ON_LINKEDIN], None),  # only replies by email
        (REPLY, [REPLIED_BY_SMS], None),
        (REPLY, [INTERESTED], at(6)),  # being interested by email implies a reply
        (REPLY, [INTERESTED_ON_LINKEDIN], None),
        (INTEREST, [REPLIED], None),
        (INTEREST, [INTERESTED], at(6)),
        (INTEREST, [INTERESTED_ON_LINKEDIN], None),
        (INTEREST, [REPLIED, INTERESTED_ON_LINKEDIN], at(6)),
        (INTEREST, [REPLIED_ON_LINKEDIN, INTERESTED_ON_LINKEDIN], None),
    ],
)
def test_when_a_trigger_is_reached(trigger: str, facts: list[Fact], first_at: datetime | None) -> None:
    assert reached(trigger, facts).first_at == first_at


def test_the_order_in_which_facts_are_given_does_not_matter() -> None:
    facts = [INTERESTED, REPLIED, SENT, CONTACT, ADDED]
    for trigger in Trigger:
        assert reached(trigger, facts) == reached(trigger, facts[::-1])


@pytest.mark.parametrize(
    ("facts", "begins", "expected"),
    [
        ([SENT], at(2), True),
        ([SENT], at(3), True),  # at the very moment counts
        ([SENT], at(4), False),  # not retroactive
        ([SENT, fact("message_sent", 9, EMAIL)], at(4), False),  # their first message was before the rule
        ([fact("message_sent", 3, EMAIL, quiet=True)], at(0), False),  # an import alone fires nothing
        ([fact("message_sent", 3, EMAIL, quiet=True), OPENED], at(0), True),
        ([fact("message_sent", 3, EMAIL, quiet=True), OPENED], at(3.5), False),
        ([fact("message_sent", 3, EMAIL, quiet=True), CONTACT], at(0), False),
    ],
)
def test_when_the_message_rule_fires(facts: list[Fact], begins: datetime, expected: bool) -> None:
    assert fires(MESSAGED, facts, not_before=begins) is expected


def test_an_imported_contact_fires_once_the_person_is_added_to_outreach() -> None:
    imported = fact(CONTACT_POINT, 0, quiet=True)
    assert not fires(FOUND_RULE, [imported], not_before=START)
    assert fires(FOUND_RULE, [imported, ADDED], not_before=START)


def test_a_quiet_reply_by_email_is_not_completed_by_one_on_linkedin() -> None:
    quiet = fact("replied", 1, EMAIL, quiet=True)
    assert not fires(REPLY, [quiet, REPLIED_ON_LINKEDIN], not_before=START)
    assert fires(REPLY, [quiet, REPLIED], not_before=START)


def test_a_fact_is_never_later_than_its_arrival() -> None:
    assert fact_time(at(9), at(5)) == at(5)
    assert fact_time(at(1), at(5)) == at(1)
