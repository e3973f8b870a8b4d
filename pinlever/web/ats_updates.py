"""Settings → ATS integration → Profile updates: what becomes of new facts about people in Lever. Saved as changed."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_POST, require_safe

from pinlever.connection.models import LeverAccount
from pinlever.connection.rules import InvalidRule
from pinlever.sync.models import Policy
from pinlever.sync.update_rules import DEFAULTS, choices_for, policies_of, set_policy
from pinlever.web.access import actor, person, recruiter, super_admin
from pinlever.web.ats_pages import answer, connected

FIELDS = {
    "emails": ("Email addresses", "Only verified ones. An address of somebody else in Lever is never added."),
    "phones": ("Phone numbers", "Only verified ones, with their type."),
    "headline": ("Headline", "“Title, Company” of the current position."),
    "location": ("Location", "City, state and country."),
    "links": ("Links", "LinkedIn profiles, in one spelling."),
    "tags": ("Tags", "Tags from Pin; skills too where they are sent as tags. Tags at Lever are for ever."),
}
VALUES = {
    "emails": ("ada@work.example", "ada@home.example"),
    "phones": ("+47 22 00 00 01", "+47 401 23 456"),
    "links": ("linkedin.com/in/ada", "linkedin.com/in/ada-lovelace"),
    "tags": ("oslo", "platform"),
}
OF_LISTS = {
    Policy.NEVER: "Lever has {there}, new is {new}: Lever stays as it is.",
    Policy.BLANKS: "Lever has {there}, new is {new}: nothing is added. Only an empty list is filled.",
    Policy.ADD: "Lever has {there}, new is {new}: Lever has both then.",
}
OF_SINGLES = {
    Policy.NEVER: "Lever’s stays as it is, even if it is blank.",
    Policy.BLANKS: "Written only while Lever’s is blank.",
}


@dataclass(frozen=True)
class Row:
    """One field with its policy, what it means, and what may be chosen."""

    field: str
    name: str
    told: str
    policy: str
    example: str
    choices: tuple[tuple[str, str], ...]
    is_default: bool


@require_safe
@recruiter
@connected
def page(request: HttpRequest, account: LeverAccount) -> HttpResponse:
    """The rules as they stand, with an example of each."""
    return render(request, "ats/updates.html", scene(request, account))


@require_POST
@super_admin
@connected
def save(request: HttpRequest, account: LeverAccount) -> HttpResponse:
    """One field's policy."""
    field, policy = request.POST.get("field", ""), request.POST.get("policy", "")
    try:
        set_policy(by=actor(request), account=account, field=field, policy=policy)
        said = {"saved": f"{FIELDS[field][0]}: saved. It counts for what becomes known from now on."}
    except InvalidRule as error:
        said = {"wrong": str(error)}
    return answer(request, "ats-updates", "ats/_updates.html", lambda: scene(request, account), **said)


def scene(request: HttpRequest, account: LeverAccount) -> dict[str, Any]:
    """What the page shows."""
    policies = policies_of(account.pk)
    rows = [_row(field, policies[field]) for field in FIELDS]
    return {"may_change": person(request).is_superuser, "account": account, "rows": rows}


def _row(field: str, policy: str) -> Row:
    name, told = FIELDS[field]
    return Row(
        field,
        name,
        told,
        policy,
        _example(field, Policy(policy)),
        tuple((choice.value, choice.label) for choice in choices_for(field)),
        DEFAULTS[field] == policy,
    )


def _example(field: str, policy: Policy) -> str:
    if field not in VALUES:
        return OF_SINGLES[policy]
    there, new = VALUES[field]
    return OF_LISTS[policy].format(there=there, new=new)


urlpatterns = [
    path("settings/ats/updates/", page, name="ats-updates"),
    path("settings/ats/updates/save/", save, name="ats-updates-save"),
]
