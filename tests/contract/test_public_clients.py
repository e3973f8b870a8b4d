"""Whatever the public clients ask of Lever they are told by Practice Lever, in the envelope they rely on."""

import json

import pytest

from pinlever.lever.client import LeverClient

from .comparing import Table, anything, one_of, problems
from .everyone import REQUESTS, Request
from .everything import filled
from .server import Practice
from .shapes import last_page
from .test_shapes import ask

pytestmark = pytest.mark.contract

SINGLE = Table({"data": anything}, {"deduped": one_of(True, False)})


def envelope(request: Request) -> Table | None:
    """A list ends with hasNext false and without next: Airbyte and tap-lever would read for ever."""
    if request.method == "DELETE":
        return None
    end = request.path.partition("?")[0].rpartition("/")[2]
    return last_page(anything) if request.method == "GET" and end in LISTS else SINGLE


LISTS = frozenset(
    {
        *("archive_reasons", "postings", "sources", "stages", "tags", "users", "requisitions"),
        *("opportunities", "candidates", "deleted"),
        *("applications", "offers", "referrals", "resumes", "interviews", "notes"),
    }
)


@pytest.mark.parametrize("client_name", ["tap-lever", "airbyte", "lever-js"])
def test_every_request_of_a_public_client_is_answered(
    practice: Practice, client: LeverClient, ids: dict[str, str], client_name: str
) -> None:
    asked = [request for request in REQUESTS if request.client == client_name]
    assert len(asked) == {"tap-lever": 16, "airbyte": 7, "lever-js": 31}[client_name]
    for request in asked:
        given = {} if request.body is None else {"json": filled(request.body, ids)}
        headers = {"Content-Type": "application/json"}  # with a GET too, as tap-lever does
        answer = ask(practice, request.method, request.path, ids, headers=headers, **given)
        assert 200 <= answer.status_code < 300, (request, answer.text)
        if client_name != "lever-js" and request.method == "GET":
            assert answer.status_code == 200  # all tap-lever takes for a success
        table = envelope(request)
        if table is None:
            assert (answer.status_code, answer.content) == (204, b"")
        else:
            assert problems(table, answer.json(), request.path) == [], json.dumps(answer.json())[:300]
