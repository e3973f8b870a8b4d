"""The tables of shapes.py, continued: what hangs on an opportunity besides notes, files and forms.

Said where Lever's shape is neither recorded nor documented.
"""

from .comparing import (
    Each,
    Maybe,
    Table,
    a_flag,
    a_link,
    a_name,
    a_number,
    a_stage_id,
    a_text,
    a_time,
    an_email,
    an_id,
    anything,
    null,
    one_of,
)
from .shapes import APPLICATION, FIELD_TYPE, OPTIONS

APPLIED = Table(
    {
        **APPLICATION.fields,
        "type": one_of("posting"),
        "name": a_name,
        "company": Maybe(a_name),
        "phone": Maybe(Table({"type": null, "value": a_name})),
        "email": an_email,
        "comments": Maybe(a_text),
        "user": null,
        **dict.fromkeys(("ipAddress", "referer", "userAgent", "acceptLanguage", "timezone"), Maybe(a_text)),
    }
)
HIRED = APPLICATION.but(
    requisitionForHire=Table({"id": an_id, "requisitionCode": a_name, "hiringManagerOnHire": Maybe(an_id)})
)
"""Of somebody who was archived as hired, with a requisition."""

_FEEDBACK_TYPE = one_of("score-system", "score", "textarea", "code", "scorecard", "text", "yes-no")
_ANY_FIELD = Table(
    {"id": an_id, "type": _FEEDBACK_TYPE, "text": a_name, "description": a_text, "required": a_flag},
    {"options": OPTIONS, "prompt": a_text, "currency": a_text, "scores": Each(anything)},
)
FEEDBACK_TEMPLATE = Table(
    {
        "id": an_id,
        "text": a_name,
        "group": Maybe(Table({"id": a_name, "name": a_text})),
        "instructions": a_text,
        "fields": Each(_ANY_FIELD),
        "createdAt": a_time,
        "stage": Maybe(a_stage_id),
        "updatedAt": a_time,
    }
)
FEEDBACK = Table(
    {
        "id": an_id,
        "type": one_of("interview", "assignment", "share"),
        "text": a_name,
        "instructions": a_text,
        "fields": Each(_ANY_FIELD.but(value=anything)),
        "baseTemplateId": an_id,
        "interview": Maybe(an_id),
        "panel": Maybe(an_id),
        "user": an_id,
        "createdAt": a_time,
        "completedAt": a_time,
        "updatedAt": Maybe(a_time),
        "deletedAt": Maybe(a_time),
    }
)
_INNER_FIELD = Table(
    _ANY_FIELD.but(value=anything).fields,
    {**_ANY_FIELD.sometimes, "isSummary": a_flag, "summaryText": a_text, "overall": a_flag},
)
FEEDBACK_CHANGED = Table(
    {
        **dict.fromkeys(("accountId", "userId", "profileId", "baseTemplateId", "id"), an_id),
        **dict.fromkeys(("createdAt", "completedAt", "updatedAt"), a_time),
        "text": a_name,
        "instructions": a_text,
        "type": a_name,
        "fields": Each(_INNER_FIELD),
    }
)
"""The answer to a change is of Lever's inner shape."""

_REMINDER = one_of("once", "daily", "frequently", "none")
_INTERVIEWER = Table({"id": an_id, "name": a_text, "email": an_email, "feedbackTemplate": a_name})
PANEL = Table(
    {
        "id": an_id,
        "applications": Each(an_id),
        "canceledAt": null,
        "createdAt": a_time,
        "end": a_time,
        "externallyManaged": a_flag,
        "externalUrl": Maybe(a_link),
        "feedbackReminder": _REMINDER,
        "interviews": Each(
            Table(
                {
                    "id": an_id,
                    "date": a_time,
                    "duration": a_number,
                    "feedbackReminder": _REMINDER,
                    "feedbackTemplate": a_name,
                    "interviewers": Each(_INTERVIEWER.but(responseStatus=one_of("needsAction"))),
                    **dict.fromkeys(("location", "note", "subject"), Maybe(a_text)),
                }
            )
        ),
        "note": Maybe(a_text),
        "stage": a_stage_id,
        "start": a_time,
        "timezone": a_name,
        "user": Maybe(an_id),
    }
)
INTERVIEW = Table(
    {
        "id": an_id,
        "panel": an_id,
        "subject": Maybe(a_text),
        "note": Maybe(a_text),
        "interviewers": Each(_INTERVIEWER),
        "timezone": a_name,
        "createdAt": a_time,
        "date": a_time,
        "duration": a_number,
        "location": Maybe(a_text),
        "feedbackTemplate": Maybe(a_name),
        "feedbackForms": Each(an_id),
        "feedbackReminder": _REMINDER,
        "user": Maybe(an_id),
        "stage": a_stage_id,
        "canceledAt": null,
        "postings": Each(an_id),
        "gcalEventUrl": null,
        "opportunityId": an_id,
    }
)
_DOCUMENT = Maybe(Table({"fileName": a_name, "uploadedAt": a_time, "downloadUrl": a_link}))
OFFER = Table(
    {
        "id": an_id,
        "posting": Maybe(an_id),
        "createdAt": a_time,
        "status": one_of(
            *("draft", "approval-sent", "approved", "sent", "sent-manually", "opened", "denied", "signed")
        ),
        "creator": an_id,
        "fields": Each(Table({"text": a_name, "identifier": a_name, "value": anything})),
        "signatures": anything,
        "approved": Maybe(a_flag),
        "approvedAt": Maybe(a_time),
        "sentAt": Maybe(a_time),
        "sentDocument": _DOCUMENT,
        "signedDocument": _DOCUMENT,
    }
)
REFERRAL = Table(
    {
        "id": an_id,
        "type": one_of("referral"),
        "text": a_name,
        "instructions": a_text,
        "fields": Each(
            Table(
                {"id": an_id, "type": FIELD_TYPE, "text": a_name, "description": a_text, "required": a_flag}
            ).but(value=anything)
        ),
        "baseTemplateId": an_id,
        "user": an_id,
        "referrer": an_id,
        "stage": a_stage_id,
        "createdAt": a_time,
        "completedAt": a_time,
    }
)
FILE_ACTION = Table(
    {
        "id": an_id,
        "type": one_of("file-added", "resume-imported", "file-remove"),
        "occurredAt": a_time,
        "user": Maybe(an_id),
        "file": Table({"id": an_id, "name": a_name}),
    }
)
"""Only the address, the types and an empty list are recorded."""
