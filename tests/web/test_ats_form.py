"""Settings → ATS integration → Fields form."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pinlever.sync.form_rules import rule_of
from pinlever.sync.models import FormRule
from tests.sync.artefacts_story import TEMPLATE, change_template, read_again, with_form
from tests.sync.lever_story import in_lever
from tests.sync.world import World

PAGE, SAVE = "/settings/ats/form/", "/settings/ats/form/save/"
HTMX = {"HX-Request": "true"}
KEYS = ("text|External id", "date|Sourced on", "textarea|Why this person", "dropdown|Fit")


def fields(**entries: str) -> dict[str, str]:
    """`fit="fixed:High"`: by the last word of the field."""
    given = {"part": "fields"}
    for place, key in enumerate(KEYS):
        source, _, value = entries.get(key.split()[-1].lower().split("|")[-1], "").partition(":")
        given |= {f"key-{place}": key, f"source-{place}": source, f"value-{place}": value}
    return given


def test_recruiters_see_it_and_change_nothing(company: World, as_recruiter: Client) -> None:
    with_form(company)
    told = as_recruiter.get(PAGE).content.decode()
    assert "Only super admins may change it" in told and "Save these fields" not in told
    assert as_recruiter.post(SAVE, {"part": "switch"}).status_code == 403


def test_choosing_mapping_and_switching_on(company: World, as_super_admin: Client) -> None:
    record = in_lever(company, name="Ingrid Solheim")
    assert "Choose a form, and it is shown" in as_super_admin.get(PAGE).content.decode()
    told = as_super_admin.post(
        SAVE, {"part": "template", "template": TEMPLATE}, headers=HTMX
    ).content.decode()
    assert "mapped already; check them" in told and str(record.prospect.key) in told
    said = fields(id="pin_id", on="sourced_on", person="headline", fit="fixed:High")
    told = as_super_admin.post(SAVE, said, headers=HTMX).content.decode()
    assert "Saved. It counts for forms" in told and "<bdi>High</bdi>" in told
    told = as_super_admin.post(SAVE, {"part": "switch", "on": "yes"}, headers=HTMX).content.decode()
    assert "Forms are written from now on." in told
    rule = rule_of(company.account.pk)
    assert rule.is_on and rule.mapping["dropdown|Fit"] == {"source": "fixed", "value": "High"}
    assert as_super_admin.post(SAVE, {"part": "switch"}).headers["Location"] == PAGE
    assert not rule_of(company.account.pk).is_on


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({}, "Choose something of the page."),
        ({"part": "template", "template": "x"}, "Choose a form out of the list."),
        (fields(on="sourced_on"), "Lever requires “External id”"),
        (fields(id="pin_id", fit="fixed:Huge"), "“Huge” is none of its options"),
        (fields(id="pin_id", fit="fixed:"), "Say what “Fit” always is."),
        (fields(id="nonsense"), "Choose what fills “External id” out of the list."),
    ],
)
def test_nonsense_is_refused_and_what_was_typed_stays(
    company: World, as_super_admin: Client, said: dict[str, str], told: str
) -> None:
    with_form(company)
    before = rule_of(company.account.pk).mapping
    answer = as_super_admin.post(SAVE, said, headers=HTMX).content.decode()
    assert told in answer and rule_of(company.account.pk).mapping == before
    if said.get("source-3") == "fixed":
        assert 'name="value-3"' in answer


def test_a_change_in_lever_shows_and_ends_with_saving(company: World, as_super_admin: Client) -> None:
    with_form(company)
    change_template(company, {"type": "text", "text": "External id", "required": True})
    read_again(company)
    assert "“Fit” is gone." in as_super_admin.get(PAGE).content.decode()
    said = {"part": "fields", "key-0": KEYS[0], "source-0": "pin_id"}
    assert "is gone" not in as_super_admin.post(SAVE, said, headers=HTMX).content.decode()


def test_the_preview_says_what_would_fail(company: World, as_super_admin: Client) -> None:
    with_form(company)
    person = company.person("Kari <b>Holm</b>")
    FormRule.objects.update(mapping={"text|External id": {"source": "title", "value": ""}})
    told = as_super_admin.get(PAGE, {"preview": str(person.key)}).content.decode()
    assert "nothing is known for it about this person" in told
    assert "Kari &lt;b&gt;Holm" in told
    assert as_super_admin.get(PAGE, {"preview": "nonsense"}).status_code == 200


def test_without_lever_it_leads_to_connecting(db: None, as_super_admin: Client) -> None:
    for answer in (as_super_admin.get(PAGE), as_super_admin.post(SAVE)):
        assert answer.headers["Location"] == reverse("ats")


def test_its_queries_do_not_grow(company: World, as_super_admin: Client) -> None:
    with_form(company)

    def asked() -> int:
        as_super_admin.get(PAGE)
        with CaptureQueriesContext(connection) as queries:
            as_super_admin.get(PAGE)
        return len(queries)

    in_lever(company)
    few = asked()
    for _ in range(3):
        in_lever(company)
    assert asked() == few
