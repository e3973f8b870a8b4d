"""One API request from its first byte to its answer, or to whatever a fault makes of the answer.

The world's lock is held for admission, for the work and for the log, never while waiting.
"""

import json
import sys
import traceback
from collections.abc import Callable
from email.utils import formatdate
from typing import NoReturn

from werkzeug.wrappers import Request, Response

from . import credentials, faults, oauth
from .bodies import Body, read_body
from .errors import ApiError, ConnectionDropped, too_many_requests, unauthorized
from .log import Entry
from .projection import projected
from .query import Query
from .records import Json
from .routing import Call, Reply, Router, check_perform_as
from .world import World

TOKEN_PATH = "/oauth/token"  # noqa: S105  (a path)
_LOGGED = (
    *("name", "headline", "location", "emails", "phones", "links", "tags", "sources", "origin", "stage"),
    *(
        "owner",
        "postings",
        "contact",
        "createdAt",
        "reason",
        "value",
        "baseTemplateId",
        "event",
        "grant_type",
    ),
)


class Exchange:
    def __init__(
        self,
        world: World,
        router: Router,
        request: Request,
        sleep: Callable[[float], None],
        misbehave: "dict[str, Misbehaviour]",
    ) -> None:
        self.world = world
        self.router = router
        self.request = request
        self.sleep = sleep
        self.misbehave = misbehave
        query = Query(request.args)
        self.entry = Entry(world.now(), request.method, request.path, query.as_dict())
        self.query = query

    def run(self) -> Response:
        raw = self.request.get_data(cache=True)
        fault = None
        with self.world.lock:
            self.credential = credentials.identify(self.world, self.request.headers.get("Authorization", ""))
            self.entry.credential = self.credential.label
            admitted = self._admitted()
            if admitted:
                fault = self._fault(raw)
        self.wait(self.world.switches["latency_seconds"] / 2)
        if not admitted:
            return self.tell(refusal(too_many_requests(self.world.switches["retry_after"])))
        if fault is None:
            return self.tell(self.perform())
        self.entry.fault = fault["kind"]
        return self.misbehave[fault["kind"]](self, fault["args"])

    def _admitted(self) -> bool:
        switches = self.world.switches
        if not switches["limiter"] or self.request.path == TOKEN_PATH:
            return True
        return bool(self.world.limiter.admit(self.credential.label, switches["rate"], switches["capacity"]))

    def _fault(self, raw: bytes) -> Json | None:
        request = self.request
        query = request.query_string.decode(errors="replace")
        body = raw.decode(errors="replace")
        return faults.pick(self.world.store, request.method, request.path, query, body)

    def perform(self) -> Reply:
        """Does what was asked and commits it, together with its log entry."""
        with self.world.lock:
            try:
                reply = self._token() if self.request.path == TOKEN_PATH else self._call()
            except ApiError as error:
                reply = refusal(error)
            except oauth.OAuthError as error:
                reply = Reply(error.status, error.document)
            except Exception:  # a server answers 500 and goes on; the trace says where it went wrong
                traceback.print_exc(file=sys.stderr)
                reply = refusal(ApiError(500, "InternalError", "Something went wrong in Practice Lever."))
            self.entry.outcome = reply.status
            self.entry.committed_at = self.world.now()
            self.world.commit(self.entry)
        return reply

    def _call(self) -> Reply:
        request = self.request
        if self.credential.label == "nobody":
            raise unauthorized()
        route, ids = self.router.find(request.method, request.path)
        credentials.require(self.credential, route.scope)
        body = self._body() if request.method in ("POST", "PUT", "DELETE") else Body()
        base_url = request.host_url
        call = Call(self.world, self.query, body, ids, self.credential, base_url, self.entry)
        check_perform_as(call, route)
        self.entry.perform_as = call.perform_as
        reply = route.answer(call)
        return projected(call, reply) if route.method == "GET" else reply

    def _body(self) -> Body:
        body = read_body(self.request)
        self.entry.body = {name: body.fields[name] for name in _LOGGED if name in body.fields}
        resume = body.files.get("resumeFile")
        self.entry.resume = resume[0].summary() if resume else None
        return body

    def _token(self) -> Reply:
        if self.request.method != "POST":
            raise ApiError(405, "BadMethod", "The token endpoint takes POST only")
        body = read_body(self.request)
        self.entry.body = {"grant_type": body.fields.get("grant_type")}
        return Reply(document=oauth.token(self.world, body.fields, self.request.host_url))

    def wait(self, seconds: float) -> None:
        if seconds > 0:
            self.sleep(seconds)

    def tell(self, reply: Reply) -> Response:
        self.wait(self.world.switches["latency_seconds"] / 2)
        response = self.response(reply)
        self.told(reply.status)
        return response

    def told(self, status: int) -> None:
        with self.world.lock:
            self.entry.status = status
            self.entry.answered_at = self.world.now()
            self.world.log.note(self.entry)

    def response(self, reply: Reply) -> Response:
        content = reply.content
        if content is None:
            content = b"" if reply.document is None else json.dumps(reply.document).encode()
        response = Response(content, status=reply.status)
        if reply.status == 204:
            response.headers.remove("Content-Type")
        else:
            response.content_type = reply.content_type
        response.headers["Server"] = "lever-data-api"
        response.headers["Date"] = formatdate(self.world.now(), usegmt=True)
        response.headers.update(reply.headers)
        return response

    def drop(self) -> NoReturn:
        with self.world.lock:
            self.world.commit(self.entry)
        raise ConnectionDropped("asked for by a fault")

    def send_raw(self, pieces: list[bytes], delay: float) -> NoReturn:
        """Writes past the server, which then closes. Without a socket there is nobody to see the pieces."""
        socket = self.request.environ.get("werkzeug.socket")
        for piece in pieces:
            if socket is not None:
                socket.sendall(piece)
            self.wait(delay)
        self.drop()


def refusal(error: ApiError) -> Reply:
    return Reply(error.status, dict(error.document()), headers=error.headers)


Misbehaviour = Callable[[Exchange, Json], Response]
