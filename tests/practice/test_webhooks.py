"""Registering webhooks; what is announced, to whom, how it is signed; retries."""

import hashlib
import hmac
import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from pinlever.practice.deliveries import sign
from pinlever.practice.seed import archive_reason_id, posting_id

from .lever import Lever


class Receiver(HTTPServer):
    """A loopback server that keeps what it is sent and answers with `statuses`, the last one for ever."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), ReceiverHandler)
        self.bodies: list[Any] = []
        self.agents: list[str | None] = []
        self.statuses = [200]
        self.url = f"http://127.0.0.1:{self.server_address[1]}/hook?x=1"

    def events(self) -> list[str]:
        return [body["event"] for body in self.bodies]


class ReceiverHandler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        self.server.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.server.agents.append(self.headers["User-Agent"])
        statuses = self.server.statuses
        self.send_response(statuses.pop(0) if len(statuses) > 1 else statuses[0])
        self.send_header("Location", self.server.url)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    thread = threading.Thread(target=receiver.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield receiver
    receiver.shutdown()
    thread.join()
    receiver.server_close()


def hook(lever: Lever, url: str, event: str, **body: Any) -> Any:
    return lever.post("/webhooks", {"url": url, "event": event, **body}, None)["data"]


def test_the_signature_is_the_one_of_the_test_vector() -> None:
    key, token = (
        "9a7c31e05bd248f6a1c0e7d35f9482b60c3e1f7a58d94b26",
        "4d1f0c9ab27e5360f8812c6be0937da54f26c1b8973e0ad5",
    )
    expected = "42451077a6f2552c87cbf0a3dbc8bac1516105ba9515a8306adf3d72ea1a525d"
    assert sign(key, token, 1782974004991) == expected


def test_the_token_is_told_once(lever: Lever) -> None:
    made = hook(lever, "https://x.example/h", "candidateHired")
    assert len(made["configuration"]["signatureToken"]) == 48
    assert len(made["configuration"]["conditions"]["origins"]) == 6
    listed = lever.get("/webhooks", limit=1)
    assert "hasNext" not in listed
    assert "signatureToken" not in listed["data"][0]["configuration"]
    twin = hook(lever, "https://x.example/h", "candidateHired")
    assert twin["id"] != made["id"]
    assert hook(lever, "https://x.example/h", "contactCreated")["configuration"].keys() == {"signatureToken"}


WRONG: list[dict[str, Any]] = [
    {"url": "https://x.example", "event": "opportunityUpdated"},
    {"url": "https://x.example"},
    {"event": "candidateHired"},
    {"url": "http://x.example/", "event": "candidateHired"},
    {"url": "ftp://127.0.0.1/", "event": "candidateHired"},
    {"url": "https://", "event": "candidateHired"},
    {"url": "https://x.example:port/", "event": "candidateHired"},
    {"url": "https://x .example/", "event": "candidateHired"},
    {"url": "https://[/", "event": "candidateHired"},
    {
        "url": "https://x.example",
        "event": "candidateHired",
        "configuration": {"conditions": {"origins": ["x"]}},
    },
]


@pytest.mark.parametrize("body", WRONG)
def test_it_refuses(lever: Lever, body: dict[str, Any]) -> None:
    assert lever.refused("/webhooks", "POST", json=body)[0] == 400


def test_plain_http_can_be_refused_as_lever_does(lever: Lever) -> None:
    body = {"url": "http://127.0.0.1:1/", "event": "candidateHired"}
    assert hook(lever, **body)["url"] == body["url"]
    lever.control("switches", {"allow_http_webhooks": False})
    assert lever.refused("/webhooks", "POST", json=body) == (400, "url must begin with https://")


def test_many_are_changed_at_once_or_none(lever: Lever) -> None:
    made = hook(lever, "https://x.example/1", "candidateHired")
    rows = [{"id": made["id"], "url": "https://x.example/2"}, {"id": "none", "url": "https://x.example/3"}]
    assert lever.refused("/webhooks", "PUT", json={"data": rows})[0] == 404
    assert lever.get("/webhooks")["data"][0]["url"] == "https://x.example/1"
    lever.put("/webhooks", {"data": rows[:1]}, None)
    assert lever.get("/webhooks")["data"][0]["url"] == "https://x.example/2"
    assert lever.call("DELETE", f"/webhooks/{made['id']}").status_code == 204
    assert lever.get("/webhooks") == {"data": []}


def test_a_delivery_is_signed_and_says_what_changed(lever: Lever, receiver: Receiver) -> None:
    made = hook(lever, receiver.url, "candidateStageChange")
    row = lever.create(name="Ana")
    lever.put(f"/opportunities/{row['id']}/stage", {"stage": "lead-responded"})
    assert receiver.bodies == []
    lever.app.run_due()
    [body] = receiver.bodies
    key = made["configuration"]["signatureToken"].encode()
    message = f"{body['token']}{body['triggeredAt']}".encode()
    assert body["signature"] == hmac.new(key, message, hashlib.sha256).hexdigest()
    assert body["data"] == {
        "opportunityId": row["id"],
        "candidateId": row["id"],
        "contactId": row["contact"],
        "fromStageId": "lead-new",
        "toStageId": "lead-responded",
    }
    assert (body["triggeredAt"], receiver.agents) == (lever.now_ms, ["Lever-Webhooks"])


def test_every_event(lever: Lever, receiver: Receiver) -> None:
    events = ("applicationCreated", "candidateHired", "candidateStageChange", "candidateArchiveChange")
    for event in (*events, "candidateDeleted", "contactCreated", "contactUpdated"):
        hook(lever, receiver.url, event)
    row = lever.create(name="Ana", postings=[posting_id("backend-engineer")], origin="agency")
    lever.put(f"/contacts/{row['contact']}", {"name": "Ana B"}, None)
    lever.put(f"/opportunities/{row['id']}/archived", {"reason": archive_reason_id("hired")})
    lever.control("delete", {"opportunity": row["id"]})
    lever.app.run_due()
    expected = ["contactCreated", "applicationCreated", "contactUpdated", "candidateArchiveChange"]
    assert receiver.events() == [*expected, "candidateHired", "candidateDeleted"]
    archive = receiver.bodies[3]["data"]
    assert (archive["fromArchived"], archive["toArchived"]["reason"]) == (None, archive_reason_id("hired"))


SILENT: list[dict[str, Any]] = [
    {"webhook_groups": {"contactCreated": False}},
    {"webhooks_on_api_writes": False},
]


@pytest.mark.parametrize("switches", SILENT)
def test_what_is_switched_off_is_not_sent(lever: Lever, receiver: Receiver, switches: dict[str, Any]) -> None:
    hook(lever, receiver.url, "contactCreated")
    lever.control("switches", switches)
    lever.create(name="Ana")
    lever.app.run_due()
    assert receiver.bodies == []


def test_origins_limit_what_is_sent(lever: Lever, receiver: Receiver) -> None:
    conditions = {"conditions": {"origins": ["agency"]}}
    hook(lever, receiver.url, "candidateStageChange", configuration=conditions)
    for origin in ("sourced", "agency"):
        row = lever.create(origin=origin)
        lever.put(f"/opportunities/{row['id']}/stage", {"stage": "offer"})
    lever.app.run_due()
    assert [body["data"]["opportunityId"] for body in receiver.bodies] == [row["id"]]


def test_it_is_tried_again_with_growing_delays_until_it_is_taken(lever: Lever, receiver: Receiver) -> None:
    receiver.statuses = [500, 302, 204]
    hook(lever, receiver.url, "contactCreated")
    lever.create(name="Ana")
    tries = []
    for _ in range(8):
        lever.app.run_due()
        tries.append(len(receiver.bodies))
        lever.now += 1
    assert tries == [1, 2, 2, 3, 3, 3, 3, 3]
    [delivery] = lever.state()["deliveries"]
    assert delivery["state"] == "delivered"
    assert [made["status"] for made in delivery["attempts"]] == [500, 302, 204]
    assert len({json.dumps(body) for body in receiver.bodies}) == 1


def test_after_five_retries_it_is_given_up_and_can_be_run_again(lever: Lever, receiver: Receiver) -> None:
    receiver.statuses = [503]
    hook(lever, receiver.url, "contactCreated")
    lever.create(name="Ana")
    for _ in range(40):
        lever.app.run_due()
        lever.now += 1
    assert len(receiver.bodies) == 6
    [delivery] = lever.control("deliveries", method="GET")["data"]
    assert delivery["state"] == "given up"
    receiver.statuses = [200]
    lever.control("rerun", {"delivery": delivery["id"]})
    lever.app.run_due()
    assert lever.state()["deliveries"][0]["state"] == "delivered"


def test_a_receiver_that_is_not_there_is_a_failed_attempt(lever: Lever) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    hook(lever, f"http://127.0.0.1:{port}/", "contactCreated")
    lever.create(name="Ana")
    lever.app.run_due()
    [made] = lever.state()["deliveries"][0]["attempts"]
    assert made["status"] is None
    assert "refused" in made["error"]
