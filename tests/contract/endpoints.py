"""Every address of Lever's API that Practice Lever answers, once, with good arguments and the shape of its answer.

Words in braces, in paths and bodies, are ids of `one_of_everything`.
"""

from typing import Any, NamedTuple

from pinlever.practice import seed

from . import shapes, shapes_of_account, shapes_of_children
from .comparing import Table, an_id
from .server import AUD, POSTING, Json
from .shapes import bare_list, last_page, one
from .test_shapes import filled_fields

ONE = "/opportunities/{o}"
AS = f"perform_as={AUD}"
UNLISTED = seed.posting_id("account-executive")
NEXT_WEEK = 1_900_000_000_000
INTERVIEW: Json = {"interviewers": [{"id": seed.user_id("jonas")}], "date": NEXT_WEEK, "duration": 45}
FEEDBACK_TEMPLATE = seed.feedback_template_id("interview")
FORM_TEMPLATE = seed.form_template_id("sourcing-data")
FORM_FIELDS: list[Json] = [{"type": "text", "text": "External id", "required": True}]
FEEDBACK_FIELDS: list[Json] = [
    {"type": "score-system", "text": "Rating"},
    {"type": "scorecard", "text": "Skills", "scores": [{"text": "Rust"}]},
]
APPLYING: Json = {
    "personalInformation": [
        {"name": "fullName", "value": "Applicant One"},
        {"name": "email", "value": "applicant.one@mail.example"},
        {"name": "phone", "value": "+47 900 00 009"},
    ],
    "urls": [{"name": "LinkedIn", "value": "linkedin.com/in/one"}],
    "customQuestions": [],
    "eeoResponses": {"gender": "Decline to self-identify"},
    "ipAddress": "192.0.2.1",
}
REQUISITION: Json = {"name": "Chef", "requisitionCode": "FOOD-1", "headcountTotal": "unlimited"}
PDF = {"file": ("cv.pdf", b"%PDF-1.4", "application/pdf")}


class Asked(NamedTuple):
    method: str
    path: str
    given: Json
    status: int
    table: Table | None


def get(path: str, table: Table) -> Asked:
    return Asked("GET", path, {}, 200, table)


def post(path: str, body: Any, table: Table, status: int = 201) -> Asked:
    return Asked("POST", path, {"json": body}, status, table)


def put(path: str, body: Any, table: Table) -> Asked:
    return Asked("PUT", path, {"json": body}, 200, table)


def delete(path: str, body: Any = None) -> Asked:
    return Asked("DELETE", path, {} if body is None else {"json": body}, 204, None)


def changed(path: str, body: Any) -> Asked:
    return post(path, body, one(shapes.OPPORTUNITY_WRITTEN), 200)


NOTE_ID = one(Table({"noteId": an_id}))
WITH_FIELD = one(shapes_of_account.REQUISITION_FIELD)
OF_OPPORTUNITIES = [
    get("/opportunities", last_page(shapes.OPPORTUNITY)),
    get(ONE, one(shapes.OPPORTUNITY)),
    get("/opportunities/deleted", last_page(shapes.DELETED)),
    post(
        f"/opportunities?{AS}",
        {"name": "New", "postings": [POSTING]},
        one(shapes.OPPORTUNITY_WRITTEN, deduped=lambda value: value is False),
    ),
    put(f"{ONE}/stage?{AS}", {"stage": "offer"}, one(shapes.OPPORTUNITY_WRITTEN)),
    put(f"{ONE}/archived?{AS}", {"reason": None}, one(shapes.OPPORTUNITY_WRITTEN)),
    changed(f"{ONE}/addLinks?{AS}", {"links": ["x.example"]}),
    changed(f"{ONE}/removeLinks?{AS}", {"links": ["x.example"]}),
    changed(f"{ONE}/addTags?{AS}", {"tags": ["x"]}),
    changed(f"{ONE}/removeTags?{AS}", {"tags": ["x"]}),
    changed(f"{ONE}/addSources?{AS}", {"sources": ["x"]}),
    changed(f"{ONE}/removeSources?{AS}", {"sources": ["x"]}),
    get("/contacts/{c}", one(shapes.CONTACT)),
    put("/contacts/{c}", {"headline": "Cook"}, one(shapes.CONTACT_WRITTEN)),
    get(f"{ONE}/applications", last_page(shapes.APPLICATION)),
    get(f"{ONE}/applications/{{application}}", one(shapes.APPLICATION)),
    get("/opportunities/{applied}/applications", last_page(shapes_of_children.APPLIED)),
    get("/applications/deleted", last_page(shapes.APPLICATION_DELETED)),
]
OF_CHILDREN = [
    get(f"{ONE}/notes", last_page(shapes.NOTE)),
    post(f"{ONE}/notes", {"value": "Hello"}, one(shapes.NOTE_WRITTEN)),
    post(f"{ONE}/notes?note_id={{note}}", {"value": "A comment"}, one(shapes.NOTE_WRITTEN)),
    Asked("POST", f"{ONE}/notes", {"data": {"value": "As a form"}}, 201, one(shapes.NOTE_WRITTEN)),
    get(f"{ONE}/notes/{{note}}", one(shapes.NOTE)),
    put(f"{ONE}/notes/{{note}}", {"values": [{"value": "Other"}], "user": AUD}, NOTE_ID),
    delete(f"{ONE}/notes/{{note}}"),
    get(f"{ONE}/files", last_page(shapes.FILE)),
    Asked("POST", f"{ONE}/files?{AS}", {"files": PDF}, 201, one(shapes.FILE)),
    get(f"{ONE}/files/{{file}}", one(shapes.FILE)),
    Asked("GET", f"{ONE}/files/{{file}}/download", {}, 200, None),
    delete(f"{ONE}/files/{{file}}?{AS}"),
    get(f"{ONE}/file_actions", last_page(shapes_of_children.FILE_ACTION)),
    get("/opportunities/{applied}/resumes", last_page(shapes.RESUME)),
    get("/opportunities/{applied}/resumes/{resume}", one(shapes.RESUME)),
    Asked("GET", "/opportunities/{applied}/resumes/{resume}/download", {}, 200, None),
    post(f"{ONE}/forms", {"baseTemplateId": FORM_TEMPLATE, "fields": filled_fields()}, one(shapes.FORM)),
    get(f"{ONE}/forms", last_page(shapes.FORM)),
    get(f"{ONE}/forms/{{form}}", one(shapes.FORM)),
    get(f"{ONE}/panels", last_page(shapes_of_children.PANEL)),
    post(
        f"{ONE}/panels?{AS}",
        {"timezone": "Europe/Oslo", "interviews": [INTERVIEW]},
        one(shapes_of_children.PANEL),
    ),
    get(f"{ONE}/panels/{{panel}}", one(shapes_of_children.PANEL)),
    put(
        f"{ONE}/panels/{{panel}}?{AS}",
        {"timezone": "Europe/Rome", "interviews": [{"id": "{interview}", **INTERVIEW}, INTERVIEW]},
        one(shapes_of_children.PANEL),
    ),
    get(f"{ONE}/interviews", last_page(shapes_of_children.INTERVIEW)),
    post(f"{ONE}/interviews?{AS}", {"panel": "{panel}", **INTERVIEW}, one(shapes_of_children.INTERVIEW)),
    get(f"{ONE}/interviews/{{interview}}", one(shapes_of_children.INTERVIEW)),
    put(f"{ONE}/interviews/{{interview}}?{AS}", INTERVIEW, one(shapes_of_children.INTERVIEW)),
    post(
        f"{ONE}/feedback?{AS}",
        {"baseTemplateId": FEEDBACK_TEMPLATE, "panel": "{panel}", "interview": "{interview}"},
        one(shapes_of_children.FEEDBACK),
    ),
    get(f"{ONE}/feedback", last_page(shapes_of_children.FEEDBACK)),
    get(f"{ONE}/feedback/{{feedback}}", one(shapes_of_children.FEEDBACK)),
    put(f"{ONE}/feedback/{{feedback}}?{AS}", {}, one(shapes_of_children.FEEDBACK_CHANGED)),
    delete(f"{ONE}/feedback/{{feedback}}?{AS}"),
    delete(f"{ONE}/interviews/{{interview}}?{AS}"),
    delete(f"{ONE}/panels/{{panel}}?{AS}"),
    get(f"{ONE}/offers", last_page(shapes_of_children.OFFER)),
    Asked("GET", f"{ONE}/offers/{{offer}}/download?status=sent", {}, 200, None),
    get(f"{ONE}/referrals", last_page(shapes_of_children.REFERRAL)),
    get(f"{ONE}/referrals/{{referral}}", one(shapes_of_children.REFERRAL)),
]
OF_THE_ACCOUNT = [
    get("/postings", last_page(shapes.POSTING)),
    post(f"/postings?{AS}", {"text": "Chef"}, one(shapes.POSTING)),
    get(f"/postings/{POSTING}", one(shapes.POSTING)),
    post(f"/postings/{POSTING}?{AS}", {"text": "Engineer", "state": "published"}, one(shapes.POSTING), 200),
    get("/postings/deleted", last_page(shapes_of_account.POSTING_DELETED)),
    get(f"/postings/{POSTING}/users", shapes_of_account.POSTING_USERS),
    get(f"/postings/{POSTING}/apply", one(shapes_of_account.APPLY_FORM)),
    post(f"/postings/{UNLISTED}/apply", APPLYING, one(Table({"applicationId": an_id}))),
    Asked("POST", "/uploads", {"files": PDF}, 201, one(shapes_of_account.UPLOAD)),
    get("/stages", last_page(shapes.STAGE)),
    get("/stages/offer", one(shapes.STAGE)),
    get("/disposition_stages", one(shapes_of_account.DISPOSITIONS)),
    get("/archive_reasons", last_page(shapes.ARCHIVE_REASON)),
    get(f"/archive_reasons/{seed.archive_reason_id('hired')}", one(shapes.ARCHIVE_REASON)),
    get("/sources", last_page(shapes.COUNTED)),
    get("/tags", last_page(shapes.COUNTED)),
    get("/users", last_page(shapes.USER)),
    post("/users", {"name": "Kim", "email": "kim@practice.example"}, one(shapes.USER)),
    get(f"/users/{AUD}", one(shapes.USER)),
    put(
        "/users/{user}",
        {"name": "Rosa V", "email": "rosa@practice.example", "accessRole": "admin"},
        one(shapes.USER),
    ),
    post("/users/{user}/deactivate", {}, one(shapes.USER), 200),
    post("/users/{user}/reactivate", {}, one(shapes.USER), 200),
    get("/audit_events", last_page(shapes_of_account.AUDIT_EVENT)),
    get("/requisitions", last_page(shapes_of_account.REQUISITION)),
    post("/requisitions", REQUISITION, one(shapes_of_account.REQUISITION_WRITTEN)),
    get("/requisitions/{requisition}", one(shapes_of_account.REQUISITION)),
    put(
        "/requisitions/{requisition}",
        REQUISITION | {"requisitionCode": "F-2"},
        one(shapes_of_account.REQUISITION_WRITTEN),
    ),
    delete("/requisitions/{requisition}"),
    get("/requisition_fields", bare_list(shapes_of_account.REQUISITION_FIELD)),
    post("/requisition_fields", {"text": "Floor", "type": "number"}, WITH_FIELD),
    get("/requisition_fields/reason", WITH_FIELD),
    post("/requisition_fields/reason/options", {"values": [{"text": "Luck"}]}, WITH_FIELD),
    put("/requisition_fields/reason/options", {"values": [{"id": "growth", "text": "More"}]}, WITH_FIELD),
    delete("/requisition_fields/reason/options", {"values": [{"id": "growth"}]}),
    put("/requisition_fields/reason", {"text": "Why", "type": "text"}, WITH_FIELD),
    delete("/requisition_fields/reason"),
    get("/feedback_templates", last_page(shapes_of_children.FEEDBACK_TEMPLATE)),
    post(
        "/feedback_templates",
        {"text": "Call", "fields": FEEDBACK_FIELDS},
        one(shapes_of_children.FEEDBACK_TEMPLATE),
    ),
    get("/feedback_templates/{feedback_template}", one(shapes_of_children.FEEDBACK_TEMPLATE)),
    put(
        "/feedback_templates/{feedback_template}",
        {"text": "Called", "fields": FEEDBACK_FIELDS},
        one(shapes_of_children.FEEDBACK_TEMPLATE),
    ),
    delete("/feedback_templates/{feedback_template}"),
    get("/form_templates", last_page(shapes.FORM_TEMPLATE)),
    post("/form_templates", {"text": "More", "fields": FORM_FIELDS}, one(shapes.FORM_TEMPLATE)),
    get("/form_templates/{form_template}", one(shapes.FORM_TEMPLATE)),
    put(
        "/form_templates/{form_template}",
        {"text": "Most", "fields": FORM_FIELDS},
        one(shapes.FORM_TEMPLATE),
    ),
    delete("/form_templates/{form_template}"),
    get("/eeo/responses", last_page(shapes_of_account.EEO_ANONYMOUS)),
    get("/eeo/responses/pii", last_page(shapes_of_account.EEO_RESPONSE)),
    get(f"/surveys/diversity/{POSTING}?country_code=NO", one(shapes_of_account.SURVEY)),
    get("/webhooks", bare_list(shapes.WEBHOOK)),
    post(
        "/webhooks", {"event": "contactUpdated", "url": "https://pin.example/x"}, one(shapes.WEBHOOK_WRITTEN)
    ),
    put("/webhooks", {"data": [{"id": "{hook}", "url": "https://pin.example/y"}]}, bare_list(shapes.WEBHOOK)),
    delete("/webhooks/{hook}"),
]
ALL = [*OF_OPPORTUNITIES, *OF_CHILDREN, *OF_THE_ACCOUNT]
