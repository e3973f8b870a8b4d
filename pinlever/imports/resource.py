"""The django-import-export resource of a person: which columns a row may have and how each cell is read.

A row is a dictionary of column key (headers.py) → text. Every cell that cannot be used is told with its column,
what is wrong and the cure; all of a row's problems are told at once. Services use `read_row`; the admin's import
uses the resource as import-export does, which then brings each person in by `bring_in`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from import_export import fields, resources, widgets
from import_export.instance_loaders import BaseInstanceLoader

from pinlever.imports import cells
from pinlever.imports.cells import CellProblem
from pinlever.imports.countries import region_of
from pinlever.imports.decoding import FileRefused
from pinlever.imports.drafts import Draft
from pinlever.imports.headers import LIST_FIELDS, columns_of
from pinlever.recruiting.models import Candidate, Prospect

Row = Mapping[str, str]
Reader = Callable[[str, str, Row], Any]  # (text, variant, the whole row) → value


@dataclass(frozen=True, slots=True)
class KeyProblem:
    """What is wrong with the cell in the column `key`; an empty key means the row as a whole."""

    key: str
    value: str
    wrong: str
    cure: str


class RowRefused(ValueError):
    """A row's cells cannot all be used."""

    def __init__(self, problems: list[KeyProblem]) -> None:
        super().__init__(" ".join(f"{problem.wrong}. {problem.cure}" for problem in problems))
        self.problems = problems


class CellWidget(widgets.Widget):
    """Reads one cell; raises CellProblem."""

    def __init__(self, read: Reader) -> None:
        super().__init__()
        self.read = read

    def clean(self, value: str, row: Row | None = None, variant: str = "", **_: Any) -> Any:
        return self.read(cells.readable(value), variant, row or {})


class PersonField(fields.Field):
    """A field of the draft, filled from its column and from that column's variants (`emails`, `emails:work`)."""

    def fill(self, draft: Draft, variant: str, text: str, row: Row) -> None:
        """Adds what one cell says; raises CellProblem."""
        value = self.widget.clean(text, row=row, variant=variant)
        attribute = "primary_emails" if (self.attribute, variant) == ("emails", "primary") else self.attribute
        if self.attribute in LIST_FIELDS:
            value = tuple(dict.fromkeys(getattr(draft, attribute) + value))
        setattr(draft, attribute, value)


def _field(name: str, read: Reader) -> PersonField:
    return PersonField(attribute=name, column_name=name, widget=CellWidget(read))


def _text(name: str, longest: int) -> PersonField:
    return _field(name, lambda text, variant, row: cells.short_text(text, longest))


def _longest(model: type[Candidate] | type[Prospect], column: str) -> int:
    return int(getattr(model._meta.get_field(column), "max_length", 0))


def _phones(text: str, variant: str, row: Row) -> tuple[cells.Phone, ...]:
    return cells.phones(text, variant, region_of(_country(row)))


def _country(row: Row) -> str:
    """The country of a row, as `facts_of` will see it; "Wilmington, DE" names none."""
    if any(row.get(part, "").strip() for part in ("city", "state", "country")):
        return row.get("country", "")
    try:
        return cells.location(row.get("location", ""))[2]
    except CellProblem:
        return ""  # told for its own column


def _lever_profile(text: str, variant: str, row: Row) -> str:
    return cells.lever_profile(text, settings.PRACTICE_LEVER_URL)


class PersonResource(resources.Resource):
    """One row, one person."""

    name = _text("name", _longest(Candidate, "full_name"))
    first_name = _text("first_name", 140)
    last_name = _text("last_name", 140)
    emails = _field("emails", lambda text, variant, row: cells.emails(text))
    phones = _field("phones", _phones)
    linkedin = _field("linkedin", lambda text, variant, row: cells.linkedin_urls(text))
    links = _field("links", lambda text, variant, row: cells.linkedin_among(text))
    city = _text("city", _longest(Candidate, "city"))
    state = _text("state", _longest(Candidate, "state"))
    country = _text("country", _longest(Candidate, "country"))
    location = _field("location", lambda text, variant, row: cells.location(text))
    title = _text("title", _longest(Candidate, "current_title"))
    company = _text("company", _longest(Candidate, "current_company"))
    headline = _text("headline", _longest(Candidate, "headline"))
    skills = _field("skills", lambda text, variant, row: cells.words(text, 200))
    tags = _field("tags", lambda text, variant, row: cells.words(text, 200))
    sourced_by = _text("sourced_by", _longest(Prospect, "sourcer_email"))
    sourced_at = _field("sourced_at", lambda text, variant, row: cells.moment(text))
    sourcing_tag = _text("sourcing_tag", _longest(Prospect, "sourcing_tag"))
    score = _field("score", lambda text, variant, row: cells.score(text))
    lever_profile = _field("lever_profile", _lever_profile)
    notes = _field("notes", lambda text, variant, row: text)

    class Meta:
        force_init_instance = True
        import_id_fields = ()
        instance_loader_class = BaseInstanceLoader
        skip_diff = True

    def __init__(self, bring_in: Callable[[Draft], object] | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.bring_in = bring_in

    def read_row(self, row: Row) -> Draft:
        """The row's values; RowRefused with all that is wrong with it."""
        draft, problems = Draft(), list[KeyProblem]()
        for key, text in row.items():
            name, _, variant = key.partition(":")
            field: PersonField | None = self.fields.get(name)
            if field is None or not text.strip():
                continue
            try:
                field.fill(draft, variant, text, row)
            except CellProblem as problem:
                problems.append(KeyProblem(key, problem.value or text[:80], problem.wrong, problem.cure))
        if not problems and not draft.says_somebody():
            problems.append(NOBODY)
        if problems:
            raise RowRefused(problems)
        return draft

    def init_instance(self, row: Row | None = None) -> Draft:
        return Draft()

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        """Gives the columns their keys; those that are not used get names no field has."""
        columns, problems = columns_of([str(header or "") for header in dataset.headers])
        # import-export goes on with the rows after an error here; without keys they bring nobody in.
        dataset.headers = [(not problems and column.key) or f"-{column.index}" for column in columns]
        if problems:
            raise FileRefused(" ".join(f"{problem.wrong}. {problem.cure}" for problem in problems))

    def import_instance(self, instance: Draft, row: Row, **kwargs: Any) -> None:
        try:
            read = self.read_row({key: str(text or "") for key, text in row.items()})
        except RowRefused as refused:
            told: dict[str, list[str]] = {}
            for problem in refused.problems:
                key = problem.key.partition(":")[0] or "name"
                told.setdefault(key, []).append(f"{problem.value}: {problem.wrong}. {problem.cure}")
            raise ValidationError(told) from None
        vars(instance).update(vars(read))

    def save_instance(self, instance: Draft, is_create: bool, row: Row, **kwargs: Any) -> None:
        if self.bring_in and not self._is_dry_run(kwargs):
            self.bring_in(instance)


NOBODY = KeyProblem(
    "",
    "",
    "The row does not say who it is",
    "Give a name, an email address, a LinkedIn URL or a Lever profile.",
)
