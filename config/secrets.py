"""Secrets a fresh installation makes for itself, once, for all its processes.

The file is created complete or not at all (written aside, then linked into place), so that two processes
starting together end with the same secrets. Mode 600; git ignores it.
"""

import json
import os
import tempfile
from pathlib import Path

from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key

NAMES = ("SECRET_KEY", "FIELD_ENCRYPTION_KEYS")


def made_once(path: Path) -> dict[str, str]:
    """The installation's own secrets, made at the first call ever."""
    if not path.exists():
        _make(path)
    try:
        found = json.loads(path.read_text())
        return {name: str(found[name]) for name in NAMES}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ImproperlyConfigured(
            f"{path.name} cannot be read ({type(error).__name__}). Restore it from a backup: without it "
            "the stored credentials cannot be decrypted."
        ) from None


def _make(path: Path) -> None:
    secrets = {"SECRET_KEY": get_random_secret_key(), "FIELD_ENCRYPTION_KEYS": Fernet.generate_key().decode()}
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)  # mkstemp makes it mode 600
    try:
        with os.fdopen(handle, "w") as file:
            json.dump(secrets, file)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(name, path)
        except FileExistsError:
            return  # another process was first; its secrets are the installation's
    finally:
        os.unlink(name)
