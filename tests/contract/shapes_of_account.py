"""The tables of shapes.py, continued: what the account keeps besides postings, users and stages.

Said where Lever's shape is neither recorded nor documented.
"""

from typing import Any

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
    one_of,
)
from .shapes import ARCHIVE_REASON, ORIGIN, POSTING

_EMPLOYMENT = dict.fromkeys(("employmentStatus", "location", "team", "department"), Maybe(a_text))
REQUISITION = Table(
    {
        "id": an_id,
        "createdAt": a_time,
        "confidentiality": one_of("non-confidential", "confidential"),
        "status": one_of("open", "onHold", "closed", "draft", "rejected"),
        "name": a_name,
        "requisitionCode": a_name,
        "headcountTotal": lambda value: value == "unlimited" or a_number(value),
        "headcountHired": a_number,
        "headcountInfinite": a_flag,
        "backfill": a_flag,
        **dict.fromkeys(("creator", "owner", "hiringManager"), Maybe(an_id)),
        "internalNotes": a_text,
        "compensationBand": Maybe(Table(dict.fromkeys(("min", "max", "currency", "interval"), anything))),
        "approval": Table({"steps": Each(anything)}),
        **_EMPLOYMENT,
        "postings": Each(an_id),
        "offerIds": Each(an_id),
        **dict.fromkeys(("timeToFillStartAt", "timeToFillEndAt", "closedAt"), Maybe(a_time)),
        "updatedAt": a_time,
        "customFields": anything,
    }
)
REQUISITION_WRITTEN = Table(
    {
        "accountId": an_id,
        "backfill": a_flag,
        "createdAt": a_time,
        "creatorUserId": Maybe(an_id),
        "hasConfidentialPosting": a_flag,
        "name": a_name,
        "ownerUserId": Maybe(an_id),
        "postingIds": Each(an_id),
        "requisitionCode": a_name,
        "reservedOfferIds": Each(an_id),
        "status": a_name,
        "stateHistory": Each(anything),
        "updatedAt": a_time,
        "headcountInfinite": a_flag,
        "headcountTotal": anything,
        "headcountHired": a_number,
        "customFields": anything,
        "id": an_id,
        "search": anything,
    },
    {**_EMPLOYMENT, "internalNotes": a_text},
)
"""The answer to a write is of Lever's inner shape."""

_SUBFIELD = Table({"id": a_name, "text": a_name, "type": one_of("number", "text", "date")})
REQUISITION_FIELD = Table(
    {
        "id": a_name,
        "text": a_name,
        "type": one_of("number", "text", "date", "object", "dropdown"),
        "isRequired": a_flag,
    },
    {"subfields": Each(_SUBFIELD), "options": Each(Table({"id": a_name, "text": a_name}))},
)
POSTING_DELETED = POSTING.but(deletedBy=Maybe(an_id), deletedAt=a_time)
_ROLE = Table({"id": a_name, "name": a_name, "isReadOnly": a_flag}, {"conditions": anything})
POSTING_USERS = Table(
    {"posting": Table({"id": an_id, "text": a_name}), "users": Each(anything), "roles": Each(_ROLE)}
)
"""Not wrapped in data."""

_QUESTION = Table({"text": a_name, "name": a_name, "type": a_name, "required": a_flag, "value": anything})
APPLY_FORM = Table(
    {
        "id": an_id,
        "text": a_name,
        "customQuestions": Each(anything),
        "personalInformation": Each(_QUESTION),
        "urls": Each(_QUESTION),
    },
    {"eeoQuestions": anything, "consentDisclosures": anything},
)
UPLOAD = Table({"id": a_name, "uri": a_link, "filename": a_name, "size": a_number, "expiresAt": a_time})
_DISPOSITION_STAGE = Table(
    {"id": a_stage_id, "text": a_name, "pipeline": a_name, "rank": anything, "hasInterview": a_flag}
)
DISPOSITIONS = Table({"stages": Each(_DISPOSITION_STAGE), "archiveReasons": Each(ARCHIVE_REASON)})
AUDIT_EVENT = Table(
    {
        "id": an_id,
        "createdAt": a_time,
        "type": a_name,
        "user": Maybe(Table({"id": an_id, "email": an_email, "name": a_text, "role": a_name})),
        "target": Table({"id": a_name, "type": a_name, "label": a_text}),
        "meta": anything,
    }
)
_ANSWERS = dict.fromkeys(("gender", "race", "veteran", "disability"), a_text)
EEO_RESPONSE = Table(
    {
        **dict.fromkeys(("id", "applicationId", "contact", "opportunityId", "posting"), an_id),
        **dict.fromkeys(("applicationArchivedAt", "hiredDate"), Maybe(a_time)),
        **dict.fromkeys(("applicationArchivedBy", "applicationArchiveReason"), Maybe(an_id)),
        **dict.fromkeys(("hiringManager", "opportunityOwner"), Maybe(an_id)),
        **dict.fromkeys(("appliedAt", "eeoSurveyRespondedAt"), a_time),
        "applicationTitle": a_name,
        "currentStage": a_stage_id,
        "eeoResponseSource": one_of("api"),
        "origin": ORIGIN,
        "sources": Each(a_name),
    },
    _ANSWERS,
)
EEO_ANONYMOUS = Table(
    {name: EEO_RESPONSE.fields[name] for name in ("id", "appliedAt", "posting", "applicationTitle")}
    | {name: EEO_RESPONSE.fields[name] for name in ("currentStage", "origin", "sources")},
    _ANSWERS,
)
"""Not recorded with rows: what is left when nobody is named."""

SURVEY: Any = Table(
    {"id": an_id, "text": a_name, "instructions": a_text, "posting": an_id, "fields": Each(anything)}
)
"""Only the address is documented."""
