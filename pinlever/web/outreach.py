"""Outreach by hand: adding people to it, logging what happened, and contact details somebody found."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import path, reverse

from pinlever.connection.accounts import home_account
from pinlever.foundation.row_ids import row_ids
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
from pinlever.recruiting.families import Family, family
from pinlever.recruiting.models import Candidate, Job, Prospect
from pinlever.sync.explain import explanations
from pinlever.web.access import actor, person, recruiter
from pinlever.web.candidate_forms import LogActivity, NewContactPoint, new_token, of_people, open_jobs
from pinlever.web.candidate_rows import name_of
from pinlever.web.dialogs import dialog, onwards
from pinlever.web.fitting import asked_by, fitting, query_of
from pinlever.web.outreach_warning import Addressed, Choice, addressed, choose, groups_of, told_of

MOST = 500  # people added in one request who are named one by one
MOST_FITTING = 2_000  # and who fit a list: more would keep the page waiting
SHOWN = 30
NOBODY_FITS = "Nobody fits these filters any more. Close this and look at the list again."


@dataclass(frozen=True)
class Whom:
    """Whom a request means. `fits`: the filters of the list of candidates, when it means everybody who fits them."""

    prospects: Sequence[Prospect]
    people: Sequence[Candidate]
    fits: str | None = None

    @property
    def too_many(self) -> str:
        many = len(self.prospects) + len(self.people)
        if self.fits is None:
            return f"At most {MOST} people are added at a time. Choose fewer." if many > MOST else ""
        if many <= MOST_FITTING:
            return ""
        return (
            f"More than {MOST_FITTING:,} people fit, and so many can be added at a time. "
            "Narrow the list with its filters, then add them in parts."
        )


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
    """One or many: `prospect` (a row's number) and `candidate` (a key, with a job to be chosen); or all who fit."""
    given = request.POST if request.method == "POST" else request.GET
    whom, job = _whom(given), _job(given.get("job", ""))
    trouble = whom.too_many or (_trouble(whom, job) if request.method == "POST" else "")
    listed = [] if whom.too_many else addressed(whom.prospects, whom.people)
    if request.method == "POST" and not trouble:
        choice = choose(listed, told=given.getlist("told"), leave=given.getlist("leave"))
        if choice.kept or not choice.left_out:
            done, prospects = _added(request, whom, job, choice)
            messages.success(request, _said(done) + told_of(choice.left_out))
            return onwards(request, _back(whom, prospects))
        trouble = f"Nobody was added.{told_of(choice.left_out)}"
    return dialog(request, "outreach/add.html", _context(whom, listed, job, trouble))


def _added(
    request: HttpRequest, whom: Whom, job: Job | None, choice: Choice
) -> tuple[AddedToOutreach, list[Prospect]]:
    """What came of it, and all the prospects it was about."""
    gone = {each.who.root.pk for each in choice.left_out}
    kept = [each.prospect for each in choice.kept if each.prospect is not None]
    people = [each.who.root for each in choice.kept if each.prospect is None]
    new = put_on_job_for_outreach(by=actor(request), candidates=people, job=job) if job else []
    token = request.POST.get("token", "")[:64] or new_token()
    done = add_to_outreach(by=actor(request), prospects=[*kept, *new], token=token)
    return done, [*(one for one in whom.prospects if one.candidate_id not in gone), *new]


def _whom(given: QueryDict) -> Whom:
    fits = given.get("fitting")
    if fits is None:
        return Whom(_prospects(given.getlist("prospect")), _people(given.getlist("candidate")))
    asked = asked_by(QueryDict(fits))
    found = fitting(home_account(), asked, MOST_FITTING)
    return Whom(found.prospects, found.people, query_of(asked))


def _context(whom: Whom, listed: list[Addressed], job: Job | None, trouble: str) -> dict[str, Any]:
    going = [one for one in listed if not one.is_in_outreach]
    groups = groups_of(going)
    others = [one for one in listed if one.is_in_outreach or one.why is None]
    others.sort(key=lambda one: one.is_in_outreach)
    return {
        "groups": groups,
        "listed": others[:SHOWN],
        "more": max(0, len(others) - SHOWN),
        "going": len(going) - sum(group.left_out for group in groups),
        "most": len(going) - sum(group.unlisted_left_out for group in groups),
        "warned": sum(1 for one in going if one.there),
        "held": sum(1 for one in going if one.holds),
        "there_already": len(listed) - len(going),
        "prospects": whom.prospects,
        "people": whom.people,
        "fits": whom.fits,
        "job": job,
        "jobs": open_jobs() if whom.people else (),
        "token": new_token(),
        "total": len(listed),
        "trouble": trouble,
        "one": listed[0] if len(listed) == 1 else None,
    }


def _trouble(whom: Whom, job: Job | None) -> str:
    if not whom.prospects and not whom.people:
        return "Nobody was chosen. Choose people in a list first." if whom.fits is None else NOBODY_FITS
    if whom.people and job is None:
        return "Choose the job they are to be reached for."
    return ""


def _record(request: HttpRequest, form: LogActivity) -> str:
    """Records the event; answers what follows from it, or "" with the form's error set."""
    said = form.cleaned_data
    who = person(request)
    told = {"note": said["note"], "by": str(who), "by_email": who.email}
    details = {name: value for name, value in told.items() if value}
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


def _back(whom: Whom, prospects: Sequence[Prospect]) -> str:
    """The list they were chosen from; else the person's page, else the job's if it is one, else everybody's."""
    if whom.fits is not None:
        return f"{reverse('candidates')}?{whom.fits}"
    if len(prospects) == 1:
        return _page(family(prospects[0].candidate))
    jobs = {one.job for one in prospects}
    return reverse("job", args=[jobs.pop().key]) if len(jobs) == 1 else reverse("candidates")


def _prospects(texts: Sequence[str]) -> list[Prospect]:
    ids = sorted(set(row_ids(texts)))[: MOST + 1]
    rows = Prospect.objects.filter(pk__in=ids).select_related("candidate", "job")
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
