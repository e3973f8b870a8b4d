"""Writing the fields form of somebody we created: once for each opportunity and template, looked for before.

A form cannot be changed or removed at Lever, and the newest of a template counts there: one that somebody filled in
is never written over.
"""

from collections.abc import Sequence
from typing import Any

from pinlever.connection.marker import marker_link
from pinlever.foundation.clock import db_now
from pinlever.foundation.failpoints import failpoint
from pinlever.lever.errors import Forbidden, NotFound
from pinlever.lever.types import Form
from pinlever.recruiting.models import Prospect
from pinlever.sync import causes
from pinlever.sync.following import Done, Following, profile_gone
from pinlever.sync.form_filling import entries_of, fill
from pinlever.sync.form_rules import rule_of
from pinlever.sync.form_sources import values_of
from pinlever.sync.models import FollowUp, SyncRecord
from pinlever.sync.performing import performer_of

State = FollowUp.State
SWITCHED_OFF = "The rule of the fields form says that this form is not written."
FILLED_IN = "Somebody in Lever has filled in this form; it is left as they have it."
TEMPLATE_GONE = "Lever has this form no more."
CURE = "Map it again in Settings → ATS integration → Fields form."
NOT_PERMITTED = "Lever does not let our connection read or write forms ({said})."


def write(following: Following) -> Done:
    """The handler of forms."""
    try:
        return _look(following) or _fill(following)
    except Forbidden as error:
        return Done(State.FAILED, NOT_PERMITTED.format(said=causes.said(error)), "step_forbidden")


def _look(following: Following) -> Done | None:
    """None: there is no such form on the opportunity, and one may be written."""
    row = following.row
    failpoint("form.before_look")
    looked_at = db_now()
    try:
        there = [one for one in following.lever.forms(row.opportunity_id) if one.template_id == row.key]
    except NotFound:
        return profile_gone()
    if ours := _ours(following, there):
        return Done(State.DONE, lever_id=ours.id, result={"read_back": True})
    if end := following.look_again(looked_at):
        return end
    if any(one.deleted_at is None for one in there):
        return Done(State.SKIPPED, FILLED_IN, "filled_in")
    rule = rule_of(following.record.account_id)
    if not rule.is_on or rule.template_id != row.key:
        return Done(State.SKIPPED, SWITCHED_OFF, "switched_off")
    return following.anonymised()


def _fill(following: Following) -> Done:
    row, record = following.row, following.record
    try:
        template = following.lever.form_template(row.key)
    except NotFound:
        return Done(State.FAILED, f"{TEMPLATE_GONE} {CURE}", "form_gone")
    prospect = Prospect.objects.select_related("candidate", "job", "sourcer").get(pk=record.prospect_id)
    entries = entries_of(rule_of(record.account_id).mapping)
    filled = fill(template.fields, entries, values_of(prospect, record))
    if filled.problems:
        code, _ = filled.problems[0]
        told = " ".join(sentence for _, sentence in filled.problems)
        return Done(State.FAILED, f"{told} {CURE}" if code == "form_changed" else told, code)
    payload = {"fields": list(filled.fields), "perform_as": performer_of(record)}
    form = following.send(payload, lambda before: _create(following, payload, before))
    return Done(State.DONE, lever_id=form.id)


def _create(following: Following, payload: dict[str, Any], send_before: float) -> Form:
    return following.lever.create_form(
        following.row.opportunity_id,
        following.row.key,
        payload["fields"],
        perform_as=payload["perform_as"] or None,
        send_before=send_before,
    )


def _ours(following: Following, there: Sequence[Form]) -> Form | None:
    """Ours bears our link, or says exactly what was sent; a deleted one too."""
    sent = following.row.payload
    link = marker_link(_key_of(following.record))
    for form in there:
        said = [field.get("value") for field in form.fields]
        if link in said or (following.is_unsettled and _is_what_was_sent(form, sent)):
            return form
    return None


def _key_of(record: SyncRecord) -> Any:
    return Prospect.objects.values_list("key", flat=True).get(pk=record.prospect_id)


def _is_what_was_sent(form: Form, sent: dict[str, Any]) -> bool:
    return _said(form.fields) == _said(sent.get("fields", []))


def _said(fields: Sequence[dict[str, Any]]) -> list[tuple[str, str]]:
    """White space and the way a number is written may change on the way."""
    return sorted((str(one.get("text")), _plain(one.get("value"))) for one in fields)


def _plain(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return " ".join(str("" if value is None else value).split())
