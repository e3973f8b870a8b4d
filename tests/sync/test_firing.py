"""From events to records: what may be skipped, and what may not."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pinlever.audit.models import AuditEntry
from pinlever.audit.services import PIN
from pinlever.foundation.clock import db_now
from pinlever.outreach.services import Happening, record_events
from pinlever.recruiting.models import Prospect
from pinlever.sync import firing, services
from pinlever.sync.firing import heard
from pinlever.sync.models import SyncRecord, Trigger
from pinlever.sync.triggers import CONTACT_POINT, IN_OUTREACH, Fact, Kind, reached
from tests.sync.test_triggers import at
from tests.sync.world import World


@pytest.mark.parametrize("kind", sorted(IN_OUTREACH))
def test_every_event_a_condition_needs_moves_the_prospect_out_of_sourced(company: World, kind: str) -> None:
    prospect = company.person()
    company.event(prospect, kind, "email")
    assert Prospect.objects.get(pk=prospect.pk).outreach_stage != Prospect.Stage.SOURCED


def test_without_such_an_event_no_condition_holds() -> None:
    facts = [Fact(kind, at(1), "email") for kind in {*Kind.values, CONTACT_POINT} - IN_OUTREACH]
    assert all(reached(trigger, facts).first_at is None for trigger in Trigger)


def test_contact_details_of_people_not_in_outreach_cost_nothing(company: World) -> None:
    services.set_trigger(by=PIN, job=company.job, trigger="contact_found")
    prospect = company.person()
    event = prospect.events.get()
    event.prospect = prospect
    with CaptureQueriesContext(connection) as queries:
        heard([event])
    assert len(queries) == 0


def test_the_second_event_of_a_kind_makes_no_second_record(company: World) -> None:
    services.set_trigger(by=PIN, job=company.job, trigger="messaged")
    prospect = company.person()
    company.event(prospect, "message_sent", "email")
    company.event(prospect, "message_sent", "email")
    assert SyncRecord.objects.count() == 1


def test_who_replies_while_waiting_goes_first(company: World) -> None:
    services.set_trigger(by=PIN, job=company.job, trigger="messaged")
    prospect = company.person()
    company.event(prospect, "message_sent", "email")
    assert SyncRecord.objects.get().priority == 30
    company.event(prospect, "replied", "linkedin")
    assert SyncRecord.objects.get().priority == 20


def test_who_was_given_a_record_meanwhile_keeps_it_and_the_others_get_theirs(
    company: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    services.set_trigger(by=PIN, job=company.job, trigger="messaged")
    first, second = company.person(), company.person()
    look = firing.facts_of

    def overtaken(prospects: list[Prospect]) -> object:
        SyncRecord.objects.create(account=company.account, prospect=first, origin="export", due_at=db_now())
        return look(prospects)

    monkeypatch.setattr(firing, "facts_of", overtaken)
    told = [Happening(each, "message_sent", db_now(), "test", "m1", "email") for each in (first, second)]
    record_events(by=PIN, told=told)
    origins = dict(SyncRecord.objects.values_list("prospect_id", "origin"))
    assert origins == {first.pk: "export", second.pk: "rule: They receive their first message"}
    assert AuditEntry.objects.filter(action="sync.queued").count() == 1
