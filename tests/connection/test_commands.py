"""The commands that connect Lever and switch sending on."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from pinlever.audit.models import AuditEntry
from pinlever.connection import accounts
from pinlever.connection.models import LeverAccount, LeverConnection
from pinlever.practice.app import PracticeApp
from tests.practice_adapter import KEY, control

pytestmark = pytest.mark.django_db


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "lever.key"
    path.write_text(f"{KEY}\n")
    path.chmod(0o600)
    return path


def run(*args: str) -> str:
    out = io.StringIO()
    call_command(*args, stdout=out)
    return out.getvalue()


def connect(path: Path | str) -> str:
    return run("connect_lever", "--api-key-file", str(path), "--environment", "practice")


def test_a_key_in_a_file_connects(lever: PracticeApp, key_file: Path) -> None:
    told = connect(key_file)
    assert "Connected: Practice Lever" in told
    assert "manage.py outgoing on" in told
    assert KEY not in told
    assert accounts.current_connection() is not None
    assert "manage.py connect_lever" in AuditEntry.objects.get(action="connection.connected").by_label


def test_a_key_comes_from_standard_input_too(lever: PracticeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{KEY}\n"))
    connect("-")
    assert LeverConnection.objects.get().api_key == KEY


def test_a_file_others_can_read_is_refused(lever: PracticeApp, key_file: Path) -> None:
    key_file.chmod(0o644)
    with pytest.raises(CommandError, match="chmod 600"):
        connect(key_file)
    assert not LeverConnection.objects.exists()


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        connect(tmp_path / "nowhere")


def test_lever_refusing_is_told_in_a_sentence(lever: PracticeApp, key_file: Path) -> None:
    key_file.write_text("a-wrong-key")
    with pytest.raises(CommandError, match="does not accept this credential") as refused:
        connect(key_file)
    assert "a-wrong-key" not in str(refused.value)


def test_a_key_without_confidential_access_is_told(lever: PracticeApp, key_file: Path) -> None:
    control(lever, "keys", {"key": "plain", "confidential": False})
    key_file.write_text("plain")
    assert "does not show confidential" in connect(key_file)


def test_sending_is_switched_on_and_off(connection: LeverConnection) -> None:
    assert "is on" in run("outgoing", "on")
    assert LeverAccount.objects.get().outgoing_on
    assert "is off" in run("outgoing", "off")
    assert not LeverAccount.objects.get().outgoing_on
    assert AuditEntry.objects.filter(action="account.outgoing").count() == 2


def test_without_a_connection_there_is_nothing_to_switch() -> None:
    with pytest.raises(CommandError, match="connect_lever"):
        run("outgoing", "on")
