"""Duplicates: whatever needs somebody's decision, side by side with the evidence, decided with one click or key.

Two kinds: questions about records (who in Lever is this?) and about people in Pin (are these two one?). Those about the
same people are shown together.
"""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from pinlever.connection.accounts import home_account
from pinlever.foundation.row_ids import row_id
from pinlever.recruiting.families import families
from pinlever.recruiting.models import Candidate, IdentityQuestion
from pinlever.sync import choices, desk, evidence, who_is_it
from pinlever.sync.cures import cause_of
from pinlever.sync.desk import ABOUT_PERSON, ABOUT_RECORD, Asked, Chain
from pinlever.sync.joining import joined
from pinlever.sync.key_words import LEVER_CONTACT, kinds_told
from pinlever.sync.models import Question
from pinlever.sync.services import NotPossible
from pinlever.web.access import actor, recruiter

LISTED = 50
GONE = "The person chosen is no longer there. Nothing was changed; look again."


@dataclass(frozen=True)
class Item:
    """People with what is asked about them, in the list beside those that are shown."""

    chain: Chain

    @property
    def key(self) -> str:
        return self.chain.first.key

    @property
    def title(self) -> str:
        return title_of(self.chain.first)

    @property
    def names(self) -> str:
        return " · ".join(dict.fromkeys(one.name for one in self.chain.asked))

    @property
    def skipped_by(self) -> str:
        return max(
            (one for one in self.chain.asked if one.skipped_at),
            key=lambda one: str(one.skipped_at),
        ).skipped_by

    @property
    def url(self) -> str:
        return f"{reverse('duplicates')}?at={self.key}"


@recruiter
def duplicates(request: HttpRequest) -> HttpResponse:
    """One chain of questions at a time, with the others listed; the next follows by itself."""
    asked_for = _asked_for(request)
    found = desk.waiting(also=asked_for)
    items = [Item(chain) for chain in found]
    place = _place(request, found, asked_for)
    shown = items[place] if items else None
    after = items[(place + 1) % len(items)] if len(items) > 1 else None
    before = items[place - 1] if len(items) > 1 else None
    context: dict[str, Any] = {
        "items": items[:LISTED],
        "shown": shown,
        "place": place + 1,
        "count": len(items),
        "listed": LISTED,
        "after": after,
        "before": before,
        "parts": _parts(shown.chain, asked_for, after) if shown else [],
    }
    return render(request, "duplicates/duplicates.html", context)


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
def skip(request: HttpRequest) -> HttpResponse:
    """Puts what is asked about some people off for a day, for everybody."""
    if desk.skip(by=actor(request), keys=request.POST.getlist("key")[: desk.MOST]):
        messages.info(request, "Skipped: it waits at the end of the list, for everybody, until tomorrow.")
    return redirect(_onwards(request))


def title_of(asked: Asked) -> str:
    """What is asked, as a heading."""
    if asked.kind != Question.Kind.IDENTITY:
        cause = cause_of(f"ask_{asked.kind}")
        return cause.title if cause else asked.kind
    if asked.is_blocking:
        return "Perhaps the same person twice in Pin"
    if asked.shares_contact:
        return "Shares a profile in Lever with somebody"
    return "Shares a phone number with somebody"


def _asked_for(request: HttpRequest) -> str:
    """`at` names a question, `record` the record whose question is meant."""
    record = row_id(request.GET.get("record", ""))
    return request.GET.get("at", "") if record is None else _of_record(record)


def _place(request: HttpRequest, found: list[Chain], key: str) -> int:
    """Where in the list: the question asked for, or the first of a kind, else the first of all."""
    kind = request.GET.get("kind", "")
    fits = (
        number
        for number, chain in enumerate(found)
        if (chain.has(key) if key else kind and chain.first.kind == kind)
    )
    return next(fits, 0)


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


def _parts(chain: Chain, asked_for: str, after: Item | None) -> list[dict[str, Any]]:
    """What is shown of each question, the one asked for first; each leads to another of the same people, if any."""
    asked = sorted(chain.asked, key=lambda one: one.key != asked_for)
    parts = [_about_record(one) if one.key.startswith(ABOUT_RECORD) else _about_person(one) for one in asked]
    for number, (one, part) in enumerate(zip(asked, parts, strict=True)):
        others = [each.key for each in asked if each is not one]
        onward = others[0] if others else after.key if after else ""
        part |= {"key": one.key, "title": title_of(one), "number": number + 1, "onward": onward}
    return parts


def _about_record(asked: Asked) -> dict[str, Any]:
    question = Question.objects.select_related(
        "record__account", "record__prospect__candidate", "record__prospect__job"
    ).get(pk=asked.key.rpartition("-")[2])
    sides = evidence.evidence_of(question)
    return {
        "question": question,
        "pin": sides.pin,
        "sides": [(side, choices.for_person(question, side)) for side in sides.lever],
        "further": choices.further(question, sides),
        "takes_a_link": choices.takes_a_link(question),
    }


def _about_person(asked: Asked) -> dict[str, Any]:
    """The person asked about, and everybody who holds one of the keys in question."""
    question = IdentityQuestion.objects.select_related("candidate").get(pk=asked.key.rpartition("-")[2])
    shared = {(entry["kind"], entry["value"]) for entry in question.evidence}
    named = [entry["candidate"] for entry in question.evidence]
    found = families({question.candidate_id, *named})
    own, account = found[question.candidate_id], home_account()
    others = {found[pk].root.pk: pk for pk in reversed(named) if pk in found}
    return {
        "identity": question,
        "pin": evidence.in_pin(own, shared),
        "rivals": [
            (pk, evidence.in_pin(found[pk], shared), joined(account, own, found[pk]))
            for root, pk in others.items()
            if root != own.root.pk
        ],
        "is_one": own.root.pk in others,
        "kinds": kinds_told(shared),
        "in_lever_as": next((one["name"] for one in question.evidence if one["kind"] == LEVER_CONTACT), ""),
        "shares_contact": any(kind == LEVER_CONTACT for kind, _ in shared),
    }


def _candidate(text: str) -> Candidate | None:
    pk = row_id(text)
    return None if pk is None else Candidate.objects.filter(pk=pk).first()


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
    path("duplicates/skip/", skip, name="duplicates-skip"),
    path("duplicates/records/<int:pk>/", decide, name="duplicates-decide"),
    path("duplicates/people/<int:pk>/", decide_person, name="duplicates-decide-person"),
]
