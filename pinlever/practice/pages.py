"""The few pages Practice Lever shows to people, told from the API by their addresses and by having no credentials."""

from collections.abc import Callable
from urllib.parse import urlsplit

from werkzeug.wrappers import Request, Response

from . import pages_account, pages_upkeep, pages_webhooks
from .pages_account import account
from .pages_adding import add
from .pages_consent import authorize
from .pages_forms import STRANGERS
from .pages_markup import STYLE_PATH, sentence, style
from .pages_people import people
from .pages_profile import archive, move, profile, resume
from .pages_upkeep import upkeep
from .pages_webhooks import deliveries
from .world import World

Page = Callable[[World, Request], Response]
FIXED: dict[str, Page] = {
    "/": people,
    "/candidates": people,
    "/account": account,
    "/deliveries": deliveries,
    "/authorize": authorize,
    STYLE_PATH: lambda world, request: style(),
}
# Under /candidates/<id>/, /account/<kind>/<id> and /deliveries/<id>/.
OF_CANDIDATES: dict[str, Page] = {"stage": move, "archived": archive, **pages_upkeep.FORMS}


def find(request: Request) -> Page | None:
    """The page for this request; None when it is the API's. /candidates is both: an API call has credentials."""
    if "Authorization" in request.headers:
        return None
    parts = request.path.strip("/").split("/")
    if request.method == "POST":
        return _from_here(request, _form(parts))
    if request.method not in ("GET", "HEAD"):
        return None
    if request.path in FIXED:
        return FIXED[request.path]
    if parts[0] != "candidates":
        return None
    if len(parts) == 2:
        return profile
    if len(parts) == 3 and parts[2] == "upkeep":
        return upkeep
    return resume if len(parts) == 4 and parts[2] == "resume" else None


def _form(parts: list[str]) -> Page | None:
    if parts == ["candidates", "add"]:
        return add
    if len(parts) != 3:
        return None
    if parts[0] == "candidates":
        return OF_CANDIDATES.get(parts[2])
    if parts[0] == "deliveries":
        return pages_webhooks.FORMS.get(parts[2])
    return pages_account.FORMS.get(parts[1]) if parts[0] == "account" else None


def _from_here(request: Request, page: Page | None) -> Page | None:
    """A browser says where a form comes from; forms of other sites are refused."""
    origin = request.headers.get("Origin")
    if page is not None and origin is not None and urlsplit(origin).netloc != request.host:
        return lambda world, request: sentence("Refused", STRANGERS, 403)
    return page
