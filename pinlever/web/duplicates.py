"""Duplicates: whatever needs somebody's decision, side by side with the evidence, decided with one click.

Two kinds: questions about records (who in Lever is this?) and about people in Pin (are these two one?).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from pinlever.recruiting.families import families
from pinlever.recruiting.models import Candidate, IdentityQuestion
from pinlever.sync import choices, evidence, who_is_it
from pinlever.sync.cures import cause_of
from pinlever.sync.key_words import LEVER_CONTACT, kinds_told
from pinlever.sync.models import Question, State
from pinlever.sync.services import NotPossible
from pinlever.web.access import actor, recruiter
from pinlever.web.listing import page_of

LISTED = 50
GONE = "The person chosen is no longer there. Nothing was changed; look again."
ABOUT_RECORD, ABOUT_PERSON = "record", "person"


@dataclass(frozen=True)
class Item:
    """A question in the list beside the one that is shown."""

    key: str
    name: str
    kind: str
    title: str
    asked_at: datetime
    job: str = ""

    @property
    def url(self) -> str:
        return f"{reverse('duplicates')}?at={self.key}"


@recruiter
def duplicates(request: HttpRequest) -> HttpResponse:
    """One question at a time, with the others listed; the next follows by itself."""
    items = _items()
    key = _asked_for(request, items)
    place = next((number for number, item in enumerate(items) if item.key == key), 0)
    shown = items[place] if items else None
    context: dict[str, Any] = {
        "items": items,
        "shown": shown,
        "place": place + 1,
        "count": len(items),
        "listed": LISTED,
        "after": items[(place + 1) % len(items)] if len(items) > 1 else None,
    }
    if shown is not None:
        context |= _about_record(shown) if shown.key.startswith(ABOUT_RECORD) else _about_person(shown)
    return render(request, "duplicates/duplicates.html", context)


@recruiter
def decided(request: HttpRequest) -> HttpResponse:
    """What was decided about records, newest first, and about people, with a way back."""
    rows = Question.objects.exclude(answered_at=None)
    page = page_of(request, rows.select_related("record__prospect__candidate", "record__prospect__job"))
    people = IdentityQuestion.objects.exclude(answered_at=None).select_related("candidate", "same_as")
    context = {
        "page": page,
        "rows": [(row, choices.told(row)) for row in page.rows],
        "people": people.order_by("-answered_at")[:LISTED],
    }
    return render(request, "duplicates/decided.html", context)


@require_POST
@recruiter
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """An answer about a record."""
    question = get_object_or_404(Question.objects.select_related("record__prospect__candidate"), pk=pk)
    name = str(question.record.prospect.candidate)
    try:
        done = choices.decide(by=actor(request), question=question, given=request.POST)
    except NotPossible as reason:
        messages.warning(request, f"{name}: {reason}")
    else:
        messages.success(request, f"{name} {done}")
    return redirect(_onwards(request))


@require_POST
@recruiter
def decide_person(request: HttpRequest, pk: int) -> HttpResponse:
    """An answer about two people in Pin."""
    question = get_object_or_404(IdentityQuestion.objects.select_related("candidate"), pk=pk)
    named = request.POST.get("same_as", "")
    other = _candidate(named)
    if named and other is None:
        messages.warning(request, GONE)
        return redirect(_onwards(request))
    try:
        who_is_it.answer_who(by=actor(request), question=question, same_as=other)
    except NotPossible as reason:
        messages.warning(request, str(reason))
    else:
        messages.success(request, _merged(question, other))
    return redirect(_onwards(request))


@require_POST
@recruiter
def reverse_merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Two people whom somebody took for one become two again, and the question is open again."""
    candidate = get_object_or_404(Candidate, pk=pk)
    try:
        who_is_it.take_apart(by=actor(request), candidate=candidate)
    except NotPossible as reason:
        messages.warning(request, str(reason))
    else:
        messages.success(
            request, f"{candidate} is a person of their own again, and the question is open again."
        )
    return redirect(reverse("duplicates"))


def _items() -> list[Item]:
    """Who replied first, then as asked; then people in Pin, the doubtful before those who only share a phone."""
    rows = Question.objects.filter(answered_at=None, record__state=State.NEEDS_YOU).exclude(
        kind=Question.Kind.IDENTITY
    )
    about = rows.select_related("record__prospect__candidate", "record__prospect__job")
    found = [
        Item(
            f"{ABOUT_RECORD}-{row.pk}",
            str(row.record.prospect.candidate),
            row.kind,
            _title(row.kind),
            row.asked_at,
            str(row.record.prospect.job),
        )
        for row in about.order_by("record__priority", "pk")[:LISTED]
    ]
    people = IdentityQuestion.objects.filter(answered_at=None).select_related("candidate")
    found += [
        Item(
            f"{ABOUT_PERSON}-{row.pk}",
            str(row.candidate),
            Question.Kind.IDENTITY,
            _about(row),
            row.asked_at,
        )
        for row in people.order_by("-is_blocking", "pk")[:LISTED]
    ]
    return found


def _about(question: IdentityQuestion) -> str:
    if question.is_blocking:
        return "Perhaps the same person twice in Pin"
    if any(entry["kind"] == LEVER_CONTACT for entry in question.evidence):
        return "Shares a profile in Lever with somebody"
    return "Shares a phone number with somebody"


def _title(kind: str) -> str:
    cause = cause_of(f"ask_{kind}")
    return cause.title if cause else kind


def _asked_for(request: HttpRequest, items: list[Item]) -> str:
    """`at` names a question, `record` the record whose question is meant, `kind` the first of a kind."""
    record = request.GET.get("record", "")
    if record.isascii() and record.isdigit() and len(record) < 19:
        return _of_record(int(record))
    kind = request.GET.get("kind", "")
    return request.GET.get("at", "") or next((item.key for item in items if item.kind == kind), "")


def _of_record(record_id: int) -> str:
    question = (
        Question.objects.filter(record=record_id, answered_at=None).select_related("record__prospect").first()
    )
    if question is None:
        return ""
    if question.kind != Question.Kind.IDENTITY:
        return f"{ABOUT_RECORD}-{question.pk}"
    candidate = question.record.prospect.candidate_id
    members = families([candidate])[candidate].ids
    person = IdentityQuestion.objects.filter(candidate__in=members, answered_at=None).order_by(
        "-is_blocking", "pk"
    )
    first = person.first()
    return f"{ABOUT_PERSON}-{first.pk}" if first else ""


def _about_record(item: Item) -> dict[str, Any]:
    question = Question.objects.select_related(
        "record__account", "record__prospect__candidate", "record__prospect__job"
    ).get(pk=item.key.rpartition("-")[2])
    sides = evidence.evidence_of(question)
    return {
        "question": question,
        "pin": sides.pin,
        "sides": [(side, choices.for_person(question, side)) for side in sides.lever],
        "further": choices.further(question, sides),
        "takes_a_link": choices.takes_a_link(question),
    }


def _about_person(item: Item) -> dict[str, Any]:
    """The person asked about, and everybody who holds one of the keys in question."""
    question = IdentityQuestion.objects.select_related("candidate").get(pk=item.key.rpartition("-")[2])
    shared = {(entry["kind"], entry["value"]) for entry in question.evidence}
    named = [entry["candidate"] for entry in question.evidence]
    found = families({question.candidate_id, *named})
    others = [pk for pk in dict.fromkeys(named) if pk in found]
    return {
        "identity": question,
        "pin": evidence.in_pin(found[question.candidate_id], shared),
        "rivals": [(pk, evidence.in_pin(found[pk], shared)) for pk in others],
        "kinds": kinds_told(shared),
        "in_lever_as": next((one["name"] for one in question.evidence if one["kind"] == LEVER_CONTACT), ""),
        "shares_contact": any(kind == LEVER_CONTACT for kind, _ in shared),
    }


def _candidate(text: str) -> Candidate | None:
    is_number = text.isascii() and text.isdigit() and len(text) < 19
    return Candidate.objects.filter(pk=int(text)).first() if is_number else None


def _merged(question: IdentityQuestion, other: Candidate | None) -> str:
    if other is None:
        return f"{question.candidate} stays a person of their own."
    return f"{question.candidate} and {other} are one person now. It can be undone under “Decided”."


def _onwards(request: HttpRequest) -> str:
    """The question after the one just answered, if it is still open; else the first."""
    after = request.POST.get("after", "")
    return (
        f"{reverse('duplicates')}?at={after}" if after.replace("-", "").isalnum() else reverse("duplicates")
    )


urlpatterns = [
    path("duplicates/", duplicates, name="duplicates"),
    path("duplicates/decided/", decided, name="duplicates-decided"),
    path("duplicates/records/<int:pk>/", decide, name="duplicates-decide"),
    path("duplicates/people/<int:pk>/", decide_person, name="duplicates-decide-person"),
    path("duplicates/people/<int:pk>/apart/", reverse_merge, name="duplicates-apart"),
]
