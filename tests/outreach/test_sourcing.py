"""People and contact details arrive, and outreach knows of it in the same transaction."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pinlever.accounts.models import User
from pinlever.audit.models import AuditEntry
from pinlever.audit.services import PIN
from pinlever.outreach.models import OutreachEvent
from pinlever.outreach.services import InvalidContactPoint, add_contact_point, person_arrived
from pinlever.outreach.signals import events_recorded
from pinlever.recruiting.facts import EmailFact, PersonFacts
from pinlever.recruiting.models import Candidate, ContactPoint, Job, Prospect
from pinlever.recruiting.services import merge
from tests.recruiting.at_once import at_once
from tests.recruiting.people import JANE, MAY, candidate, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def job():
    return Job.objects.create(title="Engineer")


def found():
    """(job, address, quiet) of every contact_found event, in order."""
    points = {str(point.pk): point.value for point in ContactPoint.objects.all()}
    events = OutreachEvent.objects.filter(kind="contact_found").select_related("prospect__job").order_by("pk")
    return [
        (each.prospect.job.title, points[each.external_id.split(":")[1]], each.is_quiet) for each in events
    ]


def test_somebody_new_on_a_job(job):
    user = User.objects.create_user("rec@x.example")
    facts = PersonFacts("Jane", emails=(EmailFact("jane@x.example", found_at=MAY),), sourced_at=MAY)
    sourced = person_arrived(
        by=PIN,
        facts=facts,
        source="pin",
        external_id="7",
        job=job,
        sourcer=user,
        sourcing_tag="wave",
        score=0.9,
    )
    assert sourced.created and sourced.question is None
    assert sourced.prospect == Prospect.objects.get(candidate=sourced.candidate, job=job)
    assert (sourced.prospect.sourcer, sourced.prospect.sourcing_tag, sourced.prospect.sourced_at) == (
        user,
        "wave",
        MAY,
    )
    assert sourced.candidate.sourced_by == user
    assert found() == [("Engineer", "jane@x.example", False)]
    event = OutreachEvent.objects.get()
    assert (event.source, event.occurred_at) == ("pinlever", MAY)


def test_without_a_job_nothing_is_announced():
    assert person_arrived(by=PIN, facts=person("jane@x.example"), source="pin").prospect is None
    assert found() == []


def test_a_repeat_announces_nothing_more(job):
    for _ in range(2):
        person_arrived(by=PIN, facts=person("jane@x.example"), source="pin", job=job)
    assert len(found()) == 1


def test_a_known_contact_point_needs_no_event_on_another_job(job):
    person_arrived(by=PIN, facts=person("jane@x.example"), source="pin", job=job)
    person_arrived(
        by=PIN, facts=person("jane@x.example"), source="pin", job=Job.objects.create(title="Other")
    )
    assert len(found()) == 1


def test_a_new_contact_point_is_announced_on_every_job_of_the_family(job):
    gone = person_arrived(by=PIN, facts=person("gone@x.example"), source="pin", job=job).candidate
    into = person_arrived(
        by=PIN, facts=person("into@x.example"), source="pin", job=Job.objects.create(title="Other")
    ).candidate
    merge(by=PIN, gone=gone, into=into)
    person_arrived(by=PIN, facts=person("gone@x.example", "new@x.example"), source="pin")
    assert found()[2:] == [("Engineer", "new@x.example", False), ("Other", "new@x.example", False)]


def test_an_import_is_quiet_and_a_later_source_is_not(job):
    person_arrived(by=PIN, facts=person("jane@x.example"), source="csv", job=job, quiet=True)
    person_arrived(by=PIN, facts=person("jane@x.example"), source="csv", job=job, quiet=True)
    assert found() == [("Engineer", "jane@x.example", True)]
    person_arrived(by=PIN, facts=person("jane@x.example"), source="pin", job=job)
    person_arrived(by=PIN, facts=person("jane@x.example"), source="csv", job=job, quiet=True)
    assert found() == [("Engineer", "jane@x.example", True), ("Engineer", "jane@x.example", False)]


def test_a_listener_that_fails_leaves_nobody_behind(job):
    def fail(sender, events, **more):
        raise RuntimeError("listener")

    events_recorded.connect(fail)
    try:
        with pytest.raises(RuntimeError):
            person_arrived(by=PIN, facts=person("jane@x.example"), source="pin", job=job)
    finally:
        events_recorded.disconnect(fail)
    assert not Candidate.objects.exists() and not Prospect.objects.exists()


def test_a_contact_point_is_added_with_its_event(job):
    jane = person_arrived(by=PIN, facts=person(linkedin=(JANE,)), source="pin", job=job).candidate
    point = add_contact_point(
        by=PIN, candidate=jane, kind="email", value=" Jane@x.example ", source="hunter", found_at=MAY
    )
    assert (point.candidate, point.normalised, point.source, point.found_at) == (
        jane,
        "jane@x.example",
        "hunter",
        MAY,
    )
    assert add_contact_point(by=PIN, candidate=jane, kind="email", value="JANE@x.example") == point
    phone = add_contact_point(
        by=PIN, candidate=jane, kind="phone", value="+1 415 555 2671", phone_type="mobile"
    )
    assert (phone.normalised, phone.phone_type) == ("+14155552671", "mobile")
    assert [value for _, value, _ in found()] == ["Jane@x.example", "+1 415 555 2671"]


def test_a_tombstones_contact_point_goes_to_the_root(job):
    gone, into = candidate("a@x.example"), candidate("b@x.example")
    merge(by=PIN, gone=gone, into=into)
    assert add_contact_point(by=PIN, candidate=gone, kind="email", value="new@x.example").candidate == into
    assert add_contact_point(by=PIN, candidate=into, kind="email", value="a@x.example").candidate == gone


@pytest.mark.parametrize(
    ("kind", "value"), [("email", "n/a"), ("email", ""), ("phone", "call me"), ("fax", "+14155552671")]
)
def test_nonsense_is_refused(kind, value):
    with pytest.raises(InvalidContactPoint, match="spelling"):
        add_contact_point(by=PIN, candidate=candidate("jane@x.example"), kind=kind, value=value)


@pytest.mark.django_db(transaction=True)
def test_one_person_sourced_from_many_sides_at_once_is_announced_once(job):
    works = [lambda: person_arrived(by=PIN, facts=person("jane@x.example"), source="pin", job=job)] * 3
    works.append(
        lambda: person_arrived(
            by=PIN, facts=person("jane@x.example", linkedin=(JANE,)), source="pin", job=job
        )
    )
    results = at_once(*works)
    assert sum(each.created for each in results) == 1
    assert len({each.prospect.pk for each in results}) == 1
    assert found() == [("Engineer", "jane@x.example", False)]


def test_each_announcement_is_heard_and_audited_once_all_are_stored(job):
    heard = []

    def listen(sender, events, **more):
        heard.extend(
            (each.pk, each.prospect.outreach_stage, OutreachEvent.objects.count()) for each in events
        )

    events_recorded.connect(listen)
    try:
        facts = person("jane@x.example", "j2@x.example", phones=("+1 415 555 2671",))
        sourced = person_arrived(by=PIN, facts=facts, source="pin", job=job)
    finally:
        events_recorded.disconnect(listen)
    events = list(OutreachEvent.objects.order_by("pk").values_list("pk", "external_id"))
    assert heard == [(pk, "sourced", 3) for pk, _ in events]
    entries = AuditEntry.objects.filter(action="outreach.recorded").order_by("pk")
    assert [entry.after["external_id"] for entry in entries] == [external_id for _, external_id in events]
    assert {(entry.subject_id, entry.by_label) for entry in entries} == {(str(sourced.prospect.pk), "Pin")}


def test_somebody_new_costs_few_statements_however_many_their_contact_points(job):
    def statements(*emails):
        with CaptureQueriesContext(connection) as seen:
            person_arrived(
                by=PIN, facts=person(*emails, linkedin=(f"{JANE}-{emails[0][0]}",)), source="x", job=job
            )
        return len([each for each in seen if "SAVEPOINT" not in each["sql"] and "sync_" not in each["sql"]])

    one = statements("a@x.example")
    assert one <= 11
    assert statements("b@x.example", "c@x.example", "d@x.example", "e@x.example") == one
