"""What the outgoing switch and the allow-list hold back, and what disconnecting leaves behind, in numbers."""

from pinlever.connection import rules
from pinlever.recruiting.models import Job
from pinlever.sync.outgoing import Kept, Outgoing, kept, outgoing
from tests.connection.conftest import ADMIN
from tests.sync.world import World

NOBODY = Outgoing(0, 0, ())


def test_nobody_waits_at_first(company: World) -> None:
    assert outgoing(company.account) == NOBODY
    assert kept(company.account) == Kept(0, 0, 0)


def test_who_is_held_by_the_switch_goes_when_it_is_switched_on(company: World) -> None:
    rules.set_outgoing(by=ADMIN, account=company.account, on=False)
    company.export(*(company.person() for _ in range(3)))
    queued = outgoing(company.account)
    company.work()
    assert outgoing(company.account) == queued == Outgoing(3, 0, (("Backend Engineer", 3),))
    assert kept(company.account) == Kept(waiting=3, in_lever=0, unsettled=0)


def test_the_allow_list_is_counted_apart(company: World) -> None:
    designer = Job.objects.create(title="Designer")
    someone = company.person(job=designer)
    company.export(company.person(), company.person(job=designer), someone)
    rules.set_allow_list(by=ADMIN, account=company.account, on=True)
    company.work()
    rules.set_outgoing(by=ADMIN, account=company.account, on=False)
    assert outgoing(company.account) == Outgoing(0, 3, ())
    rules.allow_job(by=ADMIN, account=company.account, job=company.job)
    rules.allow_person(by=ADMIN, account=company.account, candidate=someone.candidate)
    assert outgoing(company.account) == Outgoing(2, 1, (("Backend Engineer", 1), ("Designer", 1)))
    rules.set_allow_list(by=ADMIN, account=company.account, on=False)
    assert outgoing(company.account).unlisted == 0


def test_who_is_in_lever_stays_there(company: World) -> None:
    company.export(company.person())
    company.work()
    assert outgoing(company.account) == NOBODY
    assert kept(company.account) == Kept(waiting=0, in_lever=1, unsettled=0)
