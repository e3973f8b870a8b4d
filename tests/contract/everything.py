"""A Practice Lever that holds one of everything, and how an entry of the table of endpoints is asked of it."""

from typing import Any

import requests

from pinlever.lever.client import LeverClient
from pinlever.practice import seed

from .endpoints import (
    APPLYING,
    AS,
    FEEDBACK_FIELDS,
    FEEDBACK_TEMPLATE,
    FORM_FIELDS,
    FORM_TEMPLATE,
    INTERVIEW,
    PDF,
    Asked,
)
from .server import AUD, POSTING, Practice
from .test_shapes import ask, filled_fields


def one_of_everything(practice: Practice, client: LeverClient) -> dict[str, str]:
    """One of everything, by name."""
    o = practice.post("example", {})["data"][0]["opportunities"][0]
    gone = practice.people({"name": "Gone", "posting": POSTING})[0]["opportunities"][0]
    practice.post("delete", {"opportunity": gone, "by": AUD})
    old = {"id": seed.posting_id("data-analyst"), "kind": "posting"}
    practice.post("remove_document", old)
    upload = made(practice, "POST", "/uploads", files=PDF)
    resume = [*APPLYING["personalInformation"], {"name": "resume", "value": upload["uri"]}]
    apply = {**APPLYING, "personalInformation": resume}
    application = made(practice, "POST", f"/postings/{POSTING}/apply", json=apply)["applicationId"]
    applied = next(
        row["id"] for row in practice.state()["opportunities"] if application in row["applications"]
    )
    panel = made(
        practice,
        "POST",
        f"/opportunities/{o}/panels?{AS}",
        json={"timezone": "Europe/Oslo", "interviews": [INTERVIEW]},
    )
    form = {"baseTemplateId": FORM_TEMPLATE, "fields": filled_fields()}
    feedback = {"baseTemplateId": FEEDBACK_TEMPLATE}
    templates = {"text": "Mine", "fields": FEEDBACK_FIELDS}
    return {
        "o": o,
        "applied": applied,
        "c": str(client.opportunity(o).contact_id),
        "application": made(practice, "GET", f"/opportunities/{o}")["applications"][0],
        "note": made(practice, "POST", f"/opportunities/{o}/notes", json={"value": "Mine"})["id"],
        "file": made(practice, "GET", f"/opportunities/{o}/files")[0]["id"],
        "resume": made(practice, "GET", f"/opportunities/{applied}/resumes")[0]["id"],
        "form": made(practice, "POST", f"/opportunities/{o}/forms", json=form)["id"],
        "panel": panel["id"],
        "interview": panel["interviews"][0]["id"],
        "feedback": made(practice, "POST", f"/opportunities/{o}/feedback?{AS}", json=feedback)["id"],
        "offer": practice.post("offers", {"opportunity": o, "status": "signed"})["id"],
        "referral": practice.post("referrals", {"opportunity": o})["id"],
        "user": seed.user_id("rosa"),
        "requisition": seed.requisition_id("ENG-1"),
        "feedback_template": made(practice, "POST", "/feedback_templates", json=templates)["id"],
        "form_template": made(
            practice, "POST", "/form_templates", json={"text": "Mine", "fields": FORM_FIELDS}
        )["id"],
        "hook": client.create_webhook("contactCreated", "https://pin.example/hook").id,
    }


def made(practice: Practice, method: str, path: str, **given: Any) -> Any:
    answer = ask(practice, method, path, {}, **given)
    assert answer.status_code in (200, 201), (path, answer.text)
    return answer.json()["data"]


def filled(value: Any, ids: dict[str, str]) -> Any:
    """The body with the ids it names in braces."""
    if isinstance(value, dict):
        return {name: filled(one, ids) for name, one in value.items()}
    if isinstance(value, list):
        return [filled(one, ids) for one in value]
    return ids[value[1:-1]] if isinstance(value, str) and value[1:-1] in ids else value


def asked_for(practice: Practice, asked: Asked, ids: dict[str, str]) -> requests.Response:
    given = (
        {**asked.given, "json": filled(asked.given["json"], ids)} if "json" in asked.given else asked.given
    )
    return ask(practice, asked.method, asked.path, ids, **given)
