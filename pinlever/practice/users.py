"""The people who work at Lever's customer: list, read, create, change, deactivate."""

from . import audit, shapes
from .errors import bad_request
from .paging import newest_first, page
from .query import is_email
from .records import Json
from .routing import Call, Handler, Reply, Route, data
from .world import World


def list_users(call: Call) -> Reply:
    """Only active ones unless asked; email matches exactly on the canonical address."""
    query = call.query
    emails = {call.world.canonical(email) for email in query.all("email")}
    roles, directory = set(query.all("accessRole")), query.one("external_directory_id")
    everybody = query.flag("includeDeactivated")
    found = [
        user
        for user in call.world.store.documents["user"].values()
        if (everybody or user["deactivatedAt"] is None)
        and (not emails or call.world.canonical(user["email"]) in emails)
        and (not roles or user["accessRole"] in roles)
        and (directory is None or user["externalDirectoryId"] == directory)
    ]
    return Reply(document=page(query, found, key=newest_first))


def get_user(call: Call) -> Reply:
    return data(shapes.public(call.document("user", "users")))


def create_user(call: Call) -> Reply:
    user = _given(call, "interviewer") | {
        "id": call.world.new_id(),
        "photo": None,
        "createdAt": call.world.now_ms(),
        "deactivatedAt": None,
        "linkedContactIds": None,
    }
    audit.note_user(call.world, "user:added", user)
    return data(call.world.store.put("user", user), 201)


def put_user(call: Call) -> Reply:
    """Replaces the user as a whole: what is left out is lost."""
    user = call.document("user", "users")
    call.body.required("accessRole")
    changed = {**user, **_given(call, "", user["id"])}
    for name, event in (("email", "user.email:changed"), ("accessRole", "user.role:changed")):
        if changed[name] != user[name]:
            audit.note_user(call.world, event, changed)
    return data(call.world.store.put("user", changed))


def _given(call: Call, default_role: str, own: str | None = None) -> Json:
    email, canonical = call.body.required("email"), call.world.canonical
    if not is_email(email):
        raise bad_request(f"Email address is not valid: {email}")
    others = (user for user in call.world.store.documents["user"].values() if user["id"] != own)
    if canonical(email) in {canonical(user["email"]) for user in others}:
        raise bad_request(f"There is a user with this email address already: {email}")
    return {
        "name": call.body.required("name"),
        "username": email.split("@")[0].lower(),
        "email": email,
        "accessRole": call.body.text("accessRole") or default_role,
        "externalDirectoryId": call.body.text("externalDirectoryId"),
        "jobTitle": call.body.text("jobTitle"),
        "managerId": call.body.text("managerId"),
    }


def switch(world: World, user: Json, *, active: bool, by: str | None = None) -> Json:
    """Deactivates or brings back, by the API or by hand."""
    left_at = None if active else world.now_ms()
    audit.note_user(world, "user:reactivated" if active else "user:deactivated", user, by)
    return world.store.put("user", {**user, "deactivatedAt": left_at})


def _switch(active: bool) -> Handler:
    return lambda call: data(switch(call.world, call.document("user", "users"), active=active))


ROUTES = (
    Route("GET", "/users", list_users, "users:read:admin"),
    Route("POST", "/users", create_user, "users:write:admin"),
    Route("GET", "/users/<id>", get_user, "users:read:admin"),
    Route("PUT", "/users/<id>", put_user, "users:write:admin"),
    Route("POST", "/users/<id>/deactivate", _switch(active=False), "users:write:admin"),
    Route("POST", "/users/<id>/reactivate", _switch(active=True), "users:write:admin"),
)
