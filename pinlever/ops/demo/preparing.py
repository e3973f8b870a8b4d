"""The stage: people in Lever beforehand, people who use Pin, the connection, jobs with their rules."""

from collections.abc import Iterable

from pinlever.accounts.models import User
from pinlever.audit.services import SYSTEM, Actor
from pinlever.connection import rules
from pinlever.connection.accounts import connect_with_key
from pinlever.connection.models import Environment, LeverAccount
from pinlever.ops.demo.control import Control
from pinlever.ops.demo.scenario import Json, scenario
from pinlever.practice import seed
from pinlever.recruiting.models import Job
from pinlever.sync import services as sync


def fill_lever(control: Control) -> dict[str, str]:
    """Puts the people into Lever who are there beforehand: key of each contact and opportunity → its id."""
    rows = scenario()["in_lever"]
    added = control.post("opportunities", {"people": [_person(row) for row in rows]})["data"]
    ids = {}
    for row, ids_there in zip(rows, added, strict=True):
        ids[row["key"]] = ids_there["contact"]
        keys = [opportunity["key"] for opportunity in row["opportunities"]]
        ids.update(zip(keys, ids_there["opportunities"], strict=True))
        if row.get("is_anonymised"):
            changes = {"is_anonymized": True}
            control.post("edit_contact", {"contact": ids_there["contact"], "changes": changes})
    return ids


def add_users() -> Actor:
    """The people who use Pin; answers the super admin, by whom the rest is done."""
    admin = SYSTEM
    for row in scenario()["people_in_pin"]:
        first, last = row["name"].split(" ", 1)
        is_admin = row.get("is_superuser", False)
        user = User.objects.create_user(
            row["email"], first_name=first, last_name=last, is_superuser=is_admin, is_staff=is_admin
        )
        admin = Actor.person(user) if is_admin else admin
    return admin


def connect(by: Actor) -> LeverAccount:
    """Connects with Practice Lever's key, lets people go out, and says how they are taken back."""
    connection = connect_with_key(by=by, environment=Environment.PRACTICE, api_key=seed.API_KEY)
    account = connection.account
    rules.set_default_user(by=by, account=account, user_id=seed.user_id(scenario()["default_user"]))
    for email, username in scenario()["aliases"].items():
        rules.set_alias(by=by, account=account, email=email, user_id=seed.user_id(username))
    rules.set_undo_reason(by=by, account=account, reason_id=seed.archive_reason_id("withdrew"))
    rules.set_outgoing(by=by, account=account, on=True)
    return account


def add_jobs(by: Actor, account: LeverAccount, rows: Iterable[Json] = ()) -> dict[str, Job]:
    """These jobs, else the scenario's, by title, each with its trigger and posting."""
    jobs = {}
    for row in rows or scenario()["jobs"]:
        job = Job.objects.create(title=row["title"], owner=User.objects.named(row["owner"]))
        sync.set_trigger(by=by, job=job, trigger=row["trigger"])
        posting_id = seed.posting_id(row["posting"]) if row["posting"] else ""
        sync.set_posting(by=by, account=account, job=job, posting_id=posting_id)
        jobs[job.title] = job
    return jobs


def _person(row: Json) -> Json:
    named = [_opportunity(opportunity) for opportunity in row["opportunities"]]
    return {"name": row["name"], "emails": row["emails"], "links": row["links"], "opportunities": named}


def _opportunity(row: Json) -> Json:
    posting = seed.posting_id(row["posting"]) if row["posting"] else None
    return {"posting": posting, "archived": row.get("archived", False), "created_at": row["created_at"]}
