"""Settings → ATS integration → Status rules: what stages and archive reasons of Lever's, and outreach events, do to
outreach; and what in Lever is no longer what rules and jobs here name. Saved as changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.views.decorators.http import require_POST, require_safe

from pinlever.connection.accounts import home_account
from pinlever.connection.models import ArchiveReason, LeverAccount, Stage
from pinlever.connection.rules import InvalidRule
from pinlever.inbound import drift_effects
from pinlever.inbound.counting import in_outreach
from pinlever.inbound.drifting import put_aside, standing_drift
from pinlever.inbound.models import Drift, StatusPass, StatusRule
from pinlever.inbound.status_rules import CHOICES, NO_CONTACT_DEFAULT, defaults_of, put_back, set_rule
from pinlever.outreach import event_holds
from pinlever.outreach.event_holds import NoSuchRule
from pinlever.outreach.models import Effect, OutreachEvent
from pinlever.web.access import actor, person, recruiter, super_admin
from pinlever.web.ats_pages import answer, connected

Of = StatusRule.Of
DEFAULT = "default"
PIPELINES = {
    "lead": "Leads",
    "applicant": "Applicants",
    "screen": "Screens",
    "onsite": "On-site",
    "offer": "Offers",
}
DOES = {
    Effect.NOTHING: "does nothing",
    Effect.PAUSE: "pauses outreach",
    Effect.STOP: "stops outreach",
    Effect.RESUME: "resumes outreach",
}
EVENTS = {
    OutreachEvent.Kind.REPLIED: ("They replied", "Also when somebody moves them to “Responded” in Lever."),
    OutreachEvent.Kind.UNSUBSCRIBED: ("They unsubscribed", "Whoever asked not to be written to."),
    OutreachEvent.Kind.BOUNCED: ("A message bounced", "The address may be wrong."),
}


@dataclass(frozen=True)
class Row:
    """A rule as the page shows it."""

    of: str
    lever_id: str
    name: str
    effect: str
    default: str
    choices: tuple[tuple[str, str], ...]
    note: str = ""

    @property
    def is_default(self) -> bool:
        return self.effect == self.default

    @property
    def key(self) -> str:
        return f"{self.of}-{self.lever_id}" if self.lever_id else self.of

    @property
    def default_label(self) -> str:
        return Effect(self.default).label


@require_safe
@recruiter
@connected
def page(request: HttpRequest, account: LeverAccount) -> HttpResponse:
    """The rules as they stand."""
    return render(request, "ats/status.html", scene(request, account))


@require_safe
@recruiter
def counts(request: HttpRequest) -> HttpResponse:
    """How many people in outreach stand where; put into the page once it is there."""
    account = home_account()
    if account is None or not request.htmx:  # type: ignore[attr-defined]
        return redirect("ats-status")
    found = in_outreach(account)
    rows = [row for group in _groups(account) for row in group[1]]
    told = [(row.key, found.get((row.of, row.lever_id), 0)) for row in rows]
    return render(request, "ats/_status_counts.html", {"counts": told})


@require_POST
@super_admin
@connected
def save(request: HttpRequest, account: LeverAccount) -> HttpResponse:
    """One rule: `of` and `lever_id` name it, `effect` is what it does; "default" puts it back."""
    try:
        saved = _change(request, account)
    except InvalidRule as error:
        return _answer(request, account, wrong=str(error))
    except NoSuchRule:
        return _answer(request, account, wrong="Choose one of the effects of the list.")
    return _answer(request, account, saved=saved)


@require_POST
@super_admin
@connected
def aside(request: HttpRequest, account: LeverAccount, pk: int) -> HttpResponse:
    """Something that changed in Lever is put aside."""
    drift = get_object_or_404(Drift, pk=pk)
    done = put_aside(by=actor(request), drift=drift)
    saved = "Put aside. It comes back should it change once more." if done else "It was over already."
    return _answer(request, account, saved=saved)


def scene(request: HttpRequest, account: LeverAccount) -> dict[str, Any]:
    """What the page shows. Constant queries."""
    groups = _groups(account)
    drifts = drift_effects.told(account, standing_drift(account))
    return {
        "may_change": person(request).is_superuser,
        "account": account,
        "stages": [group for group in groups if group[1] and group[1][0].of == Of.STAGE],
        "reasons": next((rows for _, rows in groups if rows and rows[0].of == Of.REASON), []),
        "no_contact": groups[-1][1][0],
        "events": _events(),
        "drifts": drifts,
        "is_looking": StatusPass.objects.filter(account=account, finished_at=None).exists(),
    }


def _groups(account: LeverAccount) -> list[tuple[str, list[Row]]]:
    """Stages by pipeline, then reasons, then Lever's "do not contact"."""
    kept = {(rule.of, rule.lever_id): rule.effect for rule in StatusRule.objects.filter(account=account)}
    stage_defaults, reason_defaults = defaults_of(account)
    stages: dict[str, list[Row]] = {}
    for stage in Stage.objects.filter(account=account, gone_at=None).order_by("order", "pk"):
        name = PIPELINES.get(stage.pipeline, stage.pipeline.title())
        row = _row(Of.STAGE, stage.lever_id, stage.text, stage_defaults, kept)
        stages.setdefault(name, []).append(row)
    reasons = [
        _row(Of.REASON, one.lever_id, one.text, reason_defaults, kept, "" if one.is_active else "not in use")
        for one in ArchiveReason.objects.filter(account=account, gone_at=None).order_by(
            "-is_active", "kind", "text"
        )
    ]
    no_contact = _row(Of.NO_CONTACT, "", "Lever says not to contact them", {"": NO_CONTACT_DEFAULT}, kept)
    return [*stages.items(), ("", reasons), ("", [no_contact])]


def _row(
    of: Of,
    lever_id: str,
    name: str,
    defaults: dict[str, str],
    kept: dict[tuple[str, str], str],
    note: str = "",
) -> Row:
    default = defaults[lever_id]
    effect = kept.get((of, lever_id), default)
    return Row(of, lever_id, name or lever_id, effect, default, _labels(CHOICES[of]), note)


def _events() -> list[Row]:
    return [
        Row(
            "event",
            kind,
            EVENTS[OutreachEvent.Kind(kind)][0],
            effect,
            event_holds.DEFAULTS[kind],
            _labels(CHOICES[Of.NO_CONTACT]),
            EVENTS[OutreachEvent.Kind(kind)][1],
        )
        for kind, effect in event_holds.effects().items()
    ]


def _labels(effects: Iterable[str]) -> tuple[tuple[str, str], ...]:
    return tuple((effect, str(Effect(effect).label)) for effect in effects)


def _change(request: HttpRequest, account: LeverAccount) -> str:
    by, said = actor(request), request.POST
    of, lever_id, effect = (said.get(name, "") for name in ("of", "lever_id", "effect"))
    if of == "event":
        wanted = event_holds.DEFAULTS.get(lever_id, "") if effect == DEFAULT else effect
        event_holds.set_effect(by=by, kind=lever_id, effect=wanted)
        name = EVENTS[OutreachEvent.Kind(lever_id)][0]
        return f"{name}: {DOES[Effect(wanted)]}. It counts from now on; what is held already stays held."
    if effect == DEFAULT:
        effect = put_back(by=by, account=account, of=of, lever_id=lever_id)
    else:
        set_rule(by=by, account=account, of=of, lever_id=lever_id, effect=effect)
    count = in_outreach(account).get((of, lever_id), 0)
    who = "1 person in outreach is" if count == 1 else f"{count:,} people in outreach are"
    name = _name(account, of, lever_id)
    then = (
        f" {who} there; they are held or released within a minute."
        if count
        else " Nobody in outreach is there now."
    )
    return f"{name}: {DOES[Effect(effect)]}.{then}"


def _name(account: LeverAccount, of: str, lever_id: str) -> str:
    rows = (row for _, group in _groups(account) for row in group)
    return next((row.name for row in rows if (row.of, row.lever_id) == (of, lever_id)), "It")


def _answer(request: HttpRequest, account: LeverAccount, **said: str) -> HttpResponse:
    return answer(request, "ats-status", "ats/_status.html", lambda: scene(request, account), **said)


urlpatterns = [
    path("settings/ats/status/", page, name="ats-status"),
    path("settings/ats/status/counts/", counts, name="ats-status-counts"),
    path("settings/ats/status/save/", save, name="ats-status-save"),
    path("settings/ats/status/drift/<int:pk>/aside/", aside, name="ats-status-aside"),
]
