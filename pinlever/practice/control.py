"""/_control: what tests and people do to Practice Lever itself. No credentials; loopback only; never logged."""

import ipaddress
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Request, Response

from . import audit, credentials, faults, shapes, staging, staging_account, staging_children
from .errors import ApiError, bad_request, forbidden, not_found
from .query import Query
from .records import Json, Opportunity
from .state import Store
from .switches import SWITCHES
from .world import World

Command = Callable[[World, Json, Query], Any]
_SHOWN = {
    "note": "notes",
    "file": "files",
    "resume": "resumes",
    "form": "forms",
    "feedback": "feedback",
    "panel": "panels",
    "interview": "interviews",
    "offer": "offers",
    "referral": "referrals",
    "requisition": "requisitions",
    "webhook": "webhooks",
    "delivery": "deliveries",
    "user": "users",
    "posting": "postings",
}


def answer(world: World, request: Request) -> Response:
    try:
        _check_caller(request)
        command = COMMANDS.get((request.method, request.path.removeprefix("/_control/")))
        if command is None:
            raise ApiError(404, "ResourceNotFound", f"{request.method} {request.path} does not exist")
        given = _json(request)
        with world.lock:
            result = command(world, given, Query(MultiDict(request.args)))
            world.commit()
        return json_response(result)
    except ApiError as error:
        return json_response(error.document(), error.status)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        return json_response(bad_request(f"{type(error).__name__}: {error}").document(), 400)


def json_response(document: Any, status: int = 200) -> Response:
    return Response(json.dumps(document), status, content_type="application/json; charset=utf-8")


def _check_caller(request: Request) -> None:
    """Loopback, and not a web page of somebody else's in a browser on this machine."""
    caller = request.remote_addr
    if caller is not None and not ipaddress.ip_address(caller).is_loopback:
        raise forbidden("/_control answers this machine only.")
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        raise forbidden("/_control does not answer other sites.")


def _json(request: Request) -> Json:
    raw = request.get_data()
    given = json.loads(raw) if raw.strip() else {}
    if not isinstance(given, dict):
        raise bad_request("The body is not a JSON object")
    return given


def _state(world: World, given: Json, query: Query) -> Json:
    """All that is judged by; ?counts=true tells the numbers alone."""
    store = world.store
    found: Json = {"counts": _counts(store)}
    if query.flag("counts"):
        return found
    found["contacts"] = [_contact(row, store) for row in store.contacts]
    found["opportunities"] = [_opportunity(world, row) for row in store.opportunities.values()]
    found["deleted"] = [_opportunity(world, row) for row in store.deleted.values()]
    found["applications"] = [shapes.application(row) for row in store.applications.values()]
    for kind, plural in _SHOWN.items():
        documents = store.documents[kind].values()
        found[plural] = [{name.removeprefix("_"): value for name, value in row.items()} for row in documents]
    return found


def _counts(store: Store) -> Json:
    counts = {plural: len(store.documents[kind]) for kind, plural in _SHOWN.items()}
    people: dict[str, dict[str, Any]] = {
        "contacts": store.contacts,
        "opportunities": store.opportunities,
        "deleted": store.deleted,
    }
    return {**counts, **{name: len(records) for name, records in people.items()}}


def _contact(id: str, store: Store) -> Json:
    row = store.contacts[id]
    return {**shapes.contact(row), "links": list(row.links), "createdAt": row.created_at}


def _opportunity(world: World, row: Opportunity) -> Json:
    shown = shapes.opportunity(world, row, world.store.contacts[row.contact], "/")
    applications = [world.store.applications[id] for id in row.applications]
    return {**shown, "postings": [application.posting for application in applications]}


def _log(world: World, given: Json, query: Query) -> Json:
    since, limit = query.ms("since") or 0, query.ms("limit") or 10**9
    world.commit()
    return {"data": world.log.rows.requests(since, limit), "last": world.log.last}


def _reset(world: World, given: Json, query: Query) -> Json:
    world.reset()
    return {}


def _show_switches(world: World, given: Json, query: Query) -> Json:
    return {"data": dict(world.switches), "means": {name: switch.means for name, switch in SWITCHES.items()}}


def _set_switches(world: World, given: Json, query: Query) -> Json:
    world.set_switches(given)
    return {"data": dict(world.switches)}


def _faults(world: World, given: Json, query: Query) -> Json:
    return {"data": list(world.store.documents["fault"].values())}


def _add_fault(world: World, given: Json, query: Query) -> Json:
    fault = faults.read_fault(given, world.new_id())
    return {"data": world.store.put("fault", fault)}


def _clear_faults(world: World, given: Json, query: Query) -> Json:
    cleared = list(world.store.documents["fault"].values())
    for fault in cleared:
        world.store.remove("fault", fault["id"])
    return {"data": cleared}


def _add_key(world: World, given: Json, query: Query) -> Json:
    """{"key", "name", "confidential", "scopes"}; scopes null means all."""
    key = {
        "id": str(given["key"]),
        "name": str(given.get("name") or given["key"]),
        "confidential": bool(given.get("confidential", False)),
        "scopes": given.get("scopes"),
    }
    audit.note(world, "key:added", {"id": key["name"], "type": "key", "label": key["name"]})
    return world.store.put("key", key)


def _remove_key(world: World, given: Json, query: Query) -> Json:
    held = world.store.documents["key"].get(given["key"])
    if held is None:
        raise not_found("keys", str(given["key"]))
    audit.note(world, "key:removed", {"id": held["name"], "type": "key", "label": held["name"]})
    world.store.remove("key", given["key"])
    return {}


def _add_client(world: World, given: Json, query: Query) -> Json:
    uris = given.get("redirect_uris")
    return world.store.put(
        "client", {"id": str(given["id"]), "secret": str(given["secret"]), "redirect_uris": uris}
    )


def _revoke(world: World, given: Json, query: Query) -> Json:
    return {"revoked": credentials.revoke(world, given.get("client"))}


def _deliveries(world: World, given: Json, query: Query) -> Json:
    return {"data": list(world.store.documents["delivery"].values())}


def _rerun(world: World, given: Json, query: Query) -> Json:
    world.deliveries.rerun(str(given["delivery"]))
    return {}


COMMANDS: dict[tuple[str, str], Command] = {
    ("GET", "state"): _state,
    ("GET", "log"): _log,
    ("POST", "reset"): _reset,
    ("GET", "switches"): _show_switches,
    ("POST", "switches"): _set_switches,
    ("GET", "faults"): _faults,
    ("POST", "faults"): _add_fault,
    ("DELETE", "faults"): _clear_faults,
    ("POST", "keys"): _add_key,
    ("DELETE", "keys"): _remove_key,
    ("POST", "clients"): _add_client,
    ("POST", "revoke"): _revoke,
    ("GET", "deliveries"): _deliveries,
    ("POST", "rerun"): _rerun,
    **{
        ("POST", name): command
        for module in (staging, staging_account, staging_children)
        for name, command in module.COMMANDS.items()
    },
}
