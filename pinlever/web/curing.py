"""Curing a cause for all it stopped: Lever users for sourcers, addresses Lever refuses, and what became of them."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse

from pinlever.connection.accounts import home_account
from pinlever.connection.models import LeverAccount
from pinlever.connection.rules import InvalidRule
from pinlever.foundation.row_ids import row_id
from pinlever.outreach.services import InvalidContactPoint
from pinlever.recruiting.identity import email_key
from pinlever.sync import activity as records, curing
from pinlever.sync.curable import Refused, refused_addresses, sourcers_of, users_of
from pinlever.sync.cures import cause_of
from pinlever.sync.curing import Correction
from pinlever.sync.models import IN_LEVER_STATES, WORKABLE, Cure, FollowUp, State, SyncRecord
from pinlever.web.access import actor, recruiter, super_admin
from pinlever.web.activity import rows_of
from pinlever.web.dialogs import dialog, is_fetched, onwards
from pinlever.web.listing import page_of

AT_ONCE = 25  # people whose addresses are corrected on one page
NO_USER = "Choose a Lever user for somebody first. Nothing was changed."
NO_CORRECTION = "Correct an address, or say who goes without theirs. Nothing was changed."
NO_ADDRESS = "{value} is no email address that could be used. Check the spelling."
SAME = "This is the address Lever refuses. Correct it, or let them go without it."


@super_admin
def users(request: HttpRequest) -> HttpResponse:
    """Says for each sourcer which Lever user they are; who is stopped by it is tried again at once."""
    account = home_account()
    if account is None:
        return redirect("activity")
    stopped, people = curing.stopped_by_users(account), users_of(account)
    sourcers = sourcers_of(stopped, people)
    context: dict[str, Any] = {
        "count": stopped.count(),
        "sourcers": sourcers,
        "lines": [(one, one.suggested) for one in sourcers.known],
        "users": people,
        "default_user": account.default_user_id,
        "trouble": "",
    }
    if request.method == "POST":
        chosen = dict(zip(request.POST.getlist("email"), request.POST.getlist("user"), strict=False))
        wanted = {email: user for email, user in chosen.items() if user}
        default = request.POST.get("default", "")
        default = "" if default == account.default_user_id else default
        cured = _map_users(request, account, wanted, default) if wanted or default else NO_USER
        if isinstance(cured, Cure):
            return onwards(request, reverse("cure", args=[cured.pk]))
        context |= {
            "trouble": cured,
            "lines": [(one, chosen.get(one.email, "")) for one in sourcers.known],
        }
    return dialog(request, "curing/users.html", context)


def _map_users(
    request: HttpRequest, account: LeverAccount, wanted: dict[str, str], default: str
) -> Cure | str:
    """The cure, else why not."""
    stopped = curing.stopped_by_users(account)
    cause = cause_of(stopped.order_by("-pk").values_list("cause", flat=True).first() or "")
    try:
        return curing.map_users(
            by=actor(request),
            account=account,
            users=wanted,
            default_user=default,
            records=stopped,
            what=cause.title if cause else "No Lever user",
        )
    except InvalidRule as wrong:
        return f"{wrong} Nothing was changed."


@recruiter
def emails(request: HttpRequest) -> HttpResponse:
    """The people whose address Lever refuses; corrected in place and tried again. What was typed is never lost."""
    account = home_account()
    if account is None:
        return redirect("activity")
    stopped = curing.stopped_by_email(account)
    one = row_id(request.GET.get("record", ""))
    if one is not None:
        stopped = stopped.filter(pk=one)
    found = list(records.with_people(stopped).order_by("-updated_at", "-pk")[:AT_ONCE])
    lines = _lines(request, refused_addresses(found))
    trouble = ""
    if request.method == "POST":
        corrections = [each["correction"] for each in lines if each["correction"]]
        if any(each["wrong"] for each in lines):
            trouble = "Some addresses are not right yet. Nothing was changed."
        elif not corrections:
            trouble = NO_CORRECTION
        else:
            return _corrected(request, account, corrections)
    context = {"lines": lines, "trouble": trouble, "shown": len(found), "count": stopped.count()}
    return render(request, "curing/emails.html", context, status=422 if trouble else 200)


def _lines(request: HttpRequest, refused: Sequence[Refused]) -> list[dict[str, Any]]:
    """Each address with what was typed about it, and what is wrong with that."""
    lines = []
    for each in refused:
        name = f"{each.record.pk}:{each.email}"
        typed = request.POST.get(f"to:{name}", each.email).strip()[:320]
        without = f"out:{name}" in request.POST
        wrong, correction = "", None
        if without:
            correction = Correction(each.record, each.email)
        elif request.method == "POST" and typed != each.email:
            wrong = _wrong(typed, each.email)
            correction = None if wrong else Correction(each.record, each.email, typed)
        lines.append(
            {"it": each, "name": name, "typed": typed, "without": without, "wrong": wrong,
             "correction": correction}
        )  # fmt: skip
    return lines


def _wrong(typed: str, refused: str) -> str:
    key = email_key(typed)
    if key is None:
        return NO_ADDRESS.format(value=f"“{typed}”" if typed else "Nothing")
    return SAME if key == refused else ""


def _corrected(request: HttpRequest, account: LeverAccount, corrections: list[Correction]) -> HttpResponse:
    cause = cause_of(corrections[0].record.cause)
    try:
        cured = curing.correct_emails(
            by=actor(request),
            account=account,
            corrections=corrections,
            what=cause.title if cause else "",
        )
    except InvalidContactPoint as wrong:
        messages.error(request, f"{wrong} Nothing was changed.")
        return redirect("activity-emails")
    return redirect("cure", pk=cured.pk)


@recruiter
def cure(request: HttpRequest, pk: int) -> HttpResponse:
    """What became of those who were tried again, kept up to date in place."""
    it = get_object_or_404(Cure.objects.select_related("account"), pk=pk)
    counts, again = _became(it)
    tried = SyncRecord.objects.filter(cure_items__cure=it)
    page = page_of(request, records.with_people(tried))
    total = sum(counts.values())
    context = {
        "cure": it,
        "found": counts,
        "total": total,
        "done": total - counts["waiting"],
        "is_moving": counts["waiting"] > 0,
        "again": again,
        "page": page,
        "rows": rows_of(page.rows),
        "follow_ups": _follow_ups(it),
    }
    return render(request, "curing/_cure.html" if is_fetched(request) else "curing/cure.html", context)


def _became(it: Cure) -> tuple[dict[str, int], list[tuple[str, int]]]:
    """People by what became of them, and the causes of those who stopped again. One query."""
    found = {"in_lever": 0, "written": 0, "waiting": 0, "asks": 0, "held": 0, "failed": 0, "other": 0}
    again: Counter[str] = Counter()
    columns = ("record__state", "record__cause", "follow_up__state")
    counted = it.items.order_by().values_list(*columns).annotate(count=Count("pk"))
    for state, cause, follow_up, count in counted:
        word = _word(state) if state else _word_of_follow_up(follow_up)
        found[word] += count
        if state == State.FAILED:
            known = cause_of(cause)
            again[known.title if known else "Another cause"] += count
    return found, again.most_common(5)


def _word(state: str) -> str:
    if state in IN_LEVER_STATES:
        return "in_lever"
    if state in WORKABLE:
        return "waiting"
    return {State.NEEDS_YOU: "asks", State.HELD: "held", State.FAILED: "failed"}.get(State(state), "other")


def _word_of_follow_up(state: str) -> str:
    given = {FollowUp.State.WAITING: "waiting", FollowUp.State.FAILED: "failed"}
    return given.get(FollowUp.State(state), "written")


def _follow_ups(it: Cure) -> list[FollowUp]:
    """The newest few that are not written yet, or failed again."""
    rows: QuerySet[FollowUp] = FollowUp.objects.filter(cure_items__cure=it).exclude(
        state__in=(FollowUp.State.DONE, FollowUp.State.SKIPPED)
    )
    people = rows.select_related("record__prospect__candidate", "record__prospect__job")
    return list(people.order_by("-pk")[:AT_ONCE])


urlpatterns = [
    path("activity/users/", users, name="activity-users"),
    path("activity/emails/", emails, name="activity-emails"),
    path("activity/cures/<int:pk>/", cure, name="cure"),
]
