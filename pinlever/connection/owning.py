"""Who owns the account at Lever here, and who therefore hears when something is wrong."""

from django.db import transaction

from pinlever.accounts.models import User
from pinlever.audit.services import Actor, record
from pinlever.connection.models import LeverAccount
from pinlever.notices.alert_rules import Asked, hearing, set_rules
from pinlever.notices.models import AlertRules


class NoOwner(ValueError):
    """This person cannot own the account; says why."""


def owner_of(account: LeverAccount | None) -> User | None:
    """None while nobody owns it who could hear of anything: an active super admin."""
    if account is None or account.owner_id is None:
        return None
    return hearing([account.owner_id]).first()


def hearers(account: LeverAccount | None, rules: AlertRules) -> list[User]:
    """Who is mailed: the owner and whoever was named besides. Every super admin while that is nobody."""
    named = [account.owner_id] if account is not None and account.owner_id else []
    named += list(rules.also_to.values_list("pk", flat=True))
    found = list(hearing(named).order_by("pk"))
    return found or list(User.objects.filter(is_active=True, is_superuser=True).order_by("pk"))


def own_if_nobody_does(account: LeverAccount, *, by: Actor) -> None:
    """Whoever connects it owns it, unless somebody does. Inside the transaction of connecting."""
    if by.kind != "person" or not by.id.isdigit() or owner_of(account) is not None:
        return
    if hearing([int(by.id)]).exists():
        _set(account, int(by.id), by=by)


def set_owner(*, by: Actor, account: LeverAccount, owner: User | None) -> bool:
    """None: nobody, and every super admin hears. False when it was so before. Raises NoOwner."""
    if owner is not None and not hearing([owner.pk]).exists():
        raise NoOwner(f"{owner} is no active super admin, so alerts could not reach them. Choose one who is.")
    new = owner.pk if owner else None
    if account.owner_id == new:
        return False
    _set(account, new, by=by)
    return True


def _set(account: LeverAccount, owner: int | None, *, by: Actor) -> None:
    with transaction.atomic():
        before = account.owner_id
        LeverAccount.objects.filter(pk=account.pk).update(owner=owner)
        account.owner_id = owner
        record(
            by=by, action="account.owner", subject=account, before={"owner": before}, after={"owner": owner}
        )


def set_alerts(*, by: Actor, account: LeverAccount | None, owner: User | None, asked: Asked) -> bool:
    """The rules and the owner at once; False when nothing was different. Raises InvalidAlertRule and NoOwner."""
    with transaction.atomic():
        changed = set_rules(by=by, asked=asked)
        if account is not None:
            changed = set_owner(by=by, account=account, owner=owner) or changed
    return changed
