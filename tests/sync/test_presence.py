"""Who of our people is in Lever, as the index knows it, and how somebody will look there."""

from datetime import timedelta

import pytest

from pinlever.audit.services import SYSTEM
from pinlever.connection import rules
from pinlever.connection.models import KnownOpportunity, Posting
from pinlever.foundation.clock import db_now
from pinlever.recruiting.models import Prospect
from pinlever.recruiting.services import families, merge
from pinlever.sync import services
from pinlever.sync.presence import InLever, in_lever, in_lever_by
from pinlever.sync.showing import Shown, shown
from tests.sync.world import World
from tests.web.known_people import somebody_in_lever

LINKEDIN = "https://www.linkedin.com/in/ingrid-solheim"


def there(company: World, prospect: Prospect) -> tuple[InLever, ...]:
    of = families([prospect.candidate_id])[prospect.candidate_id]
    return in_lever(company.account, [of])[of.root.pk]


def look(company: World, prospect: Prospect) -> Shown:
    rows = Prospect.objects.select_related("candidate", "job__owner", "sourcer")
    return shown(company.account, rows.get(pk=prospect.pk))


@pytest.mark.parametrize("key", ["email", "linkedin"])
def test_a_person_is_known_by_email_and_by_linkedin_in_any_spelling(company: World, key: str) -> None:
    theirs = (
        {"emails": [" Ingrid@SOLHEIM.example"]}
        if key == "email"
        else {"links": ["no.linkedin.com/in/Ingrid-Solheim/"]}
    )
    somebody_in_lever(company, "Ingrid S.", **theirs)
    prospect = company.person(
        emails=("ingrid@solheim.example",) if key == "email" else (),
        linkedin=LINKEDIN if key == "linkedin" else None,
    )
    (found,) = there(company, prospect)
    assert (found.name, [kind for kind, _ in found.matched]) == ("Ingrid S.", [key])
    assert found.url and found.is_active


def test_a_key_that_does_not_match_by_rule_tells_nothing(company: World) -> None:
    somebody_in_lever(company, links=[LINKEDIN], phones=[{"type": "mobile", "value": "+47 406 12 345"}])
    prospect = company.person(linkedin=LINKEDIN, phones=("+47 406 12 345",))
    rules.set_match_rules(by=SYSTEM, account=company.account, keys=["email"], action="link")
    company.account.refresh_from_db()
    assert there(company, prospect) == ()
    rules.set_match_rules(by=SYSTEM, account=company.account, keys=["email", "phone"], action="link")
    company.account.refresh_from_db()
    (found,) = there(company, prospect)
    assert found.matched_on == "phone +4740612345"


def test_the_liveliest_candidacy_comes_first_and_is_told_in_words(company: World) -> None:
    somebody_in_lever(company, emails=["ada@people.example"])
    first = KnownOpportunity.objects.get()
    posting = Posting.objects.filter(state="published").exclude(location="")[0]
    KnownOpportunity.objects.filter(pk=first.pk).update(archived_at=db_now(), archive_reason_id="")
    KnownOpportunity.objects.create(
        account=company.account,
        lever_id="another",
        contact_id=first.contact_id,
        posting_id=posting.lever_id,
        opened_at=db_now(),
        active_at=db_now() - timedelta(days=30),
        seen_at=db_now(),
    )
    (found,) = there(company, company.person(emails=("ada@people.example",)))
    assert [one.id for one in found.candidacies] == ["another", first.lever_id]
    assert found.candidacies[0].posting == f"{posting.text} ({posting.location})"


def test_deleted_people_and_no_account_are_nobody(company: World) -> None:
    somebody_in_lever(company, emails=["ada@people.example"])
    prospect = company.person(emails=("ada@people.example",))
    of = families([prospect.candidate_id])[prospect.candidate_id]
    assert in_lever(None, [of]) == {of.root.pk: ()}
    assert in_lever_by(None, [("email", "ada@people.example")]) == ()
    KnownOpportunity.objects.update(deleted_at=db_now())
    assert there(company, prospect) == ()


def test_keys_of_merged_rows_count(company: World) -> None:
    somebody_in_lever(company, emails=["ada@people.example"])
    root, same = company.person("Ada"), company.person("Ada L", emails=("ada@people.example",))
    merge(by=SYSTEM, gone=same.candidate, into=root.candidate)
    assert len(there(company, root)) == 1


def test_many_people_cost_what_one_does(company: World, django_assert_max_num_queries) -> None:
    for number in range(20):
        somebody_in_lever(company, f"Person {number}", emails=[f"p{number}@people.example"])
        company.person(f"Person {number}", emails=(f"p{number}@people.example",))
    of = families(company.job.prospects.values_list("candidate", flat=True))
    with django_assert_max_num_queries(8):
        found = in_lever(company.account, of.values())
    assert all(len(each) == 1 for each in found.values())


def test_somebody_in_lever_will_be_linked_and_nothing_is_sent(company: World) -> None:
    somebody_in_lever(company, "Ingrid S.", emails=["ada@people.example"])
    told = look(company, company.person(emails=("ada@people.example",)))
    assert (told.outcome, told.sent_at) == ("link", None)
    assert "Ingrid S. is in Lever already and will be linked" in told.told


def test_a_further_opportunity_shows_no_contact_details(company: World) -> None:
    somebody_in_lever(company, emails=["ada@people.example"])
    rules.set_match_rules(by=SYSTEM, account=company.account, keys=["email"], action="add")
    posting = Posting.objects.filter(state="published", is_confidential=False)[0]
    services.set_posting(by=SYSTEM, account=company.account, job=company.job, posting_id=posting.lever_id)
    company.account.refresh_from_db()
    told = look(company, company.person(emails=("ada@people.example",), linkedin=LINKEDIN))
    assert told.outcome == "add"
    assert (told.new.emails, told.links, told.new.name) == ((), [], "")
    assert told.our_link


def test_doubt_is_told_before_anything_is_sent(company: World) -> None:
    somebody_in_lever(company, "Ada", emails=["ada@people.example"])
    somebody_in_lever(company, "Bo", links=[LINKEDIN])
    told = look(company, company.person(emails=("ada@people.example",), linkedin=LINKEDIN))
    assert told.outcome == "ask"


def test_no_lever_user_to_act_is_a_problem_beforehand(company: World) -> None:
    company.account.default_user_id = ""
    company.account.save(update_fields=["default_user_id"])
    told = look(company, company.person())
    assert "Choose a default user" in told.problem
    assert told.owner == ""
