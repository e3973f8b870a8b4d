"""Applying to a posting as on the job site: the questions of its form, and an application with answers."""

from typing import Any

from . import shapes
from .admitting import Arrival, admit, default_location
from .contacts import with_scheme
from .errors import bad_request
from .files import store_resume
from .query import is_email
from .records import Json, Phone
from .routing import Call, Reply, Route, data
from .uploads import uploaded

# name, text, type, required
PERSONAL = (
    ("fullName", "Full name", "text", True),
    ("email", "Email", "text", True),
    ("currentCompany", "Current company", "text", False),
    ("currentLocation", "Current location", "text", False),
    ("phone", "Phone", "text", False),
    ("resume", "Resume", "file-upload", False),
    ("additionalInformation", "Additional information", "textarea", False),
)
URLS = ("LinkedIn", "Other")
PREFERRED_LOCATION = "preferredPostingLocation"
ORIGINS = ("applied", "internal")


def questions(call: Call) -> Reply:
    posting = _open_posting(call)
    call.query.choice("distribution", ("internal", "external"))
    rows = [_question(*row) for row in PERSONAL]
    if len(posting["categories"]["allLocations"]) > 1:
        rows.append(_question(PREFERRED_LOCATION, "Preferred location", "text", False))
    return data(
        {
            "id": posting["id"],
            "text": posting["text"],
            "customQuestions": [],
            "personalInformation": rows,
            "urls": [_question(name, name, "text", False) for name in URLS],
        }
    )


def _question(name: str, text: str, type: str, required: bool) -> Json:
    return {"text": text, "name": name, "type": type, "required": required, "value": None}


def _open_posting(call: Call) -> Json:
    posting = call.document("posting", "postings")
    if posting["state"] not in ("published", "internal"):
        raise bad_request("The posting is neither published nor internal")
    return posting


def apply(call: Call) -> Reply:
    call.query.flag("send_confirmation_email")
    posting = _open_posting(call)
    said = _answers(call)
    resume = uploaded(call.world, said["resume"]) if said.get("resume") else None
    row, deduped = admit(call.world, _arrival(call, posting, said))
    if resume is not None:
        store_resume(call.world, row.id, resume)
    call.entry.opportunity, call.entry.contact, call.entry.deduped = row.id, row.contact, deduped
    return data({"applicationId": row.applications[0]}, 201)


def _answers(call: Call) -> dict[str, str]:
    """The personal information by name."""
    known = {name for name, *_ in PERSONAL} | {PREFERRED_LOCATION}
    said: dict[str, str] = {}
    for row in call.body.objects("personalInformation"):
        name, value = row.get("name"), row.get("value")
        if name not in known:
            raise bad_request(f"The form does not ask for {name}")
        if not isinstance(value, (str, type(None))):
            raise bad_request(f"{name} is not a string")
        said[name] = (value or "").strip()
    missing = [name for name, _, _, required in PERSONAL if required and not said.get(name)]
    if missing:
        raise bad_request(f"These are required: {', '.join(missing)}")
    if not is_email(said["email"]):
        raise bad_request(f"Email address is not valid: {said['email']}")
    return said


def _arrival(call: Call, posting: Json, said: dict[str, str]) -> Arrival:
    phone, body = said.get("phone"), call.body
    links = [row.get("value") for row in body.objects("urls")]
    addresses = tuple(with_scheme(link) for link in links if isinstance(link, str) and link.strip())
    location = said.get(PREFERRED_LOCATION) or default_location(posting)
    if location != "unspecified" and location not in posting["categories"]["allLocations"]:
        raise bad_request(f"{PREFERRED_LOCATION} is not a location of the posting: {location}")
    return Arrival(
        stage=call.known("stage", "stages", "applicant-new"),
        origin=_origin(call, posting),
        created_at=call.world.now_ms(),
        by=None,
        name=said["fullName"],
        headline=said.get("currentCompany", ""),
        location=said.get("currentLocation", ""),
        phones=(Phone("other", phone),) if phone else (),
        emails=(said["email"],),
        links=addresses,
        posting=posting,
        sources=(body.text("source") or "Job site",),
        owner=posting["owner"],
        opportunity_location=location,
        application_type="posting",
        said=_said(call, said, addresses),
    )


def _origin(call: Call, posting: Json) -> str:
    """Applied; internal where the posting is unlisted (recorded once)."""
    origin = call.body.text("origin")
    if origin is not None and origin not in ORIGINS:
        raise bad_request(f"origin is none of {', '.join(ORIGINS)}: {origin}")
    return origin or ("internal" if posting["state"] == "internal" else "applied")


def _said(call: Call, said: dict[str, str], links: tuple[str, ...]) -> Json:
    body, phone = call.body, said.get("phone")
    told: dict[str, Any] = {
        "name": said["fullName"],
        "company": said.get("currentCompany") or None,
        "phone": {"type": None, "value": phone} if phone else None,
        "email": said["email"],
        "links": list(links),
        "comments": said.get("additionalInformation") or None,
        "customQuestions": body.objects("customQuestions"),
        "eeo": body.object("eeoResponses"),
    }
    return told | {name: body.text(name) for name in shapes.BROWSER}


_APPLY = "/postings/<id>/apply"
ROUTES = (
    Route("GET", _APPLY, questions, "postings:read:admin"),
    Route("POST", _APPLY, apply, "postings:write:admin"),
)
