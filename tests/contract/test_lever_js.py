"""lever-js, a client somebody else wrote for Lever, is answered by Practice Lever: each of its 32 functions once.

It is looked for in `.node-lever-js`: `npm install --prefix .node-lever-js --ignore-scripts lever-js@0.1.9`.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from pinlever.lever.client import LeverClient
from pinlever.practice import seed

from .endpoints import APPLYING, INTERVIEW, UNLISTED
from .server import AUD, POSTING, Json, Practice

HERE = Path(__file__).resolve()
LIBRARY = HERE.parents[2] / ".node-lever-js" / "node_modules" / "lever-js" / "dist" / "index.js"
NODE = shutil.which("node")

pytestmark = [
    pytest.mark.contract,
    pytest.mark.skipif(
        NODE is None or not LIBRARY.exists(),
        reason="SKIPPED FOR WANT OF .node-lever-js, see this file's head",
    ),
]


def calls(ids: dict[str, str]) -> list[tuple[str, Json]]:
    """Name and arguments, in an order in which each finds what it needs."""
    one = {"params": {"opportunity": ids["o"]}}
    as_aud = {"query": {"perform_as": AUD}}

    def of_one(name: str, id: str) -> Json:
        return {"params": {"opportunity": ids["o"], name: id}}

    interview, note = of_one("interview", ids["interview"]), of_one("note", ids["note"])
    scheduled = {"body": {"panel": ids["panel"], **INTERVIEW}}
    changes = [
        (f"{verb}{what}", {**one, **as_aud, "body": {field: ["x"]}})
        for what, field in (("OpportunityTags", "tags"), ("OpportunitySources", "sources"))
        for verb in ("add", "remove")
    ]
    links = {**one, **as_aud, "body": {"links": ["https://x.example"]}}
    return [
        ("retrieveApplication", of_one("application", ids["application"])),
        ("listApplications", one),
        ("retrievePosting", {"params": {"posting": POSTING}}),
        ("applyToPosting", {"params": {"posting": UNLISTED}, "body": APPLYING}),
        ("createApplication", {"params": {"posting": UNLISTED}, "body": APPLYING}),
        ("listInterviews", one),
        ("retrieveInterview", interview),
        ("createInterview", {**one, **as_aud, **scheduled}),
        ("updateInterview", {**interview, **as_aud, **scheduled}),
        ("listNotes", one),
        ("retrieveNote", note),
        ("createNote", {**one, **as_aud, "body": {"value": "From lever-js"}}),
        ("updateNote", {**note, "body": {"values": [{"value": "Changed"}]}}),
        ("retrieveOpportunity", one),
        ("listOpportunities", {"query": {"limit": 10}}),
        ("listDeletedOpportunities", {"query": {"deleted_at_start": 0}}),
        ("createOpportunity", {**as_aud, "body": {"name": "Js", "postings": [POSTING]}}),
        ("updateOpportunityStage", {**one, **as_aud, "body": {"stage": "lead-responded"}}),
        ("updateOpportunityArchivedState", {**one, "body": {"reason": seed.archive_reason_id("withdrew")}}),
        *changes,
        ("addContactLinksByOpportunity", links),
        ("removeContactLinksByOpportunity", links),
        ("getStage", {"params": {"stage": "offer"}}),
        *((name, {}) for name in ("getStages", "getTags", "getArchiveReason")),
        ("getArchiveReasons", {"query": {"type": "hired"}}),
        ("deleteNote", note),
        ("deleteInterview", {**interview, **as_aud}),
    ]


def called(practice: Practice, asked: list[tuple[str, Json]]) -> Json:
    assert NODE
    known = {"LEVER_BASE": f"{practice.url}/v1", "LEVER_JS": str(LIBRARY), "LEVER_KEY": seed.API_KEY}
    done = subprocess.run(
        [NODE, str(HERE.with_name("lever_js.mjs"))],
        input=json.dumps(asked),
        env={**os.environ, **known},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    told: Json = json.loads(done.stdout)
    return told


def test_every_function_of_lever_js_is_answered(
    practice: Practice, client: LeverClient, ids: dict[str, str]
) -> None:
    asked = calls(ids)
    told = called(practice, asked)
    assert sorted(told["functions"]) == sorted(name for name, _ in asked)
    answers: dict[str, Any] = {name: answer for name, answer, _ in told["told"]}
    failed = {name: error for name, _, error in told["told"] if error}
    # It reads JSON out of every answer, and that to a removal is empty: its own mistake.
    assert set(failed) == {"deleteNote", "deleteInterview"}
    assert {error.split(":")[0] for error in failed.values()} == {"SyntaxError"}
    assert all("data" in answer for answer in answers.values() if answer)
    assert {entry["status"] for entry in practice.log()} <= {200, 201, 204}
    assert ids["note"] not in {note.id for note in client.notes(ids["o"])}
    assert answers["createOpportunity"]["deduped"] is False
    assert answers["createApplication"]["data"]["applicationId"]
    assert [row["text"] for row in answers["getArchiveReasons"]["data"]] == ["Hired"]
