"""What a fresh Practice Lever holds. Ids are always the same, so that files of expected outcomes can name them."""

from collections.abc import Iterator
from uuid import UUID, uuid5

from .records import Json
from .stored import new_posting, new_requisition

ACCOUNT_NAME = "Practice Co"
API_KEY = "practice-key"
CLIENT_ID = "practice-client"
CLIENT_SECRET = "practice-secret"  # noqa: S105  (published on purpose)
SEEDED_AT = 1_700_000_000_000
_NAMESPACE = UUID("3f1c8a52-6f0e-4d3b-9a67-0c5b1f2e7d90")


def seed_id(kind: str, name: str) -> str:
    return str(uuid5(_NAMESPACE, f"{kind}:{name}"))


ACCOUNT_ID = seed_id("account", ACCOUNT_NAME)


def user_id(username: str) -> str:
    return seed_id("user", username)


def posting_id(slug: str) -> str:
    return seed_id("posting", slug)


def archive_reason_id(slug: str) -> str:
    return seed_id("archive_reason", slug)


def stage_id(slug: str) -> str:
    """Built-in stages are slugs at Lever too; the account's own have UUIDs."""
    return slug if slug in _BUILT_IN else seed_id("stage", slug)


def feedback_template_id(slug: str) -> str:
    return seed_id("feedback_template", slug)


def requisition_id(code: str) -> str:
    return seed_id("requisition", code)


def form_template_id(slug: str) -> str:
    return seed_id("form_template", slug)


_BUILT_IN = frozenset({"lead-new", "lead-reached-out", "lead-responded", "applicant-new", "offer"})

SCORES = ("4 - Strong Hire", "3 - Hire", "2 - No Hire", "1 - Strong No Hire")

# username, name, email, role, active. One address has capitals: matching must not mind.
_USERS = (
    ("aud", "Aud Berg", "aud@practice.example", "super admin", True),
    ("ines", "Inês Duarte", "Ines.Duarte@Practice.example", "admin", True),
    ("tomasz", "Tomasz Lis", "tomasz@practice.example", "team member", True),
    ("mei", "Mei Tanaka", "mei@practice.example", "limited team member", True),
    ("jonas", "Jonas Holt", "jonas@practice.example", "interviewer", True),
    ("rosa", "Rosa Vidal", "rosa@practice.example", "team member", False),
)

# slug, text, pipeline, rank (ranks as in recorded answers)
_STAGES = (
    ("lead-new", "New lead", "lead", 1),
    ("lead-reached-out", "Reached out", "lead", 3),
    ("lead-responded", "Responded", "lead", 5),
    ("applicant-new", "New applicant", "applicant", 101),
    ("recruiter-screen", "Recruiter screen", "applicant", 105.5),
    ("phone-screen", "Phone screen", "screen", 201),
    ("on-site", "On-site interview", "onsite", 230.5),
    ("offer", "Offer", "offer", 261),
    ("offer-approved", "Offer approved", "offer", 265.5),
)

_ARCHIVE_REASONS = (
    ("hired", "Hired", "hired", "active"),
    ("position-filled", "Position filled", "non-hired", "active"),
    ("withdrew", "Withdrew", "non-hired", "active"),
    ("no-response", "No response", "non-hired", "active"),
    ("do-not-contact", "Do not contact", "non-hired", "active"),
    ("overqualified", "Overqualified", "non-hired", "inactive"),
)

# slug, text, state, owner, team, department, locations, confidential
_POSTINGS = (
    ("backend-engineer", "Backend Engineer", "published", "aud", "Platform", "Engineering", ["Oslo"], False),
    (
        "product-designer",
        "Product Designer",
        "published",
        "ines",
        "Design",
        "Product",
        ["Lisbon", "Oslo"],
        False,
    ),
    ("account-executive", "Account Executive", "internal", "tomasz", "Sales", "Revenue", ["Warsaw"], False),
    ("data-analyst", "Data Analyst", "closed", "mei", "Data", "Engineering", ["Tokyo"], False),
    ("office-manager", "Office Manager", "draft", "ines", "Workplace", "Operations", ["Lisbon"], False),
    ("chief-of-staff", "Chief of Staff", "published", "aud", "Leadership", "Executive", ["Oslo"], True),
)

_REQUISITION_FIELDS: tuple[Json, ...] = (
    {"id": "cost_centre", "text": "Cost centre", "type": "text", "isRequired": False},
    {
        "id": "reason",
        "text": "Reason",
        "type": "dropdown",
        "isRequired": False,
        "options": [{"id": "growth", "text": "Growth"}, {"id": "leaver", "text": "Somebody left"}],
    },
)


def documents() -> Iterator[tuple[str, Json]]:
    """(kind, document) of everything in a fresh account."""
    yield from (("user", _user(number, *row)) for number, row in enumerate(_USERS))
    yield from (("stage", _stage(*row)) for row in _STAGES)
    yield from (("archive_reason", _reason(*row)) for row in _ARCHIVE_REASONS)
    yield from (("posting", _posting(number, *row)) for number, row in enumerate(_POSTINGS))
    yield "form_template", _sourcing_form()
    yield "feedback_template", _interview_feedback()
    yield "requisition", _requisition()
    yield from (("requisition_field", row) for row in _REQUISITION_FIELDS)
    yield "key", {"id": API_KEY, "name": "default", "confidential": True, "scopes": None}
    yield "client", {"id": CLIENT_ID, "secret": CLIENT_SECRET, "redirect_uris": None}


def _user(number: int, username: str, name: str, email: str, role: str, active: bool) -> Json:
    return {
        "id": user_id(username),
        "name": name,
        "username": username,
        "email": email,
        "accessRole": role,
        "photo": None,
        "createdAt": SEEDED_AT + number,
        "deactivatedAt": None if active else SEEDED_AT + 1000,
        "externalDirectoryId": None,
        "linkedContactIds": None,
        "jobTitle": None,
        "managerId": None,
    }


def _stage(slug: str, text: str, pipeline: str, rank: float) -> Json:
    return {"id": stage_id(slug), "text": text, "pipeline": pipeline, "rank": rank}


def _reason(slug: str, text: str, type: str, status: str) -> Json:
    return {"id": archive_reason_id(slug), "text": text, "status": status, "type": type}


def _posting(
    number: int,
    slug: str,
    text: str,
    state: str,
    owner: str,
    team: str,
    department: str,
    locations: list[str],
    confidential: bool,
) -> Json:
    body = {
        "text": text,
        "state": state,
        "categories": {
            "team": team,
            "department": department,
            "commitment": "Full-time",
            "location": locations[0],
            "allLocations": locations,
        },
    }
    document = new_posting(posting_id(slug), body, user_id(owner), SEEDED_AT + number)
    document["confidentiality"] = "confidential" if confidential else "non-confidential"
    return document


def _requisition() -> Json:
    code = "ENG-1"
    given = {"name": "Backend Engineer, Platform", "requisitionCode": code, "status": "open", "headcount": 2}
    more = {"postings": [posting_id("backend-engineer")], "owner": user_id("aud"), "creator": user_id("aud")}
    return new_requisition(requisition_id(code), {**given, **more}, SEEDED_AT)


def _interview_feedback() -> Json:
    rating: Json = {"type": "score-system", "text": "Overall rating", "prompt": "Select one"}
    rating["options"] = [{"text": text} for text in SCORES]
    fields = [rating, {"type": "textarea", "text": "Comments"}]
    for field in fields:
        field.update(id=seed_id("feedback_field", field["text"]), description="", required=False)
    return {
        "id": feedback_template_id("interview"),
        "text": "Interview feedback",
        "group": None,
        "instructions": "",
        "fields": fields,
        "createdAt": SEEDED_AT,
        "stage": None,
        "updatedAt": SEEDED_AT,
    }


def _sourcing_form() -> Json:
    fields: list[Json] = [
        {"type": "text", "text": "External id", "required": True},
        {"type": "date", "text": "Sourced on", "required": False},
        {"type": "textarea", "text": "Why this person", "required": False},
        {
            "type": "dropdown",
            "text": "Fit",
            "required": False,
            "prompt": "Select one",
            "options": [{"text": "High"}, {"text": "Medium"}, {"text": "Low"}],
        },
    ]
    for field in fields:
        field.update(id=seed_id("form_field", field["text"]), description="")
    return {
        "id": form_template_id("sourcing-data"),
        "text": "Sourcing data",
        "instructions": "",
        "group": None,
        "secretByDefault": False,
        "fields": fields,
        "createdAt": SEEDED_AT,
        "updatedAt": SEEDED_AT,
    }
