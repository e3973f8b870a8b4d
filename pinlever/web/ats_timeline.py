"""Settings → ATS integration → Timeline: what is told on Lever's timeline, shown as it will look. Saved as changed."""

import uuid
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_POST, require_safe

from pinlever.connection.marker import marker_link
from pinlever.connection.models import LeverAccount
from pinlever.connection.rules import InvalidRule
from pinlever.foundation.clock import db_now
from pinlever.outreach.models import OutreachEvent
from pinlever.sync import note_texts as texts
from pinlever.sync.followup_words import standing_of, try_failed_again
from pinlever.sync.models import NOTEWORTHY, Bodies, TimelineRule
from pinlever.sync.stage_moves import LEAD_STAGES, lead_stages
from pinlever.sync.timeline_rules import change, rule_of
from pinlever.web.access import actor, person, recruiter, super_admin
from pinlever.web.ats_pages import answer, connected

_Kind = OutreachEvent.Kind
KINDS = {
    _Kind.ADDED_TO_OUTREACH: "Every time somebody is added to outreach.",
    _Kind.CONTACT_FOUND: "Each email address and number, with its source and when it was verified.",
    _Kind.MESSAGE_SENT: "Channel, subject and time.",
    _Kind.REPLIED: "That they replied, and when.",
    _Kind.INTERESTED: "That they are interested, and when.",
    _Kind.BOUNCED: "A message that could not be delivered.",
    _Kind.UNSUBSCRIBED: "That they do not want to be written to any more.",
}
BODIES = {
    Bodies.NEVER: "What was written stays in Pin; our link leads there.",
    Bodies.NOTES: "Everybody who sees the candidate in Lever reads them.",
    Bodies.SECRET: "Only Lever users with access to sensitive information read these notes.",
}
EXAMPLE = uuid.UUID("6f1c2a9e-0000-5000-8000-000000000000")
JOB, RECRUITER = "Backend Engineer", "Kari Holm"
SUBJECT = "A platform role in Oslo"
WORDS = "Hi Ingrid,\n\nI read your talk about event logs. Would you like to hear about our team?\n\nKari"
REPLY = "Hi Kari, gladly. Tuesday works for me.\nIngrid"


@require_safe
@recruiter
@connected
def page(request: HttpRequest, account: LeverAccount) -> HttpResponse:
    """The rules as they stand, with what they make of three examples."""
    return render(request, "ats/timeline.html", scene(request, account))


@require_POST
@super_admin
@connected
def save(request: HttpRequest, account: LeverAccount) -> HttpResponse:
    """One of the page's forms, named by `part`."""
    said = {"part": request.POST.get("part", "")}
    try:
        said["saved"] = _change(request, account)
    except InvalidRule as error:
        said["wrong"] = str(error)
    return answer(request, "ats-timeline", "ats/_timeline.html", lambda: scene(request, account), **said)


def scene(request: HttpRequest, account: LeverAccount) -> dict[str, Any]:
    """What the page shows."""
    rule = rule_of(account.pk)
    stages = lead_stages(account)
    return {
        "may_change": person(request).is_superuser,
        "account": account,
        "rule": rule,
        "kinds": [(kind.value, kind.label, KINDS[kind], kind in rule.kinds) for kind in NOTEWORTHY],
        "bodies": [(choice.value, choice.label, told) for choice, told in BODIES.items()],
        "missing_stages": [name for stage, name in LEAD_STAGES.items() if stage not in stages.by_name],
        "previews": previews(rule),
        "standing": standing_of(account),
    }


def previews(rule: TimelineRule) -> list[tuple[str, bool]]:
    """Notes about an example, by the functions that write the real ones: (text, whether it is secret)."""
    now, link = db_now(), marker_link(EXAMPLE)
    found = []
    if rule.sourced:
        points = (
            texts.Point("ingrid@solheim.example", "email", "Hunter", now - timedelta(days=3)),
            texts.Point("+47 406 12 345", "mobile", "LinkedIn"),
        )
        who = texts.Sourced(f"Sourced in Pin by {RECRUITER}", JOB, now - timedelta(days=4), points=points)
        found.append((texts.sourced_note(who, link=link, mark=texts.mark_of(EXAMPLE, "sourced")), False))
    opens = texts.Opens(3, now - timedelta(hours=5)) if rule.opens else texts.Opens()
    examples = (
        texts.Told(
            _Kind.MESSAGE_SENT, now - timedelta(days=2), JOB, "email", SUBJECT, RECRUITER, WORDS, opens
        ),
        texts.Told(_Kind.REPLIED, now - timedelta(hours=4), JOB, "email", f"Re: {SUBJECT}", body=REPLY),
    )
    return found + [_preview(rule, told, link) for told in examples if told.kind in rule.kinds]


def _preview(rule: TimelineRule, told: texts.Told, link: str) -> tuple[str, bool]:
    body = "" if rule.bodies == Bodies.NEVER else told.body
    shown = texts.Told(told.kind, told.at, told.job, told.channel, told.subject, told.by, body, told.opens)
    text = texts.event_note(shown, link=link, mark=texts.mark_of(EXAMPLE, told.kind))
    return text, rule.bodies == Bodies.SECRET


def _change(request: HttpRequest, account: LeverAccount) -> str:
    by, said = actor(request), request.POST
    match said.get("part"):
        case "notes":
            change(
                by=by,
                account=account,
                kinds=said.getlist("kinds"),
                bodies=said.get("bodies", ""),
                **{name: said.get(name) == "yes" for name in ("sourced", "opens", "linked")},
            )
            return (
                "Saved. It counts for what happens from now on, and for whoever comes to Lever from now on."
            )
        case "stages":
            on = said.get("moves_stage") == "yes"
            change(by=by, account=account, moves_stage=on)
            return "Our events move leads from now on." if on else "Stages stay as they are from now on."
        case "failed":
            count = try_failed_again(by=by, account=account)
            return (
                f"{count:,} {'is' if count == 1 else 'are'} tried again." if count else "Nothing had failed."
            )
    raise InvalidRule("Choose something of the page.")


urlpatterns = [
    path("settings/ats/timeline/", page, name="ats-timeline"),
    path("settings/ats/timeline/save/", save, name="ats-timeline-save"),
]
