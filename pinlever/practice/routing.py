"""From method and path to the function that answers, the scope it takes and whether it needs perform_as.

Every subject module lists its routes in a table of these. Paths are without /v1; the deprecated /candidates
mirror and the bare paths lead to the same functions.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import Map, Rule

from .bodies import Body
from .errors import ApiError, bad_request, not_found
from .log import Entry
from .query import Query
from .records import Json, Opportunity
from .world import World


@dataclass(frozen=True)
class Credential:
    """Who is calling. `scopes` None means every scope."""

    label: str
    scopes: frozenset[str] | None
    confidential: bool

    def may(self, scope: str) -> bool:
        """`x:write:admin` includes `x:read:admin`."""
        if self.scopes is None or scope in self.scopes:
            return True
        return scope.endswith(":read:admin") and scope.replace(":read:", ":write:") in self.scopes


NOBODY = Credential("nobody", frozenset(), confidential=False)


@dataclass
class Call:
    """One request on its way to the function that answers it."""

    world: World
    query: Query
    body: Body
    ids: dict[str, str]
    credential: Credential
    base_url: str
    entry: Entry
    perform_as: str | None = None

    def opportunity(self) -> Opportunity:
        """The one in the path, which the credential may see."""
        row = self.world.store.opportunities.get(self.ids["opportunity"])
        if row is None:
            raise not_found("opportunities", self.ids["opportunity"])
        if row.confidentiality == "confidential" and not self.credential.confidential:
            raise ApiError(403, "Forbidden", "These credentials have no access to confidential data.")
        return row

    def document(self, kind: str, collection: str, name: str = "id") -> Json:
        """The document in the path; below an opportunity only one of that opportunity."""
        found = self.world.store.documents[kind].get(self.ids[name])
        parent = self.ids.get("opportunity")
        if found is None or (parent is not None and found.get("_opportunity") != parent):
            raise not_found(collection, self.ids[name])
        return found

    def known(self, kind: str, collection: str, id: str) -> Json:
        """A document the body or query names."""
        found = self.world.store.documents[kind].get(id)
        if found is None:
            raise not_found(collection, id)
        return found


@dataclass(frozen=True)
class Reply:
    status: int = 200
    document: Json | None = None
    content: bytes | None = None
    content_type: str = "application/json; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)


Handler = Callable[[Call], Reply]
REQUIRED, OPTIONAL, UNUSED = "required", "optional", "unused"


@dataclass(frozen=True)
class Route:
    method: str
    path: str
    answer: Handler
    scope: str | None
    perform_as: str = UNUSED


class Router:
    def __init__(self, routes: Iterable[Route]) -> None:
        rules = [Rule(route.path, methods=[route.method], endpoint=route) for route in routes]
        self._map = Map(rules, strict_slashes=False, merge_slashes=False).bind("practice.invalid")

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]]:
        try:
            route, ids = self._map.match(canonical_path(path), method=method)
        except MethodNotAllowed:
            raise ApiError(405, "BadMethod", f"{method} is not allowed on {path}") from None
        except NotFound:
            raise ApiError(404, "ResourceNotFound", f"{path} does not exist") from None
        return route, dict(ids)


def canonical_path(path: str) -> str:
    """/v1/candidates/x, /candidates/x and /v1/opportunities/x are one place."""
    if path == "/v1" or path.startswith("/v1/"):
        path = path[3:] or "/"
    if path == "/candidates" or path.startswith("/candidates/"):
        path = "/opportunities" + path[len("/candidates") :]
    return path


def check_perform_as(call: Call, route: Route) -> None:
    """Reads perform_as where the route takes it; refuses where it is missing or nobody's."""
    if route.perform_as == UNUSED:
        return
    user = call.query.one("perform_as")
    if user is None and route.perform_as == REQUIRED:
        raise bad_request("perform_as is required")
    if user is not None and user not in call.world.store.documents["user"]:
        raise bad_request(f"perform_as is not a user: {user}")
    call.perform_as = user


def data(value: object, status: int = 200, **beside: object) -> Reply:
    return Reply(status, {**beside, "data": value})


NO_CONTENT = Reply(204)
