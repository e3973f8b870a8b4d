"""No pattern of facts makes a second person while an enabled key matches: of the decision alone, and of the engine.

The engine is played against Practice Lever with everything that can happen to people in between: other spellings,
merges on both sides, edits and deletions by Lever's own users, lost answers, changed rules, decisions of every kind.
What Practice Lever holds at the moment of each creation is the judge. PINLEVER_EXAMPLES asks for a longer run.
"""

import os
from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, Phase, given, settings, strategies as st

from pinlever.sync import plan
from pinlever.sync.models import IN_LEVER_STATES, WORKABLE, Claim, Intent, State, SyncRecord
from tests.sync.acts import NAMES
from tests.sync.connected import undone
from tests.sync.play import Play, no_pace, playing
from tests.sync.world import world

EXAMPLES = int(os.environ.get("PINLEVER_EXAMPLES", "12"))
KEYS = [("email", "a@x.example"), ("linkedin", "a"), ("phone", "+4790000001"), ("candidate", "7")]
NOW = datetime(2026, 3, 1, tzinfo=UTC)

moments = st.integers(0, 400).map(lambda days: NOW - timedelta(days=days))
openings = st.builds(
    lambda number, posting, when, gone, ours: plan.Opening(
        str(number), posting, gone is not None, gone, when, is_ours=ours
    ),
    st.integers(0, 10**6),
    st.sampled_from(["", "backend", "design"]),
    moments,
    st.none() | moments,
    st.booleans(),
)
people = st.lists(
    st.builds(
        lambda contact, rows, matched, gone: plan.Person(
            contact, f"Person {contact}", tuple(rows), matched, gone
        ),
        st.sampled_from("abcd"),
        st.lists(openings, max_size=3),
        st.frozensets(st.sampled_from([*KEYS, ("marker", "m")]), max_size=3),
        st.booleans(),
    ),
    max_size=3,
    unique_by=lambda person: person.contact_id,
).map(tuple)
near = st.lists(
    st.builds(
        lambda contact, rows, gone: plan.Person(
            contact, f"Namesake {contact}", tuple(rows), frozenset({("near_company", "nordlys")}), gone
        ),
        st.sampled_from("xyz"),
        st.lists(openings, max_size=2),
        st.booleans(),
    ),
    max_size=2,
    unique_by=lambda person: person.contact_id,
).map(tuple)
facts = st.builds(
    plan.Facts,
    keys=st.just(tuple(KEYS)),
    posting_id=st.sampled_from(["", "backend"]),
    people=people,
    orphans=st.sampled_from([(), ("Ada",)]),
    near=near,
    match_action=st.sampled_from(["link", "add", "ask"]),
    primary_key=st.sampled_from(["email", "linkedin", "phone"]),
    on_conflict=st.sampled_from(["ask", "primary"]),
    wish=st.sampled_from(["", "add", "link", "create"]),
    wish_contact_id=st.sampled_from(["", "a", "b"]),
    wish_opportunity_id=st.sampled_from(["", "1"]),
)


@settings(max_examples=EXAMPLES * 40, deadline=None, derandomize=True)
@given(facts)
def test_nobody_is_created_whom_anything_matches(known: plan.Facts) -> None:
    there = [person for person in known.people if person.openings or person.is_anonymised]
    decision = plan.decide(known)
    if isinstance(decision, plan.Create):
        assert not there
        assert known.wish == "create" or not any(one.openings and not one.is_anonymised for one in known.near)
    if isinstance(decision, plan.Link | plan.Add):
        assert decision.person.contact_id in {person.contact_id for person in there}
        assert not decision.person.is_anonymised
        assert known.wish == "link" or there == [decision.person] or _primary_decides(known, decision)
    if isinstance(decision, plan.Link):
        assert decision.opening in decision.person.openings
    if isinstance(decision, plan.Add):
        assert not [row for row in decision.person.openings if _active_on(row, known.posting_id)]
    if isinstance(decision, plan.Ask):
        assert not decision.text[0].islower() and decision.text[-1] in ".?"


def _primary_decides(known: plan.Facts, decision: plan.Link | plan.Add) -> bool:
    """Where several people match, the primary key names one alone, everything else is a key, and it is told."""
    others = [one for one in known.people if one.contact_id != decision.person.contact_id and one.openings]
    kinds = {kind for one in others for kind, _ in one.matched}
    return (
        known.on_conflict == "primary"
        and known.primary_key in {kind for kind, _ in decision.person.matched}
        and not kinds & {known.primary_key, "candidate", "marker"}
        and decision.set_aside == {key for one in others for key in one.matched}
        and not decision.set_aside & decision.person.matched
        and decision.besides.endswith("is the primary key.")
    )


def _active_on(row: plan.Opening, posting: str) -> bool:
    return bool(posting) and row.posting_id == posting and not row.is_archived


days = st.lists(st.tuples(st.sampled_from(NAMES), st.integers(0, 2**12)), min_size=4, max_size=30)


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize="PINLEVER_EXAMPLES" not in os.environ,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
    phases=[Phase.generate, *([Phase.shrink] if "PINLEVER_SHRINK" in os.environ else [])],
)
@given(days)
def test_no_day_makes_anybody_twice_or_leaves_anybody_untold(db: None, acts: list[tuple[str, int]]) -> None:
    with undone(), no_pace(), world() as company, playing(company) as play:
        for name, seed in acts:
            play.act(name, seed)
        play.settle()
        assert not play.judge.wrongs, (play.judge.wrongs, play.told)
        _check_records(play)
        _check_claims(play)


def _check_records(play: Play) -> None:
    alive = {row["id"] for row in play.company.opportunities() if not row["isAnonymized"]}
    for record in SyncRecord.objects.all():
        story = (record.pk, record.state, record.cause, record.reason, play.told)
        assert record.state not in WORKABLE, story
        assert record.locked_by == "", story
        assert record.reason and not record.reason[0].islower() and record.reason[-1] in ".?", story
        questions = record.questions.filter(answered_at=None).count()
        assert questions == (record.state == State.NEEDS_YOU), story
        if record.state in IN_LEVER_STATES:
            assert record.opportunity_id in alive, story
        if record.intents.filter(outcome="").exists():
            assert record.state == State.NEEDS_YOU, story
    ours = SyncRecord.objects.filter(state=State.SYNCED, created_by_us=True)
    taken = Counter(ours.values_list("opportunity_id", flat=True))
    assert max(taken.values(), default=1) == 1, (taken, play.told)


def _check_claims(play: Play) -> None:
    linked = set(SyncRecord.objects.exclude(contact_id="").values_list("contact_id", flat=True))
    unsettled = set(Intent.objects.filter(outcome="").values_list("record_id", flat=True))
    for claim in Claim.objects.all():
        if claim.contact_id:
            assert claim.contact_id in linked, (str(claim), play.told)
        else:
            assert claim.record_id in unsettled, (str(claim), play.told)
