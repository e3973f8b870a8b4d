"""Somebody can always manage people: the last active super admin stays one, whoever asks and however fast."""

import pytest

from pinlever.accounts.models import Invitation, User
from pinlever.accounts.services import PeopleRefused, deactivate, set_role
from pinlever.audit.services import SYSTEM
from tests.recruiting.at_once import at_once


def refused(change: object, user: User) -> bool:
    try:
        change(user)  # type: ignore[operator]
    except PeopleRefused:
        return True
    return False


@pytest.mark.django_db(transaction=True)
def test_of_two_who_leave_at_the_same_moment_one_stays() -> None:
    first, second = (User.objects.create_superuser(f"boss{number}@x.example") for number in (1, 2))
    demoted = lambda user: set_role(by=SYSTEM, user=user, is_super_admin=False)  # noqa: E731
    left = lambda user: deactivate(by=SYSTEM, user=user)  # noqa: E731
    results = at_once(lambda: refused(demoted, first), lambda: refused(left, second))
    assert sorted(results) == [False, True]
    assert User.objects.filter(is_active=True, is_superuser=True).count() == 1


@pytest.mark.django_db
def test_who_is_deactivated_already_does_not_count() -> None:
    boss = User.objects.create_superuser("boss@x.example")
    User.objects.create_superuser("gone@x.example", is_active=False)
    with pytest.raises(PeopleRefused, match="only active super admin"):
        deactivate(by=SYSTEM, user=boss)


@pytest.mark.django_db(transaction=True)
def test_a_link_opened_twice_makes_one_account() -> None:
    from pinlever.accounts.invitations import accept, invite

    token = invite(by=SYSTEM, email="nils@x.example").link.rstrip("/").rpartition("/")[2]

    def join() -> str:
        try:
            return accept(token=token, password="a-long-password-9", first_name="Nils", last_name="").email
        except PeopleRefused as refusal:
            return str(refusal)

    assert "nils@x.example" in at_once(join, join)
    assert User.objects.count() == 1 and Invitation.objects.get().accepted_at
