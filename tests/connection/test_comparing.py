"""What a page says that is not known yet: only that is written, and what no webhook told is marked."""

from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from pinlever.connection import comparing, index
from pinlever.connection.models import Environment, KnownOpportunity, LeverAccount, ToldBy
from pinlever.connection.rows import upsert
from pinlever.foundation.clock import db_now
from tests.connection.opportunities import at, opportunity


@pytest.fixture
def account(db: None) -> LeverAccount:
    return LeverAccount.objects.create(environment=Environment.PRACTICE, first_connected_at=db_now())


def known(lever_id: str = "a") -> KnownOpportunity:
    return KnownOpportunity.objects.get(lever_id=lever_id)


def take_in(account: LeverAccount, *page: Any, told_by: str = ToldBy.POLL) -> int:
    return comparing.take_in(account, page, db_now(), told_by=told_by)


def worked_off() -> None:
    KnownOpportunity.objects.update(unheard_at=None, untold_at=None)


def test_what_is_known_already_is_not_written_again(
    account: LeverAccount, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    assert take_in(account, opportunity("a"), opportunity("b")) == 2
    worked_off()
    before = KnownOpportunity.objects.values_list("seen_at", "told_by", "unheard_at")
    told = list(before)
    with django_assert_num_queries(2):  # the time, and what is known
        assert take_in(account, opportunity("a"), opportunity("b"), told_by=ToldBy.SYNC) == 0
    assert list(before.all()) == told


def test_who_comes_twice_on_a_page_counts_once(account: LeverAccount) -> None:
    assert take_in(account, opportunity("a"), opportunity("a")) == 1
    assert comparing.compare(account, [opportunity("a"), opportunity("a")]).read == 1


@pytest.mark.parametrize("changed", [0, None])
def test_a_change_that_does_not_move_updated_at_is_seen(account: LeverAccount, changed: float | None) -> None:
    take_in(account, opportunity("a", changed=changed))
    assert take_in(account, opportunity("a", changed=changed, tags=["new"])) == 1
    assert known().payload["tags"] == ["new"]


def test_what_is_older_than_what_is_known_is_no_news(account: LeverAccount) -> None:
    take_in(account, opportunity("a", changed=5, stage="lead-responded"))
    worked_off()
    assert take_in(account, opportunity("a", changed=4)) == 0
    assert (known().stage_id, known().unheard_at) == ("lead-responded", None)


ANNOUNCED: list[tuple[dict[str, Any], bool]] = [
    ({"stage": "lead-responded"}, True),
    ({"archived": {"reason": "reason-1", "archivedAt": 1_800_000_000_000}}, True),
    ({"contact": "contact-2"}, True),
    ({"applications": [{"id": "x", "posting": "posting-2", "archived": None}]}, True),
    ({"tags": ["new"]}, False),
    ({"owner": "user-2"}, False),
    ({"isAnonymized": True}, False),
]


@pytest.mark.parametrize(("fields", "is_announced"), ANNOUNCED)
@pytest.mark.parametrize("told_by", [ToldBy.POLL, ToldBy.SYNC])
def test_a_look_marks_what_a_webhook_should_have_told(
    account: LeverAccount, fields: dict[str, Any], is_announced: bool, told_by: str
) -> None:
    take_in(account, opportunity("a"))
    worked_off()
    changed = opportunity("a", changed=1, **fields)
    compared = comparing.compare(account, [changed])
    assert compared.unannounced(at(2)) == int(is_announced)
    assert compared.unannounced(at(1)) == 0, "a webhook may still be under way"
    take_in(account, changed, told_by=told_by)
    assert (known().untold_at is not None) == is_announced


@pytest.mark.parametrize("told_by", [ToldBy.WEBHOOK, ToldBy.OURS])
def test_a_webhook_or_our_own_writing_takes_the_mark_away(account: LeverAccount, told_by: str) -> None:
    take_in(account, opportunity("a"))
    assert known().untold_at is not None
    upsert(account, [opportunity("a")], db_now(), told_by=told_by)
    assert known().untold_at is None
    take_in(account, opportunity("a"))
    assert (known().untold_at, known().told_by) == (None, told_by)


def test_a_webhook_that_came_first_leaves_nothing_to_mark(account: LeverAccount) -> None:
    take_in(account, opportunity("a"))
    worked_off()
    moved = opportunity("a", changed=1, stage="lead-responded")
    upsert(account, [moved], db_now(), told_by=ToldBy.WEBHOOK)
    assert take_in(account, moved) == 0
    assert known().untold_at is None


def test_a_crawl_marks_nothing_and_tells_no_news_of_whom_it_met_first(account: LeverAccount) -> None:
    take_in(account, opportunity("a"), told_by=ToldBy.CRAWL)
    assert (known().untold_at, known().unheard_at) == (None, None)
    assert known().heard["stage"] == "lead-new"
    upsert(account, [opportunity("b")], db_now(), told_by=ToldBy.CRAWL, is_news=True)
    assert known("b").unheard_at is not None and known("b").heard == {}


def test_a_deletion_is_marked_until_a_webhook_tells_it(account: LeverAccount) -> None:
    take_in(account, opportunity("a"), opportunity("b"), told_by=ToldBy.CRAWL)
    index.mark_deleted(account, {"a": at(1)})
    assert known("a").untold_at is not None
    index.mark_deleted(account, {"a": at(1), "b": at(1)}, told_by=ToldBy.WEBHOOK)
    assert (known("a").untold_at, known("b").untold_at) == (None, None)
    assert (known("a").told_by, known("b").told_by) == (ToldBy.POLL, ToldBy.WEBHOOK)


def test_who_was_met_is_marked_and_nothing_else_moves(account: LeverAccount) -> None:
    take_in(account, opportunity("a"))
    worked_off()
    before = known()
    now = db_now()
    comparing.mark_met([before.pk], now)
    after = known()
    assert after.met_at == now
    assert (after.seen_at, after.told_by, after.unheard_at) == (before.seen_at, before.told_by, None)


def test_who_is_listed_long_after_a_deletion_is_brought_back(account: LeverAccount) -> None:
    take_in(account, opportunity("a"), opportunity("b"))
    index.mark_deleted(account, {"a": at(1), "b": at(60)})
    worked_off()
    ids = [known("a").pk, known("b").pk]
    assert comparing.bring_back(ids, deleted_before=at(30)) == 1
    assert (known("a").deleted_at, known("b").deleted_at) == (None, at(60))
    assert known("a").unheard_at is not None and known("b").unheard_at is None


def test_unmet_are_those_nobody_saw_since(account: LeverAccount) -> None:
    page = [opportunity(name, f"contact-{name}") for name in "abcde"]
    take_in(account, *page, opportunity("secret", confidentiality="confidential"))
    since = db_now() + timedelta(seconds=5)
    KnownOpportunity.objects.filter(lever_id="b").update(met_at=since)
    KnownOpportunity.objects.filter(lever_id="c").update(seen_at=since)
    KnownOpportunity.objects.filter(lever_id="d").update(deleted_at=since)
    KnownOpportunity.objects.filter(lever_id="e").update(met_at=since - timedelta(days=1))

    def names() -> list[str]:
        rows = KnownOpportunity.objects.filter(comparing.unmet(account, since))
        return sorted(rows.values_list("lever_id", flat=True))

    assert names() == ["a", "e"]
    account.confidential_access = True
    assert names() == ["a", "e", "secret"]


def test_what_an_older_version_wrote_is_filled_without_being_news(account: LeverAccount) -> None:
    take_in(account, opportunity("a", headline="Nordlys"), opportunity("b", headline="Globex"))
    KnownOpportunity.objects.filter(lever_id="a").update(companies="")
    compared = comparing.compare(
        account, [opportunity("a", headline="Nordlys"), opportunity("b", headline="Globex")]
    )
    assert [one.id for one in compared.to_fill] == ["a"]
    assert compared.changed == ()
    worked_off()
    upsert(account, compared.to_fill, db_now(), told_by=ToldBy.CRAWL)
    assert known().companies == "|nordlys|"
    assert known().unheard_at is None
