"""Lever's objects in the shapes of recorded answers, with values of our own. Functions, so that no test shares one."""

from __future__ import annotations

from typing import Any

OPPORTUNITY_ID = "0b61f4a2-9c57-4f0e-8a44-5d1f3c7e9a10"
CONTACT_ID = "77b9e3d0-41c6-4b7e-9f0a-2c8d6e5f1b33"
USER_ID = "c4a2d7f8-0e35-4d61-b1a9-6f7e8d9c0b12"
POSTING_ID = "e8f70c1d-5b24-4a93-8e6f-1a2b3c4d5e6f"
APPLICATION_ID = "19d5c3b7-8f62-4e0a-a7d4-0c9b8a7f6e5d"


def application(**changes: Any) -> dict[str, Any]:
    return {
        "id": APPLICATION_ID,
        "type": "user",
        "candidateId": OPPORTUNITY_ID,
        "opportunityId": OPPORTUNITY_ID,
        "posting": POSTING_ID,
        "postingHiringManager": None,
        "postingOwner": USER_ID,
        "name": None,
        "phone": None,
        "email": None,
        "links": [],
        "user": USER_ID,
        "customQuestions": [],
        "createdAt": 1783100000123,
        "archived": None,
        "requisitionForHire": None,
        **changes,
    }


def opportunity(**changes: Any) -> dict[str, Any]:
    return {
        "id": OPPORTUNITY_ID,
        "name": "Maren Øverli",
        "contact": CONTACT_ID,
        "headline": "Hydrologist, Vannverk",
        "stage": "lead-new",
        "confidentiality": "non-confidential",
        "location": "Tromsø, Norway",
        "phones": [{"type": "mobile", "value": "+47 911 00 222"}, {"value": "(555) 010-7788"}],
        "emails": ["maren@vannverk.example", "m.overli@post.example"],
        "links": ["https://www.linkedin.com/in/maren-overli-example"],
        "archived": None,
        "tags": ["Hydrology", "Field work"],
        "sources": ["Pin"],
        "stageChanges": [
            {
                "toStageId": "lead-new",
                "toStageIndex": 0,
                "updatedAt": 1783100000001,
                "userId": USER_ID,
            }
        ],
        "origin": "sourced",
        "sourcedBy": USER_ID,
        "owner": USER_ID,
        "followers": [USER_ID],
        "applications": [APPLICATION_ID],
        "createdAt": 1783100000001,
        "updatedAt": 1783100000047,
        "lastInteractionAt": 1783100000003,
        "lastAdvancedAt": 1783100000001,
        "snoozedUntil": None,
        "urls": {
            "list": "https://hire.lever.co/candidates",
            "show": f"https://hire.lever.co/candidates/{OPPORTUNITY_ID}",
        },
        "isAnonymized": False,
        "dataProtection": None,
        "opportunityLocation": "Tromsø",
        **changes,
    }


def contact(**changes: Any) -> dict[str, Any]:
    return {
        "id": CONTACT_ID,
        "name": "Maren Øverli",
        "headline": "Hydrologist, Vannverk",
        "isAnonymized": False,
        "location": {"name": "Tromsø, Norway"},
        "emails": ["maren@vannverk.example"],
        "phones": [{"type": "mobile", "value": "+47 911 00 222"}],
        "dataProtection": {"contact": {"allowed": False, "expiresAt": None}},
        **changes,
    }


def posting(**changes: Any) -> dict[str, Any]:
    return {
        "id": POSTING_ID,
        "text": "Senior Hydrologist",
        "state": "published",
        "distributionChannels": ["public", "internal"],
        "user": USER_ID,
        "owner": USER_ID,
        "hiringManager": None,
        "categories": {
            "commitment": "Full-time",
            "department": "Science",
            "level": None,
            "location": "Tromsø",
            "team": "Rivers",
            "allLocations": ["Tromsø"],
        },
        "urls": {"show": f"https://jobs.lever.co/vannverk/{POSTING_ID}"},
        "confidentiality": "non-confidential",
        "createdAt": 1783000000000,
        "updatedAt": 1783000000777,
        **changes,
    }


def user(**changes: Any) -> dict[str, Any]:
    return {
        "id": USER_ID,
        "name": "Odd Lie",
        "username": "odd",
        "email": "odd@vannverk.example",
        "accessRole": "team member",
        "photo": None,
        "createdAt": 1782000000000,
        "deactivatedAt": None,
        **changes,
    }


def note(**changes: Any) -> dict[str, Any]:
    return {
        "id": "n-1",
        "text": "Note",
        "fields": [
            {
                "createdAt": 1783100500000,
                "score": None,
                "stage": "lead-new",
                "text": "Comment",
                "type": "note",
                "user": USER_ID,
                "value": "Replied on Tuesday",
            }
        ],
        "user": USER_ID,
        "secret": False,
        "completedAt": 1783100500000,
        "deletedAt": None,
        "createdAt": 1783100500000,
        "noteId": "n-1",
        **changes,
    }


def file(**changes: Any) -> dict[str, Any]:
    return {
        "id": "f-1",
        "downloadUrl": f"https://hire.lever.co/candidates/{OPPORTUNITY_ID}/files/f-1/download",
        "ext": ".pdf",
        "name": "work.pdf",
        "uploadedAt": 1783100600000,
        "status": "processed",
        "size": 4821,
        **changes,
    }


def resume(**changes: Any) -> dict[str, Any]:
    return {
        "id": "r-1",
        "createdAt": 1783100600000,
        "file": {
            "name": "cv.pdf",
            "ext": "pdf",
            "downloadUrl": f"https://hire.lever.co/candidates/{OPPORTUNITY_ID}/resumes/r-1/download",
            "uploadedAt": 1783100600004,
            "status": "processing",
            "size": 3102,
        },
        **changes,
    }


def form_field(**changes: Any) -> dict[str, Any]:
    return {"type": "text", "text": "Pin id", "description": "", "required": True, **changes}


def form(**changes: Any) -> dict[str, Any]:
    return {
        "id": "fo-1",
        "type": "form",
        "text": "Sourcing data",
        "instructions": "",
        "baseTemplateId": "ft-1",
        "fields": [form_field(id="ff-1", value="prospect-9")],
        "user": USER_ID,
        "stage": "lead-new",
        "secret": False,
        "createdAt": 1783100700000,
        "completedAt": 1783100700000,
        "deletedAt": None,
        **changes,
    }


def form_template(**changes: Any) -> dict[str, Any]:
    return {
        "id": "ft-1",
        "text": "Sourcing data",
        "secretByDefault": True,
        "fields": [form_field()],
        **changes,
    }


def webhook(**changes: Any) -> dict[str, Any]:
    return {
        "id": "w-1",
        "event": "candidateHired",
        "url": "https://pin.example/lever",
        "configuration": {"conditions": {"origins": ["sourced"]}, "signatureToken": "5e" * 24},
        "createdAt": 1783100800000,
        "updatedAt": 1783100800000,
        **changes,
    }


def listed(*rows: dict[str, Any], next: str | None = None) -> dict[str, Any]:
    """`next` is absent on the last page, not null."""
    return {"data": list(rows), "hasNext": next is not None, **({} if next is None else {"next": next})}
