"""The fields form of somebody we created: once, filled by rule, never over what somebody at Lever filled in."""

from collections.abc import Iterator
from typing import Any

import pytest

from pinlever.audit.models import AuditEntry
from pinlever.audit.services import PIN, SYSTEM
from pinlever.connection.marker import marker_link
from pinlever.connection.rules import InvalidRule
from pinlever.foundation import failpoints
from pinlever.sync import after_creation, form_rules
from pinlever.sync.form_filling import Entry
from pinlever.sync.models import FollowUp
from pinlever.sync.promises import NothingToTry
from tests.sync.acts import Killed
from tests.sync.artefacts_story import (
    TEMPLATE,
    change_template,
    follow_through,
    forms,
    read_again,
    the,
    values,
    with_form,
)
from tests.sync.lever_story import follow, in_lever
from tests.sync.play import no_pace
from tests.sync.test_resume_files import FAULTS
from tests.sync.world import World

POST = {"method": "POST", "path": "/forms$", "count": 1}
PLACES = (
    "followup.claimed",
    "form.before_look",
    "followup.after_commit",
    "call.before POST /opportunities/:id/forms",
    "call.after POST /opportunities/:id/forms",
    "followup.after_send",
    "followup.before_end",
    "followup.after_end",
)


@pytest.fixture(autouse=True)
def _at_once(company: World) -> Iterator[None]:
    with no_pace():
        yield
    failpoints.install(None)


def test_without_the_rule_no_form_is_written(company: World) -> None:
    record = in_lever(company)
    follow()
    assert forms(company) == []
    with pytest.raises(NothingToTry, match="No fields form"):
        after_creation.send_form(by=PIN, record=record)


def test_the_form_is_written_once_with_what_is_known(company: World) -> None:
    with_form(company)
    record = in_lever(company)
    follow()
    (form,) = forms(company)
    said = values(form)
    assert said["External id"] == str(record.prospect.key)
    assert said["Sourced on"] == int(record.prospect.created_at.timestamp() * 1000)
    assert said["Why this person"] is None and said["Fit"] is None
    assert (form["_opportunity"], form["baseTemplateId"]) == (record.opportunity_id, TEMPLATE)
    assert (the("form").state, the("form").lever_id) == ("done", form["id"])
    with pytest.raises(NothingToTry, match="in Lever already"):
        after_creation.send_form(by=PIN, record=record)


def test_linked_people_and_people_there_before_get_none(company: World) -> None:
    record = in_lever(company)
    with_form(company)
    company.control("opportunities", {"people": [{"name": "Ada", "emails": ["ada@people.example"]}]})
    company.export(company.person(emails=("ada@people.example",)))
    company.work()
    follow()
    assert forms(company) == []
    after_creation.send_form(by=PIN, record=record)  # by hand it reaches back
    follow()
    assert len(forms(company)) == 1


@pytest.mark.parametrize(("kind", "args"), FAULTS)
def test_whatever_lever_answers_there_is_one_form(company: World, kind: str, args: dict[str, Any]) -> None:
    with_form(company)
    in_lever(company)
    company.control("faults", {"match": POST, "kind": kind, "args": args})
    follow_through()
    assert len(forms(company)) == 1 and the("form").state == "done"


@pytest.mark.parametrize("place", PLACES)
def test_a_worker_that_dies_anywhere_leaves_one_form(company: World, place: str) -> None:
    with_form(company)
    in_lever(company)
    FollowUp.objects.exclude(kind="form").delete()
    reached = []

    def dies(name: str) -> None:
        if name == place and not reached:
            reached.append(name)
            raise Killed

    failpoints.install(dies)
    with pytest.raises(Killed):
        follow()
    failpoints.install(None)
    FollowUp.objects.update(locked_until=None)
    follow_through()
    assert len(forms(company)) == 1 and the("form").state == "done"


def test_a_form_somebody_filled_in_is_left_as_it_is(company: World) -> None:
    with_form(company)
    record = in_lever(company)
    own = {
        "id": "own",
        "baseTemplateId": TEMPLATE,
        "text": "Sourcing data",
        "fields": [{"text": "External id", "value": "theirs"}],
        "deletedAt": None,
        "createdAt": 1,
        "_opportunity": record.opportunity_id,
    }
    company.app.world.store.put("form", own)
    follow()
    assert len(forms(company)) == 1 and the("form").cause == "filled_in"


def test_our_link_tells_our_form_after_a_restored_backup(company: World) -> None:
    with_form(company)
    entries = {"text|External id": Entry("pin_link")}
    form_rules.map_fields(by=SYSTEM, account=company.account, entries=entries)
    record = in_lever(company)
    follow()
    assert values(forms(company)[0])["External id"] == marker_link(record.prospect.key)
    FollowUp.objects.filter(kind="form").update(state="waiting", payload={}, lever_id="", done_at=None)
    follow()
    assert len(forms(company)) == 1 and the("form").result["read_back"]


def test_a_changed_template_fails_the_step_shows_and_mapping_again_cures_it(company: World) -> None:
    rule = with_form(company)
    in_lever(company)
    new = [
        {"type": "text", "text": "External id", "required": True},
        {"type": "dropdown", "text": "Priority", "required": True, "options": [{"text": "High"}]},
    ]
    change_template(company, *new)
    follow()
    row = the("form")
    assert (row.state, row.cause) == ("failed", "form_changed")
    assert "“Priority”" in row.reason and "Map it again in Settings" in row.reason
    assert not FollowUp.objects.filter(kind="note", state="failed").exists()
    read_again(company)
    told = form_rules.drift(rule, form_rules.template_of(rule))
    assert "“Priority” is new, and required." in told and "“Sourced on” is gone." in told
    entries = {"text|External id": Entry("pin_id"), "dropdown|Priority": Entry("fixed", "High")}
    with pytest.raises(InvalidRule, match="Lever requires “Priority”"):
        some = {"text|External id": Entry("pin_id")}
        form_rules.map_fields(by=PIN, account=company.account, entries=some)
    rule = form_rules.map_fields(by=PIN, account=company.account, entries=entries)
    assert form_rules.drift(rule, form_rules.template_of(rule)) == []
    follow()
    assert values(forms(company)[0])["Priority"] == "High" and the("form").state == "done"


def test_what_is_required_and_unknown_fails_with_a_sentence(company: World) -> None:
    with_form(company)
    entries = {"text|External id": Entry("title")}
    form_rules.map_fields(by=SYSTEM, account=company.account, entries=entries)
    in_lever(company)
    follow()
    row = the("form")
    assert (row.state, row.cause) == ("failed", "form_value") and "nothing is known for it" in row.reason


def test_a_template_that_is_gone_fails_and_another_one_takes_its_place(company: World) -> None:
    with_form(company)
    in_lever(company)
    templates = company.app.world.store.documents["form_template"]
    held = templates.pop(TEMPLATE)
    follow()
    assert (the("form").state, the("form").cause) == ("failed", "form_gone")
    other = "11111111-1111-4111-8111-111111111111"
    company.app.world.store.put("form_template", {**held, "id": other, "text": "Other form"})
    read_again(company)
    rule = form_rules.rule_of(company.account.pk)
    assert form_rules.drift(rule, form_rules.template_of(rule)) == [
        "“Sourcing data” is no longer in Lever. Choose another form."
    ]
    form_rules.choose_template(by=PIN, account=company.account, template_id=other)
    form_rules.switch(by=PIN, account=company.account, on=True)
    follow()
    assert [form["baseTemplateId"] for form in forms(company)] == [other]


def test_switching_off_stops_what_waits(company: World) -> None:
    with_form(company)
    in_lever(company)
    form_rules.switch(by=PIN, account=company.account, on=False)
    follow()
    assert forms(company) == [] and the("form").cause == "switched_off"


def test_rules_are_checked_and_audited(company: World) -> None:
    with pytest.raises(InvalidRule, match="Choose a form first"):
        form_rules.switch(by=PIN, account=company.account, on=True)
    with pytest.raises(InvalidRule, match="out of the list"):
        form_rules.choose_template(by=PIN, account=company.account, template_id="nonsense")
    form_rules.choose_template(by=PIN, account=company.account, template_id=TEMPLATE)
    for entry, told in (
        (Entry("skills"), "Choose what fills “Sourced on”"),
        (Entry("fixed", "some day"), "For “Sourced on”, and “some day” does not fit it"),
        (Entry("nonsense"), "Choose what fills “Sourced on”"),
    ):
        with pytest.raises(InvalidRule, match=told):
            form_rules.map_fields(by=PIN, account=company.account, entries={"date|Sourced on": entry})
    form_rules.map_fields(by=PIN, account=company.account, entries={})
    with pytest.raises(InvalidRule, match="Lever requires “External id”"):
        form_rules.switch(by=PIN, account=company.account, on=True)
    assert AuditEntry.objects.filter(action="account.form").count() == 2
