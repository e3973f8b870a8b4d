"""Two candidates become one and two again; nothing is re-pointed, no ring appears."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pinlever.audit.models import AuditEntry
from pinlever.audit.services import PIN
from pinlever.recruiting.facts import PositionFact
from pinlever.recruiting.models import Candidate, ContactPoint, IdentityKey, IdentityQuestion
from pinlever.recruiting.services import (
    AlreadyAnswered,
    NotMerged,
    answer_identity_question,
    families,
    family,
    known_facts,
    known_keys,
    known_keys_of,
    merge,
    unmerge,
)
from tests.recruiting.at_once import at_once
from tests.recruiting.people import JANE, arrived, candidate

pytestmark = pytest.mark.django_db


def four():
    return [candidate(f"{name}@x.example", full_name=name) for name in "abcd"]


def test_a_tombstone_points_at_the_other_and_keeps_its_rows():
    gone, into = candidate("a@x.example"), candidate("b@x.example")
    assert merge(by=PIN, gone=gone, into=into) == into
    gone.refresh_from_db()
    assert gone.merged_into == into and gone.merged_at is not None
    assert ContactPoint.objects.get(value="a@x.example").candidate == gone
    assert IdentityKey.objects.get(value="a@x.example").candidate == gone
    assert AuditEntry.objects.first().action == "candidate.merged"


def test_chains_have_one_root():
    a, b, c, d = four()
    merge(by=PIN, gone=a, into=b)
    merge(by=PIN, gone=c, into=d)
    merge(by=PIN, gone=a, into=c)
    assert family(a).ids[0] == d.pk and set(family(a).ids) == {a.pk, b.pk, c.pk, d.pk}
    assert {family(each).root for each in (a, b, c, d)} == {d}
    assert known_keys(family(a)).emails == ("a@x.example", "b@x.example", "c@x.example", "d@x.example")


@pytest.mark.parametrize("turn", ["again", "back", "itself"])
def test_what_is_one_already_stays_as_it_is(turn):
    a, b, *_ = four()
    merge(by=PIN, gone=a, into=b)
    rows = list(Candidate.objects.order_by("pk").values_list("merged_into", "merged_at"))
    gone, into = {"again": (a, b), "back": (b, a), "itself": (a, a)}[turn]
    merge(by=PIN, gone=gone, into=into)
    assert list(Candidate.objects.order_by("pk").values_list("merged_into", "merged_at")) == rows
    assert AuditEntry.objects.filter(action="candidate.merged").count() == 1


def test_a_merge_can_be_undone():
    a, b, c, _ = four()
    merge(by=PIN, gone=a, into=b)
    merge(by=PIN, gone=b, into=c)
    unmerge(by=PIN, candidate=b)
    assert family(a).ids == (b.pk, a.pk)
    assert family(c).ids == (c.pk,)
    assert AuditEntry.objects.first().before == {"merged_into": c.pk}
    with pytest.raises(NotMerged, match="merged into nobody"):
        unmerge(by=PIN, candidate=b)


def test_many_families_take_as_many_queries_as_one():
    people = [candidate(f"p{number}@x.example") for number in range(30)]
    for gone, into in zip(people[:10], people[10:20], strict=True):
        merge(by=PIN, gone=gone, into=into)

    def queries(some):
        with CaptureQueriesContext(connection) as seen:
            found = families([each.pk for each in some])
            keys = known_keys_of(found.values())
        assert all(found[each.pk].root.pk in keys for each in some)
        return len(seen)

    assert queries(people) <= queries(people[:1]) <= 7
    assert families([-1]) == {}


def test_keys_come_primary_and_verified_first():
    row = candidate("a@x.example", "b@x.example", "c@x.example", phones=("+1 415 555 2671",))
    ContactPoint.objects.filter(value="b@x.example").update(verified_at="2026-05-04T00:00:00Z")
    ContactPoint.objects.filter(value="c@x.example").update(is_primary=True)
    assert known_keys(family(row)).emails == ("c@x.example", "b@x.example", "a@x.example")
    assert known_keys(family(row)).phones == ("+14155552671",)


def test_a_family_is_told_as_one_person():
    gone = candidate(
        "a@x.example",
        linkedin=(JANE,),
        full_name="J.",
        city="Berlin",
        skills=("Go", "SQL"),
        positions=(PositionFact("CTO", "Acme", "2020", "2021"), PositionFact("Dev", "Acme", "2015", "2020")),
    )
    into = candidate(
        "b@x.example",
        linkedin=("de.linkedin.com/in/jane-doe-2",),
        skills=("sql",),
        positions=(PositionFact("cto", "acme", "2020-03"), PositionFact("CEO", "New", "2021")),
    )
    facts = known_facts(family(merge(by=PIN, gone=gone, into=into)))
    assert (facts.full_name, facts.city, facts.skills) == ("Jane Doe", "Berlin", ("sql", "Go"))
    assert [email.value for email in facts.emails] == ["a@x.example", "b@x.example"]
    assert len(facts.linkedin_urls) == 2
    assert [(each.title, each.started, each.ended) for each in facts.positions] == [
        ("CEO", "2021", ""),
        ("cto", "2020-03", "2021"),
        ("Dev", "2015", "2020"),
    ]


class TestAnswers:
    def asked(self):
        jane, john = candidate("jane@x.example"), candidate("john@x.example")
        return jane, john, arrived("jane@x.example", "john@x.example", "new@x.example").question

    def test_the_same_person_is_merged(self):
        jane, john, question = self.asked()
        answered = answer_identity_question(by=PIN, question=question, same_as=jane)
        assert (answered.answered_by, answered.same_as) == ("Pin", jane)
        assert family(question.candidate).root == jane
        assert arrived("new@x.example").candidate == jane
        assert family(john).root == john

    def test_kept_apart_is_remembered(self):
        _, _, question = self.asked()
        answer_identity_question(by=PIN, question=question, same_as=None)
        again = arrived("jane@x.example", "john@x.example", "new@x.example", headline="CTO")
        assert (again.candidate, again.question) == (question.candidate, None)

    def test_the_same_answer_again_is_a_no_op_and_another_is_refused(self):
        jane, john, question = self.asked()
        first = answer_identity_question(by=PIN, question=question, same_as=jane)
        assert (
            answer_identity_question(by=PIN, question=question, same_as=jane).answered_at == first.answered_at
        )
        with pytest.raises(AlreadyAnswered, match="answered by Pin"):
            answer_identity_question(by=PIN, question=question, same_as=john)
        with pytest.raises(AlreadyAnswered):
            answer_identity_question(by=PIN, question=question, same_as=None)

    def test_undoing_the_merge_asks_again(self):
        jane, _, question = self.asked()
        answer_identity_question(by=PIN, question=question, same_as=jane)
        unmerge(by=PIN, candidate=question.candidate)
        question.refresh_from_db()
        assert (question.same_as, question.reversed_by) == (jane, "Pin")
        again = IdentityQuestion.objects.get(answered_at=None)
        assert (again.candidate, again.evidence) == (question.candidate, question.evidence)
        assert again.is_blocking


@pytest.mark.django_db(transaction=True)
def test_merges_in_a_ring_at_once_make_one_family():
    for _ in range(5):
        a, b, c = (
            candidate(full_name=f"{name}", external_id=f"{name}{Candidate.objects.count()}") for name in "abc"
        )
        at_once(
            lambda a=a, b=b: merge(by=PIN, gone=a, into=b),
            lambda b=b, c=c: merge(by=PIN, gone=b, into=c),
            lambda c=c, a=a: merge(by=PIN, gone=c, into=a),
        )
        assert set(family(a).ids) == {a.pk, b.pk, c.pk}
        assert Candidate.objects.filter(pk__in=[a.pk, b.pk, c.pk], merged_into=None).count() == 1
