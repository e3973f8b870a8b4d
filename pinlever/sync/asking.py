"""Asking a person: the question with its evidence, and what an answer sets in motion."""

from typing import Any

from pinlever.sync import asked_holds
from pinlever.sync.models import Question, State
from pinlever.sync.plan import Person
from pinlever.sync.turn import End, Turn


def ask(turn: Turn, kind: str, text: str, people: tuple[Person, ...]) -> End:
    """Ends the turn with a question. Open claims go back unless an intent is unsettled."""
    record = turn.record

    def effects() -> None:
        question, _ = Question.objects.get_or_create(
            record=record, answered_at=None, defaults={"kind": kind, "text": text, "options": options(people)}
        )
        asked_holds.hold_for(question)

    return End(State.NEEDS_YOU, f"ask_{kind}", text, effects=effects)


def options(people: tuple[Person, ...]) -> list[dict[str, Any]]:
    """What a person may choose from, with the evidence for each."""
    return [
        {
            "contact": person.contact_id,
            "name": person.name,
            "is_anonymised": person.is_anonymised,
            "matched": [list(key) for key in sorted(person.matched)],
            "opportunities": [
                {
                    "id": opening.id,
                    "posting": opening.posting_id,
                    "archived": opening.is_archived,
                    "url": opening.url,
                }
                for opening in person.openings
            ],
        }
        for person in people
    ]
