"""What Lever's objects look like: for each the keys and the types of their values, as in recorded answers.

Where nothing was recorded, Lever's documentation counts. Practice Lever's answers and the payloads of the
client's own tests are held against these tables, so that neither side of the double can drift alone.
A table names keys that are always there; those in `sometimes` may be missing. Other keys are mistakes.
"""

from dataclasses import replace
from typing import Any

from .comparing import (
    Each,
    Maybe,
    Table,
    a_flag,
    a_link,
    a_name,
    a_number,
    a_secret_token,
    a_stage_id,
    a_text,
    a_time,
    an_email,
    an_id,
    anything,
    dotted,
    null,
    one_of,
    undotted,
)

CONFIDENTIALITY = one_of("non-confidential", "confidential")
ORIGIN = one_of("agency", "applied", "internal", "referred", "sourced", "university")
PHONE = Table({"type": one_of("mobile", "home", "work", "skype", "other"), "value": a_name})
ARCHIVED = Table({"reason": an_id, "archivedAt": a_time})
# userId is left out, not null, where nobody is known to have moved it.
STAGE_CHANGE = Table(
    {"toStageId": a_stage_id, "toStageIndex": a_number, "updatedAt": a_time}, {"userId": an_id}
)
CONSENT = Table({"allowed": a_flag, "expiresAt": Maybe(a_time)})

OPPORTUNITY_WRITTEN = Table(
    {
        "id": an_id,
        "name": a_text,
        "contact": an_id,
        "headline": a_text,
        "stage": a_stage_id,
        "confidentiality": CONFIDENTIALITY,
        "location": a_text,
        "phones": Each(PHONE),
        "emails": Each(an_email),
        "links": Each(a_link),
        "archived": Maybe(ARCHIVED),
        "tags": Each(a_name),
        "sources": Each(a_name),
        "stageChanges": Each(STAGE_CHANGE),
        "origin": ORIGIN,
        "sourcedBy": Maybe(an_id),
        "owner": Maybe(an_id),
        "followers": Each(an_id),
        "applications": Each(an_id),
        "createdAt": a_time,
        "updatedAt": Maybe(a_time),
        "lastInteractionAt": a_time,
        "lastAdvancedAt": a_time,
        "snoozedUntil": Maybe(a_time),
        "urls": Table({"list": a_link, "show": a_link}),
        "isAnonymized": a_flag,
        "dataProtection": Maybe(Table({"store": CONSENT, "contact": CONSENT})),
    }
)
"""In the answer to any write: never with opportunityLocation."""

OPPORTUNITY = replace(OPPORTUNITY_WRITTEN, sometimes={"opportunityLocation": a_name})
"""As read: opportunityLocation is there if the opportunity has a posting."""

BLANKS = {"name": "", "headline": "", "location": "", "phones": [], "emails": [], "links": []}
"""The contact's fields in the answers to changes of stage, archive, tags and sources; not in those to links."""

DELETED = OPPORTUNITY.but(deletedBy=Maybe(an_id), deletedAt=a_time)

CONTACT_WRITTEN = Table(
    {
        "id": an_id,
        "name": a_text,
        "headline": a_text,
        "location": Table({"name": a_text}),
        "emails": Each(an_email),
        "phones": Each(PHONE),
    }
)
"""In the answer to a change: without isAnonymized and dataProtection. A contact never has links."""

CONTACT = CONTACT_WRITTEN.but(
    isAnonymized=a_flag,
    dataProtection=Maybe(Table({}, {"interviewIntelligence": CONSENT, "store": CONSENT, "contact": CONSENT})),
)

# What a person would have filled in on a job site is null or empty where a user or the API made it.
APPLICATION = Table(
    {
        "id": an_id,
        "type": one_of("user"),
        "candidateId": an_id,
        "opportunityId": an_id,
        "posting": an_id,
        "postingHiringManager": Maybe(an_id),
        "postingOwner": Maybe(an_id),
        **dict.fromkeys(("name", "company", "phone", "email", "comments"), null),
        "links": Each(a_link),
        "user": Maybe(an_id),
        "customQuestions": Each(anything),
        "createdAt": a_time,
        "archived": Maybe(ARCHIVED),
        "requisitionForHire": null,
        **dict.fromkeys(("ipAddress", "referer", "userAgent", "acceptLanguage", "timezone"), null),
    }
)

APPLICATION_DELETED = APPLICATION.but(deletedBy=Maybe(an_id), deletedAt=a_time)

POSTING = Table(
    {
        "id": an_id,
        "text": a_name,
        "state": one_of("published", "internal", "closed", "draft", "pending", "rejected"),
        "distributionChannels": Maybe(Each(one_of("public", "internal"))),
        "user": Maybe(an_id),
        "owner": Maybe(an_id),
        "hiringManager": Maybe(an_id),
        "categories": Table(
            {
                **dict.fromkeys(("commitment", "department", "level", "location", "team"), Maybe(a_text)),
                "allLocations": Each(a_name),
            }
        ),
        "tags": Each(a_name),
        "content": Table(
            {
                **dict.fromkeys(("description", "descriptionHtml", "closing", "closingHtml"), a_text),
                "lists": Each(Table({"text": a_text, "content": a_text})),
            }
        ),
        "country": Maybe(a_text),
        "followers": Each(an_id),
        "reqCode": Maybe(a_text),
        "requisitionCodes": Each(a_name),
        "urls": Maybe(Table({"list": a_link, "show": a_link, "apply": a_link})),
        "confidentiality": CONFIDENTIALITY,
        "createdAt": a_time,
        "updatedAt": a_time,
        "workplaceType": one_of("unspecified", "onsite", "remote", "hybrid"),
        "transcribeInterviews": a_flag,
        "screening": Table({"enabled": a_flag}),
    }
)
STAGE = Table({"id": a_stage_id, "text": a_name})
ARCHIVE_REASON = Table(
    {
        "id": an_id,
        "text": a_name,
        "status": one_of("active", "inactive"),
        "type": one_of("hired", "non-hired"),
    }
)
COUNTED = Table({"count": a_number, "text": a_name})
"""Sources and tags: no id, no times."""

USER = Table(
    {
        "id": an_id,
        "name": a_text,
        "username": a_text,
        "email": an_email,
        "accessRole": a_name,
        "photo": Maybe(a_text),
        "createdAt": a_time,
        "deactivatedAt": Maybe(a_time),
        **dict.fromkeys(("externalDirectoryId", "jobTitle", "managerId"), Maybe(a_text)),
        "linkedContactIds": Maybe(Each(an_id)),
    }
)
COMMENT = Table(
    {
        "createdAt": a_time,
        "score": Maybe(a_number),
        "stage": a_stage_id,
        "text": a_name,
        "type": one_of("note"),
        "user": Maybe(an_id),
        "value": a_text,
    }
)
NOTE = Table(
    {
        "id": an_id,
        "text": one_of("Note"),
        "fields": Each(COMMENT),
        "user": Maybe(an_id),
        "secret": a_flag,
        "completedAt": a_time,
        "deletedAt": Maybe(a_time),
        "createdAt": a_time,
    }
)
NOTE_WRITTEN = NOTE.but(noteId=an_id)
"""A new note comes back whole, with its id a second time; the documentation shows the noteId alone."""

FILE_STATUS = Maybe(one_of("processing", "processed", "unsupported", "error"))
_ANY_FILE = Table({"name": a_name, "downloadUrl": a_link, "uploadedAt": a_time, "status": FILE_STATUS})
FILE = _ANY_FILE.but(id=an_id, ext=dotted, size=a_number)
RESUME = Table(
    {"id": an_id, "createdAt": a_time, "file": _ANY_FILE.but(ext=undotted, size=a_number)},
    {"parsedData": Table({"positions": Each(anything), "schools": Each(anything)})},
)
OPTIONS = Each(Table({"text": a_name}))
FIELD_TYPE = one_of(
    *("text", "textarea", "date", "currency", "dropdown", "multiple-choice", "multiple-select", "yes-no")
)
TEMPLATE_FIELD = Table(
    {"id": an_id, "type": FIELD_TYPE, "text": a_name, "description": a_text, "required": a_flag},
    {"options": OPTIONS, "prompt": a_text, "currency": a_text},
)
FORM_TEMPLATE = Table(
    {
        "id": an_id,
        "text": a_name,
        "instructions": a_text,
        "group": Maybe(Table({"id": an_id, "name": a_text})),
        "secretByDefault": a_flag,
        "fields": Each(TEMPLATE_FIELD),
    },
    {"createdAt": a_time, "updatedAt": a_time},
)
FORM = Table(
    {
        "id": an_id,
        "type": one_of("form"),
        "text": a_name,
        "instructions": a_text,
        "baseTemplateId": an_id,
        "fields": Each(TEMPLATE_FIELD.but(value=anything)),
        "user": Maybe(an_id),
        "stage": a_stage_id,
        "secret": a_flag,
        "createdAt": a_time,
        "completedAt": a_time,
        "deletedAt": Maybe(a_time),
    }
)
_ORIGINS = {"conditions": Table({"origins": Each(ORIGIN)})}
WEBHOOK = Table(
    {
        "id": an_id,
        "event": a_name,
        "url": a_link,
        "configuration": Table({}, _ORIGINS),
        "createdAt": a_time,
        "updatedAt": a_time,
    }
)
WEBHOOK_WRITTEN = WEBHOOK.but(configuration=Table({"signatureToken": a_secret_token}, _ORIGINS))
"""The signature token is told at the creation and never again."""

ERROR = Table({"code": a_name, "message": a_name})
SIGN_IN_ERROR = Table({"error": a_name, "error_description": a_name})
TOKENS = Table(
    {
        "access_token": a_name,
        "refresh_token": a_name,
        "token_type": one_of("Bearer"),
        "scope": a_name,
        "expires_in": a_number,
    }
)
"""Without the scope offline_access there is no refresh_token."""


def one(kind: Any, **beside: Any) -> Table:
    return Table({"data": kind, **beside})


def last_page(kind: Any) -> Table:
    """`next` is absent, not null."""
    return Table({"data": Each(kind), "hasNext": one_of(False)})


def page_before_others(kind: Any) -> Table:
    return Table({"data": Each(kind), "hasNext": one_of(True), "next": a_name})


def bare_list(kind: Any) -> Table:
    """Webhooks come without hasNext."""
    return Table({"data": Each(kind)})
