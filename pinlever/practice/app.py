"""Practice Lever as a WSGI application, independent of sockets: tests and schedulers call it in process.

A dropped connection is a ConnectionDropped raised through the call. With `background` false nothing happens by
itself: late commits and webhook deliveries run when run_due() is called.
"""

import time
from collections.abc import Callable, Iterable
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import ClientDisconnected, HTTPException
from werkzeug.wrappers import Request, Response

from . import (
    applications,
    applying,
    audit,
    catalogue,
    changes,
    contacts,
    control,
    creating,
    feedback,
    feedback_templates,
    files,
    forms,
    interviews,
    notes,
    offers,
    opportunities,
    pages,
    panels,
    postings,
    requisition_fields,
    requisitions,
    surveys,
    uploads,
    users,
    webhooks,
)
from .errors import ApiError, ConnectionDropped
from .exchange import Exchange
from .misbehaviour import MISBEHAVIOUR
from .routing import Router
from .world import World

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

SUBJECTS = (
    *(opportunities, creating, changes, contacts, applications, notes, files, forms, feedback, panels),
    *(interviews, offers, postings, applying, uploads, catalogue, users, requisitions, requisition_fields),
    *(feedback_templates, surveys, audit, webhooks),
)
# A file may have 30 MB; the rest of a form comes on top.
MAX_BODY = 40 * 1024 * 1024


class PracticeRequest(Request):
    max_content_length = MAX_BODY
    max_form_memory_size = MAX_BODY


@cache
def _router() -> Router:
    """Compiled once for the process: it remembers no request, and compiling takes a third of starting."""
    return Router(chain.from_iterable(subject.ROUTES for subject in SUBJECTS))


class PracticeApp:
    def __init__(self, world: World, sleep: Callable[[float], None]) -> None:
        self.world = world
        self.sleep = sleep
        self.router = _router()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        with PracticeRequest(environ) as request:  # closes the files of a multipart body
            response = self.respond(request)
        return response(environ, start_response)

    def respond(self, request: Request) -> Response:
        try:
            request.get_data(cache=True)  # all of it, or the next request on the connection would begin in it
            if request.path.startswith("/_control/"):
                return control.answer(self.world, request)
            if (page := pages.find(request)) is not None:
                return page(self.world, request)
            return Exchange(self.world, self.router, request, self.sleep, MISBEHAVIOUR).run()
        except ClientDisconnected:
            raise ConnectionDropped("the client left before its request was complete") from None
        except HTTPException as error:
            status = error.code or 400
            told = ApiError(status, error.name.title().replace(" ", ""), error.description or error.name)
            return control.json_response(told.document(), status)

    def run_due(self) -> int:
        """Runs the late commits and deliveries that are due by the clock; says how many."""
        return self.world.commits.run_due() + self.world.deliveries.later.run_due()

    def close(self) -> None:
        self.world.close()


def create_app(
    state_path: str | None = None,
    clock: Callable[[], float] = time.time,
    *,
    sleep: Callable[[float], None] = time.sleep,
    background: bool = True,
    new_id: Callable[[], str] | None = None,
    **switches: Any,
) -> PracticeApp:
    """`state_path` None keeps all in memory. `switches` are those of switches.py, by name."""
    world = World(state_path=state_path, clock=clock, background=background, switches=switches, new_id=new_id)
    return PracticeApp(world, sleep)
