"""Settings → ATS integration → Profile updates, and who set what on the candidate's page."""

import pytest
from django.test import Client
from django.urls import reverse

from pinlever.audit.models import AuditEntry
from pinlever.audit.services import SYSTEM
from pinlever.sync import new_facts
from pinlever.sync.models import UpdateRule
from pinlever.sync.update_rules import policies_of, set_policy
from tests.sync.lever_story import follow, in_lever
from tests.sync.test_detail_updates import NEW, learns
from tests.sync.world import World

PAGE, SAVE = "/settings/ats/updates/", "/settings/ats/updates/save/"
HTMX = {"HX-Request": "true"}


def test_every_field_is_shown_with_its_policy(company: World, as_recruiter: Client) -> None:
    told = as_recruiter.get(PAGE).content.decode()
    assert told.count("<select") == 6 and told.count(" disabled") == 6
    assert "Only super admins may change them" in told


def test_a_choice_is_saved_said_and_audited(company: World, as_super_admin: Client) -> None:
    answer = as_super_admin.post(SAVE, {"field": "emails", "policy": "add"}, headers=HTMX)
    assert "Email addresses: saved." in answer.content.decode()
    assert policies_of(company.account.pk)["emails"] == "add"
    entry = AuditEntry.objects.get(action="account.updates")
    assert (entry.before, entry.after) == ({"policy": "never"}, {"field": "emails", "policy": "add"})
    as_super_admin.post(SAVE, {"field": "emails", "policy": "add"})
    assert AuditEntry.objects.filter(action="account.updates").count() == 1


@pytest.mark.parametrize(
    "said", [{}, {"field": "name", "policy": "add"}, {"field": "headline", "policy": "add"}]
)
def test_nonsense_is_refused(company: World, as_super_admin: Client, said: dict[str, str]) -> None:
    answer = as_super_admin.post(SAVE, said, headers=HTMX)
    assert "Choose a field and a policy" in answer.content.decode() and not UpdateRule.objects.exists()


def test_without_lever_it_leads_to_connecting(db: None, as_super_admin: Client) -> None:
    for answer in (as_super_admin.get(PAGE), as_super_admin.post(SAVE)):
        assert answer.headers["Location"] == reverse("ats")


def test_the_candidate_s_page_says_who_set_each_value(company: World, as_recruiter: Client) -> None:
    set_policy(by=SYSTEM, account=company.account, field="emails", policy="add")
    record = in_lever(company, name="Ingrid Solheim", emails=("first@x.example",))
    new_facts.derive(company.account, since=None)
    changes = {"emails": ["first@x.example", "own@x.example"]}
    company.control("edit_contact", {"contact": record.contact_id, "changes": changes})
    learns(record)
    new_facts.derive(company.account, since=None)
    follow()
    told = as_recruiter.get(f"/candidates/{record.prospect.candidate.key}/").content.decode()
    card = told[told.index("In Lever now") :]
    for value, who in (
        ("first@x.example", "sent by PinLever with the profile"),
        ("own@x.example", "Lever’s own"),
        (NEW, "added by PinLever"),
    ):
        place = card.index(f"<bdi>{value}</bdi>")
        assert who in card[place : place + 200]


def test_a_confidential_profile_that_is_not_ours_is_not_shown(company: World, as_recruiter: Client) -> None:
    people = [{"name": "Kari Holm", "emails": ["kari@x.example"], "confidentiality": "confidential"}]
    company.control("opportunities", {"people": people})
    (record,) = company.export(company.person("Kari Holm", emails=("kari@x.example",)))
    company.work()
    record.refresh_from_db()
    assert record.state == "in_lever"
    told = as_recruiter.get(f"/candidates/{record.prospect.candidate.key}/").content.decode()
    assert "In Lever now" not in told
