"""Reading the catalogue: complete or not at all."""

import pytest
from pytest_django import DjangoAssertNumQueries

from pinlever.connection.catalogue import (
    STAGES,
    USERS,
    note_access,
    refresh_catalogue,
    sees_confidential,
    store,
)
from pinlever.connection.models import ArchiveReason, LeverAccount, LeverUser, PeopleIndex, Posting, Stage
from pinlever.foundation.clock import db_now
from pinlever.lever import types
from pinlever.lever.client import LeverClient
from pinlever.lever.credentials import BasicKey
from pinlever.lever.errors import LeverError
from pinlever.practice import seed
from pinlever.practice.app import PracticeApp
from tests.practice_adapter import client_for, control


def user(number: int, **fields: object) -> types.LeverUser:
    return types.LeverUser.parse({"id": f"user-{number}", "name": f"User {number}", **fields})


def test_postings_of_every_state_are_known(account: LeverAccount) -> None:
    states = set(Posting.objects.filter(account=account).values_list("state", flat=True))
    assert {"published", "internal", "closed", "draft"} <= states
    assert Posting.objects.filter(is_confidential=True).exists()
    assert Posting.objects.get(lever_id=seed.posting_id("backend-engineer")).owner_id


def test_stages_keep_their_order_and_users_their_addresses(account: LeverAccount) -> None:
    first, *_, last = Stage.objects.filter(account=account)
    assert (first.lever_id, first.text) == ("lead-new", "New lead")
    assert last.order == Stage.objects.count() - 1
    addresses = list(LeverUser.objects.values_list("email", flat=True))
    assert addresses and all(address == address.lower() for address in addresses)
    assert LeverUser.objects.filter(deactivated_at__isnull=False).exists()
    assert ArchiveReason.objects.filter(kind="hired").exists()


def test_what_lever_no_longer_lists_is_marked_gone_and_may_come_back(account: LeverAccount) -> None:
    stages = [types.Stage.parse({"id": f"stage-{number}", "text": f"Stage {number}"}) for number in range(3)]
    store(account, STAGES, stages)
    store(account, STAGES, stages[:2])
    assert set(Stage.objects.filter(gone_at=None).values_list("lever_id", flat=True)) == {
        "stage-0",
        "stage-1",
    }
    gone_at = Stage.objects.get(lever_id="stage-2").gone_at
    store(account, STAGES, stages[:2])
    assert Stage.objects.get(lever_id="stage-2").gone_at == gone_at
    store(account, STAGES, stages)
    assert Stage.objects.get(lever_id="stage-2").gone_at is None


def test_a_failure_in_the_middle_leaves_everything_as_it_was(
    account: LeverAccount, client: LeverClient, lever: PracticeApp
) -> None:
    before = list(Posting.objects.values_list("lever_id", "gone_at"))
    read_at = account.catalogue_read_at
    control(lever, "faults", {"match": {"path": "/users"}, "kind": "status"})
    with pytest.raises(LeverError):
        refresh_catalogue(account, client)
    assert list(Posting.objects.values_list("lever_id", "gone_at")) == before
    assert LeverAccount.objects.get().catalogue_read_at == read_at


def test_a_credential_without_access_sees_no_confidential_postings(
    account: LeverAccount, lever: PracticeApp
) -> None:
    control(lever, "keys", {"key": "plain", "confidential": False})
    plain = client_for(lever, BasicKey("plain"))
    assert not sees_confidential(plain)
    refresh_catalogue(account, plain)
    assert LeverAccount.objects.get().confidential_access is False
    assert not Posting.objects.filter(is_confidential=True, gone_at=None).exists()


def test_access_that_is_new_has_the_index_read_again(account: LeverAccount) -> None:
    PeopleIndex.objects.update(complete_at=db_now(), crawl_finished_at=db_now())
    note_access(account, True)
    assert PeopleIndex.objects.get().complete_at is not None
    note_access(account, False)
    assert PeopleIndex.objects.get().complete_at is not None
    note_access(account, True)
    row = PeopleIndex.objects.get()
    assert (row.complete_at, row.crawl_finished_at) == (None, None)


def test_a_long_list_costs_few_statements(
    account: LeverAccount, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(9):
        store(account, USERS, [user(number) for number in range(400)])


def test_values_too_long_for_us_are_cut(account: LeverAccount) -> None:
    store(account, USERS, [user(1, email=" A@X.Example " + "y" * 400, accessRole="r" * 100)])
    assert len(LeverUser.objects.get(lever_id="user-1").email) == 254
