"""What follows from how somebody stands at Lever: the decision by itself."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from pinlever.inbound.status import NO_CONTACT, RULE, Candidacy, Elsewhere, decide
from pinlever.inbound.status_rules import Rules, reason_default, stage_default
from pinlever.lever.types import to_ms
from pinlever.outreach.models import Hold

DAY = datetime(2027, 3, 1, tzinfo=UTC)
RULES = Rules(
    {"interview": "pause", "offer": "stop", "new": "nothing", "again": "resume"},
    {"hired": "stop", "later": "resume", "comp": "nothing"},
)
NUMBERS = count(1)


def candidacy(stage: str = "interview", day: int = 1, id: str = "one", **more: Any) -> Candidacy:
    at = DAY + timedelta(days=day)
    given = {"stage_name": stage.title(), "staged_at": at, "posting_name": "Engineer", **more}
    return Candidacy(id, stage, **given)


def archived(reason: str, day: int = 2, **more: Any) -> Candidacy:
    return candidacy(archived_at=DAY + timedelta(days=day), reason=reason, reason_name=reason.title(), **more)


def hold(basis: str, cause: str = "stage", kind: str = "pause", day: int = 1, **more: Any) -> Hold:
    return Hold(
        pk=next(NUMBERS), basis=basis, cause=cause, kind=kind, since=DAY + timedelta(days=day), **more
    )


def by_person(made: Hold) -> Hold:
    made.released_at, made.released_by = DAY + timedelta(days=9), "Rita Vik"
    return made


def by_rule(made: Hold) -> Hold:
    made.released_at, made.released_by = DAY + timedelta(days=9), RULE.label
    return made


def basis(one: Candidacy) -> str:
    if one.archived_at:
        return f"{one.id}:{one.reason}:{to_ms(one.archived_at)}"
    return f"{one.id}:{one.stage}:{to_ms(one.staged_at)}"


def made(
    *candidacies: Candidacy, holds: tuple[Hold, ...] = (), rules: Rules = RULES
) -> list[tuple[str, str]]:
    return [(due.kind, due.basis) for due in decide(candidacies, rules, holds).make]


def released(*candidacies: Candidacy, holds: tuple[Hold, ...], **more: Any) -> list[str]:
    return [why for _, why in decide(candidacies, more.pop("rules", RULES), holds, **more).release]


def test_a_stage_holds_once_for_each_time_it_is_reached():
    there = candidacy()
    assert made(there) == [("pause", basis(there))]
    assert made(there, holds=(hold(basis(there)),)) == []
    back = candidacy(day=5)
    assert made(back, holds=(by_rule(hold(basis(there))),)) == [("pause", basis(back))]


def test_the_hold_says_why_and_since_when():
    (due,) = decide([candidacy()], RULES, ()).make
    assert due.reason == "In the stage “Interview” in Lever for Engineer."
    assert due.since == DAY + timedelta(days=1)
    (due,) = decide([archived("hired")], RULES, ()).make
    assert (due.cause, due.reason) == ("archived", "Archived in Lever as “Hired” for Engineer.")


def test_a_confidential_candidacy_holds_without_a_word_about_it():
    (due,) = decide([candidacy(is_confidential=True)], RULES, ()).make
    assert due.reason == "A confidential candidacy of theirs in Lever holds outreach."


def test_leaving_the_stage_releases_it_and_says_so():
    before, now = candidacy(), candidacy("new", day=3)
    assert released(now, holds=(hold(basis(before)),)) == [
        "They are in the stage “New” in Lever for Engineer now."
    ]


def test_the_stage_of_somebody_archived_counts_no_more_but_the_reason_does():
    standing = hold(basis(candidacy()))
    assert made(archived("comp")) == []
    assert released(archived("comp"), holds=(standing,)) == [
        "They are archived in Lever as “Comp” for Engineer now."
    ]
    assert made(archived("hired"), holds=(standing,)) == [("stop", basis(archived("hired")))]


def test_what_a_person_released_is_not_held_again_for_the_same():
    there = candidacy()
    assert made(there, holds=(by_person(hold(basis(there))),)) == []
    later = candidacy(day=4)
    assert made(later, holds=(by_person(hold(basis(there))),)) == [("pause", basis(later))]


def test_what_a_rule_released_may_be_held_again_when_the_rule_comes_back():
    there = candidacy()
    first = hold(basis(there))
    nothing = Rules({**RULES.stages, "interview": "nothing"}, {})
    assert released(there, holds=(first,), rules=nothing) == ["The rule for it has changed."]
    assert made(there, holds=(by_rule(first),)) == [("pause", f"{basis(there)}:2")]
    second = hold(f"{basis(there)}:2")
    assert made(there, holds=(first, by_rule(second))) == [("pause", f"{basis(there)}:3")]
    assert not decide([there], RULES, (by_rule(first), hold(f"{basis(there)}:2")))


def test_a_stricter_rule_takes_the_place_of_the_pause():
    there = candidacy()
    stop = Rules({"interview": "stop"}, {})
    decision = decide([there], stop, (hold(basis(there)),))
    assert [(due.kind, due.basis) for due in decision.make] == [("stop", f"{basis(there)}:2")]
    assert [why for _, why in decision.release] == ["The rule for it has changed."]


def test_a_stage_that_resumes_ends_earlier_pauses_but_no_stop():
    again = candidacy("again", day=5, id="other")
    pause, reply = candidacy(day=2), hold("event:7", "replied", day=3)
    bounced, late = hold("event:8", "bounced", day=3), hold("event:9", "replied", day=6)
    stopped = hold("event:5", "unsubscribed", "stop", day=3)
    standing = (hold(basis(pause), day=2), reply, bounced, late, stopped)
    decision = decide([pause, again], RULES, standing)
    assert [one.basis for one, _ in decision.release] == [basis(pause), "event:7"]
    assert decision.make == []
    why = "They are in the stage “Again” in Lever for Engineer now, which resumes outreach."
    assert {sentence for _, sentence in decision.release} == {why}
    hired = archived("hired", day=2)
    assert made(hired, again) == [("stop", basis(hired))]
    assert released(hired, again, holds=(hold(basis(hired), "archived", "stop", day=2),)) == []


def test_a_reason_may_resume_too_and_what_comes_later_pauses_again():
    assert made(archived("later", day=4, id="other"), candidacy(day=2)) == []
    assert made(archived("later", day=4, id="other"), candidacy(day=6)) != []


def test_whom_lever_says_not_to_contact_is_stopped_until_it_no_longer_does():
    denied = candidacy("new", contact_allowed=False)
    other = candidacy("new", contact_allowed=False, id="other")
    assert made(denied, other) == [("stop", NO_CONTACT)]
    allowed = candidacy("new", contact_allowed=True)
    standing = hold(NO_CONTACT, "no_contact", "stop")
    assert released(allowed, holds=(standing,)) == ["Lever no longer says not to contact them."]
    assert made(denied, holds=(by_rule(standing),)) == [("stop", f"{NO_CONTACT}:2")]


def test_a_released_no_contact_is_not_made_again_before_it_was_over():
    denied, allowed = (candidacy("new", contact_allowed=value) for value in (False, True))
    mine = by_person(hold(NO_CONTACT, "no_contact", "stop"))
    assert not decide([denied], RULES, (mine,))
    decision = decide([allowed], RULES, (mine,))
    assert decision.forget == [mine]
    mine.basis = f"{NO_CONTACT}:over"
    assert not decide([allowed], RULES, (mine,))
    assert made(denied, holds=(mine,)) == [("stop", f"{NO_CONTACT}:2")]


def test_lever_saying_nothing_about_contact_is_no_no():
    assert made(candidacy("new", contact_allowed=None)) == []


def test_what_was_anonymised_neither_holds_nor_releases():
    there = candidacy(is_anonymised=True)
    assert made(there) == []
    assert released(candidacy("new", is_anonymised=True), holds=(hold(basis(candidacy())),)) == []
    no_contact = hold(NO_CONTACT, "no_contact", "stop")
    assert released(there, holds=(no_contact,)) == []


@pytest.mark.parametrize(
    ("elsewhere", "why"),
    [
        (Elsewhere(deleted={"one"}), ["That candidacy was deleted in Lever."]),
        (Elsewhere(left={"one"}), ["That candidacy in Lever is no longer theirs."]),
        (Elsewhere(), []),  # of another account: it may hold there still
    ],
)
def test_a_candidacy_that_is_not_theirs_any_more_holds_as_long_as_we_do_not_know(elsewhere, why):
    assert released(holds=(hold(basis(candidacy())),), elsewhere=elsewhere) == why


def test_holds_of_events_are_left_alone():
    others = (hold("event:1", "replied"), hold("hand:2", "by_hand"), hold("event:3", "unsubscribed", "stop"))
    assert not decide([candidacy("new")], RULES, others)


@pytest.mark.parametrize(
    ("pipeline", "text", "effect"),
    [
        ("lead", "New lead", "nothing"),
        ("applicant", "Recruiter screen", "nothing"),
        ("screen", "Phone", "pause"),
        ("onsite", "Day at the office", "pause"),
        ("offer", "Offer approved", "pause"),
        ("Interview", "Round 2", "pause"),
        ("", "On-site interview", "pause"),
        ("", "Onsite", "pause"),
        ("", "Phone screen", "pause"),
        ("", "Offer", "pause"),
        ("", "New applicant", "nothing"),
        ("", "Reached out", "nothing"),
        ("", "Coffee", "nothing"),
    ],
)
def test_interviews_and_offers_pause_by_default(pipeline, text, effect):
    assert stage_default(pipeline, text) == effect


@pytest.mark.parametrize(
    ("kind", "text", "effect"),
    [
        ("hired", "Hired", "stop"),
        ("hired", "Eingestellt", "stop"),
        ("non-hired", "Do not contact", "stop"),
        ("non-hired", "DO NOT CONTACT (legal)", "stop"),
        ("non-hired", "Don’t email again", "stop"),
        ("non-hired", "DNC", "stop"),
        ("non-hired", "Opted out", "stop"),
        ("non-hired", "Unsubscribed", "stop"),
        ("non-hired", "Not interested ever", "stop"),
        ("non-hired", "Not interested", "nothing"),
        ("non-hired", "Position filled", "nothing"),
        ("non-hired", "Could not be contacted", "nothing"),
        ("non-hired", "No response", "nothing"),
        ("non-hired", "", "nothing"),
    ],
)
def test_who_was_hired_or_wants_no_contact_is_stopped_by_default(kind, text, effect):
    assert reason_default(kind, text) == effect
