"""Everything a family knows about one person, as facts: what a résumé, a page or another system is made from."""

from collections import defaultdict
from collections.abc import Iterable
from typing import TypeVar

from pinlever.recruiting.enriching import learn_positions, new_links, united
from pinlever.recruiting.facts import EmailFact, PersonFacts, PhoneFact, PositionFact
from pinlever.recruiting.families import Family
from pinlever.recruiting.models import ContactPoint, Position, ProfileLink

_LASTING = "9999"
Row = TypeVar("Row", ContactPoint, ProfileLink, Position)


def known_facts(of: Family) -> PersonFacts:
    """The root's values, blanks filled from merged members in their order; lists of all, each thing once.

    Contact points: primary first, then verified, then as found. Positions: lasting first, then latest start.
    """
    return known_facts_of([of])[of.root.pk]


def known_facts_of(several: Iterable[Family]) -> dict[int, PersonFacts]:
    """`known_facts` by root id, in three queries."""
    of = {each.root.pk: each for each in several}
    members = {member for each in of.values() for member in each.ids}
    points = _by_candidate(ContactPoint.objects.filter(candidate__in=members).order_by("found_at", "pk"))
    links = _by_candidate(ProfileLink.objects.filter(candidate__in=members).order_by("pk"))
    positions = _by_candidate(Position.objects.filter(candidate__in=members).order_by("order", "pk"))
    return {
        root: _facts(
            each,
            _once(sorted(_theirs(each, points), key=lambda row: (row.found_at, row.pk))),
            sorted(_theirs(each, links), key=lambda row: row.pk),
            _theirs(each, positions),
        )
        for root, each in of.items()
    }


def known_points(of: Family) -> list[ContactPoint]:
    """The person's contact points, each value once: primary first, then verified, then as found."""
    return _once(ContactPoint.objects.filter(candidate__in=of.ids).order_by("found_at", "pk"))


def _facts(
    of: Family, points: list[ContactPoint], links: list[ProfileLink], positions: list[Position]
) -> PersonFacts:
    return PersonFacts(
        full_name=_first(of, "full_name"),
        headline=_first(of, "headline"),
        city=_first(of, "city"),
        state=_first(of, "state"),
        country=_first(of, "country"),
        current_title=_first(of, "current_title"),
        current_company=_first(of, "current_company"),
        skills=_together(of, "skills"),
        tags=_together(of, "tags"),
        linkedin_urls=tuple(new_links([], [link.url for link in links])),
        emails=tuple(_email(point) for point in points if point.kind == ContactPoint.Kind.EMAIL),
        phones=tuple(_phone(point) for point in points if point.kind == ContactPoint.Kind.PHONE),
        positions=_positions(positions),
        sourced_via=of.root.sourced_via,
        sourced_at=of.root.sourced_at,
    )


def _by_candidate(rows: Iterable[Row]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.candidate_id].append(row)
    return found


def _theirs(of: Family, rows: dict[int, list[Row]]) -> list[Row]:
    """Member by member."""
    return [row for member in of.ids for row in rows.get(member, ())]


def _once(found: Iterable[ContactPoint]) -> list[ContactPoint]:
    points = sorted(found, key=lambda point: (not point.is_primary, point.verified_at is None))
    first: dict[tuple[str, str], ContactPoint] = {}
    for point in points:
        first.setdefault((point.kind, point.normalised), point)
    return list(first.values())


def _first(of: Family, name: str) -> str:
    return next((value for member in of.members if (value := getattr(member, name))), "")


def _together(of: Family, name: str) -> tuple[str, ...]:
    words: list[str] = []
    for member in of.members:
        words = united(words, getattr(member, name))
    return tuple(words)


def _email(point: ContactPoint) -> EmailFact:
    return EmailFact(point.value, point.source, point.verified_at, point.is_primary, point.found_at)


def _phone(point: ContactPoint) -> PhoneFact:
    return PhoneFact(
        point.value, point.phone_type, point.source, point.verified_at, point.is_primary, point.found_at
    )


def _positions(rows: Iterable[Position]) -> tuple[PositionFact, ...]:
    known, _ = learn_positions([], [_position(row) for row in rows])
    known.sort(key=lambda row: (row.ended or _LASTING, row.started), reverse=True)
    return tuple(_position(row) for row in known)


def _position(row: Position) -> PositionFact:
    return PositionFact(row.title, row.company, row.started, row.ended, row.description)
