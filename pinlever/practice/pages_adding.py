"""Somebody added by a user in Lever's own pages; found again by email, as by the API, and announced."""

from werkzeug.wrappers import Request, Response

from .admitting import Arrival, admit, default_location
from .contacts import with_scheme
from .credentials import SUPER_ADMIN
from .pages_forms import back
from .pages_markup import sentence
from .query import is_email
from .records import Json
from .world import World

NAMELESS = "Somebody needs a name. Go back and give it."


def add(world: World, request: Request) -> Response:
    given = {name: request.form.get(name, "").strip() for name in ("name", "email", "link", "posting")}
    if not given["name"]:
        return sentence("Not added", NAMELESS, 400)
    if given["email"] and not is_email(given["email"]):
        return sentence(
            "Not added", f"This is no email address: {given['email']}. Go back and correct it.", 400
        )
    with world.lock:
        posting = world.store.documents["posting"].get(given["posting"])
        if given["posting"] and posting is None:
            return sentence(
                "Not added", "There is no such posting any more. Go back and choose another.", 404
            )
        row, _ = admit(world, _arrival(world, given, posting))
        world.commit()
    return back(f"/candidates/{row.id}?done=added")


def _arrival(world: World, given: dict[str, str], posting: Json | None) -> Arrival:
    return Arrival(
        stage=world.store.documents["stage"]["lead-new"],
        origin="sourced",
        created_at=world.now_ms(),
        by=SUPER_ADMIN,
        name=given["name"],
        emails=(given["email"],) if given["email"] else (),
        links=(with_scheme(given["link"]),) if given["link"] else (),
        posting=posting,
        sources=("Added manually",),
        owner=SUPER_ADMIN,
        opportunity_location=default_location(posting),
    )
