"""Several workers at the same changes, with connections of their own: everything is done once."""

import pytest
from django.test import override_settings

from pinlever.connection.models import KnownOpportunity
from pinlever.foundation.clock import db_now
from pinlever.inbound.applying import apply_to
from pinlever.inbound.changes import work_changes
from pinlever.inbound.models import StatusPass
from pinlever.inbound.passing import work_pass
from pinlever.notices.models import Announcement, Endpoint
from pinlever.outreach.models import Hold, OutreachEvent
from tests.inbound.lever_side import heard, moved, synced
from tests.recruiting.at_once import at_once
from tests.sync.world import world

PEOPLE = 6
pytestmark = pytest.mark.django_db(transaction=True)


@override_settings(LEVER_RATE=1000)
def test_workers_who_meet_do_everything_once(caplog: pytest.LogCaptureFixture) -> None:
    Endpoint.objects.create(
        name="Pin", url="https://pin.example/hook", secret="s", made_at=db_now(), made_by="Aud"
    )
    with world() as company:
        records = [synced(company, company.person()) for _ in range(PEOPLE)]
        people = [record.prospect.candidate_id for record in records]
        for record in records:
            moved(company, record.opportunity_id, "lead-responded")
            moved(company, record.opportunity_id, "on-site")
        StatusPass.ask(company.account)
        at_once(
            *[lambda: work_changes(company.account)] * 3,
            lambda: work_pass(company.account),
            lambda: apply_to(company.account, people),
            *[lambda: [heard(company, record.opportunity_id) for record in records]] * 2,
        )
        work_changes(company.account)
    assert "could not be" not in caplog.text  # nobody waited in a ring
    assert not KnownOpportunity.objects.filter(unheard_at__isnull=False).exists()
    assert Hold.objects.filter(cause="stage").count() == PEOPLE
    assert Hold.objects.filter(cause="replied").count() == PEOPLE
    assert OutreachEvent.objects.filter(kind="replied").count() == PEOPLE
    assert Announcement.objects.filter(kind="status.changed").count() == PEOPLE
