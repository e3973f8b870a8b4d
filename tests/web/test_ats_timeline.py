"""Settings → ATS integration → Timeline: the rules, saved as they are changed, and what they make of examples."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from pinlever.audit.models import AuditEntry
from pinlever.foundation.clock import db_now
from pinlever.sync.models import FollowUp, TimelineRule
from pinlever.sync.note_texts import marked_with
from pinlever.sync.timeline_rules import rule_of
from tests.sync.lever_story import follow, in_lever
from tests.sync.world import World

PAGE, SAVE = "/settings/ats/timeline/", "/settings/ats/timeline/save/"
DEFAULT = {
    "part": "notes",
    "sourced": "yes",
    "opens": "yes",
    "linked": "yes",
    "bodies": "never",
    "kinds": ["message_sent", "replied"],
}
HTMX = {"HX-Request": "true"}


def previews(answer: Any) -> list[str]:
    found = re.findall(r"<div [^>]*data-preview>(.*?)</div>", answer.content.decode(), re.DOTALL)
    return [unescape(text) for text in found]


def test_the_page_shows_the_notes_as_they_will_look(company: World, as_recruiter: Client) -> None:
    answer = as_recruiter.get(PAGE)
    sourced, sent, replied = previews(answer)
    assert sourced.startswith("Sourced in Pin by Kari Holm") and "verified on" in sourced
    assert "Opened 3 times" in sent and "Subject: A platform role in Oslo" in sent
    assert replied.startswith("They replied by email") and all(map(marked_with, previews(answer)))
    assert "I read your talk" not in sent
    assert "Only super admins may change them" in answer.content.decode()


def test_what_is_chosen_is_saved_said_and_audited(company: World, as_super_admin: Client) -> None:
    answer = as_super_admin.post(SAVE, {**DEFAULT, "bodies": "secret", "opens": ""}, headers=HTMX)
    text = answer.content.decode()
    assert "It counts for what happens from now on" in text and 'role="status"' in text
    rule = rule_of(company.account.pk)
    assert (rule.kinds, rule.bodies, rule.opens) == (["message_sent", "replied"], "secret", False)
    assert "I read your talk" in previews(answer)[1] and "Secret note" in text
    entry = AuditEntry.objects.get(action="account.timeline")
    assert (
        entry.before["bodies"] == "never" and entry.after["bodies"] == "secret" and "since" not in entry.after
    )


def test_saving_what_stands_already_changes_nothing(company: World, as_super_admin: Client) -> None:
    for _ in range(2):
        as_super_admin.post(SAVE, DEFAULT)
    assert AuditEntry.objects.filter(action="account.timeline").count() == 1


def test_moving_stages_is_a_switch_of_its_own(company: World, as_super_admin: Client) -> None:
    answer = as_super_admin.post(SAVE, {"part": "stages", "moves_stage": "yes"}, headers=HTMX)
    assert "Our events move leads from now on." in answer.content.decode()
    rule = TimelineRule.objects.get()
    assert rule.moves_stage and rule.since_of("moves_stage") is not None and rule.sourced
    as_super_admin.post(SAVE, {"part": "stages"})
    assert not TimelineRule.objects.get().moves_stage


@pytest.mark.parametrize(
    "said",
    [{"part": "notes", "bodies": "shouted"}, {**DEFAULT, "kinds": ["opened"]}, {"part": "nothing"}, {}],
)
def test_nonsense_is_refused_with_a_sentence(
    company: World, as_super_admin: Client, said: dict[str, Any]
) -> None:
    answer = as_super_admin.post(SAVE, said, headers=HTMX)
    assert "Choose" in answer.content.decode() and not TimelineRule.objects.filter(bodies="shouted").exists()
    assert not AuditEntry.objects.filter(action="account.timeline").exists()


def test_without_javascript_the_page_comes_back_with_the_sentence(
    company: World, as_super_admin: Client
) -> None:
    answer = as_super_admin.post(SAVE, DEFAULT, follow=True)
    assert "It counts for what happens from now on" in answer.content.decode()


def test_without_a_connection_it_leads_to_where_one_is_made(db: None, as_super_admin: Client) -> None:
    assert as_super_admin.get(PAGE).headers["Location"] == "/settings/ats/"
    assert as_super_admin.post(SAVE, DEFAULT).headers["Location"] == "/settings/ats/"


def test_the_integration_page_leads_there(company: World, as_super_admin: Client) -> None:
    assert PAGE in as_super_admin.get("/settings/ats/").content.decode()


def test_what_failed_is_counted_and_tried_again(company: World, as_super_admin: Client) -> None:
    in_lever(company)
    FollowUp.objects.update(state="failed", reason="Lever refused it: too long.", done_at=db_now())
    assert "Try 1 again" in as_super_admin.get(PAGE).content.decode()
    answer = as_super_admin.post(SAVE, {"part": "failed"}, headers=HTMX)
    assert "1 is tried again." in answer.content.decode()
    assert FollowUp.objects.get().state == "waiting"
    assert (
        "Nothing had failed." in as_super_admin.post(SAVE, {"part": "failed"}, headers=HTMX).content.decode()
    )


def test_a_candidates_card_tells_what_was_written_and_tries_again(
    company: World, as_recruiter: Client
) -> None:
    record = in_lever(company)
    event = company.event(record.prospect, "message_sent", "email")
    page = reverse("candidate", args=[record.prospect.candidate.key])
    assert "0 notes written, 2 wait" in as_recruiter.get(page).content.decode()
    follow()
    text = as_recruiter.get(page).content.decode()
    assert "2 notes written" in text and "on Lever’s timeline" in text and "Try it again" not in text
    rows = FollowUp.objects.filter(key=f"event:{event.pk}")
    rows.update(state="failed", reason="Lever refused it: too long.")
    text = as_recruiter.get(page).content.decode()
    assert "1 note written, 1 failed" in text and "too long" in text and "on Lever’s timeline" not in text
    act = reverse("candidate-act", args=[record.prospect.candidate.key, record.pk, "follow"])
    answer = as_recruiter.post(act, headers=HTMX)
    assert "gets what was left to write at once" in answer.content.decode()
    assert rows.get().state == "waiting" and rows.get().reason == ""


def test_the_administration_shows_follow_ups_and_tries_them_again(
    company: World, as_super_admin: Client
) -> None:
    in_lever(company)
    FollowUp.objects.update(state="failed")
    url = reverse("admin:sync_followup_changelist")
    assert "Note on the timeline" in as_super_admin.get(url).content.decode()
    row = FollowUp.objects.get()
    as_super_admin.post(url, {"action": "retry_now", "_selected_action": [row.pk]})
    assert FollowUp.objects.get().state == "waiting"
    assert as_super_admin.get(reverse("admin:sync_timelinerule_changelist")).status_code == 200
