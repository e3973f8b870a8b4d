"""Settings → ATS integration → Fields form: which of Lever's forms, what fills its fields, shown with somebody real."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_POST, require_safe

from pinlever.connection.models import FormTemplate, LeverAccount
from pinlever.connection.rules import InvalidRule
from pinlever.recruiting.models import Prospect
from pinlever.sync import form_rules
from pinlever.sync.form_filling import FITS, FIXED, Entry, FormField, entries_of, fields_of, fill
from pinlever.sync.form_sources import SOURCES, values_of
from pinlever.sync.models import FormRule, State, SyncRecord
from pinlever.web.access import actor, person, recruiter, super_admin
from pinlever.web.ats_pages import answer, connected

PEOPLE = 10  # to choose the preview's person from
MOST_FIELDS = 200
INPUTS = {"date": "date", "currency": "number", "dropdown": "options", "multiple-choice": "options"}


@dataclass(frozen=True)
class Row:
    """One field of the form: what fills it, what may, and how what is always said is typed in."""

    place: int
    field: FormField
    source: str
    value: str
    choices: tuple[tuple[str, str], ...]
    input: str

    @property
    def may_be_filled(self) -> bool:
        return self.field.type in FITS

    @property
    def options(self) -> tuple[str, ...]:
        return ("yes", "no") if self.field.type == "yes-no" else self.field.options


@dataclass(frozen=True)
class Preview:
    """The form as it would be written about somebody, by the function that fills the real one."""

    prospect: Prospect
    lines: tuple[tuple[str, str], ...]
    problems: tuple[str, ...]


@require_safe
@recruiter
@connected
def page(request: HttpRequest, account: LeverAccount) -> HttpResponse:
    """The rule as it stands."""
    return render(request, "ats/form.html", scene(request, account))


@require_POST
@super_admin
@connected
def save(request: HttpRequest, account: LeverAccount) -> HttpResponse:
    """One of the page's forms, named by `part`. What was typed stays where it is refused."""
    part, given = request.POST.get("part", ""), None
    try:
        said = {"saved": _change(request, account, part)}
    except InvalidRule as error:
        given = _entries(request.POST) if part == "fields" else None
        said = {"wrong": str(error)}
    part_again = {**said, "part": part}
    return answer(request, "ats-form", "ats/_form.html", lambda: scene(request, account, given), **part_again)


def scene(
    request: HttpRequest, account: LeverAccount, given: Mapping[str, Entry] | None = None
) -> dict[str, Any]:
    """What the page shows."""
    rule = form_rules.rule_of(account.pk)
    template = form_rules.template_of(rule)
    entries = entries_of(rule.mapping) if given is None else given
    return {
        "may_change": person(request).is_superuser,
        "account": account,
        "rule": rule,
        "templates": form_rules.templates_of(account),
        "template": template,
        "rows": _rows(template, entries),
        "drift": form_rules.drift(rule, template),
        "people": _people(account),
        "preview": _preview(request, account, rule, template),
    }


def _change(request: HttpRequest, account: LeverAccount, part: str) -> str:
    by, said = actor(request), request.POST
    match part:
        case "template":
            rule = form_rules.choose_template(by=by, account=account, template_id=said.get("template", ""))
            return (
                "Saved. Fields with a usual name are mapped already; check them."
                if rule.template_id
                else "Saved."
            )
        case "fields":
            form_rules.map_fields(by=by, account=account, entries=_entries(said))
            return "Saved. It counts for forms that are written from now on."
        case "switch":
            on = said.get("on") == "yes"
            form_rules.switch(by=by, account=account, on=on)
            return "Forms are written from now on." if on else "No more forms are written."
    raise InvalidRule("Choose something of the page.")


def _entries(said: QueryDict) -> dict[str, Entry]:
    found = {}
    for place in range(MOST_FIELDS):
        key = said.get(f"key-{place}")
        if key is None:
            break
        value = said.get(f"value-{place}", "").replace("\x00", "")
        found[key] = Entry(said.get(f"source-{place}", ""), value[: form_rules.LONGEST])
    return found


def _rows(template: FormTemplate | None, entries: Mapping[str, Entry]) -> list[Row]:
    fields = fields_of(template.fields) if template else ()
    return [
        _row(place, field, entries.get(field.key, Entry("")))
        for place, field in enumerate(fields[:MOST_FIELDS])
    ]


def _row(place: int, field: FormField, entry: Entry) -> Row:
    choices = tuple((code, each.label) for code, each in SOURCES.items() if each.kind in field.kinds)
    kind = "options" if field.type == "yes-no" else INPUTS.get(field.type, "text")
    return Row(place, field, entry.source, entry.value, (*choices, (FIXED, "Always the same")), kind)


def _people(account: LeverAccount) -> list[Prospect]:
    """Whom we created last, else who came last."""
    rows = Prospect.objects.select_related("candidate", "job", "sourcer")
    ours = SyncRecord.objects.filter(account=account, state=State.SYNCED, created_by_us=True)
    ids = list(ours.order_by("-pk").values_list("prospect", flat=True)[:PEOPLE])
    return list((rows.filter(pk__in=ids) if ids else rows).order_by("-pk")[:PEOPLE])


def _preview(
    request: HttpRequest, account: LeverAccount, rule: FormRule, template: FormTemplate | None
) -> Preview | None:
    prospect = _chosen(request, account)
    if template is None or prospect is None:
        return None
    record = SyncRecord.objects.filter(account=account, prospect=prospect).first()
    filled = fill(template.fields, entries_of(rule.mapping), values_of(prospect, record))
    lines = tuple((str(one["text"]), _shown(one)) for one in filled.fields)
    return Preview(prospect, lines, tuple(told for _, told in filled.problems))


def _chosen(request: HttpRequest, account: LeverAccount) -> Prospect | None:
    asked = request.POST.get("preview") or request.GET.get("preview") or ""
    rows = Prospect.objects.select_related("candidate", "job", "sourcer")
    try:
        found = rows.filter(key=uuid.UUID(asked)).first() if asked else None
    except ValueError:
        found = None
    people = [] if found else _people(account)
    return found or (people[0] if people else None)


def _shown(field: Mapping[str, Any]) -> str:
    value = field["value"]
    if isinstance(value, list):
        return ", ".join(value)
    if field.get("type") == "date" and value is not None:
        return f"{datetime.fromtimestamp(value / 1000, UTC):%-d %B %Y}"
    return "" if value is None else str(value)


urlpatterns = [
    path("settings/ats/form/", page, name="ats-form"),
    path("settings/ats/form/save/", save, name="ats-form-save"),
]
