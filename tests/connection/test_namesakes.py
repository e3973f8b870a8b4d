"""Near matches in the index: the same name and company, or name and phone, whoever else there is."""

import pytest
from pytest_django import DjangoAssertNumQueries

from pinlever.connection import index
from pinlever.connection.models import Environment, LeverAccount
from pinlever.connection.namesakes import COMPANY, PHONE, Near, namesakes, near_keys
from pinlever.foundation.clock import db_now
from tests.connection.opportunities import at, opportunity


@pytest.fixture
def account(db: None) -> LeverAccount:
    account = LeverAccount.objects.create(environment=Environment.PRACTICE, first_connected_at=db_now())
    told = [
        opportunity("a", "ingrid", headline="Engineer at Nordlys AS", phones=[]),
        opportunity("b", "namesake", headline="Fjord Robotics, Nordlys", phones=[]),
        opportunity(
            "c", "elsewhere", headline="Nordlysning", phones=[{"type": "work", "value": "+47 406 12 345"}]
        ),
        opportunity("d", "colleague", name="Olav Berg", headline="Nordlys"),
        opportunity("e", "nobody", headline="Nordlys", isAnonymized=True),
        opportunity("f", "gone", headline="Nordlys", deletedAt=1_772_000_000_000),
    ]
    index.upsert(account, told, db_now())
    other = LeverAccount.objects.create(environment=Environment.SANDBOX, first_connected_at=db_now())
    index.upsert(other, [opportunity("a", "of another account", headline="Nordlys")], db_now())
    return account


def found(
    account: LeverAccount, name: str, *, companies: tuple[str, ...] = (), phones: tuple[str, ...] = ()
) -> dict:
    asked = near_keys(name, companies, phones)
    return {(near.kind, near.value): contacts for near, contacts in namesakes(account, asked).items()}


def test_the_same_name_and_company_is_near(account: LeverAccount) -> None:
    assert found(account, "INGRID  Solheim", companies=("nordlys", "globex")) == {
        (COMPANY, "nordlys"): {"ingrid", "namesake"}
    }


def test_the_same_name_and_phone_is_near(account: LeverAccount) -> None:
    assert found(account, "Ingrid Solheim", phones=("+4740612345",)) == {
        (PHONE, "+4740612345"): {"elsewhere"}
    }
    assert found(account, "Olav Berg", phones=("+4740612345",)) == {(PHONE, "+4740612345"): {"colleague"}}
    assert found(account, "Somebody Else", phones=("+4740612345",)) == {}


@pytest.mark.parametrize("company", ["nord", "lys", "robotics", "fjord", "nordlys fjord robotics"])
def test_a_part_of_a_companys_name_is_not_the_company(account: LeverAccount, company: str) -> None:
    assert found(account, "Ingrid Solheim", companies=(company,)) == {}


def test_a_name_of_one_word_says_nothing_with_a_company() -> None:
    assert near_keys("Ingrid", ["nordlys"], ["+4740612345"]) == (Near("ingrid", PHONE, "+4740612345"),)
    assert near_keys("王小明", ["nordlys"], []) == (Near("王小明", COMPANY, "nordlys"),)
    assert near_keys(" ", ["nordlys"], ["+4740612345"]) == ()


def test_a_new_headline_counts_from_when_it_is_known(account: LeverAccount) -> None:
    index.upsert(account, [opportunity("c", "elsewhere", changed=5, headline="Globex")], at(5))
    assert found(account, "Ingrid Solheim", companies=("globex",)) == {(COMPANY, "globex"): {"elsewhere"}}


def test_many_people_are_asked_about_in_few_questions(
    account: LeverAccount, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    asked = [near for number in range(199) for near in near_keys(f"Person {number}", ["nordlys"], [])]
    with django_assert_num_queries(1):
        assert namesakes(account, [*asked, Near("ingrid solheim", COMPANY, "nordlys")])
    with django_assert_num_queries(0):
        assert namesakes(account, []) == {}
