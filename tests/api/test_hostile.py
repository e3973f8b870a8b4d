"""Hostile requests made from the API's own document: no server error, and every answer as the document says.

API_FUZZ=500 looks that many examples deep at each operation; the suite looks at a few.
"""

import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.generation import GenerationMode

from pinlever.api import auth
from tests.api.calling import Caller

EXAMPLES = int(os.environ.get("API_FUZZ", "5"))
KNOWN = {
    "job": "eng",
    "candidate": "ingrid",
    "job_id": "eng",
    "candidate_id": "ingrid",
    "candidates": ["ingrid"],
}


def document() -> Any:
    """The API's document, from the application itself."""
    config = schemathesis.Config()
    # A database stores no NUL; what else a schema cannot say (a posting is open, a job is known) is answered 422.
    config.projects.default.generation.update(allow_x00=False)
    config.projects.default.checks.positive_data_acceptance.expected_statuses = ["2xx", "404", "409", "422"]
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application(), config=config)


hostile = document()


@pytest.fixture(autouse=True)
def _somebody_is_there(call: Caller, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(auth, "FAILURES_A_MINUTE", 10**9)
    call.put_job()
    call.put()
    for signal in (request_started, request_finished):
        signal.disconnect(
            close_old_connections
        )  # requests share the test's connection, as with Django's own client
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@hostile.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize="CI" not in os.environ,
)
def test_whatever_comes_in_is_answered_as_the_document_says(case: Any, call: Caller) -> None:
    if case.meta.generation.mode == GenerationMode.POSITIVE and len(str(case.body)) % 2:
        aim(case.path_parameters)
        aim(case.body)
    case.call_and_validate(headers={"Authorization": f"Bearer {call.token}"})


def aim(said: Any) -> None:
    """Has the request hit somebody who is there."""
    if isinstance(said, dict):
        said.update({name: value for name, value in KNOWN.items() if name in said})
