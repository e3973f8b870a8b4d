import pytest
from django.db import IntegrityError
from django.urls import reverse

from pinlever.accounts.models import User
from pinlever.accounts.services import save_user
from pinlever.audit.models import AuditEntry
from pinlever.audit.services import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    client.force_login(User.objects.create_superuser("boss@x.example", "secret"))
    return client


def test_people_are_known_by_their_address_in_any_case():
    user = User.objects.create_user(" Rec@x.example ", "secret")
    assert User.objects.named("REC@X.example") == user
    assert User.objects.named(" ") is None and User.objects.named("other@x.example") is None
    assert user.check_password("secret") and not user.is_staff


def test_an_address_belongs_to_one_person_in_any_case():
    User.objects.create_user("rec@x.example")
    with pytest.raises(IntegrityError):
        User.objects.create_user("REC@x.example")


def test_a_super_admin_adds_and_changes_people(admin):
    password = "a-long-password-9"
    form = {"email": "rec@x.example", "password1": password, "password2": password}
    assert admin.post(reverse("admin:accounts_user_add"), form).status_code == 302
    user = User.objects.get(email="rec@x.example")
    form = {"email": "rec@x.example", "first_name": "Rea", "time_zone": "Europe/Berlin", "is_active": "on"}
    page = admin.post(reverse("admin:accounts_user_change", args=[user.pk]), form)
    assert page.status_code == 302, page.context["adminform"].form.errors
    changed, added = AuditEntry.objects.all()
    assert (added.action, added.by_label, added.after["email"]) == (
        "user.added",
        "boss@x.example",
        "rec@x.example",
    )
    assert changed.after == {"first_name": "Rea", "time_zone": "Europe/Berlin"}
    assert "password" not in str([added.after, changed.after])


def test_a_password_set_by_an_admin_is_told_but_not_shown(admin):
    user = User.objects.create_user("rec@x.example")
    url = reverse("admin:auth_user_password_change", args=[user.pk])
    form = {"password1": "a-long-password-9", "password2": "a-long-password-9", "usable_password": "true"}
    assert admin.post(url, {**form, "password2": "other"}).status_code == 200
    assert not AuditEntry.objects.exists()
    assert admin.post(url, form).status_code == 302
    assert AuditEntry.objects.get().action == "user.password_changed"
    assert User.objects.get(pk=user.pk).check_password("a-long-password-9")


def test_people_are_not_deleted(admin):
    user = User.objects.create_user("rec@x.example")
    assert admin.post(reverse("admin:accounts_user_delete", args=[user.pk])).status_code == 403


def test_what_stays_the_same_leaves_no_audit_row():
    user = User.objects.create_user("rec@x.example")
    save_user(by=SYSTEM, user=user)
    assert not AuditEntry.objects.exists()
