"""The client's looks at feedback and interviews, answered by Practice Lever over HTTP."""

import pytest
import requests

from pinlever.lever.client import LeverClient
from pinlever.lever.errors import NotFound
from pinlever.practice import seed

from .endpoints import FEEDBACK_TEMPLATE
from .server import Practice, created

pytestmark = pytest.mark.contract


def test_an_interview_somebody_planned_is_seen(client: LeverClient, practice: Practice) -> None:
    one = created(client)
    assert list(client.interviews(one)) == []
    practice.post("interviews", {"opportunity": one, "subject": "Technical interview"})
    (found,) = client.interviews(one)
    assert found.subject == "Technical interview" and found.created_at is not None
    with pytest.raises(NotFound):
        list(client.interviews("00000000-0000-4000-8000-000000000000"))


def test_feedback_somebody_gave_is_seen(client: LeverClient, practice: Practice) -> None:
    one = created(client)
    assert list(client.feedback(one)) == []
    answer = requests.post(
        f"{practice.url}/v1/opportunities/{one}/feedback",
        params={"perform_as": seed.user_id("jonas")},
        json={"baseTemplateId": FEEDBACK_TEMPLATE, "fieldValues": []},
        auth=(seed.API_KEY, ""),
        timeout=10,
    )
    assert answer.status_code == 201, answer.text
    (found,) = client.feedback(one)
    assert (found.user_id, found.deleted_at) == (seed.user_id("jonas"), None)
    assert found.created_at is not None
