"""What Lever says is kept word for word and grouped without what is the person's own."""

import pytest

from pinlever.lever.errors import NotFound, OutcomeUnknown, Rejected
from pinlever.sync import causes
from pinlever.sync.lever_words import family_of, key_of, said_columns

ALIKE = [
    ("422 X phone +47 900 00 001 is not valid", "422 X phone +47 911 22 333 is not valid."),
    ("400 BadRequest ada@x.example is taken", "400 BadRequest   bob.b+c@y.example is\n taken"),
    ("404 stages 123e4567-e89b-12d3-a456-426614174000 gone", "404 stages 99999999-e89b-12d3-a456-426614174000 gone"),
    ("400 see https://lever.example/a/1?x=2", "400 see https://lever.example/b/2"),
    ('400 name "Ada B." is odd', "400 name 'Zoë Ø' is odd"),
    ("400 Ada Byron is too odd", "400 Bob Stone is too odd"),
    ("400 row 12345 is odd", "400 row 99999 is odd"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_the_same_refusal_of_two_people_is_one_family(one: str, other: str) -> None:
    assert key_of(one, "Ada Byron") == key_of(other, "Bob Stone")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("400 X odd", "422 X odd"),
        ("400 'emails' is odd", "400 'phones' is odd"),
        ("400 X", "400 Y"),
        ("", "400"),
    ],
)
def test_different_refusals_are_different_families(one: str, other: str) -> None:
    assert key_of(one) != key_of(other)


def test_a_family_names_nobody_and_is_of_bearable_length() -> None:
    said = "Ada Byron <ada@x.example>, +47 900 00 001, ADA BYRON, byron"
    family = family_of(said, "Ada Byron")
    for personal in ("ada", "byron", "900"):
        assert personal not in family.lower()
    assert len(family_of("word " * 1000)) <= 300


def test_hostile_words_come_to_an_end() -> None:
    for said in ("@" * 5000, "1" * 5000, "a@" * 2500, "'" * 5000, "(" * 5000, "user " * 1000, "+1 " * 2000):
        assert len(family_of(said, "((((")) <= 300
        causes.refusal_of(Rejected(said=said, status=400))


def test_only_words_that_alone_tell_what_is_wrong_are_grouped_by() -> None:
    assert said_columns("rejected_400", "400 no", "")["said_key"] == key_of("400 no")
    assert said_columns("posting_gone", "404 no", "") == {"said": "404 no", "said_key": ""}
    assert said_columns("", "", "Ada") == {"said": "", "said_key": ""}


@pytest.mark.parametrize(
    ("said", "cause"),
    [
        ("Email address is not valid", causes.EMAIL_REFUSED),
        ("emails[0] is invalid", causes.EMAIL_REFUSED),
        ("perform_as is not a user: 12", causes.USER_REFUSED),
        ("users 12 was not found", causes.USER_REFUSED),
        ("postings 12 was not found", causes.POSTING_GONE),
        ("phone is odd", "rejected_422"),
        ("", "rejected_422"),
    ],
)
def test_what_is_known_of_a_refusal_has_its_own_cure(said: str, cause: str) -> None:
    end = causes.end_for(Rejected(said=said, code="X", status=422), tries=0)
    assert (end.state, end.cause) == ("failed", cause)
    assert end.said == " ".join(part for part in ("422", "X", said) if part)
    assert said in end.reason


def test_words_of_lever_stay_as_they_are_whatever_the_error() -> None:
    assert causes.end_for(NotFound(said="<b>x</b>", status=404), tries=0).said == "404 <b>x</b>"
    assert causes.end_for(OutcomeUnknown(said="odd", status=502), tries=0).said == "502 odd"
