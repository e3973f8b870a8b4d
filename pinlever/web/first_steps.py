"""The way from an empty installation to people in Lever, step by step, and whose step each is."""

from dataclasses import dataclass

from django.urls import reverse

from pinlever.accounts.models import User
from pinlever.connection.models import LeverAccount, LeverConnection
from pinlever.recruiting.models import Job, Prospect
from pinlever.sync.models import JobRule, Trigger

MOST_NAMED = 3


@dataclass(frozen=True)
class Step:
    """`url` is empty while an earlier step has to come first, or when somebody else has to do it: `ask` says who."""

    title: str
    text: str
    button: str
    url: str
    is_done: bool
    ask: str = ""


def first_steps(user: User, account: LeverAccount | None, connection: LeverConnection | None) -> list[Step]:
    """All steps while one that nothing works without is not done; then none."""
    job = Job.objects.order_by("-pk").first()
    has_people = job is not None and Prospect.objects.exists()
    if connection is not None and has_people:
        return []
    steps = [
        _connect(connection),
        _switch_on(account, connection),
        Step(
            "Add a job",
            "A role you are filling. It may be joined with a Lever job.",
            "Add a job",
            reverse("job-new"),
            job is not None,
        ),
        _rule(job),
        _people(job, has_people),
    ]
    return steps if user.is_superuser else [_asked(step) for step in steps]


def _connect(connection: LeverConnection | None) -> Step:
    text = "Sign in at Lever as a super admin and allow PinLever in. Practice Lever works without an account."
    return Step("Connect Lever", text, "Connect Lever", reverse("ats"), connection is not None)


def _switch_on(account: LeverAccount | None, connection: LeverConnection | None) -> Step:
    text = "Until then everything is looked at and nothing is written to Lever."
    url = reverse("ats") if connection else ""
    is_done = bool(connection and account and account.outgoing_on)
    return Step("Switch sending on", text, "Open the settings", url, is_done)


def _rule(job: Job | None) -> Step:
    text = "On each job: never, when contact information is found, at the first message, at a reply."
    url = reverse("job-settings", args=[job.key]) if job else ""
    is_done = bool(job) and JobRule.objects.exclude(trigger=Trigger.NEVER).exists()
    return Step("Say when people go to Lever", text, "Job settings", url, is_done)


def _people(job: Job | None, is_done: bool) -> Step:
    text = "From a CSV file: your own list, Lever’s export, or Pin’s. Pin sends its people by itself."
    url = reverse("job-import", args=[job.key]) if job else ""
    return Step("Bring people in", text, "Import people", url, is_done)


def _asked(step: Step) -> Step:
    """A recruiter sees whom to ask for what only super admins may do."""
    if step.is_done or step.button not in ("Connect Lever", "Open the settings"):
        return step
    return Step(step.title, step.text, "", "", False, f"A super admin does this: {_super_admins()}.")


def _super_admins() -> str:
    people = User.objects.filter(is_superuser=True, is_active=True).order_by("pk")[:MOST_NAMED]
    named = [f"{one} ({one.email})" if str(one) != one.email else one.email for one in people]
    return "; ".join(named) or "there is none yet, so whoever runs the installation makes one"
