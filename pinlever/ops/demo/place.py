"""Where the demo that stays lives: its folder, the ports and passwords it was given, and whether it is complete."""

import contextlib
import fcntl
import json
import secrets
import socket
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from pinlever.ops.demo.crowd import FIRST

PORT, PRACTICE_PORT = 8000, 8765
SUPER_ADMIN, RECRUITER = "admin@pin.example", "ines.duarte@practice.example"
MADE_BY_IT = ("demo.sqlite3*", "practice.sqlite3*", "*.log", "demo.json")


class CannotStart(Exception):
    """The demo cannot start here; the sentence says why and what to do."""


@dataclass
class Place:
    """What is remembered between two runs, in `demo.json`, readable by its owner alone."""

    folder: Path
    port: int = 0
    practice_port: int = 0
    passwords: dict[str, str] = field(default_factory=dict)
    is_complete: bool = False

    @classmethod
    def read(cls, folder: Path) -> "Place":
        """The place as it was left."""
        try:
            return cls(folder, **json.loads((folder / "demo.json").read_text()))
        except (OSError, ValueError, TypeError):
            return cls(folder)

    def clear(self) -> None:
        """Forgets everything but the ports."""
        for pattern in MADE_BY_IT:
            for path in self.folder.glob(pattern):
                path.unlink(missing_ok=True)
        self.is_complete = False
        self.passwords = {email: _password() for email in (SUPER_ADMIN, RECRUITER)}

    def save(self) -> None:
        kept = {name: value for name, value in asdict(self).items() if name != "folder"}
        path = self.folder / "demo.json"
        path.touch(mode=0o600)
        path.write_text(json.dumps(kept, indent=1))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def practice_url(self) -> str:
        return f"http://127.0.0.1:{self.practice_port}"

    def environment(self) -> dict[str, str]:
        """What differs from the demo that runs once."""
        return {
            "DATABASE_URL": f"sqlite:///{self.folder / 'demo.sqlite3'}",
            "PINLEVER_URL": self.url,
            "PRACTICE_LEVER_URL": self.practice_url,
            "LOG_LEVEL": "INFO",
        }


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One demo at a time in a folder; CannotStart if there is one."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "demo.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CannotStart(
                "The demo is running already, from this folder. Use that one, or end it there with Ctrl-C."
            ) from None
        yield


def choose_ports(place: Place, *, port: int | None, practice_port: int | None) -> list[str]:
    """Sets the place's ports; answers what is to be said about them. CannotStart if one that was named is taken."""
    told: list[str] = []
    place.port = _choose(port, place.port, PORT, "--port", told)
    had = place.practice_port
    place.practice_port = _choose(
        practice_port, had, PRACTICE_PORT, "--practice-port", told, other=place.port
    )
    if had and had != place.practice_port:
        told.append(
            f"Practice Lever was at port {had} before; links to profiles made until now lead there, not here."
        )
    return told


def _choose(named: int | None, had: int, usual: int, option: str, told: list[str], other: int = -1) -> int:
    wanted = named if named is not None else had or usual
    if wanted == 0:
        return free_port()
    if wanted != other and is_free(wanted):
        return wanted
    if named is not None:
        raise CannotStart(
            f"Port {named} is taken by another program. End that one, or name another {option}."
        )
    instead = free_port()
    told.append(
        f"Port {wanted} is taken by another program; {instead} is used instead. Choose one with {option}."
    )
    return instead


def is_free(port: int) -> bool:
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def _password() -> str:
    words = [secrets.choice(FIRST).lower() for _ in range(3)]
    return "-".join([*words, str(secrets.randbelow(9000) + 1000)])


def sign_ins(place: Place) -> list[tuple[str, str, str]]:
    """(role, email, password) of those who may look."""
    roles = {SUPER_ADMIN: "Super admin", RECRUITER: "Recruiter"}
    return [(roles[email], email, place.passwords[email]) for email in roles]
