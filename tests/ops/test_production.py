"""An installation as the README describes it for production: checked, collected, served by gunicorn."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPConnection
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

from config.mail import mail_settings
from tests.ops.installation import ROOT, wait_for

SECRETS = {"SECRET_KEY": "k7" * 40 + "xyz123", "FIELD_ENCRYPTION_KEYS": Fernet.generate_key().decode()}
PRODUCTION = {
    **SECRETS,
    "DEBUG": "off",
    "ALLOWED_HOSTS": "pinlever.company.example",
    "PINLEVER_URL": "https://pinlever.company.example",
    "TRUST_PROXY": "on",
    "EMAIL_URL": "smtp+tls://pinlever:secret@mail.company.example",
}


def environment(folder: Path, **changes: str) -> dict[str, str]:
    """This process's own, without what is the tests': databases, Django's switches; a production's settings in it."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DATABASE_URL", "REDIS_URL") and not name.startswith("DJANGO_")
    }
    return {**kept, **PRODUCTION, "VAR_DIR": str(folder), "STATIC_ROOT": str(folder / "static"), **changes}


def manage(folder: Path, *command: str, **changes: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env=environment(folder, **changes),
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_check_deploy_finds_nothing(tmp_path: Path) -> None:
    done = manage(tmp_path, "check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (
            {
                "FIELD_ENCRYPTION_KEYS": "",
                "ALLOWED_HOSTS": "",
                "EMAIL_URL": "",
                "TRUST_PROXY": "off",
            },
            ["pinlever.E001", "pinlever.E002", "pinlever.W003", "pinlever.W004"],
        ),
        ({"SECRET_KEY": ""}, ["pinlever.E001"]),
        ({"PINLEVER_URL": "http://pinlever.company.example"}, ["plain http"]),
        ({"EMAIL_URL": "mail.company.example"}, ["EMAIL_URL"]),
        ({"LOG_FORMAT": "xml"}, ["LOG_FORMAT"]),
    ],
    ids=["several", "SECRET_KEY", "PINLEVER_URL", "EMAIL_URL", "LOG_FORMAT"],
)
def test_what_is_missing_is_named_with_its_cure(
    tmp_path: Path, changed: dict[str, str], told: list[str]
) -> None:
    done = manage(tmp_path, "check", "--deploy", "--fail-level", "WARNING", **changed)
    assert done.returncode != 0
    assert [each for each in told if each not in done.stderr] == []


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Path]]:
    """The port of a gunicorn in production's settings, and its folder with `log` in it."""
    folder = tmp_path_factory.mktemp("production")
    for command in (["collectstatic", "--noinput", "-v0"], ["migrate", "-v0"]):
        done = manage(folder, *command)
        assert done.returncode == 0, done.stderr
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}"],
            cwd=ROOT,
            env=environment(folder),
            stdout=log,
            stderr=log,
        )
    try:
        wait_for("gunicorn", lambda: _answers(port), 60)
        yield port, folder
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(40) == 0


def _answers(port: int) -> bool:
    try:
        return ask(port, "/healthz").status == 200
    except OSError:
        return False


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Message
    body: str

    def header(self, name: str) -> str:
        return str(self.headers.get(name, ""))


def ask(port: int, path: str, **headers: str) -> Answer:
    """As the reverse proxy asks."""
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    with closing(connection):
        connection.request("GET", path, headers={"Host": "pinlever.company.example", **named})
        with connection.getresponse() as answer:
            return Answer(answer.status, answer.headers, answer.read().decode(errors="replace"))


def test_plain_http_is_sent_to_https(served: tuple[int, Path]) -> None:
    answer = ask(served[0], "/accounts/login/")
    assert answer.status == 301
    assert answer.header("Location") == "https://pinlever.company.example/accounts/login/"


def test_behind_its_proxy_pages_come_with_every_guard(served: tuple[int, Path]) -> None:
    answer = ask(served[0], "/accounts/login/", X_Forwarded_Proto="https", X_Request_ID="edge-00000001")
    assert answer.status == 200
    assert answer.header("X-Request-ID") == "edge-00000001"
    assert "max-age=31536000" in answer.header("Strict-Transport-Security")
    assert "script-src 'self'" in answer.header("Content-Security-Policy")
    assert answer.header("X-Content-Type-Options") == "nosniff"
    cookie = answer.header("Set-Cookie")
    assert "Secure" in cookie


def test_static_files_are_named_by_content_compressed_and_kept_for_ever(served: tuple[int, Path]) -> None:
    page = ask(served[0], "/no/such/page", X_Forwarded_Proto="https").body
    (address,) = re.findall(r'href="(/static/css/pinlever\.[0-9a-f]{12}\.css)"', page)
    answer = ask(served[0], address, X_Forwarded_Proto="https", Accept_Encoding="gzip")
    assert answer.status == 200
    assert answer.header("Content-Encoding") == "gzip"
    assert "immutable" in answer.header("Cache-Control")


def test_an_unknown_host_gets_no_page(served: tuple[int, Path]) -> None:
    assert ask(served[0], "/accounts/login/", Host="evil.example").status == 400


def test_the_log_is_json_a_line_each_request(served: tuple[int, Path]) -> None:
    port, folder = served
    ask(
        port, "/no/such/page?email=anna@mail.example", X_Forwarded_Proto="https", X_Request_ID="edge-00000002"
    )
    text = wait_for("the line", lambda: _log_with(folder, "edge-00000002"), 10)
    lines = [json.loads(line) for line in text.splitlines()]
    assert any(line["logger"] == "gunicorn.error" for line in lines)
    assert "anna" not in text


def _log_with(folder: Path, id: str) -> str:
    text = (folder / "log").read_text()
    return text if id in text else ""


@pytest.mark.parametrize(
    ("url", "port", "tls", "ssl"),
    [
        ("smtp://mail.example", 25, False, False),
        ("smtp+tls://me:p%40ss@mail.example", 587, True, False),
        ("smtps://me:p%40ss@mail.example:8465", 8465, False, True),
    ],
)
def test_an_email_url_is_read(url: str, port: int, tls: bool, ssl: bool) -> None:
    read = mail_settings(url, debug=False)
    assert (read["EMAIL_PORT"], read["EMAIL_USE_TLS"], read["EMAIL_USE_SSL"]) == (port, tls, ssl)
    assert read["EMAIL_HOST_PASSWORD"] == ("p@ss" if "me" in url.split("@")[0] else "")


def test_without_a_mail_server_links_that_open_doors_do_not_end_up_in_the_log() -> None:
    assert mail_settings("", debug=False)["EMAIL_BACKEND"].endswith("dummy.EmailBackend")
    assert mail_settings("", debug=True)["EMAIL_BACKEND"].endswith("console.EmailBackend")


@pytest.mark.parametrize("url", ["mail.example", "http://mail.example", "smtp://", "smtp://host:port"])
def test_a_wrong_email_url_is_refused_without_repeating_its_password(url: str) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        mail_settings(url.replace("//", "//me:secret@", 1), debug=False)
    assert "secret" not in str(refused.value)
