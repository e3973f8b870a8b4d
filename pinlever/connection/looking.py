"""The facts readiness is judged by: from our own rows in a constant number of queries, and read anew on request."""

from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.db.models.functions import Lower

from pinlever.accounts.models import User
from pinlever.connection.catalogue import refresh_catalogue
from pinlever.connection.gateway import open_client
from pinlever.connection.models import (
    LeverAccount,
    LeverConnection,
    LeverUser,
    PeopleIndex,
    Posting,
    Stage,
    UserAlias,
)
from pinlever.connection.owning import hearers
from pinlever.connection.readiness import Facts, Webhooks
from pinlever.lever.errors import LeverError
from pinlever.notices.alert_mailing import trouble
from pinlever.notices.models import AlertRules
from pinlever.recruiting.models import Prospect

OPEN = ("published", "internal")
PATIENCE = 10.0  # seconds for one call while somebody waits for the page


@dataclass(frozen=True)
class Sourcer:
    """Somebody who sources, by the address Pin names them by; `user` is who they are in Lever, by alias or not at
    all."""

    email: str
    people: int
    user: LeverUser | None = None


def facts_of(connection: LeverConnection, found: "list[Sourcer]", webhooks: Webhooks | None = None) -> Facts:
    """What is stored about the connection and its account now; `found` are its sourcers. Of webhooks only the caller
    knows: they are kept above this package."""
    account = connection.account
    index = PeopleIndex.objects.filter(account=account).first()
    states = list(Posting.objects.filter(account=account, gone_at=None).values_list("state", flat=True))
    name, state = _default_user(account)
    is_oauth = connection.kind == LeverConnection.Kind.OAUTH
    return Facts(
        is_accepted=connection.state == LeverConnection.State.ACTIVE,
        broken_why=connection.broken_why,
        last_ok_at=connection.last_ok_at,
        granted=tuple(connection.scopes) if is_oauth else None,
        catalogue_read_at=account.catalogue_read_at,
        postings=len(states),
        open_postings=sum(state in OPEN for state in states),
        stages=tuple(Stage.objects.filter(account=account, gone_at=None).values_list("lever_id", flat=True)),
        users=active_users(account).count(),
        sees_confidential=account.confidential_access,
        default_user=name,
        default_user_state=state,
        without_account=sum(
            sourcer.user is None for sourcer in (sourcers(account) if found is None else found)
        ),
        clock_offset=account.clock_offset,
        is_index_complete=bool(index and index.complete_at),
        webhooks=webhooks,
        heard_by=len(hearers(account, AlertRules.kept())),
        mail_trouble=trouble(),
    )


def active_users(account: LeverAccount) -> "QuerySet[LeverUser]":
    """Who may act in Lever, by name."""
    return LeverUser.objects.filter(account=account, gone_at=None, deactivated_at=None).order_by(
        "text", "email"
    )


def sourcers(account: LeverAccount) -> list[Sourcer]:
    """Everybody who sources and has no Lever user by email: aliased ones with their user, the busiest first."""
    counts = _sourced_by()
    known = set(
        LeverUser.objects.filter(account=account, gone_at=None, email__in=list(counts)).values_list(
            "email", flat=True
        )
    )
    aliases = dict(UserAlias.objects.filter(account=account).values_list("email", "lever_user_id"))
    users = {
        user.lever_id: user
        for user in LeverUser.objects.filter(account=account, gone_at=None, lever_id__in=aliases.values())
    }
    emails = (set(counts) | set(aliases)) - known
    rows = [Sourcer(email, counts.get(email, 0), users.get(aliases.get(email, ""))) for email in emails]
    return sorted(rows, key=lambda row: (row.user is not None, -row.people, row.email))


def check_again(connection: LeverConnection) -> str:
    """Reads jobs, stages and users from Lever now; answers what went wrong, in a sentence, or nothing."""
    client = open_client(connection, deadline=PATIENCE)
    try:
        refresh_catalogue(connection.account, client)
    except LeverError as error:
        words = " ".join((error.said or str(error)).split())[:300].rstrip(".")
        return f"Lever could not be asked: {words}. What is shown is what was known before."
    finally:
        client.http.close()
    return ""


def label(user: LeverUser) -> str:
    """How a user is named where one is chosen."""
    return " · ".join(part for part in (user.text, user.email) if part) or user.lever_id


def user_named(account: LeverAccount, text: str) -> LeverUser | None:
    """The active Lever user a person meant: by label, by email, or by a name that only one of them has."""
    wanted = text.strip().lower()
    users = list(active_users(account)) if wanted else []
    for told in (label, lambda user: user.email, lambda user: user.text):
        found = [user for user in users if told(user).lower() == wanted]
        if len(found) == 1:
            return found[0]
    return None


def _sourced_by() -> dict[str, int]:
    """For each address of somebody who may source: how many people they sourced."""
    users = dict(User.objects.annotate(address=Lower("email")).values_list("pk", "address"))
    counts = dict.fromkeys(User.objects.filter(is_active=True).values_list(Lower("email"), flat=True), 0)
    rows = Prospect.objects.order_by().values_list("sourcer", "sourcer_email").annotate(count=Count("id"))
    for sourcer, named, count in rows:
        email = users.get(sourcer, "") or named.strip().lower()
        if email:
            counts[email] = counts.get(email, 0) + count
    return counts


def _default_user(account: LeverAccount) -> tuple[str, str]:
    if not account.default_user_id:
        return "", "unset"
    user = LeverUser.objects.filter(account=account, lever_id=account.default_user_id).first()
    if user is None or user.gone_at:
        return "", "gone"
    return user.text or user.email, "deactivated" if user.deactivated_at else "set"
