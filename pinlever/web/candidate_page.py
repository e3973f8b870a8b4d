"""One candidate: who they are, why they are or are not in Lever, what happened, how to reach them."""

import time
import uuid
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path

from pinlever.outreach.timeline import timeline
from pinlever.recruiting.families import Family, family, family_of_root
from pinlever.recruiting.identity import linkedin_key, linkedin_url
from pinlever.recruiting.models import Candidate, IdentityQuestion, ProfileLink, Prospect
from pinlever.recruiting.services import known_facts, known_points
from pinlever.sync.provenance import there_now
from pinlever.web.access import recruiter
from pinlever.web.candidate_rows import first, name_of
from pinlever.web.candidate_sync import look, moved, sync_card
from pinlever.web.pulse import pulse_of

RECENT = 50
MOST = 1000
LOOK_EVERY = 3  # seconds


@dataclass(frozen=True)
class Link:
    """A page about the person elsewhere; without `href` only its words."""

    href: str
    shown: str
    source: str


@recruiter
def candidate(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The page. Whoever was merged away leads to the person they are."""
    asked_for = get_object_or_404(Candidate, key=key)
    who = family(asked_for)
    if who.root.pk != asked_for.pk:
        messages.info(request, _merged(asked_for, who))
        return redirect("candidate", who.root.key)
    return render(request, "candidates/candidate.html", _page(request, who))


@recruiter
def sync_part(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The part that moves by itself; 204 while it stands as the page has it, so that nobody loses their place.

    Asked every second: by the pulse. What moves with time as well, as a place in the queue, is looked at less often.
    """
    who = family_of_root(get_object_or_404(Candidate, key=key))
    is_same = request.GET.get("pulse") == pulse_of(who)
    if is_same and not ("moving" in request.GET and int(time.time()) % LOOK_EVERY == 0):
        return HttpResponse(status=204)
    card = sync_card(family(who.root) if who.root.merged_into_id else who)
    if is_same and request.GET.get("seen") == card.seen:
        return HttpResponse(status=204)
    return render(request, "candidates/_sync.html", moved(card))


@recruiter
def prospect(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Where the link that we leave in Lever leads."""
    found = get_object_or_404(Prospect.objects.select_related("candidate"), key=key)
    return redirect("candidate", family(found.candidate).root.key)


def _page(request: HttpRequest, who: Family) -> dict[str, object]:
    facts = known_facts(who)
    card = sync_card(who)
    jobs = [part.on.prospect for part in card.cards]
    most = MOST if "all" in request.GET else RECENT
    events, has_more = timeline([one.pk for one in jobs], most=most)
    return {
        **card.context(),
        "looks": look(jobs, request.GET.get("look", "")),
        "facts": facts,
        "place": ", ".join(part for part in (facts.city, facts.state, facts.country) if part),
        "points": known_points(who),
        "links": _links(who),
        "events": events,
        "has_more": has_more,
        "most": most,
        "sourced_by": first(who, "sourced_by"),
        "merged": who.members[1:],
        "question": _question(who),
        "first_job": jobs[0].job if jobs else None,
        "there_now": there_now(who.ids),
    }


def _links(who: Family) -> list[Link]:
    """A page nobody can name, or that is no web page, is shown as it was given and leads nowhere."""
    rows = ProfileLink.objects.filter(candidate__in=who.ids).order_by("pk")
    found: dict[str, Link] = {}
    for row in rows:
        key = linkedin_key(row.url)
        href = (
            linkedin_url(key)
            if key
            else row.url
            if row.url.lower().startswith(("https://", "http://"))
            else ""
        )
        shown_as = href.removeprefix("https://www.") if key else row.url
        found.setdefault(href or row.url, Link(href, shown_as, row.source))
    return list(found.values())


def _question(who: Family) -> IdentityQuestion | None:
    """Who this is, if that is open; a shared phone number comes last."""
    rows = IdentityQuestion.objects.filter(candidate__in=who.ids, answered_at=None)
    return rows.order_by("-is_blocking", "pk").first()


def _merged(gone: Candidate, who: Family) -> str:
    return (
        f"{gone} turned out to be the same person as {name_of(who)}, and the two were joined. "
        "This is everything known about them."
    )


urlpatterns = [
    path("candidates/<uuid:key>/", candidate, name="candidate"),
    path("candidates/<uuid:key>/sync/", sync_part, name="candidate-sync"),
    path("prospects/<uuid:key>/", prospect, name="prospect"),
]
