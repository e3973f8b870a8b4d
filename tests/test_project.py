"""What holds for the project as a whole."""

import ast
import json
import os
import re
import socket
import stat
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
import requests
from pytest_socket import SocketConnectBlockedError

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted([*(ROOT / "pinlever").rglob("*.py"), *(ROOT / "config").rglob("*.py")])
TOP_LEVEL = {
    *(".ci", ".gitignore", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "Makefile", "README.md"),
    *(
        "config",
        "constraints.txt",
        "docs",
        "gunicorn.conf.py",
        "manage.py",
        "pinlever",
        "pyproject.toml",
        "static",
        "templates",
        "tests",
    ),
}
# Warnings are errors, and the block warns before it raises.
BLOCKED = (SocketConnectBlockedError, UserWarning)
ELSEWHERE = ("192.0.2.1", 80)  # an address kept for documentation: nobody answers there
MAKE_SECRETS = (
    "import sys, pathlib; from config import secrets; print(secrets.made_once(pathlib.Path(sys.argv[1])))"
)


def imports_of(source: Path) -> set[str]:
    """Modules a file imports anywhere, by their full names."""
    found = set()
    for node in ast.walk(ast.parse(source.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add(node.module or "")
    return found


def test_a_socket_to_elsewhere_is_refused() -> None:
    with socket.socket() as trying, pytest.raises(BLOCKED):
        trying.connect(ELSEWHERE)


def test_requests_to_elsewhere_are_refused() -> None:
    with pytest.raises(BLOCKED):
        requests.get(f"http://{ELSEWHERE[0]}/", timeout=1)


def test_urllib_to_elsewhere_is_refused() -> None:
    with pytest.raises(BLOCKED):
        urllib.request.urlopen(f"http://{ELSEWHERE[0]}/", timeout=1)


def test_this_machine_can_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=1).close()


def test_only_one_module_imports_requests() -> None:
    users = {
        source for source in SOURCES if "requests" in {name.split(".")[0] for name in imports_of(source)}
    }
    assert users <= {ROOT / "pinlever/lever/http.py"}


@pytest.mark.parametrize("package", ["lever", "practice"])
def test_the_client_and_practice_lever_do_without_django(package: str) -> None:
    for source in (ROOT / "pinlever" / package).rglob("*.py"):
        roots = {name.split(".")[0] for name in imports_of(source)}
        assert not roots & {"django", "django_q", "config"}, source.name
        others = {name for name in imports_of(source) if name.startswith("pinlever.")}
        assert {name.split(".")[1] for name in others} <= {package}, source.name


def test_packages_import_only_from_below() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_top_level_holds_what_it_should() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if listed.returncode:
        pytest.skip("not a clone")
    assert {name.strip('"').split("/")[0] for name in listed.stdout.splitlines()} <= TOP_LEVEL


def test_every_folder_of_tests_is_a_package() -> None:
    folders = {path.parent for path in (ROOT / "tests").rglob("test_*.py")}
    assert [folder for folder in folders if not (folder / "__init__.py").exists()] == []


def test_locked_versions_name_no_address() -> None:
    lines = (ROOT / "constraints.txt").read_text().split()
    assert lines
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.]+", line)] == []


def test_every_dependency_says_what_it_is_for_and_is_locked() -> None:
    project = (ROOT / "pyproject.toml").read_text().split("[tool.")[0]
    wanted = re.findall(r'^  "([A-Za-z0-9-]+)[^"]*",?(\s*#)?', project, re.MULTILINE)
    constraints = (ROOT / "constraints.txt").read_text()
    locked = {name.lower().replace("_", "-") for name in re.findall(r"^[^=]+", constraints, re.MULTILINE)}
    assert [name for name, reason in wanted if not reason] == []
    assert [name for name, _ in wanted if name.lower() not in locked] == []


def test_processes_that_start_together_share_the_secrets_one_of_them_made(tmp_path: Path) -> None:
    file = tmp_path / "secrets.json"
    started = [
        subprocess.Popen(
            [sys.executable, "-c", MAKE_SECRETS, str(file)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        for _ in range(4)
    ]
    told = {process.communicate(timeout=60)[0] for process in started}
    assert len(told) == 1
    assert set(json.loads(file.read_text())) == {"SECRET_KEY", "FIELD_ENCRYPTION_KEYS"}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == ["secrets.json"]
