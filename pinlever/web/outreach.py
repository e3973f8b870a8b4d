"""Outreach by hand: adding people to it, logging what happened, and contact details somebody found."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse

from pinlever.connection.accounts import home_account
from pinlever.outreach.adding import AddedToOutreach, add_to_outreach, put_on_job_for_outreach
from pinlever.outreach.services import (
    EventConflict,
    InvalidContactPoint,
    InvalidEvent,
    add_contact_point,
    record_event,
)
from pinlever.outreach.sourcing import SOURCE
from pinlever.recruiting.facts import InvalidFacts
from pinlever.recruiting.families import Family, families, family
from pinlever.recruiting.models import Candidate, Job, Prospect
from pinlever.sync.explain import explanations
from pinlever.sync.presence import InLever, in_lever
from pinlever.web.access import actor, person, recruiter
from pinlever.web.candidate_forms import LogActivity, NewContactPoint, new_token, of_people, open_jobs
from pinlever.web.candidate_rows import name_of
from pinlever.web.dialogs import dialog, onwards

MOST = 500  # people added in one request
SHOWN = 30


@dataclass(frozen=True)
class Addressed:
    """One person in the dialog. Without `prospect` a job has to be chosen for them."""

    who: Family
    prospect: Prospect | None
    there: tuple[InLever, ...]

    @property
    def name(self) -> str:
        return name_of(self.who)

    @property
    def is_in_outreach(self) -> bool:
        return self.prospect is not None and self.prospect.outreach_stage != Prospect.Stage.SOURCED


@recruiter
def log_activity(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """What happened, with whom, when; recorded once however often the button is pressed."""
    who = family(get_object_or_404(Candidate, key=key))
    form = LogActivity(of_people(who.ids), request.POST or None)
    if request.method == "POST" and form.is_valid() and (said := _record(request, form)):
        messages.success(request, f"Recorded for {name_of(who)}. {said}")
        return onwards(request, _page(who))
    has_jobs = of_people(who.ids).exists()
    return dialog(
        request,
        "outreach/log.html",
        {"form": form, "person": who.root, "name": name_of(who), "has_jobs": has_jobs},
    )


@recruiter
def new_contact_point(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """An address or number somebody found."""
    who = family(get_object_or_404(Candidate, key=key))
    form = NewContactPoint(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            point = add_contact_point(
                by=actor(request),
                candidate=who.root,
                kind=said["kind"],
                value=said["value"],
                source=said["source"] or "added by hand",
                phone_type=said["phone_type"],
            )
        except (InvalidContactPoint, InvalidFacts) as wrong:
            form.add_error("value", str(wrong))
        else:
            messages.success(request, f"{point.value} was added to {name_of(who)}.")
            return onwards(request, _page(who))
    return dialog(request, "outreach/contact.html", {"form": form, "person": who.root, "name": name_of(who)})


@recruiter
def add(request: HttpRequest) -> HttpResponse:
    """One or many: `prospect` (a row's number) and `candidate` (a key, with a job to be chosen)."""
    given = request.POST if request.method == "POST" else request.GET
    prospects, people = _prospects(given.getlist("prospect")), _people(given.getlist("candidate"))
    job = _job(given.get("job", ""))
    trouble = _trouble(prospects, people, job) if request.method == "POST" else ""
    if request.method == "POST" and not trouble:
        new = put_on_job_for_outreach(by=actor(request), candidates=people, job=job) if job else []
        done = add_to_outreach(
            by=actor(request), prospects=[*prospects, *new], token=given.get("token", "")[:64] or new_token()
        )
        messages.success(request, _said(done))
        return onwards(request, _back(request, [*prospects, *new]))
    return dialog(request, "outreach/add.html", _context(prospects, people, job, trouble))


def _context(
    prospects: Sequence[Prospect], people: Sequence[Candidate], job: Job | None, trouble: str
) -> dict[str, Any]:
    listed = _addressed(prospects, people)
    going = [one for one in listed if not one.is_in_outreach]
    listed.sort(key=lambda one: (not one.there, one.is_in_outreach))
    return {
        "listed": listed[:SHOWN],
        "more": max(0, len(listed) - SHOWN),
        "going": len(going),
        "warned": sum(1 for one in going if one.there),
        "there_already": len(listed) - len(going),
        "prospects": prospects,
        "people": people,
        "job": job,
        "jobs": open_jobs() if people else (),
        "token": new_token(),
        "total": len(listed),
        "trouble": trouble,
        "one": listed[0] if len(listed) == 1 else None,
    }


def _addressed(prospects: Sequence[Prospect], people: Sequence[Candidate]) -> list[Addressed]:
    of = families({*(one.candidate_id for one in prospects), *(one.pk for one in people)})
    there = in_lever(home_account(), {each.root.pk: each for each in of.values()}.values())
    listed = [Addressed(of[one.candidate_id], one, there[of[one.candidate_id].root.pk]) for one in prospects]
    return listed + [Addressed(of[one.pk], None, there[of[one.pk].root.pk]) for one in people]


def _trouble(prospects: Sequence[Prospect], people: Sequence[Candidate], job: Job | None) -> str:
    if not prospects and not people:
        return "Nobody was chosen. Choose people in a list first."
    if len(prospects) + len(people) > MOST:
        return f"At most {MOST} people are added at a time. Choose fewer."
    if people and job is None:
        return "Choose the job they are to be reached for."
    return ""


def _record(request: HttpRequest, form: LogActivity) -> str:
    """Records the event; answers what follows from it, or "" with the form's error set."""
    said = form.cleaned_data
    details = {name: value for name, value in (("note", said["note"]), ("by", str(person(request)))) if value}
    try:
        record_event(
            by=actor(request),
            prospect=said["prospect"],
            kind=said["kind"],
            channel=said["channel"],
            occurred_at=said["occurred_at"],
            source=SOURCE,
            external_id=f"logged:{said['token']}",
            details=details,
        )
    except InvalidEvent as wrong:
        form.add_error(None, str(wrong))
        return ""
    except EventConflict:
        form.add_error(
            None, "This form was sent before with other content, and that is on the timeline. Open it anew."
        )
        return ""
    after = Prospect.objects.select_related("candidate", "job").get(pk=said["prospect"].pk)
    return explanations([after])[after.pk].sentence


def _said(done: AddedToOutreach) -> str:
    added, there = len(done.added), len(done.there_already)
    if not added:
        return "Everybody was in outreach already; nothing changed."
    who = str(done.added[0].candidate) if added == 1 else f"{added:,} people"
    said = f"{who} {'was' if added == 1 else 'were'} added to outreach."
    return f"{said} {there:,} had been in outreach before." if there else said


def _back(request: HttpRequest, prospects: Sequence[Prospect]) -> str:
    """The person's page, else the job's if it is one, else everybody's."""
    if len(prospects) == 1:
        return _page(family(prospects[0].candidate))
    jobs = {one.job for one in prospects}
    return reverse("job", args=[jobs.pop().key]) if len(jobs) == 1 else reverse("candidates")


def _prospects(texts: Sequence[str]) -> list[Prospect]:
    ids = {int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 19}
    rows = Prospect.objects.filter(pk__in=sorted(ids)[: MOST + 1]).select_related("candidate", "job")
    return list(rows.order_by("-pk"))


def _people(texts: Sequence[str]) -> list[Candidate]:
    keys = []
    for text in texts[: MOST + 1]:
        try:
            keys.append(uuid.UUID(text))
        except ValueError:
            continue
    return list(Candidate.objects.filter(key__in=keys).order_by("-pk"))


def _job(text: str) -> Job | None:
    try:
        return open_jobs().filter(key=uuid.UUID(text)).first()
    except ValueError:
        return None


def _page(who: Family) -> str:
    return reverse("candidate", args=[who.root.key])


urlpatterns = [
    path("candidates/<uuid:key>/log/", log_activity, name="log-activity"),
    path("candidates/<uuid:key>/contact/", new_contact_point, name="contact-new"),
    path("outreach/add/", add, name="add-to-outreach"),
]
