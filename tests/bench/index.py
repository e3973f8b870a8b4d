"""How fast one person is found among a million in Lever: `python -m tests.bench.index` prints one line of JSON.

The index is filled in the database itself, about three keys a person, some with two opportunities, fifty of each name.
Then people are looked up as matching does it (email, LinkedIn profile and phone of somebody chosen by chance),
as near matches are (their name with three companies and a phone), and as a page of 50 people does; near matches of a
thousand people at once as plans do. Promised: half of the look-ups of one person take less than 1 ms, near ones too.
"""

import sys
import time
from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING

from tests.bench.seen import share_of
from tests.bench.stage import Figures, Stage, play

if TYPE_CHECKING:
    from pinlever.connection.namesakes import Near

PROMISE = 1.0  # milliseconds
PAGE = 50
THOUSAND = 1000
NAMESAKES = 50
NOT_COUNTED = 50
PAYLOAD = '{"tags": [], "headline": "%s"}' % ("Platform Engineer at Nordlys. " * 12)
NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %s) "
KEYS = (
    ("email", "'person' || i || '@people.example'"),
    ("linkedin", "'person-' || i"),
    ("phone", "'+4915' || (100000000 + i)"),
)


def bench(stage: Stage) -> Figures:
    from pinlever.connection.index import people
    from pinlever.connection.models import KnownKey, KnownOpportunity, LeverAccount
    from pinlever.connection.namesakes import namesakes
    from pinlever.foundation.clock import db_now

    number = stage.options.people
    account = LeverAccount.objects.create(environment="practice", first_connected_at=db_now())
    began = time.monotonic()
    _fill(account.pk, number)
    filled = time.monotonic() - began
    chance = Random(1)

    def one(count: int = 1) -> list[tuple[str, str]]:
        chosen = [chance.randrange(1, number + 1) for _ in range(count)]
        return [key for i in chosen for key in _keys_of(i)]

    def nearly(count: int = 1) -> "list[Near]":
        chosen = [chance.randrange(1, number + 1) for _ in range(count)]
        return [near for i in chosen for near in _near_of(i)]

    single = _measured(lambda: lambda keys=one(): people(account, keys), stage.options.times)
    page = _measured(lambda: lambda keys=one(PAGE): people(account, keys), max(20, stage.options.times // 20))
    near = _measured(lambda: lambda asked=nearly(): namesakes(account, asked), stage.options.times)
    many = _measured(lambda: lambda asked=nearly(THOUSAND): namesakes(account, asked), 10, not_counted=2)
    found = people(account, _keys_of(number // 2))
    alike = namesakes(account, _near_of(number // 2))
    figures = Figures(
        {
            "opportunities": KnownOpportunity.objects.count(),
            "keys": KnownKey.objects.count(),
            "filled_seconds": round(filled, 1),
            "one_person_ms": _told(single),
            "page_of_50_ms": _told(page),
            "one_near_ms": _told(near),
            "near_of_1000_ms": _told(many),
        }
    )
    figures.promise(len(found) == 1, "The person looked up is not the one found.")
    told = {contact for contacts in alike.values() for contact in contacts}
    figures.promise(told == {f"contact-{number // 2}"}, "The near match looked up is not the one found.")
    for what, taken in (("look-ups", single), ("near look-ups", near)):
        half = share_of(0.5, taken)
        figures.promise(
            half < PROMISE, f"Half of the {what} took {half:.2f} ms or less; {PROMISE} is promised."
        )
    return figures


def _fill(account_id: int, number: int) -> None:
    """Every twentieth person has a second opportunity with the same keys."""
    from django.db import connection

    now = {"postgresql": "now()", "sqlite": "'2027-03-01 12:00:00'"}[connection.vendor]
    json = {"postgresql": "::jsonb", "sqlite": ""}[connection.vendor]
    no = {"postgresql": "false", "sqlite": "0"}[connection.vendor]
    opportunity = (
        "INSERT INTO connection_knownopportunity (id, account_id, lever_id, contact_id, name, search_name, companies, "
        "posting_id, stage_id, archive_reason_id, sources, first_stage_by, owner_id, opened_at, changed_at, active_at, "
        "is_anonymized, is_confidential, url, seen_at, told_by, heard, payload) "
        f"{NUMBERS} SELECT %s + i, %s, %s || i, 'contact-' || (i * %s), 'Person ' || (i / {NAMESAKES}), "
        f"'person ' || (i / {NAMESAKES}), '|platform engineer|company ' || i || '|', "
        f"'posting-' || (i %% 500), 'lead-new', '', '[]'{json}, '', 'user-1', {now}, {now}, {now}, {no}, {no}, "
        f"'', {now}, 'crawl', '{{}}'{json}, %s{json} FROM n"
    )
    key = (
        "INSERT INTO connection_knownkey (account_id, opportunity_id, kind, value) "
        f"{NUMBERS} SELECT %s, i, %s, {{value}} FROM n"
    )
    second = (
        "INSERT INTO connection_knownkey (account_id, opportunity_id, kind, value) "
        f"{NUMBERS} SELECT %s, %s + i, 'email', 'person' || (i * 20) || '@people.example' FROM n"
    )
    with connection.cursor() as cursor:
        cursor.execute(opportunity, [number, 0, account_id, "first-", 1, PAYLOAD])
        cursor.execute(opportunity, [number // 20, number, account_id, "second-", 20, PAYLOAD])
        for kind, value in KEYS:
            cursor.execute(key.format(value=value), [number, account_id, kind])
        cursor.execute(second, [number // 20, account_id, number])
        cursor.execute("ANALYZE")


def _keys_of(i: int) -> list[tuple[str, str]]:
    return [
        ("email", f"person{i}@people.example"),
        ("linkedin", f"person-{i}"),
        ("phone", f"+4915{100_000_000 + i}"),
    ]


def _near_of(i: int) -> "list[Near]":
    """As of somebody with two earlier companies."""
    from pinlever.connection.namesakes import near_keys

    companies = (f"company {i}", "nordlys energi", "fjord robotics")
    return list(near_keys(f"Person {i // NAMESAKES}", companies, [f"+4915{100_000_000 + i}"]))


def _measured(
    make: Callable[[], Callable[[], object]], times: int, *, not_counted: int = NOT_COUNTED
) -> list[float]:
    """Milliseconds of each; the first ones warm the caches and do not count."""
    taken = []
    for number in range(times + not_counted):
        look_up = make()
        began = time.perf_counter()
        look_up()
        if number >= not_counted:
            taken.append((time.perf_counter() - began) * 1000)
    return taken


def _told(taken: list[float]) -> dict[str, float]:
    return {name: round(share_of(part, taken), 3) for name, part in (("p50", 0.5), ("p99", 0.99))}


def main() -> int:
    return play("index", bench, __doc__, people=1_000_000, times=2_000)


if __name__ == "__main__":
    sys.exit(main())
