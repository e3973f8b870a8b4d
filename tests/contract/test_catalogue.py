"""The client's calls about what an account has set up, answered by Practice Lever over HTTP."""

import pytest

from pinlever.lever.client import LeverClient
from pinlever.lever.errors import NotFound
from pinlever.practice import seed

from .server import AUD, CONFIDENTIAL_POSTING, POSTING, Practice, created

pytestmark = pytest.mark.contract


def test_postings_come_in_every_state_unless_asked(client: LeverClient) -> None:
    states = {one.text: one.state for one in client.postings()}
    assert states == {
        "Backend Engineer": "published",
        "Product Designer": "published",
        "Account Executive": "internal",
        "Data Analyst": "closed",
        "Office Manager": "draft",
    }
    asked = client.postings(["published", "internal"])
    assert {one.text for one in asked} == {"Backend Engineer", "Product Designer", "Account Executive"}
    assert [one.text for one in client.postings(confidentiality="confidential")] == ["Chief of Staff"]


def test_unlisted_postings_are_found_though_not_public(client: LeverClient, practice: Practice) -> None:
    document = {"id": POSTING, "distributionChannels": ["internal"]}
    practice.post("documents", {"kind": "posting", "document": document})
    assert POSTING in {one.id for one in client.postings(["published"])}


def test_a_posting_tells_what_is_shown_of_it(client: LeverClient, practice: Practice) -> None:
    one = client.posting(POSTING)
    assert (one.id, one.text, one.state) == (POSTING, "Backend Engineer", "published")
    assert (one.team, one.department, one.location) == ("Platform", "Engineering", "Oslo")
    assert (one.commitment, one.owner_id, one.hiring_manager_id) == ("Full-time", AUD, None)
    assert (one.confidentiality, one.distribution) == ("non-confidential", ("public", "internal"))
    assert one.url == f"{practice.url}/practice/{POSTING}"
    assert one.created_at and one.updated_at
    draft = client.posting(seed.posting_id("office-manager"))
    assert (draft.url, draft.distribution) == ("", ())
    assert client.posting(CONFIDENTIAL_POSTING).confidentiality == "confidential"


def test_stages_come_in_the_order_of_the_pipeline(client: LeverClient) -> None:
    found = list(client.stages())
    assert [one.text for one in found][:5] == [
        *("New lead", "Reached out", "Responded", "New applicant", "Recruiter screen")
    ]
    built_in = {"lead-new", "lead-reached-out", "lead-responded", "applicant-new", "offer"}
    assert built_in < {one.id for one in found}


def test_the_disposition_stages_tell_the_pipelines(client: LeverClient) -> None:
    found = client.disposition_stages()
    assert [one.id for one in found] == [one.id for one in client.stages()]
    assert {one.id: one.pipeline for one in found}["offer"] == "offer"
    assert {one.pipeline for one in found} == {"lead", "applicant", "screen", "onsite", "offer"}


def test_archive_reasons_tell_whether_somebody_was_hired(client: LeverClient) -> None:
    found = {one.text: (one.type, one.status) for one in client.archive_reasons()}
    assert found["Hired"] == ("hired", "active")
    assert found["Overqualified"] == ("non-hired", "inactive")
    assert [one.id for one in client.archive_reasons("hired")] == [seed.archive_reason_id("hired")]
    assert "Hired" not in {one.text for one in client.archive_reasons("non-hired")}


def test_users_are_those_who_work_there_unless_asked(client: LeverClient) -> None:
    active = {one.name: one for one in client.users()}
    assert "Rosa Vidal" not in active and len(active) == 5
    assert active["Aud Berg"].access_role == "super admin"
    everybody = {one.name: one.deactivated_at for one in client.users(include_deactivated=True)}
    assert [name for name, at in everybody.items() if at] == ["Rosa Vidal"]


@pytest.mark.parametrize("email", ["Ines.Duarte@Practice.example", "ines.duarte@practice.example"])
def test_a_user_is_found_by_address(client: LeverClient, email: str) -> None:
    (found,) = client.users(email=email)
    assert (found.id, found.email) == (seed.user_id("ines"), "Ines.Duarte@Practice.example")
    assert list(client.users(email="rosa@practice.example")) == []
    assert len(list(client.users(email="rosa@practice.example", include_deactivated=True))) == 1


def test_a_user_is_read_by_id(client: LeverClient) -> None:
    one = client.user(seed.user_id("rosa"))
    assert (one.name, one.email, one.access_role) == ("Rosa Vidal", "rosa@practice.example", "team member")
    assert one.deactivated_at


def test_sources_and_tags_are_counted(client: LeverClient) -> None:
    created(client, posting_id=None, tags=("full-time",), sources=("Pin", "Fair"))
    created(client, "Bo", posting_id=None, tags=("Full-Time", "full-time"))
    assert [(one.text, one.count) for one in client.sources()] == [("Fair", 1), ("Pin", 2)]
    assert {one.text: one.count for one in client.tags()} == {"full-time": 2, "Full-Time": 1}


def test_a_webhook_tells_its_token_once(client: LeverClient) -> None:
    address = "https://pin.example/lever/hook"
    made = client.create_webhook("candidateStageChange", address, origins=["sourced"])
    assert (made.event, made.url) == ("candidateStageChange", address)
    assert made.signature_token and len(made.signature_token) == 48 and made.created_at
    assert made.raw["configuration"] == {"conditions": {"origins": ["sourced"]}}
    again = client.create_webhook("candidateStageChange", address)
    other = client.create_webhook("contactUpdated", address)
    listed = {one.id: one for one in client.webhooks()}
    assert set(listed) == {made.id, again.id, other.id}
    assert {one.signature_token for one in listed.values()} == {None}
    client.delete_webhook(made.id)
    assert {one.id for one in client.webhooks()} == {again.id, other.id}
    with pytest.raises(NotFound):
        client.delete_webhook(made.id)
