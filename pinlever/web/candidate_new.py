"""Adding a candidate by hand; who is known already, here or in Lever, is told before and after."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse

from pinlever.connection.accounts import home_account
from pinlever.outreach.services import Sourced, person_arrived
from pinlever.outreach.sourcing import SOURCE
from pinlever.recruiting.facts import InvalidFacts
from pinlever.recruiting.families import families
from pinlever.recruiting.identity import email_key, linkedin_key
from pinlever.recruiting.keys import Key, holders_of
from pinlever.recruiting.models import IdentityKey
from pinlever.sync.presence import in_lever, in_lever_by
from pinlever.web.access import actor, person, recruiter
from pinlever.web.candidate_forms import NewCandidate
from pinlever.web.candidate_rows import name_of
from pinlever.web.dialogs import dialog, onwards


@recruiter
def new_candidate(request: HttpRequest) -> HttpResponse:
    """The form, and what comes of it."""
    form = NewCandidate(request.POST or None, initial={"job": request.GET.get("job")})
    if request.method == "POST" and form.is_valid():
        try:
            sourced = person_arrived(
                by=actor(request),
                facts=form.facts(),
                source=SOURCE,
                job=form.cleaned_data["job"],
                sourcer=person(request),
                sourcer_email=person(request).email,
            )
        except InvalidFacts as wrong:
            form.add_error(None, str(wrong))
        else:
            _tell(request, sourced)
            return onwards(request, reverse("candidate", args=[sourced.candidate.key]))
    return dialog(request, "candidates/new.html", {"form": form})


@recruiter
def known_already(request: HttpRequest) -> HttpResponse:
    """Who has the address or the profile that is being typed: with us, and in Lever."""
    email = email_key(request.GET.get("email", ""))
    slug = linkedin_key(request.GET.get("linkedin", ""))
    kinds = IdentityKey.Kind
    keys = [Key(kinds.EMAIL, email)] if email else []
    keys += [Key(kinds.LINKEDIN, slug)] if slug else []
    here = families(set(holders_of(keys).values())).values()
    context = {
        "here": [(each.root, name_of(each)) for each in here],
        "there": in_lever_by(home_account(), keys),
    }
    return render(request, "candidates/_known.html", context)


def _tell(request: HttpRequest, sourced: Sourced) -> None:
    who, job = str(sourced.candidate), sourced.prospect.job if sourced.prospect else None
    on_job = f" They are on {job}." if job else ""
    if sourced.created:
        messages.success(request, f"{who} was added.{on_job}")
    else:
        messages.info(request, f"{who} was here already; what was new about them has been added.{on_job}")
    if sourced.question is not None and sourced.question.is_blocking:
        messages.warning(
            request,
            f"Some of these contact details belong to somebody else here. Somebody has to say whether {who} is the "
            "same person: see Duplicates.",
        )
    found = families([sourced.candidate.pk])
    for there in in_lever(home_account(), found.values())[sourced.candidate.pk][:3]:
        messages.warning(
            request, f"In Lever already, as {there.name or 'somebody'}: matched on {there.matched_on}."
        )


urlpatterns = [
    path("candidates/new/", new_candidate, name="candidate-new"),
    path("candidates/known/", known_already, name="candidate-known"),
]
