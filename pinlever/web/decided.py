"""What was decided about who is who, and the way back: said before the click what it cannot take back."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from pinlever.connection.accounts import home_account
from pinlever.recruiting.models import Candidate, IdentityQuestion
from pinlever.sync import choices, who_is_it
from pinlever.sync.joining import apart
from pinlever.sync.models import Question
from pinlever.sync.reversing import reverse as take_back, stays, why_not
from pinlever.sync.services import NotPossible
from pinlever.web.access import actor, recruiter
from pinlever.web.dialogs import dialog, onwards
from pinlever.web.listing import page_of

LISTED = 50


@dataclass(frozen=True)
class AboutPeople:
    """A decision about people in Pin. `tombstone`: whom taking it back makes a person of their own."""

    question: IdentityQuestion
    tombstone: Candidate | None

    @property
    def may_be_asked_again(self) -> bool:
        return self.question.same_as_id is None and self.question.reversed_at is None


@recruiter
def decided(request: HttpRequest) -> HttpResponse:
    """What was decided about records, newest first, and about people."""
    rows = Question.objects.exclude(answered_at=None)
    page = page_of(request, rows.select_related("record__prospect__candidate", "record__prospect__job"))
    people = IdentityQuestion.objects.exclude(answered_at=None).select_related(
        "candidate", "same_as", "merged"
    )
    context = {
        "page": page,
        "rows": [(row, choices.told(row)) for row in page.rows],
        "people": [
            AboutPeople(row, _tombstone(row)) for row in people.order_by("-answered_at", "-pk")[:LISTED]
        ],
    }
    return render(request, "duplicates/decided.html", context)


@recruiter
def reverse_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Says what taking an answer about a record back means and what stays, and does it."""
    question = get_object_or_404(_questions(), pk=pk)
    context: dict[str, Any] = {
        "question": question,
        "told": choices.told(question),
        "stays": stays(question),
        "trouble": why_not(question),
    }
    if request.method == "POST":
        try:
            again = take_back(by=actor(request), question=question)
        except NotPossible as reason:
            context["trouble"] = str(reason)
        else:
            messages.success(request, _taken_back(question, again, context["stays"]))
            return onwards(request, _desk(f"record-{again.pk}") if again else reverse("duplicates-decided"))
    return dialog(request, "duplicates/reverse.html", context)


@recruiter
def take_apart(request: HttpRequest, pk: int) -> HttpResponse:
    """Says what taking a merged candidate out again means and what stays behind, and does it."""
    gone = get_object_or_404(Candidate.objects.select_related("merged_into"), pk=pk)
    root = gone.merged_into
    context: dict[str, Any] = {
        "gone": gone,
        "root": root,
        "trouble": "" if root else f"{gone} is on their own.",
    }
    if root is not None:
        context["told"] = apart(home_account(), gone)
    if request.method == "POST":
        try:
            who_is_it.take_apart(by=actor(request), candidate=gone)
        except NotPossible as reason:
            context["trouble"] = str(reason)
        else:
            messages.success(request, f"{gone} is a person of their own again. {_asked_again(gone)}".strip())
            return onwards(request, reverse("candidate", args=[gone.key]))
    return dialog(request, "duplicates/apart.html", context)


@require_POST
@recruiter
def ask_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Forgets that two people in Pin are two; the question is open again."""
    question = get_object_or_404(IdentityQuestion.objects.select_related("candidate"), pk=pk)
    try:
        who_is_it.ask_who_again(by=actor(request), question=question)
    except NotPossible as reason:
        messages.warning(request, str(reason))
        return redirect("duplicates-decided")
    messages.success(request, f"Forgotten. Who {question.candidate} is, is asked again.")
    return redirect("duplicates")


def _questions() -> QuerySet[Question]:
    return Question.objects.select_related(
        "record__account", "record__prospect__candidate", "record__prospect__job"
    )


def _tombstone(question: IdentityQuestion) -> Candidate | None:
    if question.same_as_id is None or question.reversed_at is not None:
        return None
    gone = question.merged or question.candidate
    return gone if gone.merged_into_id else None


def _taken_back(question: Question, again: Question | None, left: list[str]) -> str:
    name = question.record.prospect.candidate
    said = f"Taken back. {name} is asked about again." if again else "Taken back and forgotten."
    return " ".join([said, *left])


def _asked_again(gone: Candidate) -> str:
    is_open = IdentityQuestion.objects.filter(candidate=gone, answered_at=None).exists()
    return "Whether they are somebody else's twin is asked again." if is_open else ""


def _desk(key: str) -> str:
    return f"{reverse('duplicates')}?at={key}"


urlpatterns = [
    path("duplicates/decided/", decided, name="duplicates-decided"),
    path("duplicates/records/<int:pk>/back/", reverse_answer, name="duplicates-reverse"),
    path("duplicates/people/<int:pk>/again/", ask_again, name="duplicates-ask-again"),
    path("duplicates/people/<int:pk>/apart/", take_apart, name="duplicates-apart"),
]
