"""Making one person of two from a candidate's page: looking the other one up, seeing what becomes of it, doing it."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse

from pinlever.connection.accounts import home_account
from pinlever.recruiting import searching
from pinlever.recruiting.families import Family, families, family
from pinlever.recruiting.models import Candidate
from pinlever.recruiting.services import known_keys
from pinlever.sync import evidence, who_is_it
from pinlever.sync.joining import joined
from pinlever.sync.services import NotPossible
from pinlever.web.access import actor, recruiter
from pinlever.web.candidate_rows import name_of
from pinlever.web.dialogs import dialog, is_fetched, onwards

MOST = 8
LOOKED_AT = 40  # hits that are looked at for so many people


@recruiter
def same_person(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Whom this may be the same person as, by what is typed."""
    who = family(get_object_or_404(Candidate, key=key))
    asked = request.GET.get("q", "").replace("\x00", "").strip()
    context = {"person": who.root, "name": name_of(who), "q": asked, "found": _found(who, asked)}
    if is_fetched(request) and "q" in request.GET:
        return render(request, "candidates/_same_found.html", context)
    return dialog(request, "candidates/same.html", context)


@recruiter
def join(request: HttpRequest, key: uuid.UUID, other: uuid.UUID) -> HttpResponse:
    """The two side by side with what becomes of them, and doing it."""
    into = family(get_object_or_404(Candidate, key=key))
    gone = family(get_object_or_404(Candidate, key=other))
    context: dict[str, Any] = {"person": into.root, "name": name_of(into), "other": gone.root, "trouble": ""}
    if request.method == "POST":
        try:
            root = who_is_it.join(by=actor(request), gone=gone.root, into=into.root)
        except NotPossible as reason:
            context["trouble"] = str(reason)
        else:
            messages.success(request, f"{gone.root} and {into.root} are one person now.")
            return onwards(request, reverse("candidate", args=[root.key]))
    if into.root.pk == gone.root.pk:
        context["trouble"] = context["trouble"] or "They are one person already."
    else:
        shared = _shared(into, gone)
        context |= {
            "sides": [evidence.in_pin(into, shared), evidence.in_pin(gone, shared)],
            "told": joined(home_account(), gone, into),
        }
    return dialog(request, "candidates/join.html", context)


def _found(who: Family, text: str) -> list[Candidate]:
    """People other than this one, each once, under their own name."""
    if not text:
        return []
    hits = searching.people(text).order_by("-pk").values_list("pk", flat=True)[:LOOKED_AT]
    roots = {each.root.pk: each.root for each in families(hits).values()}
    return [root for pk, root in sorted(roots.items(), reverse=True) if pk != who.root.pk][:MOST]


def _shared(one: Family, other: Family) -> set[tuple[str, str]]:
    mine, theirs = (
        {("email", key) for key in each.emails}
        | {("linkedin", key) for key in each.linkedin}
        | {("phone", key) for key in each.phones}
        for each in (known_keys(one), known_keys(other))
    )
    return mine & theirs


urlpatterns = [
    path("candidates/<uuid:key>/same-as/", same_person, name="candidate-same-as"),
    path("candidates/<uuid:key>/same-as/<uuid:other>/", join, name="candidate-join"),
]
