"""Every write about jobs, candidates and prospects, by its name. Each is atomic and leaves an audit row."""

from pinlever.recruiting.arrivals import Arrived, add_contact_points, arrive
from pinlever.recruiting.facts import InvalidFacts
from pinlever.recruiting.families import (
    Family,
    PersonKeys,
    families,
    family,
    known_keys,
    known_keys_of,
)
from pinlever.recruiting.jobs import save_job
from pinlever.recruiting.merging import NotMerged, merge, unmerge
from pinlever.recruiting.profiles import known_facts, known_facts_of, known_points
from pinlever.recruiting.prospects import add_prospect, put_on_job
from pinlever.recruiting.questions import AlreadyAnswered, answer_identity_question, ask_again
from pinlever.recruiting.uniting import unite

__all__ = [
    "AlreadyAnswered",
    "Arrived",
    "Family",
    "InvalidFacts",
    "NotMerged",
    "PersonKeys",
    "add_contact_points",
    "add_prospect",
    "answer_identity_question",
    "arrive",
    "ask_again",
    "families",
    "family",
    "known_facts",
    "known_facts_of",
    "known_keys",
    "known_keys_of",
    "known_points",
    "merge",
    "put_on_job",
    "save_job",
    "unite",
    "unmerge",
]
