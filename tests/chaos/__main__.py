"""`python -m tests.chaos --people 1000`: one run, with its verdict. Exit status 0: nothing was wrong.

Everything that Django's settings need is put into the environment first; what needs Django is imported after it.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from tests.chaos.database import Database, make_database
from tests.chaos.practice import Practice


def main() -> int:
    arguments = _arguments()
    folder = Path(tempfile.mkdtemp(prefix="pinlever-chaos-"))
    lever = Practice(folder)
    database = make_database(arguments.database, folder)
    os.environ.update(
        CHAOS_FOLDER=str(folder),
        VAR_DIR=str(folder),
        DATABASE_URL=database.url,
        REDIS_URL=arguments.redis,
        PRACTICE_LEVER_URL=lever.url,
        DJANGO_SETTINGS_MODULE="tests.chaos.settings",
    )
    wrong = ["the run broke off"]
    try:
        wrong = _run(arguments, folder, lever, database)
        return 1 if wrong else 0
    finally:
        lever.kill()
        if wrong and arguments.keep:
            print(f"Kept: {folder} {database.url}")
        else:
            database.drop()
            shutil.rmtree(folder, ignore_errors=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--people", type=int, default=int(os.environ.get("CHAOS_PEOPLE", "200")))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--real-worker", action="store_true", help="manage.py worker instead of our loops")
    parser.add_argument(
        "--undo", action="store_true", help="take some people back, and bring some of these back"
    )
    parser.add_argument("--match-action", default="add", choices=("add", "link"))
    parser.add_argument("--switches", type=json.loads, default={}, help="of Practice Lever, as JSON")
    parser.add_argument("--database", default=os.environ.get("CHAOS_DATABASE_URL", ""))
    parser.add_argument("--redis", default=os.environ.get("CHAOS_REDIS_URL", ""))
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--keep", action="store_true", help="keep everything if something is wrong")
    return parser.parse_args()


def _run(arguments: argparse.Namespace, folder: Path, lever: Practice, database: Database) -> list[str]:
    import django

    django.setup()
    from django.core.management import call_command

    from tests.chaos import run
    from tests.chaos.report import report

    call_command("migrate", verbosity=0)
    plan = run.Plan(
        people=arguments.people,
        seed=arguments.seed,
        real_worker=arguments.real_worker,
        match_action=arguments.match_action,
        switches=arguments.switches,
        seconds=arguments.seconds,
        undo=arguments.undo,
    )
    begun = time.monotonic()
    chaos = run.Run(plan, folder, lever, database)
    chaos.prepare()
    settled = chaos.go()
    return report(chaos, settled, time.monotonic() - begun)


if __name__ == "__main__":
    sys.exit(main())
