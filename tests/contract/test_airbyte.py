"""Airbyte's source for Lever, which is a manifest others wrote, reads Practice Lever with Airbyte's own engine.

It lives in an environment of its own, `.venv-airbyte` (it wants other versions than ours):
`python3 -m venv .venv-airbyte && .venv-airbyte/bin/pip install airbyte-cdk==7.39.1 && .venv-airbyte/bin/pip install
--no-deps --ignore-requires-python airbyte-source-lever-hiring==0.3.1`.
"""

import json
import subprocess
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
import requests

from pinlever.practice import seed

from .server import POSTING, Json, Practice

HOME = Path(__file__).resolve().parents[2] / ".venv-airbyte"
ENGINE = HOME / "bin" / "source-declarative-manifest"
PEOPLE = 60  # more than one of its pages
ADDRESSES = {
    "/v1": ("https://api.lever.co/v1", "https://api.sandbox.lever.co/v1"),
    "/oauth/token": ("https://auth.lever.co/oauth/token", "https://sandbox-lever.auth0.com/oauth/token"),
}
BY_KEY: Json = {"auth_type": "Api Key", "api_key": seed.API_KEY}

pytestmark = [
    pytest.mark.contract,
    pytest.mark.skipif(not ENGINE.exists(), reason="SKIPPED FOR WANT OF .venv-airbyte, see this file's head"),
]


class Airbyte:
    def __init__(self, folder: Path, practice: Practice, credentials: Json) -> None:
        (installed,) = HOME.glob("lib/*/site-packages/source_lever_hiring/manifest.yaml")
        manifest = installed.read_text()
        for path, addresses in ADDRESSES.items():
            for address in addresses:
                assert address in manifest
                manifest = manifest.replace(address, practice.url + path)
        self.folder = folder
        self.write("manifest.yaml", manifest)
        since = time.strftime("%Y-%m-%dT00:00:00Z", time.gmtime(time.time() - 86400))
        config = {"credentials": credentials, "start_date": since, "environment": "Production"}
        self.write("config.json", json.dumps(config))

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text)
        return path

    def run(self, command: str, *more: object) -> list[Json]:
        """Its messages; it has to end well."""
        files = ["--config", self.folder / "config.json", "--manifest-path", self.folder / "manifest.yaml"]
        done = subprocess.run(
            [ENGINE, command, *map(str, files), *map(str, more)], capture_output=True, text=True, timeout=300
        )
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]

    def works(self) -> bool:
        statuses = [message.get("connectionStatus") for message in self.run("check")]
        return "SUCCEEDED" in [status["status"] for status in statuses if status]

    def records(self) -> dict[str, list[Any]]:
        """Everything of every stream."""
        (catalog,) = [message["catalog"] for message in self.run("discover") if message["type"] == "CATALOG"]
        how = {"sync_mode": "full_refresh", "destination_sync_mode": "overwrite"}
        chosen = {"streams": [{"stream": stream, **how} for stream in catalog["streams"]]}
        path = self.write("catalog.json", json.dumps(chosen))
        found: dict[str, list[Any]] = defaultdict(list)
        for message in self.run("read", "--catalog", path):
            if message["type"] == "RECORD":
                found[message["record"]["stream"]].append(message["record"]["data"])
        return found


def test_airbyte_reads_everything_practice_lever_holds(tmp_path: Path, practice: Practice) -> None:
    practice.post("example", {})
    person = {"posting": POSTING, "created_at": int(time.time() * 1000)}
    practice.people(*({"name": f"Person {number}", **person} for number in range(PEOPLE)))
    found = Airbyte(tmp_path, practice, BY_KEY).records()
    state = practice.state()
    streams = ("opportunities", "users", "applications", "interviews", "notes", "offers", "referrals")
    assert set(found) == set(streams)
    for stream in streams:
        held = sorted(row["id"] for row in state[stream])
        assert sorted(row["id"] for row in found[stream]) == held != [], stream  # each once
    assert {entry["status"] for entry in practice.log()} == {200}


def test_airbyte_signs_in_with_a_refresh_token(tmp_path: Path, practice: Practice) -> None:
    client = {"client_id": seed.CLIENT_ID, "client_secret": seed.CLIENT_SECRET}
    credentials = {"auth_type": "Client", **client, "refresh_token": refresh_token(practice)}
    assert Airbyte(tmp_path, practice, credentials).works()
    wrong = {**credentials, "refresh_token": "wrong"}
    assert not Airbyte(tmp_path, practice, wrong).works()


def refresh_token(practice: Practice) -> str:
    """One a Super Admin has just given away."""
    back = "http://127.0.0.1:1/back"
    asked = {"client_id": seed.CLIENT_ID, "redirect_uri": back, "response_type": "code", "_as": "super-admin"}
    asked |= {"audience": "https://api.lever.co/v1/", "scope": "offline_access users:read:admin"}
    sent = requests.get(f"{practice.url}/authorize", params=asked, allow_redirects=False, timeout=10)
    code = sent.headers["Location"].partition("code=")[2]
    client = {"client_id": seed.CLIENT_ID, "client_secret": seed.CLIENT_SECRET}
    grant = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, **client}
    told = requests.post(f"{practice.url}/oauth/token", data=grant, timeout=10)
    return str(told.json()["refresh_token"])
