"""Who an arriving person is, decided from who holds their keys."""

import pytest

from pinlever.recruiting.choosing import choose, rivals
from pinlever.recruiting.keys import Key, Told

EMAIL, OTHER, SLUG = Key("email", "a@x"), Key("email", "b@x"), Key("linkedin", "a")
PHONE, IDENT, ALIKE = Key("phone", "+1"), Key("external", "pin:7"), Key("arrival", "facts:pin:0")
TOLD = Told(frozenset({EMAIL, OTHER, SLUG}), frozenset({PHONE}), IDENT, None)

CASES = {
    "nobody holds anything": ({}, {}, None, None, set()),
    "one holder": ({EMAIL: 1}, {}, None, 1, set()),
    "one holder of all": ({EMAIL: 1, OTHER: 1, SLUG: 1, IDENT: 1}, {}, None, 1, set()),
    "two holders": ({EMAIL: 1, SLUG: 2}, {}, None, None, {EMAIL, SLUG}),
    "three holders": ({EMAIL: 1, SLUG: 2, OTHER: 3}, {}, None, None, {EMAIL, SLUG, OTHER}),
    "the source's id decides": ({IDENT: 1, EMAIL: 2}, {}, None, 1, {EMAIL}),
    "the source's id decides between two": ({IDENT: 1, EMAIL: 2, SLUG: 3}, {}, None, 1, {EMAIL, SLUG}),
    "the source's id and a key agree": ({IDENT: 1, EMAIL: 1, SLUG: 2}, {}, None, 1, {SLUG}),
    "asked about before": ({EMAIL: 1, SLUG: 2, OTHER: 3}, {3: {EMAIL, SLUG}}, None, 3, {EMAIL, SLUG}),
    "asked about one of two keys only": (
        {EMAIL: 1, SLUG: 2, OTHER: 3},
        {3: {EMAIL}},
        None,
        None,
        {EMAIL, SLUG, OTHER},
    ),
    "made for the same doubt": ({EMAIL: 1, SLUG: 2}, {}, 9, 9, {EMAIL, SLUG}),
}


@pytest.mark.parametrize(("held", "asked", "together", "who", "contested"), CASES.values(), ids=CASES.keys())
def test_who_it_is(held, asked, together, who, contested):
    choice = choose(TOLD, held, asked=asked, together=together)
    assert (choice.candidate, set(choice.contested)) == (who, contested)
    assert all(holder == held[key] != who for key, holder in choice.contested.items())


def test_a_phone_never_decides():
    assert choose(TOLD, {PHONE: 5}, asked={}).candidate is None
    assert choose(TOLD, {PHONE: 5}, asked={}).shared_phones == {PHONE: 5}
    assert choose(TOLD, {PHONE: 5, EMAIL: 5}, asked={}).shared_phones == {}


def test_the_same_facts_decide_where_nothing_else_tells():
    told = Told(frozenset(), frozenset(), None, ALIKE)
    assert choose(told, {ALIKE: 3}, asked={}).candidate == 3


@pytest.mark.parametrize(
    ("held", "among"),
    [
        ({}, set()),
        ({EMAIL: 1, SLUG: 1}, set()),
        ({EMAIL: 1, SLUG: 2}, {1, 2}),
        ({IDENT: 3, EMAIL: 1, SLUG: 2}, set()),
        ({PHONE: 1, EMAIL: 2}, set()),
    ],
)
def test_rivals_are_the_holders_in_doubt(held, among):
    assert rivals(TOLD, held) == among
