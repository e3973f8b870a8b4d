"""A sourced person arrives: once, whatever the number of sources, repeats and processes at work.

The unique constraint on identity keys decides races: who loses one rolls back, looks who won, and tries again.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from pinlever.accounts.models import User
from pinlever.audit.services import Actor, record
from pinlever.foundation.failpoints import failpoint
from pinlever.recruiting import contact_points, enriching, keys
from pinlever.recruiting.choosing import Choice, against, choose, rivals
from pinlever.recruiting.cleaning import clean_text
from pinlever.recruiting.facts import EmailFact, InvalidFacts, PersonFacts, PhoneFact, digest_of
from pinlever.recruiting.families import Family, family_of_root, roots_of
from pinlever.recruiting.keys import Key, Told
from pinlever.recruiting.models import (
    Arrival,
    Candidate,
    ContactPoint,
    IdentityQuestion,
    Position,
    ProfileLink,
)
from pinlever.recruiting.questions import ask, asked_about

_TRIES = 20  # each loss means that another arrival got through, so a handful is plenty


@dataclass(frozen=True)
class Arrived:
    """Who it is. `contact_points` are news: just added, or known from an import alone until now.

    `question` is open and about this person; a blocking one comes first. `family` stays as it is, its root
    locked, until the caller's transaction ends.
    """

    family: Family
    created: bool
    question: IdentityQuestion | None
    contact_points: tuple[ContactPoint, ...]

    @property
    def candidate(self) -> Candidate:
        return self.family.root


@dataclass(frozen=True)
class _Said:
    """One arrival as it came in."""

    by: Actor
    facts: PersonFacts
    told: Told
    source: str
    external_id: str
    sourced_by: User | None
    quiet: bool


class _Moved(Exception):
    """Somebody was merged, unmerged or given a key between looking and locking."""


def arrive(
    *,
    by: Actor,
    facts: PersonFacts,
    source: str,
    external_id: str = "",
    sourced_by: User | None = None,
    quiet: bool = False,
) -> Arrived:
    """Finds or makes the candidate and keeps all that was said. `external_id` is the source's own id of them.

    Doubt merges nobody: somebody new is made, without the keys others hold, and a blocking question asks.
    Raises InvalidFacts when nothing tells who it is, or a time has no time zone. Call it with at most one
    arrival in a transaction, or be ready for the database to end a deadlock.
    """
    _check(facts, source, external_id)
    told = keys.told_by(facts, source, external_id)
    if not told.strong and not told.phones and not external_id and not clean_text(facts.full_name, 1):
        raise InvalidFacts("Neither a name, nor an email address, phone, LinkedIn profile or id is given.")
    said = _Said(by, facts, told, source, external_id, sourced_by, quiet)
    return _until_settled(said, _chosen)


def add_contact_points(
    *,
    by: Actor,
    candidate: Candidate,
    facts: Iterable[EmailFact | PhoneFact],
    source: str,
    quiet: bool = False,
) -> Arrived:
    """What was found about somebody who is known. An address that another candidate holds asks who they are."""
    listed = list(facts)
    person = PersonFacts(
        emails=tuple(fact for fact in listed if isinstance(fact, EmailFact)),
        phones=tuple(fact for fact in listed if isinstance(fact, PhoneFact)),
    )
    _check(person, source, "")
    told = replace(keys.told_by(person, source, ""), alike=None)

    def known(told: Told, held: Mapping[Key, int]) -> Choice:
        return against(roots_of([candidate.pk])[candidate.pk], told, held)

    return _until_settled(_Said(by, person, told, source, "", None, quiet), known)


def _check(facts: PersonFacts, source: str, external_id: str) -> None:
    facts.check()
    if not source or clean_text(source, 120) != source:
        raise InvalidFacts("The source must be named, in at most 120 printable characters.")
    if clean_text(external_id, 200) != external_id:
        raise InvalidFacts("The source's id of the person must be at most 200 printable characters.")


def _until_settled(said: _Said, chooser: Callable[[Told, Mapping[Key, int]], Choice]) -> Arrived:
    for left in reversed(range(_TRIES)):
        try:
            with transaction.atomic():
                held = keys.holders_of(said.told.all)
                return _settle(said, held, chooser(said.told, held))
        except (IntegrityError, _Moved):
            if not left:
                raise
    raise AssertionError("unreachable")


def _chosen(told: Told, held: Mapping[Key, int]) -> Choice:
    in_doubt = rivals(told, held)
    if not in_doubt:
        return choose(told, held, asked={})
    doubtful = keys.together([key for key in told.strong if key in held])
    return choose(told, held, asked=asked_about(in_doubt), together=keys.holders_of([doubtful]).get(doubtful))


def _settle(said: _Said, held: Mapping[Key, int], choice: Choice) -> Arrived:
    failpoint("arrival.chosen")
    created = choice.candidate is None
    person = _made(said) if choice.candidate is None else _locked(choice.candidate)
    if not created and keys.holders_of(said.told.all) != held:
        raise _Moved
    wanted = set(said.told.all)
    if created and choice.contested:
        wanted.add(keys.together(choice.contested))
    taken = keys.take(person.root.pk, wanted, held)
    failpoint("arrival.keys_taken")
    changed = {} if created else _update(said, person.root)
    news = _store(said, person, created)
    kept = _keep(said, person, created)
    if created or kept or changed or news or taken:
        _audit(said, person.root, created, changed, taken, news)
    asked = [
        ask(by=said.by, candidate=person.root, family_ids=person.ids, contested=contested, blocking=blocking)
        for contested, blocking in ((choice.contested, True), (choice.shared_phones, False))
    ]
    return Arrived(person, created, asked[0] or asked[1], tuple(news))


def _made(said: _Said) -> Family:
    candidate = enriching.new_candidate(said.facts)
    candidate.external_id, candidate.sourced_by = said.external_id or None, said.sourced_by
    candidate.save(force_insert=True)
    return Family(candidate, (candidate,))


def _locked(root_id: int) -> Family:
    rows = Candidate.objects.select_for_update(no_key=True, of=("self",))
    root = rows.filter(pk=root_id, merged_into=None).first()
    if root is None:
        raise _Moved
    return family_of_root(root)


def _update(said: _Said, root: Candidate) -> dict[str, Any]:
    """Fills the root's blanks; answers {column: (before, after)}."""
    told = enriching.changes(root, said.facts)
    if said.external_id and not root.external_id:
        told["external_id"] = said.external_id
    if said.sourced_by and not root.sourced_by_id:
        told["sourced_by"] = said.sourced_by
    changed = {name: (getattr(root, name), value) for name, value in told.items()}
    for name, value in told.items():
        setattr(root, name, value)
    if told:
        root.save(update_fields=[*told, "updated_at"])
    return changed


def _store(said: _Said, person: Family, created: bool) -> list[ContactPoint]:
    """Contact points, links and positions that nobody of the family has; answers the contact points."""
    owned = {"candidate__in": person.ids}
    points = [] if created else list(ContactPoint.objects.filter(**owned))
    facts: list[EmailFact | PhoneFact] = [*said.facts.emails[: keys.MOST_OF_A_KIND]]
    facts += said.facts.phones[: keys.MOST_OF_A_KIND]
    learned = contact_points.learn(points, facts, quiet=said.quiet, now=timezone.now())
    news = contact_points.store(learned, person.root.pk)
    known = [] if created else list(ProfileLink.objects.filter(**owned).values_list("url", flat=True))
    urls = enriching.new_links(known, said.facts.linkedin_urls[: keys.MOST_OF_A_KIND])
    ProfileLink.objects.bulk_create(
        [ProfileLink(candidate=person.root, url=url, source=said.source) for url in urls]
    )
    _store_positions(said, person, [] if created else list(Position.objects.filter(**owned)))
    return news


def _store_positions(said: _Said, person: Family, known: list[Position]) -> None:
    new, filled = enriching.learn_positions(known, said.facts.positions)
    for position in new:
        position.candidate = person.root
    Position.objects.bulk_create(new)
    if filled:
        Position.objects.bulk_update(filled, ["started", "ended", "description"])


def _keep(said: _Said, person: Family, created: bool) -> bool:
    """Keeps the facts as they were said, once; whether they were new."""
    plain = said.facts.to_json()
    digest = digest_of(plain)
    same = {"candidate__in": person.ids, "source": said.source, "digest": digest}
    if not created and Arrival.objects.filter(**same).exists():
        return False
    Arrival.objects.create(
        candidate=person.root,
        source=said.source,
        external_id=said.external_id,
        facts=plain,
        digest=digest,
    )
    return True


def _audit(
    said: _Said,
    root: Candidate,
    created: bool,
    changed: Mapping[str, tuple[Any, Any]],
    taken: list[Key],
    news: list[ContactPoint],
) -> None:
    after: dict[str, Any] = {"source": said.source, "external_id": said.external_id}
    after |= {"full_name": root.full_name} if created else {name: new for name, (_, new) in changed.items()}
    after["keys"] = [f"{kind}:{value}" for kind, value in taken]
    after["contact_points"] = [point.value for point in news]
    record(
        by=said.by,
        action="candidate.created" if created else "candidate.learned",
        subject=root,
        before={name: old for name, (old, _) in changed.items()},
        after={name: value for name, value in after.items() if value},
    )
