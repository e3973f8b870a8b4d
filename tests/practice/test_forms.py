from typing import Any

import pytest

from pinlever.practice.seed import feedback_template_id, form_template_id

from .lever import AUD, Lever

TEMPLATE = form_template_id("sourcing-data")


def fields(**values: Any) -> list[dict[str, Any]]:
    rows = [
        ("text", "External id", "pers-1"),
        ("date", "Sourced on", None),
        ("textarea", "Why this person", None),
        ("dropdown", "Fit", None),
    ]
    return [
        {"type": kind, "text": text, "value": values.get(text.split()[0], held)} for kind, text, held in rows
    ]


@pytest.fixture
def forms(lever: Lever) -> str:
    return f"/opportunities/{lever.create(name='Ana')['id']}/forms"


def test_a_form_answers_its_template(lever: Lever, forms: str) -> None:
    told = lever.post(forms, {"baseTemplateId": TEMPLATE, "fields": fields(Fit="High", Sourced=1_700)})[
        "data"
    ]
    values = {field["text"]: field["value"] for field in told["fields"]}
    assert values == {"External id": "pers-1", "Sourced on": 1_700, "Why this person": None, "Fit": "High"}
    assert (told["type"], told["baseTemplateId"], told["user"]) == ("form", TEMPLATE, AUD)
    assert lever.get(forms)["data"] == [told]
    assert lever.get(f"{forms}/{told['id']}")["data"] == told


def test_fields_may_be_named_by_id(lever: Lever, forms: str) -> None:
    template = lever.get(f"/form_templates/{TEMPLATE}")["data"]
    given = [{"id": field["id"], "value": "x" if field["required"] else None} for field in template["fields"]]
    assert (
        lever.post(forms, {"baseTemplateId": TEMPLATE, "fields": given})["data"]["fields"][0]["value"] == "x"
    )


WRONG: list[tuple[str, list[dict[str, Any]]]] = [
    ("one missing", fields()[:-1]),
    ("one too many", [*fields(), {"type": "text", "text": "More", "value": "x"}]),
    ("required", fields(External=None)),
    ("blank required", fields(External="")),
    ("no option", fields(Fit="Perfect")),
    ("an option of no type at all", fields(Fit={"text": "High"})),
    ("not a date", fields(Sourced="yesterday")),
    ("not a text", fields(External=7)),
]


@pytest.mark.parametrize(("why", "given"), WRONG, ids=[row[0] for row in WRONG])
def test_one_that_does_not_conform_writes_nothing(
    lever: Lever, forms: str, why: str, given: list[dict[str, Any]]
) -> None:
    assert lever.refused(forms, "POST", json={"baseTemplateId": TEMPLATE, "fields": given})[0] == 400
    assert lever.get(forms)["data"] == []


def test_forms_cannot_be_changed_or_removed(lever: Lever, forms: str) -> None:
    form = lever.post(forms, {"baseTemplateId": TEMPLATE, "fields": fields()})["data"]["id"]
    assert lever.refused(f"{forms}/{form}", "PUT", json={})[0] == 405
    assert lever.refused(f"{forms}/{form}", "DELETE")[0] == 405


def test_templates(lever: Lever) -> None:
    body = {"text": "Mine", "fields": [{"type": "yes-no", "text": "Relocates", "required": True}]}
    made = lever.post("/form_templates", body, None)["data"]
    assert made["fields"][0]["id"]
    assert len(lever.get("/form_templates", include="text")["data"]) == 2
    lever.put(f"/form_templates/{made['id']}", {**body, "text": "Ours"}, None)
    assert lever.get(f"/form_templates/{made['id']}")["data"]["text"] == "Ours"
    for wrong in ({"text": "x"}, {"fields": body["fields"]}, {"text": "x", "fields": [{"type": "spell"}]}):
        assert lever.refused("/form_templates", "POST", json=wrong)[0] == 400
    assert lever.call("DELETE", f"/form_templates/{made['id']}").status_code == 204
    assert lever.refused(f"/form_templates/{made['id']}")[0] == 404


def test_templates_made_by_hand_cannot_be_removed_through_the_api(lever: Lever) -> None:
    assert lever.refused(f"/form_templates/{TEMPLATE}", "DELETE")[0] == 403
    assert lever.refused(f"/feedback_templates/{feedback_template_id('interview')}", "DELETE")[0] == 403
    given = {"text": "Mine", "fields": [{"type": "text", "text": "Who"}], "group": "g"}
    made = lever.post("/form_templates", given, None)["data"]
    assert (made["group"], made["secretByDefault"]) == ({"id": "g", "name": ""}, False)
    lever.put(f"/form_templates/{made['id']}", given, None)
    assert lever.call("DELETE", f"/form_templates/{made['id']}").status_code == 204


RATING = {"type": "score-system", "text": "Rating"}


@pytest.mark.parametrize(
    "fields", [[], [RATING, RATING], [{"type": "text", "text": "Who"}], [{"type": "wish"}]]
)
def test_a_feedback_template_rates_exactly_once(lever: Lever, fields: list[dict[str, Any]]) -> None:
    assert lever.refused("/feedback_templates", "POST", json={"text": "x", "fields": fields})[0] == 400


def test_a_changed_feedback_template_has_fields_of_new_ids(lever: Lever) -> None:
    made = lever.post("/feedback_templates", {"text": "x", "fields": [RATING]}, None)["data"]
    assert made["fields"][0]["options"][0]["text"] == "4 - Strong Hire"
    lever.now += 1
    told = lever.put(f"/feedback_templates/{made['id']}", {"text": "y", "fields": [RATING]}, None)["data"]
    assert told["fields"][0]["id"] != made["fields"][0]["id"]
    assert (told["text"], told["createdAt"], told["updatedAt"]) == ("y", made["createdAt"], lever.now_ms)
    assert lever.get(f"/feedback_templates/{made['id']}")["data"] == told
    assert lever.call("DELETE", f"/feedback_templates/{made['id']}").status_code == 204
    assert lever.refused(f"/feedback_templates/{made['id']}")[0] == 404
