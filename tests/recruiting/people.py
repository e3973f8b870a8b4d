"""Facts and rows that the tests of this folder start from."""

from datetime import UTC, datetime
from typing import Any

from pinlever.audit.services import PIN
from pinlever.recruiting.facts import EmailFact, PersonFacts, PhoneFact
from pinlever.recruiting.models import Candidate
from pinlever.recruiting.services import Arrived, arrive

JANE = "https://www.linkedin.com/in/jane-doe"
MAY = datetime(2026, 5, 4, 10, tzinfo=UTC)


def person(
    *emails: str, linkedin: tuple[str, ...] = (), phones: tuple[str, ...] = (), **more: Any
) -> PersonFacts:
    return PersonFacts(
        full_name=more.pop("full_name", "Jane Doe"),
        emails=tuple(EmailFact(value) for value in emails),
        phones=tuple(PhoneFact(value) for value in phones),
        linkedin_urls=linkedin,
        **more,
    )


def arrived(
    *emails: str, source: str = "pin", external_id: str = "", quiet: bool = False, **more: Any
) -> Arrived:
    return arrive(by=PIN, facts=person(*emails, **more), source=source, external_id=external_id, quiet=quiet)


def candidate(*emails: str, **more: Any) -> Candidate:
    return arrived(*emails, **more).candidate
