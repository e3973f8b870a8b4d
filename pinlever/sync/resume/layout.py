"""The page of a résumé: sizes, and a document's texts as lines in the order they are read."""

from dataclasses import dataclass

from pinlever.sync.resume.document import ResumeDocument, ResumePosition
from pinlever.sync.resume.typeset import Line, Style, Typesetter

PAGE_WIDTH = 595.28  # A4, in points
MARGIN = 54.0
COLUMN = PAGE_WIDTH - 2 * MARGIN
# What we measure and what xhtml2pdf adds up differ by roundings: a line must never wrap again.
MEASURED = COLUMN - 1.0

NAME = Style("name", 22, bold=True)
HEADLINE = Style("headline", 12)
CONTACT = Style("contact", 9)
SECTION = Style("section", 11, bold=True)
POSITION = Style("position", 10.5, bold=True)
PERIOD = Style("period", 9)
BODY = Style("body", 9.5)
FOOT = Style("foot", 8)
STYLES = (NAME, HEADLINE, CONTACT, SECTION, POSITION, PERIOD, BODY, FOOT)

BETWEEN = " | "


@dataclass(frozen=True)
class PositionLines:
    heading: tuple[Line, ...]
    period: tuple[Line, ...]
    description: tuple[Line, ...]


@dataclass(frozen=True)
class Page:
    """All lines of the document, by part; its length decides over how many sheets it goes."""

    name: tuple[Line, ...]
    headline: tuple[Line, ...]
    contact: tuple[Line, ...]
    experience: tuple[Line, ...]
    positions: tuple[PositionLines, ...]
    skills_heading: tuple[Line, ...]
    skills: tuple[Line, ...]
    foot: tuple[Line, ...]

    def line_count(self) -> int:
        parts = [self.name, self.headline, self.contact, self.skills, self.foot]
        parts += [part for p in self.positions for part in (p.heading, p.period, p.description)]
        return sum(map(len, parts))


def lay_out(document: ResumeDocument, setter: Typesetter) -> Page:
    contact = (*document.emails, *document.phones, *document.links, document.location)
    return Page(
        name=setter.set(one_line(document.name), NAME),
        headline=setter.set(one_line(document.headline), HEADLINE),
        contact=setter.set(BETWEEN.join(one_line(part) for part in contact if part.strip()), CONTACT),
        experience=setter.set("Experience", SECTION) if document.positions else (),
        positions=tuple(_position(position, setter) for position in document.positions),
        skills_heading=setter.set("Skills", SECTION) if document.skills else (),
        skills=setter.set(", ".join(one_line(skill) for skill in document.skills if skill.strip()), BODY),
        foot=setter.set(one_line(document.sourced_by), FOOT),
    )


def _position(position: ResumePosition, setter: Typesetter) -> PositionLines:
    heading = ", ".join(one_line(part) for part in (position.title, position.company) if part.strip())
    return PositionLines(
        heading=setter.set(heading, POSITION),
        period=setter.set(one_line(position.period), PERIOD),
        description=setter.set(position.description, BODY),
    )


def one_line(text: str) -> str:
    return " ".join(text.split())


def all_text(document: ResumeDocument) -> str:
    """Everything the document says, in one string: for its size and for what script it is in."""
    positions = [text for p in document.positions for text in (p.title, p.company, p.period, p.description)]
    lists = (*document.emails, *document.phones, *document.links, *document.skills, *positions)
    return "\n".join((document.name, document.headline, document.location, document.sourced_by, *lists))
