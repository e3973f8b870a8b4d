"""The words of notes: readable, short, harmless, and known again by their last line."""

import re
import uuid
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, strategies as st

from pinlever.outreach.models import OutreachEvent
from pinlever.sync.note_texts import (
    LONGEST,
    Opens,
    Point,
    Sourced,
    Told,
    event_note,
    mark_of,
    marked_with,
    sourced_note,
    with_opens,
)

KEY = uuid.UUID("3d1c1f0e-7a3c-5b6a-9d0e-0a1b2c3d4e5f")
MARK = mark_of(KEY, "replied", "pin", "e-1", "2026-05-04")
LINK = f"https://pin.example/prospects/{KEY}/"
AT = datetime(2026, 5, 4, 14, 5, tzinfo=timezone(timedelta(hours=2)))
KINDS = st.sampled_from([kind.value for kind in OutreachEvent.Kind])
ANY = st.text(max_size=400)


def note(**more: object) -> str:
    given_: dict[str, object] = {"kind": "message_sent", "at": AT, "job": "Backend Engineer", **more}
    return event_note(Told(**given_), link=LINK, mark=MARK)  # type: ignore[arg-type]


def test_a_message_is_told_with_channel_subject_time_and_our_link() -> None:
    assert note(channel="email", subject="A role in Oslo", by="Rita Vik") == (
        "Message sent by email · Backend Engineer\n"
        "4 May 2026, 12:05 UTC · Rita Vik\n"
        "Subject: A role in Oslo\n"
        "\n"
        f"{LINK}\n"
        f"PinLever · {MARK}"
    )


@pytest.mark.parametrize(
    ("opens", "line"),
    [
        (Opens(1, AT), "Opened on 4 May 2026, 12:05 UTC"),
        (Opens(1200, AT), "Opened 1,200 times, last on 4 May 2026, 12:05 UTC"),
    ],
)
def test_opens_are_a_line_of_the_note(opens: Opens, line: str) -> None:
    assert line in note(opens=opens).splitlines()
    assert "Opened" not in note()


def test_opens_are_brought_up_to_date_and_nothing_else_is_touched() -> None:
    quoted = "Opened on 1 May 2026, 12:05 UTC"
    body = f"{quoted}\n\n{quoted}"
    for first in (Opens(), Opens(1, AT), Opens(2, AT)):
        text = with_opens(note(subject="Hello", body=body, opens=first), Opens(3, AT))
        assert text == note(subject="Hello", body=body, opens=Opens(3, AT))
    assert with_opens(with_opens(text, Opens()), Opens(3, AT)) == text


def test_contact_details_tell_source_and_verification() -> None:
    points = [Point("a@b.example", "email", "Hunter", AT), Point("+47 406 12 345", "mobile")]
    text = sourced_note(
        Sourced("Sourced in Pin by Rita", "Designer", AT, points=points), link=LINK, mark=MARK
    )
    assert "• a(at)b.example (email): from Hunter, verified on 4 May 2026" in text
    assert "• +47 406 12 345 (mobile): not verified" in text


def test_many_contact_details_are_counted_after_the_first() -> None:
    text = note(kind="contact_found", points=[Point(f"p{number}@x.example", "email") for number in range(23)])
    assert text.count("• p") == 20 and "• and 3 more" in text


@pytest.mark.parametrize(
    "hostile",
    [
        "@aud please look",
        "a\ufe6baud \uff20aud",
        "\u202e\u2066evil\u2069 \u200f\u200e\u061c",
        "line\x00\x07\x1b[31mred\u009b",
        "\ud800 half a character",
    ],
)
def test_nothing_in_it_notifies_turns_the_text_or_controls_a_terminal(hostile: str) -> None:
    text = note(subject=hostile, by=hostile, body=hostile, job=hostile)
    assert not re.search(
        "[@\uff20\ufe6b\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\x00-\x08\x0b-\x1f\x7f-\x9f\ud800]", text
    )
    assert marked_with(text) == MARK


def test_names_in_scripts_that_need_joiners_stay_whole() -> None:
    assert "نرگس‌خانی" in note(by="نرگس‌خانی") and "👩‍💻" in note(subject="👩‍💻")


def test_a_quoted_note_of_ours_is_not_taken_for_the_note_itself() -> None:
    other = mark_of(KEY, "something else")
    assert marked_with(note(body=f"> PinLever · {other}\nPinLever · {other}")) == MARK


@pytest.mark.parametrize(
    "change", [str.strip, lambda text: f"{text}\r\n ", lambda text: text.replace("\n", "\r\n")]
)
def test_the_mark_survives_what_lever_may_do_to_white_space(change: object) -> None:
    assert marked_with(change(note(body="Hello\n\nthere"))) == MARK  # type: ignore[operator]


@pytest.mark.parametrize(
    "text", ["", "PinLever", "PinLever · 12", f"PinLever · {MARK} and more", "A note by hand"]
)
def test_other_peoples_notes_bear_no_mark(text: str) -> None:
    assert marked_with(text) == ""


def test_the_mark_is_the_same_for_the_same_thing_alone() -> None:
    assert mark_of(KEY, "a", "b") == mark_of(KEY, "a", "b") != mark_of(KEY, "a", "c")
    assert mark_of(uuid.uuid4(), "a", "b") != mark_of(KEY, "a", "b")


@given(kind=KINDS, channel=ANY, subject=ANY, by=ANY, job=ANY, body=st.text(max_size=20_000))
def test_whatever_comes_in_it_is_short_and_known_again(
    kind: str, channel: str, subject: str, by: str, job: str, body: str
) -> None:
    text = note(kind=kind, channel=channel, subject=subject, by=by, job=job, body=body * 3)
    assert len(text) <= LONGEST and marked_with(text) == MARK and "@" not in text
    assert text.encode() and AT.astimezone(UTC).strftime("%H:%M UTC") in text
