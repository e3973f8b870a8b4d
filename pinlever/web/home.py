"""What needs me today, how the connection is, what happened lately; first steps while nothing is set up."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from pinlever.connection.accounts import current_connection, home_account
from pinlever.notices.alert_mailing import trouble
from pinlever.notices.models import AlertKind
from pinlever.web.access import person, recruiter
from pinlever.web.alert_words import on_home
from pinlever.web.first_steps import first_steps
from pinlever.web.health import health_of
from pinlever.web.needs import counts_of, needs_of
from pinlever.web.recent import recent


@recruiter
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Decisions, failures, connection, recent activity."""
    user = person(request)
    account, connection = home_account(), current_connection()
    counts = counts_of(account)
    steps = first_steps(user, account, connection)
    alerts = on_home(user)
    alerted = frozenset(one.alert.kind for one in alerts if not one.is_over)
    context = {
        "steps": steps,
        "next_step": next((step for step in steps if step.url and not step.is_done), None),
        "needs": needs_of(user, account, connection, counts, alerted),
        "alerts": alerts,
        "alerted": alerted,
        "is_worker_alerted": AlertKind.WORKER in alerted,
        "mail_trouble": trouble() if alerted and user.is_superuser else "",
        "health": health_of(account, connection),
        "counts": counts,
        "recent": recent(),
        "user": user,
    }
    return render(request, "home/home.html", context)
