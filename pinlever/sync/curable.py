"""What a cure needs to be told: sourcers without a Lever user, addresses Lever refuses. Constant queries."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from pinlever.accounts.models import User
from pinlever.connection.models import LeverAccount, LeverUser
from pinlever.recruiting.identity import email_key
from pinlever.recruiting.services import families, known_keys_of
from pinlever.sync.models import SyncRecord

MOST_SOURCERS = 50


@dataclass(frozen=True)
class Sourcer:
    """Somebody who sourced people that cannot go. `suggested`: a Lever user who looks like them, or ""."""

    email: str
    name: str
    count: int
    suggested: str = ""


@dataclass(frozen=True)
class Sourcers:
    """`nobodys`: people whose sourcer is not known; only the job's owner or a default user can act for them."""

    known: tuple[Sourcer, ...]
    nobodys: int


@dataclass(frozen=True)
class Refused:
    """An address of a person that Lever refuses, or may refuse where its words name none."""

    record: SyncRecord
    email: str
    is_named: bool


def users_of(account: LeverAccount) -> list[LeverUser]:
    """Who can act in Lever, by name."""
    rows = LeverUser.objects.filter(account=account, gone_at=None, deactivated_at=None)
    return list(rows.order_by("text", "pk"))


def sourcers_of(records: QuerySet[SyncRecord], users: Sequence[LeverUser]) -> Sourcers:
    """Whose people these are, the most first; at most MOST_SOURCERS."""
    columns = ("prospect__sourcer__email", "prospect__sourcer_email")
    counted = records.order_by().values_list(*columns).annotate(count=Count("pk"))
    found: dict[str, int] = {}
    for sourcer, email, count in counted:
        address = email_key(sourcer or "") or email_key(email or "") or ""
        found[address] = found.get(address, 0) + count
    nobodys = found.pop("", 0)
    most = sorted(found.items(), key=lambda each: (-each[1], each[0]))[:MOST_SOURCERS]
    names = _names([email for email, _ in most])
    return Sourcers(
        tuple(Sourcer(email, names.get(email, ""), count, _alike(email, names.get(email, ""), users))
              for email, count in most),
        nobodys,
    )  # fmt: skip


def refused_addresses(records: Sequence[SyncRecord]) -> list[Refused]:
    """The addresses Lever's words name, else all that were sent, in the records' order."""
    candidates = {record.prospect.candidate_id for record in records}
    family_of = families(candidates)
    keys = known_keys_of(family_of.values())
    rows = []
    for record in records:
        out = {value for kind, value in record.left_out_keys if kind == "email"}
        theirs = keys[family_of[record.prospect.candidate_id].root.pk].emails
        sent = [email for email in theirs if email not in out]
        said = record.said.lower()
        named = [email for email in sent if email in said]
        rows += [Refused(record, email, bool(named)) for email in named or sent]
    return rows


def _names(emails: Sequence[str]) -> dict[str, str]:
    return {user.email.lower(): str(user) for user in User.objects.filter(email__in=emails)}


def _alike(email: str, name: str, users: Sequence[LeverUser]) -> str:
    """The one Lever user of the same name, or of the same name before the @."""
    by_name = [user for user in users if name and user.text.casefold() == name.casefold()]
    by_address = [user for user in users if user.email.partition("@")[0].lower() == email.partition("@")[0]]
    found = by_name or by_address
    return found[0].lever_id if len(found) == 1 else ""
