"""GET /prospects/{job}/{candidate} and POST /exports."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pinlever.connection.models import Posting
from pinlever.sync.models import SyncRecord
from tests.api.calling import Caller
from tests.sync.world import World

WHERE = "/prospects/eng/ingrid"


@pytest.fixture(autouse=True)
def _ingrid(call: Caller) -> None:
    call.put_job()
    call.put(sourced_via="import")


def test_without_lever_the_reason_is_said(call: Caller) -> None:
    status, told = call("GET", WHERE)
    assert (status, told["state"], told["in_lever"], told["record"]) == (200, "not_yet", False, None)
    assert "connected" in told["sentence"] and told["action"]["code"] == "connect"


def test_from_the_export_to_the_profile_in_lever(call: Caller, company: World) -> None:
    status, told = call("POST", "/exports", {"job": "eng", "candidates": ["ingrid"]})
    assert (status, told["queued"], told["results"][0]["result"]) == (200, 1, "queued")
    assert call("GET", WHERE)[1]["state"] == "queued"
    company.work()
    told = call("GET", WHERE)[1]
    record = SyncRecord.objects.get()
    assert (told["state"], told["in_lever"], told["lever_url"]) == ("synced", True, record.lever_url)
    assert (told["record"]["origin"], told["record"]["opportunity_id"]) == (
        "export by Pin",
        record.opportunity_id,
    )
    assert told["since"] and told["sentence"] and told["record"]["created_by_us"]
    assert told["url"].endswith(f"/prospects/{told['prospect']}/")
    steps = {one["step"]: one["state"] for one in told["record"]["steps"]}
    assert steps.keys() == {"profile", "resume", "notes", "form"} and steps["profile"] == "done"


def test_a_second_export_makes_nobody_twice(call: Caller, company: World) -> None:
    for _ in range(2):
        call("POST", "/exports", {"job": "eng", "candidates": ["ingrid", "ingrid"]})
        company.work()
    told = call("POST", "/exports", {"job": "eng", "candidates": ["ingrid"]})[1]
    assert told["results"][0]["result"] == "unchanged" and told["results"][0]["prospect"]["in_lever"]
    assert len(company.in_lever("ingrid@people.example")) == 1


def test_each_person_has_their_own_result_in_order(call: Caller, company: World) -> None:
    call.put("other", job=None)
    told = call("POST", "/exports", {"job": "eng", "candidates": ["nobody", "ingrid", "other"]})[1]
    assert [each["candidate"] for each in told["results"]] == ["nobody", "ingrid", "other"]
    assert [each["result"] for each in told["results"]] == ["error", "queued", "error"]
    assert [each["error"]["code"] for each in told["results"] if each["error"]] == [
        "unknown_candidate",
        "not_sourced",
    ]


def test_another_lever_job_may_be_named(call: Caller, company: World) -> None:
    posting = Posting.objects.filter(account=company.account, state="published")[0]
    said = {"job": "eng", "candidates": ["ingrid"], "lever_posting_id": posting.lever_id, "wish": "add"}
    assert call("POST", "/exports", said)[0] == 200
    record = SyncRecord.objects.get()
    assert (record.posting_chosen, record.wish) == (posting.lever_id, "add")


def test_an_export_may_go_without_a_lever_job_though_the_job_has_one(call: Caller, company: World) -> None:
    posting = Posting.objects.filter(account=company.account, state="published")[0]
    call("PUT", "/jobs/eng", {"title": "Engineer", "lever_posting_id": posting.lever_id})
    assert (
        call("POST", "/exports", {"job": "eng", "candidates": ["ingrid"], "lever_posting_id": ""})[0] == 200
    )
    company.work()
    record = SyncRecord.objects.get()
    assert (record.state, record.posting_id) == ("synced", "")


def test_without_lever_an_export_is_not_possible_and_the_cure_is_told(call: Caller) -> None:
    status, told = call("POST", "/exports", {"job": "eng", "candidates": ["ingrid"]})
    assert (status, told["error"]["code"]) == (409, "not_possible")
    assert "super admin connects" in told["error"]["message"]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({}, "job"),
        ({"candidates": []}, "candidates"),
        ({"candidates": ["x"] * 201}, "candidates"),
        ({"candidates": "ingrid"}, "candidates"),
        ({"candidates": [""]}, "candidates.0"),
        ({"wish": "create"}, "wish"),
        ({"lever_posting_id": "unknown"}, "lever_posting_id"),
    ],
)
def test_what_is_wrong_with_an_export_is_named(
    call: Caller, company: World, said: dict[str, Any], field: str
) -> None:
    whole = {"job": "eng", "candidates": ["ingrid"], **said} if said else {"candidates": ["ingrid"]}
    status, told = call("POST", "/exports", whole)
    assert (status, told["error"]["field"]) == (422, field)
    assert not SyncRecord.objects.exists()


@pytest.mark.parametrize(
    ("where", "code", "field"),
    [
        ("/prospects/nope/ingrid", "unknown_job", "job_id"),
        ("/prospects/eng/nope", "unknown_candidate", "candidate_id"),
        ("/prospects/other/ingrid", "not_sourced", "candidate_id"),
    ],
)
def test_who_is_not_there_is_named(call: Caller, where: str, code: str, field: str) -> None:
    call.put_job("other")
    status, told = call("GET", where)
    assert (status, told["error"]["code"], told["error"]["field"]) == (404, code, field)


def test_a_merged_person_is_found_by_either_id(call: Caller) -> None:
    from pinlever.audit.services import PIN
    from pinlever.recruiting.models import Candidate
    from pinlever.recruiting.services import merge

    call.put("twin", job=None)
    twin = Candidate.objects.get(external_id="twin")
    merge(by=PIN, gone=twin, into=Candidate.objects.get(external_id="ingrid"))
    assert call("GET", "/prospects/eng/twin")[1]["prospect"] == call("GET", WHERE)[1]["prospect"]


def test_queries_of_an_export_grow_with_people_only_where_each_is_written(
    call: Caller, company: World
) -> None:
    for number in range(12):
        call.put(f"p{number}")
    call("POST", "/exports", {"job": "eng", "candidates": ["ingrid"]})
    company.work()
    counts = []
    for size in (2, 12):
        with CaptureQueriesContext(connection) as queries:
            call("POST", "/exports", {"job": "eng", "candidates": [f"p{number}" for number in range(size)]})
        counts.append(len(queries))
    assert counts[1] - counts[0] <= 10 * 15
