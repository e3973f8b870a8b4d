"""Who acts at Lever for a sourcer."""

import pytest

from pinlever.connection.models import Environment, LeverAccount, LeverUser, UserAlias
from pinlever.connection.performers import find_performer
from pinlever.foundation.clock import db_now


@pytest.fixture
def account(db: None) -> LeverAccount:
    now = db_now()
    account = LeverAccount.objects.create(
        environment=Environment.PRACTICE, first_connected_at=now, default_user_id="default"
    )
    rows = [
        ("aud", "Aud Berg", "aud@acme.example", None, None),
        ("former", "Aud the First", "aud@acme.example", now, None),
        ("left", "Leif", "leif@acme.example", now, None),
        ("gone", "Gone", "gone@acme.example", None, now),
        ("owner", "Olga Owner", "olga@acme.example", None, None),
        ("alias", "Maria", "maria@acme.example", None, None),
        ("default", "Desk", "desk@acme.example", None, None),
    ]
    for lever_id, text, email, deactivated_at, gone_at in rows:
        LeverUser.objects.create(
            account=account,
            lever_id=lever_id,
            text=text,
            email=email,
            deactivated_at=deactivated_at,
            gone_at=gone_at,
        )
    UserAlias.objects.create(account=account, email="mia@pin.example", lever_user_id="alias")
    UserAlias.objects.create(account=account, email="lost@pin.example", lever_user_id="gone")
    return account


CASES = [
    (["AUD@acme.example "], "", "aud", "Aud Berg (aud@acme.example) sourced them"),
    (["nobody@x.example", "aud@acme.example"], "", "aud", "Aud Berg (aud@acme.example) sourced them"),
    (["leif@acme.example"], "olga@acme.example", "left", "Leif (leif@acme.example) sourced them"),
    (
        ["Mia@Pin.example"],
        "olga@acme.example",
        "alias",
        "Maria (maria@acme.example) is who mia@pin.example is in Lever",
    ),
    (
        ["nobody@x.example"],
        "Olga@acme.example",
        "owner",
        "Olga Owner (olga@acme.example) owns the job and stands in, in place of nobody@x.example, "
        "whom Lever does not know",
    ),
    (
        ["gone@acme.example"],
        "",
        "default",
        "Desk (desk@acme.example), the default user, stands in, in place of gone@acme.example, "
        "whom Lever does not know",
    ),
    (
        ["lost@pin.example"],
        "stranger@x.example",
        "default",
        "Desk (desk@acme.example), the default user, stands in, in place of lost@pin.example, "
        "whom Lever does not know",
    ),
    ([], "", "default", "Desk (desk@acme.example), the default user, stands in, as no sourcer is known"),
]


@pytest.mark.parametrize(("sourcers", "owner", "user_id", "how"), CASES)
def test_the_sourcer_acts_or_somebody_in_their_place(
    account: LeverAccount, sourcers: list[str], owner: str, user_id: str, how: str
) -> None:
    found = find_performer(account, sourcer_emails=sourcers, job_owner_email=owner)
    assert found is not None
    assert (found.user_id, found.how) == (user_id, how)


@pytest.mark.parametrize("default", ["", "gone", "unknown"])
def test_without_a_default_user_there_may_be_nobody(account: LeverAccount, default: str) -> None:
    account.default_user_id = default
    assert find_performer(account, sourcer_emails=["nobody@x.example"]) is None


def test_an_empty_address_is_nobody(account: LeverAccount) -> None:
    LeverUser.objects.create(account=account, lever_id="no-address", text="Robot", email="")
    found = find_performer(account, sourcer_emails=["", " "], job_owner_email=" ")
    assert found is not None and found.user_id == "default"


def test_whom_somebody_chose_goes_before_who_is_found_by_email(account: LeverAccount) -> None:
    """Else a user whom Lever refuses to let act could not be replaced."""
    UserAlias.objects.create(account=account, email="leif@acme.example", lever_user_id="owner")
    found = find_performer(account, sourcer_emails=["leif@acme.example"])
    assert found is not None and found.user_id == "owner"
