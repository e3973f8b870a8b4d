"""The rules of the connected account, each saved as it is changed: one service call, then the card again."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.views.decorators.http import require_POST, require_safe

from pinlever.audit.services import Actor
from pinlever.connection import rules
from pinlever.connection.accounts import current_connection
from pinlever.connection.looking import user_named
from pinlever.connection.models import LeverAccount
from pinlever.connection.rules import InvalidRule
from pinlever.foundation.row_ids import row_id
from pinlever.recruiting.models import Candidate, Job
from pinlever.sync import asked_holds, pausing
from pinlever.sync.asked_before import concerned
from pinlever.sync.outgoing import outgoing
from pinlever.web import match_rules
from pinlever.web.access import actor, super_admin
from pinlever.web.ats_cards import card
from pinlever.web.ats_scene import found

NO_SUCH_USER = 'Lever has no active user "{}". Choose one of the list, by name or email.'
Change = Callable[[HttpRequest, Actor, LeverAccount], str]


def changes(name: str) -> Callable[[Change], Callable[..., HttpResponse]]:
    """A view that makes the change and shows the card `name` with what was saved, or with what was wrong."""

    def decorate(change: Change) -> Callable[..., HttpResponse]:
        @require_POST
        @super_admin
        def view(request: HttpRequest) -> HttpResponse:
            connection = current_connection()
            if connection is None:
                return card(request, name, wrong="No Lever account is connected any more. Connect one first.")
            try:
                saved = change(request, actor(request), connection.account)
            except InvalidRule as error:
                return card(request, name, wrong=str(error), entered=request.POST)
            return card(request, name, saved=saved)

        return view

    return decorate


@changes("sending")
def switch(request: HttpRequest, by: Actor, account: LeverAccount) -> str:
    """The outgoing switch."""
    on = _is_on(request)
    ready = outgoing(account).ready if on else 0
    if on:
        pausing.resume(by=by, account=account)
    else:
        pausing.pause(by=by, account=account)
        return "Sending is off. What becomes due waits; nothing is lost."
    going = f" {_people(ready)} now." if ready else ""
    return f"Sending is on.{going}"


@changes("allowing")
def allow_list(request: HttpRequest, by: Actor, account: LeverAccount) -> str:
    """Whether only allowed jobs and people go."""
    on = _is_on(request)
    rules.set_allow_list(by=by, account=account, on=on)
    return "Only allowed jobs and people go." if on else "Everybody whose job says so may go."


@changes("allowing")
def allow(request: HttpRequest, by: Actor, account: LeverAccount) -> str:
    """Puts a job or a person on the list, or takes them off it."""
    kind, pk, on = request.POST.get("kind"), row_id(request.POST.get("id", "")), _is_on(request)
    if kind not in ("job", "person") or pk is None:
        raise InvalidRule("Choose a job or a person of the list.")
    if kind == "job":
        job = get_object_or_404(Job, pk=pk)
        (rules.allow_job if on else rules.disallow_job)(by=by, account=account, job=job)
        return f"{job} is {'on' if on else 'off'} the list."
    candidate = get_object_or_404(Candidate, pk=pk)
    (rules.allow_person if on else rules.disallow_person)(by=by, account=account, candidate=candidate)
    return f"{candidate} is {'on' if on else 'off'} the list."


@changes("people")
def default_user(request: HttpRequest, by: Actor, account: LeverAccount) -> str:
    """Who stands in for sourcers Lever does not know."""
    user_id, named = _user(request, account)
    rules.set_default_user(by=by, account=account, user_id=user_id)
    return f"{named} stands in." if user_id else "Nobody stands in any more."


@changes("people")
def alias(request: HttpRequest, by: Actor, account: LeverAccount) -> str:
    """Who a sourcer is in Lever."""
    email = request.POST.get("email", "")
    user_id, named = _user(request, account)
    rules.set_alias(by=by, account=account, email=email, user_id=user_id)
    return f"{email} is {named} in Lever." if user_id else f"{email} is nobody in Lever now."


@changes("duplicates")
def duplicates(request: HttpRequest, by: Actor, account: LeverAccount) -> str:
    """Which keys match, which of them is the primary one, and what is done then. Email always counts."""
    keys, before = {"email", *request.POST.getlist("keys")}, account.primary_key
    rules.set_match_rules(
        by=by,
        account=account,
        keys=keys,
        action=request.POST.get("action"),
        primary=match_rules.wanted_primary(keys, request.POST.get("primary")),
        on_conflict=request.POST.get("on_conflict"),
        near=request.POST.get("near"),
    )
    return match_rules.saved(account, before, concerned(account))


@changes("asking")
def asking(request: HttpRequest, by: Actor, account: LeverAccount) -> str:
    """Whether outreach waits while it is open who somebody is."""
    on = _is_on(request)
    count = asked_holds.switch(by=by, account=account, on=on)
    if on:
        return f"Outreach waits for open questions. Paused now: {count:,}."
    return f"Outreach no longer waits for open questions. Let go now: {count:,}."


@changes("skills")
def skills(request: HttpRequest, by: Actor, account: LeverAccount) -> str:
    """Whether skills become tags."""
    on = _is_on(request)
    rules.set_skills_as_tags(by=by, account=account, on=on)
    return "Skills become tags from now on." if on else "Skills stay out of Lever's tags from now on."


@changes("undo")
def undo_reason(request: HttpRequest, by: Actor, account: LeverAccount) -> str:
    """The archive reason for what is taken back."""
    rules.set_undo_reason(by=by, account=account, reason_id=request.POST.get("reason", ""))
    return "Saved. It counts for whoever is taken back from now on."


@require_safe
@super_admin
def candidates(request: HttpRequest) -> HttpResponse:
    """Jobs and people that could be put on the list."""
    connection = current_connection()
    asked = request.GET.get("q", "").strip()
    if connection is None or not request.htmx:  # type: ignore[attr-defined]
        return redirect("ats")
    context = {"q": asked, "may_change": True, **found(connection.account, asked)}
    return render(request, "ats/_found.html", context)


def _is_on(request: HttpRequest) -> bool:
    return request.POST.get("on", "") == "yes"


def _user(request: HttpRequest, account: LeverAccount) -> tuple[str, str]:
    """The Lever user the field names; empty if it was emptied."""
    text = request.POST.get("user", "").strip()
    if not text:
        return "", ""
    user = user_named(account, text)
    if user is None:
        raise InvalidRule(NO_SUCH_USER.format(text[:100]))
    return user.lever_id, user.text or user.email


def _people(count: int) -> str:
    return "1 person goes" if count == 1 else f"{count:,} people go"


urlpatterns = [
    path("settings/ats/outgoing/", switch, name="ats-outgoing"),
    path("settings/ats/allow-list/", allow_list, name="ats-allow-list"),
    path("settings/ats/allowed/", allow, name="ats-allow"),
    path("settings/ats/allowed/search/", candidates, name="ats-allow-search"),
    path("settings/ats/default-user/", default_user, name="ats-default-user"),
    path("settings/ats/aliases/", alias, name="ats-alias"),
    path("settings/ats/duplicates/", duplicates, name="ats-duplicates"),
    path("settings/ats/asking/", asking, name="ats-asking"),
    path("settings/ats/skills/", skills, name="ats-skills"),
    path("settings/ats/undo/", undo_reason, name="ats-undo"),
]
