"""What a drift means here: the jobs and rules it concerns, and the cure, in words. Constant queries for any number."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from pinlever.accounts.models import User
from pinlever.connection.models import LeverAccount, LeverUser, UserAlias
from pinlever.inbound.models import Drift, StatusRule
from pinlever.outreach.models import Effect
from pinlever.recruiting.models import Job
from pinlever.sync.models import JobPosting
from pinlever.sync.stage_moves import LEAD_STAGES

Kind = Drift.Kind
MOST_JOBS = 20
OF = {
    Kind.STAGE_RENAMED: StatusRule.Of.STAGE,
    Kind.STAGE_GONE: StatusRule.Of.STAGE,
    Kind.REASON_RENAMED: StatusRule.Of.REASON,
    Kind.REASON_GONE: StatusRule.Of.REASON,
}
POSTINGS = (Kind.POSTING_CLOSED, Kind.POSTING_GONE)


@dataclass(frozen=True)
class Told:
    """`cure`: which page cures it: rules, job or people. `all_jobs`: it concerns every job with a Lever job."""

    drift: Drift
    title: str
    sentence: str
    jobs: tuple[Job, ...]
    cure: str
    all_jobs: bool = False

    @property
    def hurts(self) -> bool:
        return bool(self.jobs) or self.all_jobs


def told(account: LeverAccount, drifts: Sequence[Drift]) -> list[Told]:
    """In their order."""
    if not drifts:
        return []
    jobs = _jobs_of_postings(account, [row.lever_id for row in drifts if row.kind in POSTINGS])
    rules = {
        (rule.of, rule.lever_id): rule.effect
        for rule in StatusRule.objects.filter(
            account=account, lever_id__in=[row.lever_id for row in drifts if row.kind in OF]
        )
    }
    people = _jobs_of_users(account, [row.lever_id for row in drifts if row.kind == Kind.USER_DEACTIVATED])
    return [_told(account, row, jobs, rules, people) for row in drifts]


def _told(
    account: LeverAccount,
    row: Drift,
    jobs: dict[str, list[Job]],
    rules: dict[tuple[str, str], str],
    people: dict[str, list[Job]],
) -> Told:
    if row.kind in POSTINGS:
        what = "is no longer to be found in Lever" if row.kind == Kind.POSTING_GONE else f"is {row.after}"
        sentence = "Nobody of these jobs can be added to it. Choose another Lever job for them."
        return Told(row, f"The Lever job {row.before} {what}", sentence, tuple(jobs[row.lever_id]), "job")
    if row.kind == Kind.USER_DEACTIVATED:
        return _user(account, row, people)
    if row.kind == Kind.TEMPLATE_CHANGED:
        what = f"is called {row.after} now" if row.after not in ("no longer in Lever", "other fields") else ""
        what = what or (
            "is no longer in Lever" if row.after == "no longer in Lever" else "asks for other fields"
        )
        return Told(row, f"The form {row.before} {what}", "No job of PinLever's fills it in.", (), "rules")
    return _status(row, rules.get((OF[Kind(row.kind)], row.lever_id), ""))


def _user(account: LeverAccount, row: Drift, people: dict[str, list[Job]]) -> Told:
    what = "was deactivated in Lever" if row.after == "deactivated" else "is no longer a user of Lever"
    is_default = row.lever_id == account.default_user_id
    sentence = (
        "They are the default user and stand in for every sourcer whom Lever does not know. Choose another one."
        if is_default
        else "What they source is still added in their name. Choose who they are in Lever from now on."
    )
    return Told(row, f"{row.before} {what}", sentence, tuple(people[row.lever_id]), "people", is_default)


def _status(row: Drift, effect: str) -> Told:
    noun = "stage" if OF[Kind(row.kind)] == StatusRule.Of.STAGE else "archive reason"
    rule = f"its rule says: {Effect(effect).label.lower()}" if effect else "it has no rule of its own"
    if row.kind in (Kind.STAGE_GONE, Kind.REASON_GONE):
        title = f"The {noun} {row.before} is no longer in Lever"
        sentence = f"Nobody comes to it any more ({rule}). Put the rule on another {noun}."
    else:
        title = f"The {noun} {row.before} is called {row.after} now"
        sentence = f"Does it still mean the same? Now {rule}."
    if row.lever_id in LEAD_STAGES:
        sentence += " PinLever itself puts people into it, or understands a reply by it."
    return Told(row, title, sentence, (), "rules", all_jobs=True)


def _jobs_of_postings(account: LeverAccount, ids: Sequence[str]) -> dict[str, list[Job]]:
    found: dict[str, list[Job]] = defaultdict(list)
    rows = JobPosting.objects.filter(account=account, posting_id__in=ids, job__is_open=True)
    for row in rows.select_related("job").order_by("job__title", "pk") if ids else ():
        found[row.posting_id].append(row.job)
    return found


def _jobs_of_users(account: LeverAccount, ids: Sequence[str]) -> dict[str, list[Job]]:
    """Open jobs that somebody owns, or sources for, who acts as this user."""
    found: dict[str, list[Job]] = defaultdict(list)
    if not ids:
        return found
    users = dict(LeverUser.objects.filter(account=account, lever_id__in=ids).values_list("lever_id", "email"))
    emails: dict[str, set[str]] = {id: {email} - {""} for id, email in users.items()}
    for email, id in UserAlias.objects.filter(account=account, lever_user_id__in=ids).values_list(
        "email", "lever_user_id"
    ):
        emails.setdefault(id, set()).add(email)
    here = {pk: email.lower() for pk, email in User.objects.values_list("pk", "email")}
    for id, each in emails.items():
        theirs = [pk for pk, email in here.items() if email in each]
        mine = Job.objects.filter(Q(owner__in=theirs) | Q(prospects__sourcer__in=theirs), is_open=True)
        found[id] = list(mine.distinct().order_by("title", "pk")[:MOST_JOBS]) if theirs else []
    return found
