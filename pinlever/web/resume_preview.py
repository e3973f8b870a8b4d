"""The résumé as it would be sent: the same bytes, made on demand and kept nowhere.

Rendering takes 0.05 to 0.2 s for a usual person (sync/resumes.py); one at a time in a process, with a limit.
"""

import threading
import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.utils.http import content_disposition_header

from pinlever.connection.accounts import home_account
from pinlever.recruiting.families import family, known_keys
from pinlever.recruiting.models import Prospect
from pinlever.recruiting.services import known_facts
from pinlever.sync import payload
from pinlever.sync.known import known_of
from pinlever.sync.resume.document import ResumeDocument
from pinlever.sync.resume.render import RenderedResume, RenderError, file_name
from pinlever.sync.resumes import preview
from pinlever.sync.subject import Subject
from pinlever.web.access import recruiter

PATIENCE = 8.0  # seconds until whoever waits for another one's résumé is asked to come again
_ONE_AT_A_TIME = threading.BoundedSemaphore()
# The browser shows PDFs by a plug-in of its own, which our policy for pages would stop.
BY_A_PLUGIN = {"object-src": ["'self'"], "style-src": ["'unsafe-inline'"]}
BUSY = "Another résumé is being made at this moment. Try again in a few seconds."
OWN = "{name} was imported, and imported people have a résumé of their own: none is made or sent."


class _NotNow(Exception):
    """Why there is no résumé to see; a sentence."""


@recruiter
def resume_part(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The frame with the PDF, and what is to be said about it."""
    prospect = _prospect(key)
    try:
        made = _made(_document(prospect))
    except _NotNow as reason:
        return render(request, "candidates/_resume.html", {"trouble": str(reason)})
    context = {"made": made, "prospect": prospect, "kilobytes": max(1, len(made.content) // 1024)}
    return render(request, "candidates/_resume.html", context)


@recruiter
def resume(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The PDF."""
    prospect = _prospect(key)
    try:
        document = _document(prospect)
        made = _made(document)
    except _NotNow as reason:
        return render(
            request, "refused.html", {"sentence": str(reason)}, status=503 if str(reason) == BUSY else 404
        )
    answer = HttpResponse(made.content, content_type="application/pdf")
    answer["Content-Disposition"] = content_disposition_header(False, file_name(document.name)) or "inline"
    answer["Cache-Control"] = "private, no-store"
    answer._csp_replace = BY_A_PLUGIN  # type: ignore[attr-defined]
    return answer


def _prospect(key: uuid.UUID) -> Prospect:
    rows = Prospect.objects.select_related("candidate", "job__owner", "sourcer")
    return get_object_or_404(rows, key=key)


def _document(prospect: Prospect) -> ResumeDocument:
    subject = _subject(prospect)
    facts = known_facts(subject.family)
    if not payload.is_sourced_in_pin(facts):
        raise _NotNow(OWN.format(name=facts.full_name or "This person"))
    return payload.resume_for(subject, facts)


def _subject(prospect: Prospect) -> Subject:
    """As the worker reads it; before Lever was ever connected, everything known about the person."""
    account = home_account()
    if account is not None:
        (known,) = known_of(account, [prospect])
        return known.subject
    who = family(prospect.candidate)
    keys = known_keys(who)
    return Subject(prospect, who, keys.emails, keys.linkedin, keys.phones, frozenset(), "")


def _made(document: ResumeDocument) -> RenderedResume:
    if not _ONE_AT_A_TIME.acquire(timeout=PATIENCE):
        raise _NotNow(BUSY)
    try:
        return preview(document)
    except RenderError as error:
        raise _NotNow(f"No résumé can be made of what is known: {error}") from error
    finally:
        _ONE_AT_A_TIME.release()


urlpatterns = [
    path("prospects/<uuid:key>/resume/", resume_part, name="resume-part"),
    path("prospects/<uuid:key>/resume.pdf", resume, name="resume"),
]
