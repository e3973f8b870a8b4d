"""Singer's tap-lever, a client somebody else wrote for Lever, reads Practice Lever without noticing the difference.

It lives in an environment of its own, `.venv-tap` (it wants other versions than ours):
`python3 -m venv .venv-tap && .venv-tap/bin/pip install tap-lever==1.1.0`.
"""

import json
import os
import subprocess
import time
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pinlever.lever.client import LeverClient
from pinlever.lever.types import ResumeFile
from pinlever.practice import seed

from .server import AUD, POSTING, Practice, new

ROOT = Path(__file__).resolve().parents[2]
TAP = ROOT / ".venv-tap" / "bin" / "python"
PEOPLE = 101  # more than one page
# The tap's address is fixed in five of its modules; all of them call requests.request by attribute.
WRAPPER = """
import os, sys, requests
lever, real = "https://api.lever.co/v1", requests.request
def elsewhere(method, url, **kwargs):
    assert url.startswith(lever), url
    return real(method, os.environ["LEVER_BASE"] + url[len(lever):], **kwargs)
requests.request = elsewhere
from tap_lever import main
sys.argv[0] = "tap-lever"
main()
"""
PARENTS = ("opportunities", "candidates")
REASONS = ("hired", "position-filled", "withdrew", "no-response", "do-not-contact", "overqualified")
STAGES = (
    *("lead-new", "lead-reached-out", "lead-responded", "applicant-new", "recruiter-screen", "phone-screen"),
    *("on-site", "offer", "offer-approved"),
)

pytestmark = pytest.mark.contract


@pytest.fixture(scope="module", autouse=True)
def _installed() -> None:
    if TAP.exists():
        return
    if os.environ.get("CI"):
        pytest.fail("tap-lever is not installed in .venv-tap; .ci/run does that before this test.")
    pytest.skip(
        "SKIPPED FOR WANT OF tap-lever: python3 -m venv .venv-tap; .venv-tap/bin/pip install tap-lever==1.1.0"
    )


def run_tap(folder: Path, practice: Practice, *arguments: str) -> str:
    """The tap's output; it has to end well."""
    config = folder / "config.json"
    since = datetime.now(UTC) - timedelta(days=1)
    config.write_text(json.dumps({"token": seed.API_KEY, "start_date": f"{since:%Y-%m-%dT00:00:00Z}"}))
    done = subprocess.run(
        [TAP, "-c", WRAPPER, "--config", config, *arguments],
        env={**os.environ, "LEVER_BASE": f"{practice.url}/v1"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def select_all(catalog: dict[str, Any]) -> dict[str, Any]:
    for stream in catalog["streams"]:
        for entry in stream["metadata"]:
            if not entry["breadcrumb"]:
                entry["metadata"]["selected"] = True
    return catalog


def records(output: str) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in output.splitlines():
        message = json.loads(line)
        if message["type"] == "RECORD":
            found[message["stream"]].append(message["record"])
    return found


def rows_of(state: dict[str, Any]) -> dict[str, set[str]]:
    """Stream by stream the keys of what Practice Lever holds and lets this key see."""
    opportunities = {row["id"] for row in state["opportunities"]}
    held = {
        **dict.fromkeys(PARENTS, opportunities),
        "archive_reasons": {seed.archive_reason_id(slug) for slug in REASONS},
        "postings": {row["id"] for row in state["postings"] if row["confidentiality"] == "non-confidential"},
        "sources": {source for row in state["opportunities"] for source in row["sources"]},
        "stages": {seed.stage_id(slug) for slug in STAGES},
        "users": {row["id"] for row in state["users"] if row["deactivatedAt"] is None},
    }
    for parent in ("opportunity", "candidate"):
        held[f"{parent}_applications"] = {row["id"] for row in state["applications"]}
        held[f"{parent}_offers"] = {row["id"] for row in state["offers"]}
        held[f"{parent}_referrals"] = {row["id"] for row in state["referrals"]}
        held[f"{parent}_resumes"] = {row["id"] for row in state["resumes"]}
    return held


def test_tap_lever_reads_everything_practice_lever_holds(
    tmp_path: Path, practice: Practice, client: LeverClient
) -> None:
    now = int(time.time() * 1000)
    person = {"posting": POSTING, "sources": ["Pin"], "created_at": now}
    practice.post("example", {})  # three people, an offer and a referral
    practice.people(*({"name": f"Person {number}", **person} for number in range(PEOPLE)))
    client.create_opportunity(new(sources=("Fair",)), perform_as=AUD, resume=ResumeFile("cv.pdf", b"%PDF"))
    catalog = select_all(json.loads(run_tap(tmp_path, practice, "--discover")))
    assert len(catalog["streams"]) == 16
    chosen = tmp_path / "catalog.json"
    chosen.write_text(json.dumps(catalog))
    found = records(run_tap(tmp_path, practice, "--catalog", str(chosen)))
    held = rows_of(practice.state())
    assert len(held["opportunities"]) == PEOPLE + 1 + 3
    for stream, expected in held.items():
        keys = [row.get("id") or row["text"] for row in found.pop(stream)]
        assert sorted(keys) == sorted(expected), stream  # each once
    assert found == {}, "the one requisition is older than the window"
    assert {entry["status"] for entry in practice.log()} <= {200, 201}
