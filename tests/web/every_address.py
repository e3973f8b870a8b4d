"""Every address of the installation with a name, and a company in which each of them leads to something."""

import uuid
from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from pinlever.accounts.invitations import invite
from pinlever.accounts.models import User
from pinlever.audit.services import Actor
from pinlever.foundation.clock import db_now
from pinlever.imports.uploads import begin, keep_upload
from pinlever.inbound.models import Drift
from pinlever.notices.alert_mailing import send_test as send_mail_test
from pinlever.notices.endpoints import add
from pinlever.notices.models import Alert
from pinlever.notices.repeating import send_test
from pinlever.outreach.holding import hold_by_hand
from pinlever.outreach.models import Hold
from pinlever.recruiting.models import Candidate, IdentityQuestion
from pinlever.sync.models import Cure, Question, UndoRun
from pinlever.sync.preview import plan_for
from pinlever.sync.runs import start_export
from pinlever.sync.undo_plan import plan_undo
from pinlever.sync.undo_runs import start_undo
from tests.sync.world import World


def named(patterns: Any = None, prefix: str = "", route: str = "") -> Iterator[tuple[str, str]]:
    """(name, route) of every address, those of libraries included; "" where there is no name."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield prefix + pattern.name if pattern.name else "", here
        elif isinstance(pattern, URLResolver):
            inside = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from named(pattern.url_patterns, inside, here)


def values(world: World, recruiter: User) -> dict[str, dict[str, Any]]:
    """By the first word of an address' name: what its places are filled with."""
    by = Actor.person(recruiter)
    made = world.person("Ingrid Solheim", linkedin="https://www.linkedin.com/in/ingrid-solheim")
    (record,) = world.export(made)
    question = Question.objects.create(record=record, kind="doubt", text="Who?")
    run = start_export(
        by=by,
        account=world.account,
        plan=plan_for(world.account, [world.person("Kari Holm").pk]),
        token=uuid.uuid4(),
    )
    job = {"key": world.job.key}
    person = {"key": made.candidate.key, "pk": record.pk, "name": "retry", "step": "notes"}
    return {
        "job": job,
        "prospect": {"key": made.key},
        "resume": {"key": made.key},
        "candidate": person,
        "log": person,
        "cure": {"pk": _cure(world).pk},
        "contact": person,
        "record": person,
        "hold": {"key": made.candidate.key, "pk": _hold(by, made.candidate).pk},
        "activity": person,
        "duplicates": {"pk": question.pk},
        "duplicates-decide-person": {"pk": _question().pk},
        "duplicates-ask-again": {"pk": _question().pk},
        "duplicates-apart": {"pk": _merged().pk},
        "candidate-join": {"key": made.candidate.key, "other": _merged().key},
        "import": {"pk": _import(world, recruiter).pk},
        "export": {"pk": run.pk},
        "undo": {"pk": _undo(by, world).pk},
        "invitation": {"pk": 0, **_invitation(by)},
        **_endpoint(by),
        "alerts": {"pk": _alert().pk},
        "alert-mail": {"pk": send_mail_test(by=by, to=recruiter).pk},
        "person": {"pk": User.objects.create_user("kai@company.example").pk},
        "ats": {"environment": "practice"},
        "ats-status-aside": {"pk": _drift(world).pk},
        "lever-webhook": {"key": uuid.uuid4()},
        "account_confirm_email": {"key": "nothing"},
        "account_reset_password_from_key": {"uidb36": "1", "key": "nothing"},
    }


def filled(name: str, route: str, known: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The places of one address, filled."""
    mine = known.get(name) or known.get(name.split("-")[0]) or {}
    return {place: value for place, value in mine.items() if f":{place}>" in route or f"<{place}>" in route}


def _hold(by: Actor, candidate: Candidate) -> Hold:
    return hold_by_hand(by=by, candidate=candidate, kind="pause", reason="On holiday", token="1").hold


def _drift(world: World) -> Drift:
    return Drift.objects.create(
        account=world.account,
        kind="stage_gone",
        lever_id="x",
        before="Talk",
        after="gone",
        noticed_at=db_now(),
    )


def _alert() -> Alert:
    now = db_now()
    return Alert.objects.create(
        kind="connection", since=now, opened_at=now, over_at=now, title="Lever must be connected again"
    )


def _undo(by: Actor, world: World) -> UndoRun:
    (record,) = world.export(world.person("Liv Moe"))
    plan = plan_undo(world.account, [record.pk])
    return start_undo(by=by, account=world.account, plan=plan, scope="one")


def _cure(world: World) -> Cure:
    return Cure.objects.create(account=world.account, what="The Lever job is closed", by_label="Rita Vik")


def _question() -> IdentityQuestion:
    one, other = Candidate.objects.create(full_name="Ola Ek"), Candidate.objects.create(full_name="Ola Ek")
    evidence = [{"kind": "email", "value": "ola@people.example", "candidate": other.pk}]
    return IdentityQuestion.objects.create(candidate=one, evidence=evidence)


def _merged() -> Candidate:
    root = Candidate.objects.create(full_name="Eva Lund")
    return Candidate.objects.create(full_name="Eva Lund", merged_into=root)


def _import(world: World, user: User) -> Any:
    upload = keep_upload(
        user=user, job=world.job, name="people.csv", content=b"Name,Emails\nAnn,ann@example.com\n"
    )
    return begin(by=Actor.person(user), upload=upload, source="import", fires_triggers=False)


def _endpoint(by: Actor) -> dict[str, dict[str, Any]]:
    endpoint = add(by=by, name="Outreach", url="https://outreach.example/", kinds=()).endpoint
    delivery = send_test(by=by, endpoint=endpoint)
    told = {"pk": delivery.pk}
    mine = {"pk": endpoint.pk}
    its = {"endpoint": mine, "activity-send-again": mine}
    return {**its, "endpoint-delivery": told, "endpoint-delivery-again": told}


def _invitation(by: Actor) -> dict[str, Any]:
    sent = invite(by=by, email="new@company.example")
    return {"pk": sent.invitation.pk, "token": sent.link.rstrip("/").rsplit("/", 1)[1]}
