"""The pages of a bench, served by gunicorn as it is configured, and killed with all its processes when asked."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from tests.bench.stage import Stage

ROOT = Path(__file__).resolve().parents[2]
START_PATIENCE = 120.0


class Server:
    """Runs as it is run for people: without DEBUG. The secrets are those that this process has made."""

    def __init__(self, stage: Stage) -> None:
        self.port, self.log = stage.web_port, stage.folder / "gunicorn.log"
        self.environment = {**os.environ, **_production(stage.folder)}
        self._run("manage.py", "collectstatic", "--noinput", "--verbosity", "0").wait()
        self.start()

    def start(self) -> None:
        self.process = self._run(
            *("-m", "gunicorn", "config.wsgi", "-c", "gunicorn.conf.py", "--bind", f"127.0.0.1:{self.port}")
        )
        until = time.monotonic() + START_PATIENCE
        while not self._answers():
            if time.monotonic() > until or self.process.poll() is not None:
                raise SystemExit(self.log.read_text()[-3000:])
            time.sleep(0.05)

    def kill(self, number: int = signal.SIGKILL) -> None:
        os.killpg(self.process.pid, number)
        self.process.wait()

    def _run(self, *command: str) -> "subprocess.Popen[bytes]":
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, *command],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _answers(self) -> bool:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()


@contextmanager
def gunicorn(stage: Stage) -> Iterator[Server]:
    server = Server(stage)
    try:
        yield server
    finally:
        server.kill(signal.SIGTERM)


def _production(folder: Path) -> dict[str, str]:
    from django.conf import settings

    return {
        "DEBUG": "off",
        "SECRET_KEY": settings.SECRET_KEY,
        "FIELD_ENCRYPTION_KEYS": ",".join(settings.FIELD_ENCRYPTION_KEYS),
        "ALLOWED_HOSTS": "127.0.0.1",
        "STATIC_ROOT": str(folder / "static"),
    }
