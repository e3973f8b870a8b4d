"""Why outreach to a person must not go on: shown on their page, made by hand, released with a reason."""

import uuid
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse

from pinlever.outreach.holding import LONGEST_REASON, hold_by_hand, release
from pinlever.outreach.models import Hold
from pinlever.recruiting.families import Family, family
from pinlever.recruiting.models import Candidate
from pinlever.web.access import actor, recruiter
from pinlever.web.candidate_forms import Plain
from pinlever.web.candidate_rows import name_of
from pinlever.web.dialogs import dialog, onwards

EARLIER = 10  # released holds shown


@dataclass(frozen=True)
class Holds:
    """Those that stand, the strictest and newest first, and the latest that were released."""

    standing: tuple[Hold, ...]
    earlier: tuple[Hold, ...]

    @property
    def is_stopped(self) -> bool:
        return any(one.kind == Hold.Kind.STOP for one in self.standing)


class HoldForm(Plain):
    """Holding outreach by hand."""

    kind = forms.ChoiceField(
        label="How",
        choices=(
            (Hold.Kind.PAUSE, "Pause: for the time being"),
            (Hold.Kind.STOP, "Stop: nobody should write to them any more"),
        ),
    )
    reason = forms.CharField(
        label="Why",
        max_length=LONGEST_REASON,
        widget=forms.Textarea({"rows": 2}),
        help_text="Everybody here sees it.",
        error_messages={"required": "Say why, so that a colleague knows it."},
    )


class ReleaseForm(Plain):
    """Letting outreach go on."""

    reason = forms.CharField(
        label="Why may outreach go on?",
        max_length=LONGEST_REASON,
        widget=forms.Textarea({"rows": 2}),
        help_text="Kept with the hold and in the audit log.",
        error_messages={"required": "Say why outreach to them may go on."},
    )


def holds_of(who: Family) -> Holds:
    """All that hold outreach to the person, over all their jobs. Two queries."""
    rows = Hold.objects.filter(candidate__in=who.ids)
    standing = rows.filter(released_at=None).order_by("-kind", "-held_at", "-pk")
    earlier = rows.exclude(released_at=None).order_by("-released_at", "-pk")[:EARLIER]
    return Holds(tuple(standing), tuple(earlier))


@recruiter
def hold(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Says what holding means, and does it."""
    who = family(get_object_or_404(Candidate, key=key))
    form = HoldForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        hold_by_hand(
            by=actor(request),
            candidate=who.root,
            kind=said["kind"],
            reason=said["reason"],
            token=said["token"],
        )
        done = "stopped" if said["kind"] == Hold.Kind.STOP else "paused"
        messages.success(request, f"Outreach to {name_of(who)} is {done}, on all their jobs.")
        return onwards(request, _page(who))
    return dialog(request, "holds/hold.html", _context(who, form))


@recruiter
def let_go(request: HttpRequest, key: uuid.UUID, pk: int) -> HttpResponse:
    """Says what goes on then, and releases the hold."""
    who = family(get_object_or_404(Candidate, key=key))
    row = get_object_or_404(Hold, pk=pk, candidate__in=who.ids)
    form = ReleaseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if release(by=actor(request), hold=row, reason=form.cleaned_data["reason"]):
            messages.success(request, _released(who))
        else:
            messages.info(request, "Somebody else had released it already.")
        return onwards(request, _page(who))
    others = Hold.objects.filter(candidate__in=who.ids, released_at=None).exclude(pk=row.pk).count()
    return dialog(request, "holds/release.html", {**_context(who, form), "hold": row, "others": others})


def _released(who: Family) -> str:
    left = len(holds_of(who).standing)
    if not left:
        return f"Nothing holds outreach to {name_of(who)} any more."
    return (
        f"Released. Outreach to {name_of(who)} is still held by {left} other hold{'' if left == 1 else 's'}."
    )


def _context(who: Family, form: forms.Form) -> dict[str, Any]:
    return {"person": who.root, "name": name_of(who), "form": form}


def _page(who: Family) -> str:
    return reverse("candidate", args=[who.root.key])


urlpatterns = [
    path("candidates/<uuid:key>/hold/", hold, name="hold-new"),
    path("candidates/<uuid:key>/holds/<int:pk>/release/", let_go, name="hold-release"),
]
