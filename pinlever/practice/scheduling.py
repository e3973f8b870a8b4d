"""Interviews and the panels that hold them, as they are stored, shown and announced.

A panel of no interviews ceases to be. Only panels that were made outside of Lever, through the API, can be changed
through it.
"""

from typing import Any

from .errors import bad_request, forbidden, not_found
from .records import Json, Opportunity
from .routing import Call
from .world import World

REMINDERS = ("once", "daily", "frequently", "none")
NO_FEEDBACK = "no-feedback"


def interviews_of(world: World, panel: Json) -> list[Json]:
    """In the order in which they take place."""
    rows = world.store.of_opportunity("interview", panel["_opportunity"])
    return sorted(
        (row for row in rows if row["panel"] == panel["id"]), key=lambda row: (row["date"], row["id"])
    )


def shown_panel(world: World, panel: Json) -> Json:
    interviews = interviews_of(world, panel)
    ends = [row["date"] + row["duration"] * 60_000 for row in interviews]
    return {
        "id": panel["id"],
        "applications": panel["applications"],
        "canceledAt": None,
        "createdAt": panel["createdAt"],
        "end": max(ends, default=None),
        "externallyManaged": panel["externallyManaged"],
        "externalUrl": panel["externalUrl"],
        "feedbackReminder": panel["feedbackReminder"],
        "interviews": [_inside(world, row) for row in interviews],
        "note": panel["note"],
        "stage": panel["stage"],
        "start": interviews[0]["date"] if interviews else None,
        "timezone": panel["timezone"],
        "user": panel["user"],
    }


def _inside(world: World, interview: Json) -> Json:
    """An interview as its panel shows it: fewer keys, and whether each interviewer has answered."""
    names = ("id", "date", "duration", "feedbackReminder")
    interviewers = [
        {"id": row["id"], "email": row["email"], "name": row["name"], "responseStatus": "needsAction"}
        | {"feedbackTemplate": row["feedbackTemplate"]}
        for row in _interviewers(world, interview)
    ]
    return {
        **{name: interview[name] for name in names},
        "feedbackTemplate": interview["feedbackTemplate"] or NO_FEEDBACK,
        "interviewers": interviewers,
        **{name: interview[name] for name in ("location", "note", "subject")},
    }


def _interviewers(world: World, interview: Json) -> list[Json]:
    users = world.store.documents["user"]
    return [
        {
            "id": row["id"],
            "name": users.get(row["id"], {}).get("name", ""),
            "email": users.get(row["id"], {}).get("email", ""),
            "feedbackTemplate": row["feedbackTemplate"] or NO_FEEDBACK,
        }
        for row in interview["interviewers"]
    ]


def shown_interview(world: World, interview: Json) -> Json:
    panel = world.store.documents["panel"][interview["panel"]]
    applications = (world.store.applications.get(id) for id in panel["applications"])
    return {
        **{name: interview[name] for name in ("id", "panel", "subject", "note")},
        "interviewers": _interviewers(world, interview),
        "timezone": panel["timezone"],
        **{name: interview[name] for name in ("createdAt", "date", "duration", "location")},
        **{name: interview[name] for name in ("feedbackTemplate", "feedbackForms", "feedbackReminder")},
        **{name: interview[name] for name in ("user", "stage")},
        "canceledAt": None,
        "postings": [application.posting for application in applications if application],
        "gcalEventUrl": None,
        "opportunityId": interview["_opportunity"],
    }


def checked_interview(call: Call, row: Json) -> Json:
    """What a caller says of an interview, or refused."""
    for name in ("date", "duration"):
        if not isinstance(row.get(name), int) or isinstance(row[name], bool) or row[name] < 1:
            raise bad_request(f"{name} of an interview is a whole number from 1")
    texts = {name: row.get(name) for name in ("subject", "note", "location", "feedbackTemplate")}
    for name, value in texts.items():
        if not isinstance(value, (str, type(None))):
            raise bad_request(f"{name} is not a string")
    people = row.get("interviewers")
    if not isinstance(people, list) or not people:
        raise bad_request("interviewers needs at least one user")
    interviewers = [_interviewer(call, one) for one in people]
    return {
        **texts,
        "date": row["date"],
        "duration": row["duration"],
        "interviewers": interviewers,
        "feedbackReminder": reminder(row.get("feedbackReminder")),
    }


def _interviewer(call: Call, one: Any) -> Json:
    if not isinstance(one, dict) or not isinstance(one.get("id"), str):
        raise bad_request("An interviewer is an object with the id of a user")
    template = one.get("feedbackTemplate")
    if not isinstance(template, (str, type(None))):
        raise bad_request("feedbackTemplate is not a string")
    return {"id": call.known("user", "users", one["id"])["id"], "feedbackTemplate": template}


def reminder(value: Any) -> str:
    if value is not None and value not in REMINDERS:
        raise bad_request(f"feedbackReminder is none of {', '.join(REMINDERS)}: {value}")
    return value or "daily"


def store_interview(world: World, panel: Json, given: Json, user: str | None, stage: str) -> Json:
    """A new interview of the panel, announced."""
    interview: Json = {
        "id": world.new_id(),
        "panel": panel["id"],
        **given,
        "createdAt": world.now_ms(),
        "feedbackForms": [],
        "user": user,
        "stage": stage,
        "_opportunity": panel["_opportunity"],
    }
    world.store.put("interview", interview)
    announce(world, "interviewCreated", interview)
    return interview


def replace_interview(world: World, held: Json, given: Json, user: str | None) -> Json:
    changed = world.store.put("interview", {**held, **given, "user": user})
    announce(world, "interviewUpdated", changed)
    return changed


def remove_interview(world: World, interview: Json) -> None:
    """The panel goes with its last interview."""
    panel = world.store.documents["panel"][interview["panel"]]
    world.store.remove("interview", interview["id"])
    announce(world, "interviewDeleted", interview)
    if not interviews_of(world, panel):
        world.store.remove("panel", panel["id"])


def remove_pending(world: World, opportunity: Opportunity) -> None:
    """Takes out the interviews that have not begun."""
    for interview in list(world.store.of_opportunity("interview", opportunity.id)):
        if interview["date"] > world.now_ms():
            remove_interview(world, interview)


def announce(world: World, event: str, interview: Json) -> None:
    row = world.store.opportunities[interview["_opportunity"]]
    world.announce(event, row, {"interviewId": interview["id"], "panelId": interview["panel"]})


def changeable(call: Call, id: str) -> Json:
    """The panel, if it is the opportunity's and the API may change it."""
    panel = call.world.store.documents["panel"].get(id)
    if panel is None or panel["_opportunity"] != call.ids["opportunity"]:
        raise not_found("panels", id)
    if not panel["externallyManaged"]:
        raise forbidden("Only panels that are managed outside of Lever can be changed through the API.")
    return panel
