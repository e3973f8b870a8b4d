"""The rule of an account's fields form: which template, what fills its fields, and whether it is written at all."""

from collections.abc import Mapping

from django.db import transaction
from django.db.models import Exists, OuterRef

from pinlever.audit.services import Actor, record as audit
from pinlever.connection.models import FormTemplate, LeverAccount
from pinlever.connection.rules import InvalidRule
from pinlever.foundation.batches import batched
from pinlever.foundation.clock import db_now
from pinlever.sync.form_filling import (
    FITS,
    FIXED,
    Entry,
    FormField,
    Unfit,
    drift_of,
    entries_of,
    fields_of,
    fixed_value,
    stored,
)
from pinlever.sync.form_sources import SOURCES, suggested
from pinlever.sync.models import FollowUp, FormRule
from pinlever.sync.promises import ANEW
from pinlever.sync.waking import wake

CHOOSE = "Choose a form out of the list."
FIRST = "Choose a form first."
NOT_ALL = "Lever requires {fields}. Say what fills {them}, or have the form changed in Lever."
CANNOT = "Lever requires “{text}”, a field of a kind that PinLever cannot fill. Choose another form."
SAY = "Say what “{text}” always is."
NO_SUCH = "Choose what fills “{text}” out of the list."
LONGEST = 1_000


def rule_of(account_id: int) -> FormRule:
    """The account's rule as it stands; unsaved where nobody has set one."""
    return FormRule.objects.filter(account=account_id).first() or FormRule(account_id=account_id)


def templates_of(account: LeverAccount) -> list[FormTemplate]:
    """Those that Lever lists now."""
    return list(FormTemplate.objects.filter(account=account, gone_at=None).order_by("text", "pk"))


def template_of(rule: FormRule) -> FormTemplate | None:
    """As last read; None where Lever has it no more."""
    rows = FormTemplate.objects.filter(account=rule.account_id, lever_id=rule.template_id, gone_at=None)
    return rows.first() if rule.template_id else None


def drift(rule: FormRule, template: FormTemplate | None) -> list[str]:
    """What changed about the form since it was mapped, in sentences."""
    if not rule.template_id:
        return []
    if template is None:
        return [f"“{rule.text}” is no longer in Lever. Choose another form."]
    return drift_of(rule.fields, template.fields)


@transaction.atomic
def choose_template(*, by: Actor, account: LeverAccount, template_id: str) -> FormRule:
    """Another form, its fields mapped by their names. Switched off until all it requires is mapped. Raises
    InvalidRule."""
    rule = _held(account)
    template = FormTemplate.objects.filter(account=account, lever_id=template_id, gone_at=None).first()
    if template is None and template_id:
        raise InvalidRule(CHOOSE)
    before = {"form": rule.text, "on": rule.is_on}
    fields = fields_of(template.fields) if template else ()
    guessed = {field.key: {"source": code, "value": ""} for field in fields if (code := suggested(field))}
    is_on = rule.is_on and bool(fields) and not _missing(fields, entries_of(guessed))
    _write(
        rule,
        template_id=template_id,
        text=template.text if template else "",
        fields=stored(fields),
        mapping=guessed,
        is_on=is_on,
    )
    _audit(by, account, before, {"form": rule.text, "on": rule.is_on})
    return rule


@transaction.atomic
def map_fields(*, by: Actor, account: LeverAccount, entries: Mapping[str, Entry]) -> FormRule:
    """What fills which field; what failed because of it before is tried again. Raises InvalidRule."""
    rule = _held(account)
    template = template_of(rule)
    if template is None:
        raise InvalidRule(FIRST)
    fields = fields_of(template.fields)
    wanted = {field.key: entries[field.key] for field in fields if entries.get(field.key, Entry("")).source}
    for field in fields:
        if field.key in wanted:
            _check(field, wanted[field.key])
    if rule.is_on:
        _check_all(fields, wanted)
    before = {"mapping": rule.mapping}
    mapping = {key: {"source": one.source, "value": one.value[:LONGEST]} for key, one in wanted.items()}
    if (mapping, stored(fields)) != (rule.mapping, rule.fields):
        _write(rule, mapping=mapping, fields=stored(fields), text=template.text)
        _audit(by, account, before, {"mapping": mapping})
    _try_failed_again(rule)
    return rule


@transaction.atomic
def switch(*, by: Actor, account: LeverAccount, on: bool) -> FormRule:
    """Writes forms from now on, or no more. Raises InvalidRule where something required is not mapped."""
    rule = _held(account)
    if on:
        template = template_of(rule)
        if template is None:
            raise InvalidRule(FIRST)
        _check_all(fields_of(template.fields), entries_of(rule.mapping))
    if rule.is_on != on:
        _write(rule, is_on=on, since=db_now() if on else rule.since)
        _audit(by, account, {"on": not on}, {"on": on, "form": rule.text})
    if on:
        _try_failed_again(rule)
    return rule


def _held(account: LeverAccount) -> FormRule:
    FormRule.objects.get_or_create(account=account)
    return FormRule.objects.select_for_update().get(account=account)


def _write(rule: FormRule, **columns: object) -> None:
    for name, value in columns.items():
        setattr(rule, name, value)
    rule.save(update_fields=list(columns))


def _check(field: FormField, entry: Entry) -> None:
    if entry.source == FIXED and field.type in FITS:
        if not entry.value.strip():
            raise InvalidRule(SAY.format(text=field.text))
        try:
            fixed_value(field, entry.value)
        except Unfit as wrong:
            raise InvalidRule(str(wrong).replace("Lever requires ", "For ", 1)) from None
        return
    source = SOURCES.get(entry.source)
    if source is None or source.kind not in field.kinds:
        raise InvalidRule(NO_SUCH.format(text=field.text))


def _missing(fields: tuple[FormField, ...], entries: Mapping[str, Entry]) -> list[FormField]:
    return [field for field in fields if field.required and field.key not in entries]


def _check_all(fields: tuple[FormField, ...], entries: Mapping[str, Entry]) -> None:
    missing = _missing(fields, entries)
    unfillable = next((field for field in missing if field.type not in FITS), None)
    if unfillable is not None:
        raise InvalidRule(CANNOT.format(text=unfillable.text))
    if missing:
        named = ", ".join(f"“{field.text}”" for field in missing)
        raise InvalidRule(NOT_ALL.format(fields=named, them="them" if len(missing) > 1 else "it"))


def _try_failed_again(rule: FormRule) -> None:
    """Of the account's failed forms, those of another template too: the one chosen now is written in its place."""
    if not rule.is_on:
        return
    failed = FollowUp.objects.filter(
        record__account=rule.account_id, kind=FollowUp.Kind.FORM, state=FollowUp.State.FAILED
    )
    fresh = {**ANEW, "due_at": db_now()}
    count = failed.filter(key=rule.template_id).update(**fresh)
    same = FollowUp.objects.filter(
        record=OuterRef("record"),
        kind=FollowUp.Kind.FORM,
        opportunity_id=OuterRef("opportunity_id"),
        key=rule.template_id,
    )
    others = failed.filter(~Exists(same), over_at=None)
    ids = list(others.values_list("pk", flat=True))
    for some in batched(ids):
        count += FollowUp.objects.filter(pk__in=some).update(**fresh, key=rule.template_id, payload={})
    if count:
        wake()


def _audit(by: Actor, account: LeverAccount, before: dict[str, object], after: dict[str, object]) -> None:
    audit(by=by, action="account.form", subject=account, before=before, after=after)
