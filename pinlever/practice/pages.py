"""The few pages Practice Lever shows to people, told from the API by their addresses and by having no credentials."""

from collections.abc import Callable
from urllib.parse import urlsplit

from werkzeug.wrappers import Request, Response

from .pages_consent import authorize
from .pages_markup import STYLE_PATH, sentence, style
from .pages_people import people
from .pages_profile import STRANGERS, archive, move, profile, resume
from .world import World

Page = Callable[[World, Request], Response]
FIXED: dict[str, Page] = {
    "/": people,
    "/candidates": people,
    "/authorize": authorize,
    STYLE_PATH: lambda world, request: style(),
}
FORMS: dict[str, Page] = {"stage": move, "archived": archive}


def find(request: Request) -> Page | None:
    """The page for this request; None when it is the API's. /candidates is both: an API call has credentials."""
    if "Authorization" in request.headers:
        return None
    parts = request.path.strip("/").split("/")
    if request.method == "POST":
        return _form(request, parts)
    if request.method not in ("GET", "HEAD"):
        return None
    if request.path in FIXED:
        return FIXED[request.path]
    if parts[0] != "candidates":
        return None
    if len(parts) == 2:
        return profile
    return resume if len(parts) == 4 and parts[2] == "resume" else None


def _form(request: Request, parts: list[str]) -> Page | None:
    if len(parts) != 3 or parts[0] != "candidates" or parts[2] not in FORMS:
        return None
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        return lambda world, request: sentence("Refused", STRANGERS, 403)
    return FORMS[parts[2]]
