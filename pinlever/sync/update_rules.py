"""The rules for new facts about people in Lever: what they are, what counts by default, and how they are changed."""

from collections.abc import Mapping

from django.db import transaction

from pinlever.audit.services import Actor, record as audit
from pinlever.connection.models import LeverAccount
from pinlever.connection.rules import InvalidRule
from pinlever.foundation.clock import db_now
from pinlever.sync.details import FIELDS, SINGLE
from pinlever.sync.models import Policy, UpdateRule

# Contact information belongs to Lever once somebody is there. Tags and links say what we know, and take nothing away.
DEFAULTS: Mapping[str, str] = {
    **dict.fromkeys(FIELDS, Policy.NEVER.value),
    "tags": Policy.ADD.value,
    "links": Policy.ADD.value,
}


def choices_for(field: str) -> tuple[Policy, ...]:
    """A single value is filled or left alone; only a list can be added to."""
    return (Policy.NEVER, Policy.BLANKS) if field in SINGLE else tuple(Policy)


def rule_of(account_id: int) -> UpdateRule:
    """The account's rule as it stands; unsaved where nobody has changed anything."""
    return UpdateRule.objects.filter(account=account_id).first() or UpdateRule(account_id=account_id)


def policies_of(account_id: int) -> dict[str, str]:
    """{field: policy}, defaults included. One query."""
    return {**DEFAULTS, **rule_of(account_id).policies}


def set_policy(*, by: Actor, account: LeverAccount, field: str, policy: str) -> None:
    """Changes one. What was known before a field is switched on stays in Pin. Raises InvalidRule."""
    if field not in FIELDS or policy not in choices_for(field):
        raise InvalidRule("Choose a field and a policy out of the list.")
    with transaction.atomic():
        UpdateRule.objects.get_or_create(account=account)
        rule = UpdateRule.objects.select_for_update().get(account=account)
        before = {**DEFAULTS, **rule.policies}[field]
        if before == policy:
            return
        rule.policies = {**rule.policies, field: policy}
        rule.since = db_now() if before == Policy.NEVER else rule.since
        rule.save(update_fields=["policies", "since"])
        told = {"field": field, "policy": policy}
        audit(by=by, action="account.updates", subject=account, before={"policy": before}, after=told)
