"""Near matches: somebody in Lever of the same name and company, or name and phone, without a key in common.

They never link by themselves. Where the rule says so somebody is asked, and two people of Pin who are that near to each
other go to Lever one after the other, so that the second one is asked about.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from pinlever.connection.companies import companies_at, companies_in, keys_of
from pinlever.connection.models import LeverAccount, NearMatches
from pinlever.connection.namesakes import COMPANY, PHONE, Near, namesakes, near_keys
from pinlever.recruiting.models import Position
from pinlever.recruiting.services import Family

KINDS = frozenset({COMPANY, PHONE})
CLAIM = "near"  # a claim's kind: who waits for it is looked for anew, nobody is matched by it
MOST_FOUND = 20  # people told of in one question
LONGEST_CLAIM = 400
Key = tuple[str, str]


def companies_of(several: Sequence[Family]) -> dict[int, tuple[str, ...]]:
    """The companies somebody is or was at, as they compare, by root id; what a headline says where none is known."""
    root_of = {member: each.root.pk for each in several for member in each.ids}
    held: dict[int, list[str]] = defaultdict(list)
    rows = Position.objects.filter(candidate__among=root_of).exclude(company="").order_by("order", "pk")
    for candidate, company in rows.values_list("candidate", "company"):
        held[root_of[candidate]].append(company)
    return {each.root.pk: _companies(each, held.get(each.root.pk, ())) for each in several}


def asked_about(family: Family, companies: Iterable[str], phones: Iterable[str]) -> tuple[Near, ...]:
    """What is looked for in Lever for this person."""
    name = next((member.full_name for member in family.members if member.full_name), "")
    return near_keys(name, companies, phones)


def is_asked(near_matches: str) -> bool:
    """Whether the account's rule wants near matches at all."""
    return near_matches == NearMatches.ASK


def claims_of(near: Iterable[Near]) -> tuple[Key, ...]:
    """What is claimed so that two people who are that near do not go at once."""
    return tuple((CLAIM, f"{each.name}|{each.value}"[:LONGEST_CLAIM]) for each in near)


def find(account: LeverAccount, near: Iterable[Near]) -> dict[Near, set[str]]:
    """The contacts in Lever who are that near. One query for a person, a few for a thousand."""
    wanted = set(near)
    return namesakes(account, wanted) if wanted else {}


def contacts_of(near: Iterable[Near], found: Mapping[Near, set[str]]) -> dict[str, frozenset[Key]]:
    """One person's share of what was found: the keys by contact id, not too many people."""
    keys: dict[str, set[Key]] = defaultdict(set)
    for each in near:
        for contact_id in found.get(each, ()):
            keys[contact_id].add(each.key)
    return {contact_id: frozenset(keys[contact_id]) for contact_id in sorted(keys)[:MOST_FOUND]}


def as_created(family: Family, asked: Iterable[Near]) -> tuple[Near, ...]:
    """By what others will find a person of this family in Lever, once created there with their headline.

    `asked`: what is looked for them by; their phones go with them.
    """
    name = next((member.full_name for member in family.members if member.full_name), "")
    title, company, headline = (
        next((value for member in family.members if (value := getattr(member, field))), "")
        for field in ("current_title", "current_company", "headline")
    )
    told = ", ".join(part for part in (title, company) if part) or headline
    return near_keys(name, companies_in(told), (each.value for each in asked if each.kind == PHONE))


def _companies(family: Family, held: Iterable[str]) -> tuple[str, ...]:
    current = [member.current_company for member in family.members if member.current_company]
    known = keys_of([*current, *held])
    return known or keys_of(company for member in family.members for company in companies_at(member.headline))
