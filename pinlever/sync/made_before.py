"""What an export does before it comes to somebody, as far as that changes what becomes of them.

Whom it creates has their keys in Lever from then on, is a near match of the next of that name and company, and is
nobody whom they were told apart from in Pin.
"""

from collections import defaultdict
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field, replace

from pinlever.connection.namesakes import Near
from pinlever.sync import near
from pinlever.sync.known import Known
from pinlever.sync.plan import Add, Ask, Create, Decision, Facts, Key, Link, Opening, Person
from pinlever.sync.subject import Subject

NEW = "new:"  # the contact of somebody whom this very export creates


@dataclass
class MadeBefore:
    """People are remembered in the order in which they are exported: who comes twice is created once."""

    claimed: dict[Key, Person] = field(default_factory=dict)
    created: dict[Key, list[Person]] = field(default_factory=lambda: defaultdict(list))  # with this key
    added: dict[str, list[Opening]] = field(default_factory=dict)  # by contact
    newcomers: dict[str, Person] = field(default_factory=dict)  # by contact
    newcomers_keys: dict[str, frozenset[Key]] = field(default_factory=dict)  # that they have in Lever
    namesakes: dict[Near, set[str]] = field(default_factory=dict)  # and what they are near matches by
    linked: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))  # contacts by root

    def remember(self, subject: Subject, decision: Decision) -> None:
        """Who goes to Lever holds their keys there, as the claims will have it."""
        if isinstance(decision, Ask):
            return
        prospect = subject.prospect
        opening = Opening(f"{NEW}{prospect.pk}", subject.posting_id, False, None, prospect.created_at)
        if isinstance(decision, Create):
            person = self._create(subject, opening)
        else:
            person = replace(decision.person, matched=frozenset())
        if isinstance(decision, Add):
            self.added.setdefault(person.contact_id, []).append(opening)
        self.linked[subject.root.pk].add(person.contact_id)
        set_aside = decision.set_aside if isinstance(decision, Link | Add) else frozenset()
        for key in subject.claim_keys:
            if key not in set_aside:
                self.claimed.setdefault(key, person)

    def told_apart(self, known: Known) -> Known:
        """The person once those went whom they are not: what these are in Lever is not theirs, nor are its keys."""
        if not known.apart.others:
            return known
        own = known.apart.own | self.linked.get(known.subject.root.pk, frozenset())
        contacts = frozenset(one for other in known.apart.others for one in self.linked.get(other, ())) - own
        if not contacts:
            return known
        return known.apart_from(contacts, _keys_of(contacts, self.newcomers_keys))

    def facts(self, known: Known) -> Facts:
        """The facts, with whom this export creates, and which keys then are theirs."""
        people, apart = {one.contact_id: one for one in known.facts.people}, known.subject.apart
        for key in known.subject.claim_keys:
            for made in self._told_by(key):
                if made.contact_id in people or made.contact_id not in apart:
                    one = people.get(made.contact_id, made)
                    people[made.contact_id] = replace(one, matched=one.matched | {key})
        for contact in self.added.keys() & people.keys():
            one = people[contact]
            people[contact] = replace(one, openings=(*one.openings, *self.added[contact]))
        found = tuple(people[contact] for contact in sorted(people))
        namesakes = self._near(known.subject, people)
        if found == known.facts.people and not namesakes:
            return known.facts
        return replace(known.facts, people=found, near=(*known.facts.near, *namesakes))

    def _told_by(self, key: Key) -> Iterator[Person]:
        """Whom the key points at: by a claim, and by what somebody was created with though another has the claim."""
        if key in self.claimed:
            yield self.claimed[key]
            yield from self.created.get(key, ())

    def _create(self, subject: Subject, opening: Opening) -> Person:
        person = Person(opening.id, str(subject.root), (opening,), frozenset())
        self.newcomers[opening.id] = person
        self.newcomers_keys[opening.id] = frozenset(subject.match_keys)
        for key in subject.match_keys:
            self.created[key].append(person)
        for each in near.as_created(subject.family, subject.near):
            self.namesakes.setdefault(each, set()).add(opening.id)
        return person

    def _near(self, subject: Subject, people: Container[str]) -> tuple[Person, ...]:
        """Whom this export creates before and who are near matches then."""
        found = near.contacts_of(subject.near, self.namesakes)
        return tuple(
            replace(self.newcomers[contact], matched=keys)
            for contact, keys in found.items()
            if contact not in people and contact not in subject.apart
        )


def _keys_of(contacts: frozenset[str], keys: Mapping[str, frozenset[Key]]) -> frozenset[Key]:
    return frozenset(key for contact in contacts for key in keys.get(contact, ()))
