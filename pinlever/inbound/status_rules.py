"""What a stage or an archive reason of Lever's does to outreach: defaults as a table, and the account's own rules.

A rule that says what the default says is not kept: the default may get wiser.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.db import transaction

from pinlever.audit.services import Actor, record
from pinlever.connection.models import ArchiveReason, LeverAccount, Stage
from pinlever.connection.rules import InvalidRule
from pinlever.inbound.models import StatusPass, StatusRule
from pinlever.inbound.waking import wake_status
from pinlever.outreach.models import Effect

Of = StatusRule.Of
# Lever's own names of its pipelines, and how accounts call them.
PIPELINES_THAT_PAUSE: Final = frozenset({"screen", "interview", "interviews", "onsite", "offer", "offers"})
_INTERVIEW = re.compile(r"\b(interview|on-?\s?site|screen|offer)", re.IGNORECASE)
_DO_NOT_CONTACT = re.compile(
    r"\b(do not|don'?t|never) (contact|call|e-?mail|message|write)"
    r"|\b(dnc|opted? out|opt-out|unsubscribed?|blacklist(ed)?|block-?list(ed)?)\b"
    r"|\b(never|not) interested (ever|at all)\b|\bnever interested\b",
    re.IGNORECASE,
)
NO_CONTACT_DEFAULT: Final = Effect.STOP
CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    Of.STAGE: (Effect.NOTHING, Effect.PAUSE, Effect.STOP, Effect.RESUME),
    Of.REASON: (Effect.NOTHING, Effect.PAUSE, Effect.STOP, Effect.RESUME),
    Of.NO_CONTACT: (Effect.NOTHING, Effect.PAUSE, Effect.STOP),
}


@dataclass(frozen=True)
class Rules:
    """What each stage and reason by Lever's id does, whether Lever lists it still or not."""

    stages: Mapping[str, str]
    reasons: Mapping[str, str]
    no_contact: str = NO_CONTACT_DEFAULT

    def of_stage(self, stage_id: str) -> str:
        return self.stages.get(stage_id, Effect.NOTHING)

    def of_reason(self, reason_id: str) -> str:
        return self.reasons.get(reason_id, Effect.NOTHING)


def stage_default(pipeline: str, text: str) -> str:
    """By the pipeline; where the account does not tell it, by the name."""
    if pipeline:
        return Effect.PAUSE if pipeline.strip().lower() in PIPELINES_THAT_PAUSE else Effect.NOTHING
    return Effect.PAUSE if _INTERVIEW.search(text) else Effect.NOTHING


def reason_default(kind: str, text: str) -> str:
    """Whoever was hired is a colleague; whoever asked not to be contacted is not."""
    if kind == "hired" or _DO_NOT_CONTACT.search(text.replace("’", "'")):
        return Effect.STOP
    return Effect.NOTHING


def rules_of(account: LeverAccount) -> Rules:
    """The account's rules, defaults included. Three queries."""
    stages, reasons = defaults_of(account)
    no_contact: str = NO_CONTACT_DEFAULT
    for rule in StatusRule.objects.filter(account=account):
        if rule.of == Of.STAGE:
            stages[rule.lever_id] = rule.effect
        elif rule.of == Of.REASON:
            reasons[rule.lever_id] = rule.effect
        else:
            no_contact = rule.effect
    return Rules(stages, reasons, no_contact)


def defaults_of(account: LeverAccount) -> tuple[dict[str, str], dict[str, str]]:
    """What stages and reasons do by default, by Lever's ids."""
    stages = Stage.objects.filter(account=account).values_list("lever_id", "pipeline", "text")
    reasons = ArchiveReason.objects.filter(account=account).values_list("lever_id", "kind", "text")
    return (
        {lever_id: stage_default(pipeline, text) for lever_id, pipeline, text in stages},
        {lever_id: reason_default(kind, text) for lever_id, kind, text in reasons},
    )


def set_rule(*, by: Actor, account: LeverAccount, of: str, lever_id: str = "", effect: str) -> None:
    """Changes what a stage, a reason or Lever's "do not contact" does; everybody is looked at again.

    The default takes the rule away. Raises InvalidRule.
    """
    if effect not in CHOICES.get(of, ()):
        raise InvalidRule("Choose one of the effects of the list.")
    with transaction.atomic():
        LeverAccount.objects.select_for_update().get(pk=account.pk)
        default = _default(account, of, lever_id)
        rules = StatusRule.objects.filter(account=account, of=of, lever_id=lever_id)
        former = rules.first()
        before = former.effect if former else default
        if effect == default:
            rules.delete()
        else:
            StatusRule.objects.update_or_create(
                account=account, of=of, lever_id=lever_id, defaults={"effect": effect}
            )
        if before == effect:
            return
        told = {"of": of, "lever_id": lever_id, "effect": effect}
        record(by=by, action="rule.status", subject=account, before={"effect": before}, after=told)
        StatusPass.ask(account)
        wake_status()


def put_back(*, by: Actor, account: LeverAccount, of: str, lever_id: str = "") -> str:
    """The default again; answers which effect that is. Raises InvalidRule."""
    effect = _default(account, of, lever_id)
    set_rule(by=by, account=account, of=of, lever_id=lever_id, effect=effect)
    return effect


def _default(account: LeverAccount, of: str, lever_id: str) -> str:
    if of == Of.NO_CONTACT and not lever_id:
        return NO_CONTACT_DEFAULT
    stages, reasons = defaults_of(account)
    found = {Of.STAGE: stages, Of.REASON: reasons}.get(Of(of) if of in Of.values else Of.NO_CONTACT, {})
    if lever_id not in found:
        raise InvalidRule("Lever has no such stage or archive reason any more. Load the page again.")
    return found[lever_id]
