"""Practice Lever as a process of its own that can be killed; its state survives."""

import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import requests

KEY = "practice-key"


class Practice:
    """A Practice Lever on a port of its own. `/_control` answers as JSON."""

    def __init__(self, folder: Path, port: int | None = None) -> None:
        self.state_file = folder / "lever.sqlite3"
        self.log_file = folder / "lever.log"
        self.port = port or _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "pinlever.practice", "--port", str(self.port)]
        with self.log_file.open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "--state", str(self.state_file)], stdout=log, stderr=log, start_new_session=True
            )
        until = time.monotonic() + 20
        while time.monotonic() < until:
            try:
                self.control("state?counts=true", method="GET")
                return
            except requests.ConnectionError:
                time.sleep(0.05)
        raise AssertionError(f"Practice Lever did not start: {self.log_file.read_text()[-2000:]}")

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def control(self, command: str, given: Any = None, method: str = "POST") -> Any:
        answer = requests.request(method, f"{self.url}/_control/{command}", json=given, timeout=30)
        if answer.status_code != 200:
            raise AssertionError(f"{command}: {answer.text}")
        return answer.json()

    def switch(self, **switches: Any) -> None:
        self.control("switches", switches)

    def people(self, people: list[dict[str, Any]]) -> list[dict[str, Any]]:
        added: list[dict[str, Any]] = self.control("opportunities", {"people": people})["data"]
        return added

    def state(self) -> dict[str, Any]:
        state: dict[str, Any] = self.control("state", method="GET")
        return state

    def log(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.control("log", method="GET")["data"]
        return rows

    def oauth_code(self, authorize_address: str) -> str:
        """What a super admin's browser brings back after signing in at Lever."""
        answer = requests.get(f"{authorize_address}&_as=super-admin", allow_redirects=False, timeout=30)
        location = answer.headers["Location"]
        return location.partition("code=")[2].partition("&")[0]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
