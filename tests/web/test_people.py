"""People: inviting, joining, roles, shutting out; the settings' index and one's own account."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from pinlever.accounts.models import Invitation, User
from pinlever.audit.models import AuditEntry

PEOPLE = "/settings/people/"
NEW = {"email": "nils@company.example", "first_name": "Nils", "last_name": "Dahl", "role": "recruiter"}
JOIN = {
    "first_name": "Nils",
    "last_name": "Dahl",
    "password": "a-long-password-9",
    "again": "a-long-password-9",
}
HOSTILE = "<script>alert(1)</script>"


def link_on(page: Any) -> str:
    found = re.search(r'id="link" value="http://127.0.0.1:8000([^"]+)"', page.content.decode())
    assert found, page.content.decode()
    return found.group(1)


@pytest.fixture
def link(as_super_admin: Client) -> str:
    return link_on(as_super_admin.post(reverse("invite"), NEW))


@pytest.mark.parametrize("path", [PEOPLE, "/settings/people/invite/", "/settings/people/1/"])
def test_it_is_for_super_admins(client: Client, as_recruiter: Client, path: str) -> None:
    assert client.get(path)["Location"].startswith("/accounts/login/")
    page = as_recruiter.get(path)
    assert page.status_code == 403 and "Ask one of them" in page.content.decode()


def test_the_list_says_who_is_what(as_super_admin: Client, recruiter: User) -> None:
    page = as_super_admin.get(PEOPLE).content.decode()
    assert "Rita Vik" in page and "Aud Berg" in page and "Recruiters see all jobs" in page


def test_it_takes_as_many_queries_for_many_people_as_for_few(
    as_super_admin: Client, django_assert_max_num_queries: Any
) -> None:
    User.objects.bulk_create([User(email=f"p{number}@x.example") for number in range(45)])
    with django_assert_max_num_queries(16):
        as_super_admin.get(PEOPLE)


def test_an_invitation_is_mailed_and_shown_once(as_super_admin: Client, mailoutbox: list[Any]) -> None:
    link = link_on(as_super_admin.post(reverse("invite"), NEW))
    assert mailoutbox[0].to == ["nils@company.example"] and link in mailoutbox[0].body
    token = link.split("/")[2]
    assert token not in as_super_admin.get(PEOPLE).content.decode()
    assert token not in str(Invitation.objects.values()) + str(AuditEntry.objects.values())


def test_without_a_mail_server_the_link_is_handed_on(as_super_admin: Client, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    page = as_super_admin.post(reverse("invite"), NEW)
    assert "Hand on this link yourself" in page.content.decode() and link_on(page)


def test_the_invited_person_joins_and_is_signed_in(link: str, client: Client) -> None:
    assert "Aud Berg" in client.get(link).content.decode()
    answer = client.post(link, JOIN)
    assert answer.status_code == 302
    user = User.objects.get(email="nils@company.example")
    assert (str(user), user.is_superuser, user.is_staff) == ("Nils Dahl", False, False)
    assert client.get("/settings/").context["request"].user == user
    assert Client().get(link).status_code == 410, "it works once"
    assert "invitation.accepted" in AuditEntry.objects.values_list("action", flat=True)
    assert "a-long-password-9" not in str(AuditEntry.objects.values())


def test_a_super_admin_can_be_invited(as_super_admin: Client, client: Client) -> None:
    client.post(link_on(as_super_admin.post(reverse("invite"), {**NEW, "role": "super_admin"})), JOIN)
    user = User.objects.get(email="nils@company.example")
    assert user.is_superuser and user.is_staff


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"password": "short", "again": "short"}, "too short"),
        ({"password": "nils@company.example", "again": "nils@company.example"}, "too similar"),
        ({"again": "something-else-9"}, "two passwords differ"),
        ({"first_name": ""}, "required"),
    ],
)
def test_a_bad_form_says_why_and_keeps_the_name(
    link: str, client: Client, given: dict[str, str], told: str
) -> None:
    page = client.post(link, {**JOIN, **given}).content.decode()
    assert told in page and 'value="Dahl"' in page
    assert not User.objects.filter(email="nils@company.example").exists()
    assert client.post(link, JOIN).status_code == 302


def test_an_old_or_revoked_link_says_so(as_super_admin: Client, link: str, client: Client) -> None:
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get(link).status_code == client.post(link, JOIN).status_code == 410
    assert "Expired" in as_super_admin.get(PEOPLE).content.decode()
    invitation = Invitation.objects.get()
    fresh = link_on(as_super_admin.post(reverse("invitation-renew", args=[invitation.pk])))
    assert client.get(link).status_code == 410 and client.get(fresh).status_code == 200
    as_super_admin.post(reverse("invitation-revoke", args=[invitation.pk]))
    assert client.get(fresh).status_code == 410 and client.get("/invitations/nonsense/").status_code == 410
    again = as_super_admin.post(reverse("invitation-revoke", args=[invitation.pk]), follow=True)
    assert "revoked already" in again.content.decode()
    renewed = as_super_admin.post(reverse("invitation-renew", args=[invitation.pk]), follow=True)
    assert "Invite them again" in renewed.content.decode()


@pytest.mark.parametrize(
    ("email", "told"),
    [
        ("RITA@company.example", "has an account"),
        ("not an address", "valid email"),
        ("", "required"),
    ],
)
def test_a_bad_invitation_says_why_and_keeps_what_was_typed(
    as_super_admin: Client, recruiter: User, email: str, told: str
) -> None:
    page = as_super_admin.post(reverse("invite"), {**NEW, "email": email}).content.decode()
    assert told in page and 'value="Dahl"' in page
    assert not Invitation.objects.exists()


def test_nobody_is_invited_twice_at_a_time(as_super_admin: Client, link: str) -> None:
    page = as_super_admin.post(reverse("invite"), {**NEW, "email": "NILS@company.example"}).content.decode()
    assert "invited already" in page and Invitation.objects.count() == 1


def test_who_is_signed_in_joins_as_nobody_else(as_recruiter: Client, link: str) -> None:
    assert as_recruiter.post(link, JOIN).status_code == 409
    assert not User.objects.filter(email="nils@company.example").exists()


def test_roles_change_and_the_last_super_admin_stays(
    as_super_admin: Client, super_admin: User, recruiter: User
) -> None:
    for change in ("person-demote", "person-deactivate"):
        page = as_super_admin.post(reverse(change, args=[super_admin.pk]), follow=True)
        assert "only active super admin" in page.content.decode()
    as_super_admin.post(reverse("person-promote", args=[recruiter.pk]))
    recruiter.refresh_from_db()
    assert recruiter.is_superuser and recruiter.is_staff
    assert as_super_admin.post(reverse("person-demote", args=[super_admin.pk])).status_code == 302
    assert as_super_admin.get(PEOPLE).status_code == 403


def test_the_admin_does_not_take_the_last_one_away_either(as_super_admin: Client, super_admin: User) -> None:
    url = reverse("admin:accounts_user_change", args=[super_admin.pk])
    form = {"email": super_admin.email, "time_zone": "UTC", "is_active": "on"}
    page = as_super_admin.post(url, form)
    assert "only active super admin" in page.content.decode()
    super_admin.refresh_from_db()
    assert super_admin.is_superuser


def test_deactivating_and_reactivating(as_super_admin: Client, as_recruiter: Client, recruiter: User) -> None:
    page = as_super_admin.post(reverse("person-deactivate", args=[recruiter.pk]), follow=True)
    assert "signed out everywhere" in page.content.decode()
    assert as_recruiter.get("/settings/").status_code == 302
    as_super_admin.post(reverse("person-reactivate", args=[recruiter.pk]))
    assert as_recruiter.get("/settings/").status_code == 302
    assert Client().login(username=recruiter.email, password="secret-word-9")
    actions = list(AuditEntry.objects.values_list("action", "by_label"))
    assert actions == [("user.changed", "Aud Berg")] * 2


def test_signing_somebody_out_everywhere(
    as_super_admin: Client, as_recruiter: Client, recruiter: User
) -> None:
    as_super_admin.post(reverse("person-sign-out", args=[recruiter.pk]))
    assert as_recruiter.get("/settings/").status_code == 302
    assert AuditEntry.objects.get().action == "user.signed_out"


def test_a_link_to_another_password_is_handed_on(
    as_super_admin: Client, as_recruiter: Client, recruiter: User
) -> None:
    url = reverse("person-password-link", args=[recruiter.pk])
    link, token = link_on(as_super_admin.post(url)), "a-new-long-password-7"
    page = Client().get(link, follow=True)
    assert page.status_code == 200 and "Choose a password" in page.content.decode()
    client = Client()
    client.get(link)
    client.post(page.redirect_chain[-1][0], {"password1": token, "password2": token})
    recruiter.refresh_from_db()
    assert recruiter.check_password(token) and as_recruiter.get("/settings/").status_code == 302
    assert AuditEntry.objects.filter(action="user.password_link_made", by_label="Aud Berg").exists()
    User.objects.filter(pk=recruiter.pk).update(is_active=False)
    assert "Reactivate them first" in as_super_admin.post(url, follow=True).content.decode()


def test_changes_are_posted(as_super_admin: Client, recruiter: User) -> None:
    assert as_super_admin.get(reverse("person-deactivate", args=[recruiter.pk])).status_code == 405
    assert as_super_admin.post(reverse("person-deactivate", args=[99999])).status_code == 404


def test_names_are_escaped(as_super_admin: Client, recruiter: User) -> None:
    User.objects.filter(pk=recruiter.pk).update(first_name=HOSTILE)
    as_super_admin.post(reverse("invite"), {**NEW, "last_name": HOSTILE})
    for path in (PEOPLE, reverse("person", args=[recruiter.pk])):
        assert HOSTILE not in as_super_admin.get(path).content.decode()


class TestOnesOwnAccount:
    def test_name_and_zone_are_saved(self, as_recruiter: Client, recruiter: User) -> None:
        form = {"first_name": "Rit", "last_name": "", "time_zone": "Europe/Oslo"}
        assert as_recruiter.post(reverse("account"), form).status_code == 302
        recruiter.refresh_from_db()
        assert (recruiter.first_name, recruiter.last_name, recruiter.time_zone) == ("Rit", "", "Europe/Oslo")
        assert AuditEntry.objects.get().after["time_zone"] == "Europe/Oslo"

    def test_a_zone_that_is_none_is_refused(self, as_recruiter: Client) -> None:
        page = as_recruiter.post(reverse("account"), {"first_name": "Rit", "time_zone": "Mars/Base"})
        assert (
            "not one of the available choices" in page.content.decode()
            and 'value="Rit"' in page.content.decode()
        )

    def test_a_stored_zone_nobody_knows_breaks_nothing(self, as_recruiter: Client) -> None:
        User.objects.update(time_zone="../../etc/passwd")
        assert as_recruiter.get("/settings/").status_code == 200


def test_the_index_shows_what_one_may_set(as_recruiter: Client, as_super_admin: Client) -> None:
    assert PEOPLE not in as_recruiter.get("/settings/").content.decode()
    page = as_super_admin.get("/settings/").content.decode()
    assert PEOPLE in page and reverse("admin:index") in page


def test_every_page_leads_to_ones_account(as_recruiter: Client) -> None:
    assert f'href="{reverse("account")}"' in as_recruiter.get("/").content.decode()
