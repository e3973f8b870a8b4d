"""What is added to a profile and what comes back: decided from values alone."""

import pytest
from hypothesis import given, strategies as st

from pinlever.sync.details import Details, additions, common, less, lost, together

ADD = dict.fromkeys(("emails", "phones", "links", "tags"), "add") | {
    "headline": "blanks",
    "location": "blanks",
}
BLANKS = dict.fromkeys(ADD, "blanks")
NEVER = dict.fromkeys(ADD, "never")


def added(new, there, policies=ADD, taken=()):
    return additions(new, there, policies, taken=lambda email: email in taken)


@pytest.mark.parametrize(
    ("new", "there", "policies", "wanted"),
    [
        ({"emails": ("a@x.example",)}, {}, ADD, {"emails": ("a@x.example",)}),
        ({"emails": ("a@x.example",)}, {}, NEVER, {}),
        ({"emails": ("a@x.example",)}, {"emails": ("b@x.example",)}, ADD, {"emails": ("a@x.example",)}),
        ({"emails": ("a@x.example",)}, {"emails": ("b@x.example",)}, BLANKS, {}),
        ({"emails": ("A@X.example ",)}, {"emails": ("a@x.example",)}, ADD, {}),
        ({"phones": (("mobile", "+47 401 23 456"),)}, {"phones": (("work", "+4740123456"),)}, ADD, {}),
        (
            {"links": ("https://www.linkedin.com/in/ingrid",)},
            {"links": ("http://no.linkedin.com/in/Ingrid/",)},
            ADD,
            {},
        ),
        ({"tags": ("Python", "python")}, {"tags": ("Go",)}, ADD, {"tags": ("Python",)}),
        ({"headline": "Engineer"}, {}, BLANKS, {"headline": "Engineer"}),
        ({"headline": "Engineer"}, {"headline": "Chief"}, ADD, {}),
        ({"location": "Oslo"}, {"location": "oslo"}, ADD, {}),
    ],
)
def test_only_what_the_rule_lets_through_and_lever_has_not(new, there, policies, wanted):
    assert added(Details(**new), Details(**there), policies).details == Details(**wanted)


def test_what_is_not_added_is_told_with_the_reason():
    new = Details(emails=("a@x.example", "b@x.example"), headline="Engineer", tags=("Go",))
    there = Details(headline="Chief", tags=("go",))
    found = added(new, there, ADD, taken={"b@x.example"})
    assert found.details == Details(emails=("a@x.example",))
    assert [(field, value) for field, value, _ in found.left_out] == [
        ("emails", "b@x.example"),
        ("headline", "Engineer"),
    ]


def test_what_writing_lost_has_to_come_back():
    before = Details(emails=("a@x.example",), headline="Chief", tags=("Go",))
    after = Details(emails=("new@x.example",), headline="", tags=("Go",))
    meanwhile = [Details(emails=("c@x.example",))]
    assert lost(before, after, meanwhile) == Details(emails=("a@x.example", "c@x.example"), headline="Chief")


def test_a_single_value_that_somebody_changed_is_theirs():
    assert not lost(Details(headline="Chief"), Details(headline="Head of Platform"))


words = st.lists(st.sampled_from(["a@x.example", "B@x.example", "b@x.example", "c@y.example"]), max_size=4)
details = st.builds(
    lambda emails, tags, headline: Details(emails=tuple(emails), tags=tuple(tags), headline=headline),
    words,
    words,
    st.sampled_from(["", "Chief", "Engineer"]),
)


@given(details, details)
def test_nothing_there_is_ever_overwritten_or_taken_away(new, there):
    found = added(new, there).details
    whole = together(there, found)
    assert not lost(there, whole)
    assert not there.headline or whole.headline == there.headline


@given(details, details)
def test_adding_again_adds_nothing(new, there):
    whole = together(there, added(new, there).details)
    assert not added(new, whole).details


@given(details, details)
def test_they_come_back_from_json_as_they_were(one, other):
    for each in (one, less(one, other), common(one, other)):
        assert Details.from_json(each.to_json()) == each
