"""The first process of a worker group: django-q2's cluster, which ends with its supervisor whatever happens.

Started by the supervisor as `python -m pinlever.ops.cluster`.
"""

import importlib
import os

import django
from django.core.management import call_command

from pinlever.ops.processes import tie_to_parent


def main() -> None:
    tie_to_parent()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    importlib.import_module(
        "pinlever.ops.tasks"
    )  # before the forks: they share it, and a mistake in it shows at once
    call_command("qcluster")


if __name__ == "__main__":
    main()
