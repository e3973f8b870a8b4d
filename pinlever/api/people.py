"""What a caller says about a person: shapes, and their way into facts, which add to what is known."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from pinlever.api.errors import Problem
from pinlever.api.fields import Email, Id, MaybeMoment, Told
from pinlever.recruiting.contact_points import point_of
from pinlever.recruiting.facts import EmailFact, PersonFacts, PhoneFact, PositionFact
from pinlever.recruiting.identity import linkedin_key
from pinlever.recruiting.keys import MOST_OF_A_KIND

_MONTH = r"^([0-9]{4}(-(0[1-9]|1[0-2]))?)?$"
Month = Annotated[str, StringConstraints(pattern=_MONTH, max_length=7)]
Text40 = Annotated[str, StringConstraints(max_length=40)]
Text120 = Annotated[str, StringConstraints(max_length=120)]
Text200 = Annotated[str, StringConstraints(max_length=200)]
Text300 = Annotated[str, StringConstraints(max_length=300)]
Text500 = Annotated[str, StringConstraints(max_length=500)]
Text10000 = Annotated[str, StringConstraints(max_length=10_000)]
Words = Annotated[list[Text200], Field(max_length=500)]
Value = Annotated[str, StringConstraints(min_length=1, max_length=320)]
Linked = Annotated[str, StringConstraints(min_length=1, max_length=500)]


class EmailIn(Told):
    value: Value
    source: Text120 | None = Field(default="", description="Where it came from.")
    verified_at: MaybeMoment = None
    is_primary: bool = False
    found_at: MaybeMoment = None

    def fact(self) -> EmailFact:
        return EmailFact(self.value, self.source or "", self.verified_at, self.is_primary, self.found_at)


class PhoneIn(Told):
    value: Value
    type: Text40 | None = Field(default="", description="mobile, home, work, skype or other.")
    source: Text120 | None = Field(default="", description="Where it came from.")
    verified_at: MaybeMoment = None
    is_primary: bool = False
    found_at: MaybeMoment = None
    region: Annotated[str, StringConstraints(pattern="^[A-Za-z]{2}$")] | None = Field(
        default=None, description="Where a number without a country code is at home, such as US."
    )

    def fact(self) -> PhoneFact:
        told = (
            self.value,
            self.type or "",
            self.source or "",
            self.verified_at,
            self.is_primary,
            self.found_at,
        )
        return PhoneFact(*told, self.region)


class PositionIn(Told):
    title: Text200 | None = ""
    company: Text200 | None = ""
    started: Month | None = Field(default="", description="YYYY-MM or YYYY.")
    ended: Month | None = Field(default="", description="YYYY-MM or YYYY; empty while it lasts.")
    description: Text10000 | None = ""

    def fact(self) -> PositionFact:
        told = (self.title, self.company, self.started, self.ended, self.description)
        return PositionFact(*(each or "" for each in told))


class CandidateIn(Told):
    """All that is known of a person. A repeat fills blanks and adds what is new; nothing is overwritten or removed."""

    full_name: Text300 | None = ""
    headline: Text500 | None = ""
    city: Text120 | None = ""
    state: Text120 | None = ""
    country: Text120 | None = ""
    current_title: Text200 | None = ""
    current_company: Text200 | None = ""
    skills: Words = Field(default_factory=list)
    tags: Words = Field(default_factory=list)
    linkedin_urls: Annotated[list[Linked], Field(max_length=MOST_OF_A_KIND)] = Field(default_factory=list)
    emails: Annotated[list[EmailIn], Field(max_length=MOST_OF_A_KIND)] = Field(default_factory=list)
    phones: Annotated[list[PhoneIn], Field(max_length=MOST_OF_A_KIND)] = Field(default_factory=list)
    positions: Annotated[list[PositionIn], Field(max_length=100)] = Field(default_factory=list)
    sourced_via: Literal["pin", "import"] = Field(
        default="pin", description="import: the person has a résumé of their own, and none is made."
    )
    sourced_at: MaybeMoment = None
    job: Id | None = Field(default=None, description="The job they are sourced for.")
    sourcer_email: Email | None = Field(default=None, description="Who sourced them; Lever shows it.")
    sourcing_tag: Text120 | None = ""
    score: Annotated[float, Field(ge=-1e9, le=1e9)] | None = None

    def facts(self) -> PersonFacts:
        return PersonFacts(
            full_name=self.full_name or "",
            headline=self.headline or "",
            city=self.city or "",
            state=self.state or "",
            country=self.country or "",
            current_title=self.current_title or "",
            current_company=self.current_company or "",
            skills=tuple(self.skills),
            tags=tuple(self.tags),
            linkedin_urls=tuple(self.linkedin_urls),
            emails=tuple(each.fact() for each in self.emails),
            phones=tuple(each.fact() for each in self.phones),
            positions=tuple(each.fact() for each in self.positions),
            sourced_via=self.sourced_via,
            sourced_at=self.sourced_at,
        )


UNUSABLE = (
    "{value!r} is no {kind} that could be used. It is kept as it was said, and takes no part in anything."
)


def warnings_about(facts: PersonFacts) -> list[Problem]:
    """Contact details that nobody could be reached at, and links that lead to no profile."""
    useless = [
        *(
            ("emails", at, "email address", one.value)
            for at, one in enumerate(facts.emails)
            if not point_of(one)
        ),
        *(
            ("phones", at, "phone number", one.value)
            for at, one in enumerate(facts.phones)
            if not point_of(one)
        ),
        *(
            ("linkedin_urls", at, "address of a LinkedIn profile", url)
            for at, url in enumerate(facts.linkedin_urls)
            if not linkedin_key(url)
        ),
    ]
    return [
        Problem(code="unusable", message=UNUSABLE.format(value=value, kind=kind), field=f"{name}.{at}")
        for name, at, kind, value in useless
    ]
