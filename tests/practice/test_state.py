"""What a restart keeps: everything, in the same order, with the same effects."""

import io
from pathlib import Path

import pytest

from pinlever.practice.rows import StateFileInUse
from pinlever.practice.seed import posting_id

from .lever import AUD, START, Lever
from .test_credentials import authorize, bearer, token


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "lever.sqlite3")


def test_a_restart_forgets_nothing(path: str) -> None:
    lever = Lever(path)
    backend = posting_id("backend-engineer")
    ana = lever.create(name="Ana", emails=["ana@x.example"], phones=[{"value": "1"}], postings=[backend])
    gone = lever.create(name="Ben")
    lever.control("delete", {"opportunity": gone["id"]})
    lever.put(f"/opportunities/{ana['id']}/stage", {"stage": "offer"})
    lever.post(f"/opportunities/{ana['id']}/notes", {"value": "x"})
    form = {"file": (io.BytesIO(b"content"), "a.txt")}
    lever.call("POST", f"/opportunities/{ana['id']}/files", data=form, query_string={"perform_as": AUD})
    lever.post("/webhooks", {"url": "https://x.example", "event": "candidateHired"}, None)
    lever.control("switches", {"created_at": "round"})
    lever.fault("status", {"nth": 9}, status=500)
    lever.control("opportunities", {"generate": 30})
    lever.get("/users")
    listed = lever.found()
    before, log, faults = lever.state(), lever.log(), lever.control("faults", method="GET")
    lever.app.close()

    again = Lever(path)
    assert again.log() == log
    assert again.state() == before
    assert again.found() == listed
    assert again.control("faults", method="GET")["data"][0]["seen"] == faults["data"][0]["seen"] + 1
    assert again.control("switches", method="GET")["data"]["created_at"] == "round"
    [file] = again.get(f"/opportunities/{ana['id']}/files")["data"]
    assert again.call("GET", f"/opportunities/{ana['id']}/files/{file['id']}/download").data == b"content"
    assert again.log()[-1]["seq"] == len(again.log())
    again.app.close()


def test_tokens_survive(path: str) -> None:
    lever = Lever(path)
    code = authorize(lever)["code"]
    grant = {"grant_type": "authorization_code", "redirect_uri": "http://127.0.0.1:8000/back"}
    tokens = token(lever, code=code, **grant)
    lever.app.close()
    again = Lever(path)
    assert again.call("GET", "/users", headers=bearer(tokens)).status_code == 200
    fresh = token(again, grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert fresh["access_token"]
    again.app.close()


def test_what_was_not_closed_is_kept_too(path: str, tmp_path: Path) -> None:
    """As after SIGKILL: the file as it is after the commit, without a farewell."""
    lever = Lever(path)
    ana = lever.create(name="Ana")
    copy = tmp_path / "copy.sqlite3"
    for end in ("", "-wal"):
        Path(f"{copy}{end}").write_bytes(Path(f"{path}{end}").read_bytes())
    again = Lever(str(copy))
    assert again.opportunity(ana["id"])["name"] == "Ana"
    [entry] = again.log()[:1]
    assert (entry["outcome"], entry["opportunity"], entry["answered_at"]) == (201, ana["id"], None)
    assert entry["committed_at"] == START
    again.app.close()
    lever.app.close()


def test_a_delivery_that_was_waiting_goes_out_after_a_restart(path: str) -> None:
    lever = Lever(path)
    lever.post("/webhooks", {"url": "http://127.0.0.1:1/", "event": "contactCreated"}, None)
    lever.create(name="Ana")
    lever.app.close()
    again = Lever(path)
    assert again.app.run_due() == 1
    assert len(again.state()["deliveries"][0]["attempts"]) == 1
    again.app.close()


def test_a_second_process_is_refused_the_file(path: str) -> None:
    lever = Lever(path)
    with pytest.raises(StateFileInUse, match="cannot be used"):
        Lever(path)
    lever.app.close()


def test_a_file_that_is_no_state_file_is_refused_and_left_alone(tmp_path: Path) -> None:
    other = tmp_path / "letter.txt"
    other.write_text("Dear Lever, " * 100)
    with pytest.raises(StateFileInUse):
        Lever(str(other))
    assert other.read_text() == "Dear Lever, " * 100
