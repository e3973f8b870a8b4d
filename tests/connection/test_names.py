"""Names by Lever's ids."""

from typing import Any

import pytest

from pinlever.connection.models import Environment, LeverAccount, Posting, Stage
from pinlever.connection.names import names_of, posting_names
from pinlever.foundation.clock import db_now

pytestmark = pytest.mark.django_db


def an_account() -> LeverAccount:
    return LeverAccount.objects.create(environment=Environment.PRACTICE, first_connected_at=db_now())


@pytest.fixture
def account() -> LeverAccount:
    return an_account()


def test_only_what_was_asked_for_and_has_a_name_is_answered(account: LeverAccount) -> None:
    other = an_account()
    for of, lever_id, text in (
        (account, "s1", "Offer"),
        (account, "s2", ""),
        (account, "s3", "Hired"),
        (other, "s1", "X"),
    ):
        Stage.objects.create(account=of, lever_id=lever_id, text=text)
    assert names_of(Stage, account, ["s1", "s2", "s9", "", None]) == {"s1": "Offer"}
    assert names_of(Stage, account.pk, ["s3"]) == {"s3": "Hired"}


def test_without_ids_nothing_is_asked(account: LeverAccount, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert names_of(Stage, account, ["", None]) == posting_names(account, [""]) == {}


def test_a_posting_is_named_with_its_place_unless_the_name_says_it(account: LeverAccount) -> None:
    for number, (text, place) in enumerate((("Engineer", "Oslo"), ("Engineer, Oslo", "Oslo"), ("Nurse", ""))):
        Posting.objects.create(account=account, lever_id=f"p{number}", text=text, location=place)
    assert posting_names(account, ["p0", "p1", "p2"]) == {
        "p0": "Engineer (Oslo)",
        "p1": "Engineer, Oslo",
        "p2": "Nurse",
    }
