"""One candidate: everything known, why they are or are not in Lever, and what can be done about it."""

import uuid
from datetime import UTC, datetime, timedelta

from django.test import Client

from pinlever.audit.services import SYSTEM
from pinlever.connection import rules
from pinlever.connection.models import Posting
from pinlever.foundation.clock import db_now
from pinlever.outreach.services import person_arrived
from pinlever.recruiting.facts import EmailFact, PersonFacts, PhoneFact, PositionFact
from pinlever.recruiting.models import Candidate, Job, ProfileLink, Prospect
from pinlever.recruiting.services import merge
from pinlever.sync import services
from pinlever.sync.models import State, SyncRecord
from tests.sync.world import World
from tests.web.known_people import somebody_in_lever

HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>'


def url(prospect: Prospect) -> str:
    return f"/candidates/{prospect.candidate.key}/"


def page(client: Client, prospect: Prospect, **asked: str) -> str:
    answer = client.get(url(prospect), asked)
    assert answer.status_code == 200
    return answer.content.decode()


def exported(company: World, prospect: Prospect, **options: str) -> SyncRecord:
    (record,) = company.export(prospect, **options)
    company.work()
    record.refresh_from_db()
    return record


def test_it_requires_signing_in(company: World, client: Client) -> None:
    prospect = company.person()
    for address in (url(prospect), f"{url(prospect)}sync/", f"/prospects/{prospect.key}/"):
        assert client.get(address)["Location"].startswith("/accounts/login/")


def test_nobody_of_this_key_is_not_found(as_recruiter: Client) -> None:
    for address in ("/candidates/{}/", "/prospects/{}/", "/candidates/{}/sync/", "/prospects/{}/resume.pdf"):
        assert as_recruiter.get(address.format(uuid.uuid4())).status_code == 404


def test_everything_known_is_shown_with_where_it_came_from(company: World, as_recruiter: Client) -> None:
    facts = PersonFacts(
        full_name="Ingrid Solheim",
        current_title="Staff Engineer",
        current_company="Nordlys Energi",
        city="Bergen",
        country="Norway",
        skills=("Python",),
        tags=("priority",),
        linkedin_urls=("https://no.linkedin.com/in/Ingrid-Solheim?trk=1",),
        emails=(
            EmailFact("ingrid@solheim.example", "ZeroBounce", datetime(2026, 11, 12, tzinfo=UTC), True),
            EmailFact("i@work.example"),
        ),
        phones=(PhoneFact("+47 900 00 001", "mobile"),),
        positions=(
            PositionFact("Staff Engineer", "Nordlys Energi", "2022"),
            PositionFact("Engineer", "Fjord", "2017", "2022"),
        ),
    )
    sourced = person_arrived(by=SYSTEM, facts=facts, source="test", job=company.job, quiet=True)
    assert sourced.prospect is not None
    text = page(as_recruiter, sourced.prospect)
    for said in (
        "<bdi>Staff Engineer</bdi> at <bdi>Nordlys Energi</bdi>",
        "Bergen, Norway",
        "ingrid@solheim.example",
        "ZeroBounce",
        "verified",
        "imported",
        "not verified",
        "primary",
        "Mobile",
        "linkedin.com/in/ingrid-solheim",
        "2017 – 2022",
        "2022 – now",
        "Python",
        "priority",
        "Backend Engineer",
    ):
        assert said in text, said


def test_why_somebody_is_not_in_lever_is_one_sentence_with_its_button(
    company: World, as_recruiter: Client
) -> None:
    prospect = company.person("Ada Lind")
    text = page(as_recruiter, prospect)
    assert "Why isn’t <bdi>Ada Lind</bdi> in Lever?" in text
    assert "Never" in text
    assert f"/export/?prospect={prospect.pk}" in text


def test_the_logo_and_the_steps_show_once_somebody_is_in_lever(company: World, as_recruiter: Client) -> None:
    prospect = company.person("Ada Lind")
    record = exported(company, prospect)
    text = page(as_recruiter, prospect)
    assert f'class="lever-logo" href="{record.lever_url}"' in text
    assert "Duplicate check" in text
    assert "Why isn" not in text
    assert "What Lever was sent" in text


def test_not_connected_says_so(as_recruiter: Client) -> None:
    job = Job.objects.create(title="Designer")
    sourced = person_arrived(by=SYSTEM, facts=PersonFacts(full_name="Ada Lind"), source="test", job=job)
    assert sourced.prospect is not None
    assert "connected" in page(as_recruiter, sourced.prospect)


def test_lever_down_is_told_and_can_be_tried_again(company: World, as_recruiter: Client) -> None:
    prospect = company.person("Ada Lind")
    (record,) = company.export(prospect)
    SyncRecord.objects.filter(pk=record.pk).update(
        state=State.RETRYING,
        cause="unavailable",
        reason="Lever did not answer as it should (503).",
        due_at=db_now() + timedelta(hours=1),
    )
    assert "503" in page(as_recruiter, prospect)
    answer = as_recruiter.post(f"{url(prospect)}records/{record.pk}/retry/", follow=True)
    assert "is tried again at once" in answer.content.decode()
    company.work()
    record.refresh_from_db()
    assert record.state == State.SYNCED


def test_a_record_is_cancelled_in_place(company: World, as_recruiter: Client) -> None:
    prospect = company.person("Ada Lind")
    (record,) = company.export(prospect)
    answer = as_recruiter.post(f"{url(prospect)}records/{record.pk}/cancel/", headers={"HX-Request": "true"})
    assert "is no longer on the way to Lever" in answer.content.decode()
    record.refresh_from_db()
    assert record.state == State.CANCELLED


def test_what_is_not_possible_is_a_sentence(company: World, as_recruiter: Client) -> None:
    prospect = company.person("Ada Lind")
    record = exported(company, prospect)
    answer = as_recruiter.post(f"{url(prospect)}records/{record.pk}/cancel/", headers={"HX-Request": "true"})
    assert "is in Lever already" in answer.content.decode()
    answer = as_recruiter.post(f"{url(prospect)}records/{record.pk}/retry/", follow=True)
    assert "nothing to try again" in answer.content.decode()


def test_acts_are_posts_of_people_signed_in_on_records_of_this_person(
    company: World, as_recruiter: Client, client: Client
) -> None:
    ada, bo = company.person("Ada Lind"), company.person("Bo Berg")
    (record,) = company.export(bo)
    address = f"{url(ada)}records/{record.pk}/cancel/"
    assert as_recruiter.post(address).status_code == 404
    assert as_recruiter.get(f"{url(bo)}records/{record.pk}/cancel/").status_code == 405
    assert as_recruiter.post(f"{url(bo)}records/{record.pk}/explode/").status_code == 404
    assert client.post(f"{url(bo)}records/{record.pk}/cancel/").status_code == 302
    record.refresh_from_db()
    assert record.state == State.QUEUED


def test_unlinking_says_what_it_means_and_changes_nothing_in_lever(
    company: World, as_recruiter: Client
) -> None:
    prospect = company.person("Ada Lind")
    record = exported(company, prospect)
    address = f"{url(prospect)}records/{record.pk}/unlink/"
    assert "stays exactly as it is" in as_recruiter.get(address).content.decode()
    answer = as_recruiter.post(address, headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == url(prospect)
    record.refresh_from_db()
    assert (record.state, record.lever_url) == (State.CANCELLED, "")
    assert len(company.opportunities()) == 1
    assert "is not linked to Lever" in as_recruiter.post(address).content.decode()


def test_linked_elsewhere_offers_to_add_the_job(company: World, as_recruiter: Client) -> None:
    somebody_in_lever(company, emails=["ada@people.example"])
    posting = Posting.objects.filter(state="published", is_confidential=False)[0]
    services.set_posting(by=SYSTEM, account=company.account, job=company.job, posting_id=posting.lever_id)
    prospect = company.person("Ada Lind", emails=("ada@people.example",))
    record = exported(company, prospect)
    assert record.state == State.IN_LEVER
    address = f"{url(prospect)}records/{record.pk}/add_opportunity/"
    assert address in page(as_recruiter, prospect)
    as_recruiter.post(address)
    company.work()
    assert len(company.opportunities()) == 2


def test_who_is_in_lever_though_not_linked_is_said(company: World, as_recruiter: Client) -> None:
    somebody_in_lever(company, "Ingrid S. Solheim", emails=["INGRID@solheim.example"])
    prospect = company.person("Ingrid Solheim", emails=("ingrid@solheim.example",))
    text = page(as_recruiter, prospect)
    assert "In Lever already, as <bdi>Ingrid S. Solheim</bdi>" in text
    assert "email ingrid@solheim.example" in text
    exported(company, prospect)
    assert "In Lever already, as" not in page(as_recruiter, prospect)


def test_how_the_person_will_look_is_what_is_sent(company: World, as_recruiter: Client) -> None:
    posting = Posting.objects.filter(state="published", is_confidential=False)[0]
    services.set_posting(by=SYSTEM, account=company.account, job=company.job, posting_id=posting.lever_id)
    prospect = company.person(
        "Ada Lind",
        emails=("ada@people.example",),
        phones=("+47 406 12 345",),
        current_title="Engineer",
        current_company="Nordlys",
        city="Bergen",
        country="Norway",
        sourced_via="pin",
        skills=("Python",),
        tags=("priority",),
    )
    rules.set_skills_as_tags(by=SYSTEM, account=company.account, on=True)
    shown = as_recruiter.get(url(prospect)).context["looks"]["profile"]
    assert shown.outcome == "create"
    exported(company, prospect)
    (found,) = company.opportunities()
    new = shown.new
    assert (found["name"], found["headline"], found["location"]) == (new.name, new.headline, new.location)
    assert found["emails"] == list(new.emails)
    assert found["tags"] == [*new.tags, *[tag for tag in found["tags"] if tag not in new.tags]]
    assert found["links"] == list(new.links)
    assert (found["origin"], found["stage"], found["sources"]) == (new.origin, new.stage, list(new.sources))
    assert found["owner"] == new.owner_id
    assert "Python" in new.tags
    assert shown.posting.startswith(posting.text)
    assert shown.resume.endswith(".pdf")
    sent = as_recruiter.get(url(prospect)).context["looks"]["profile"]
    assert sent.sent_at is not None
    assert sent.new.emails == new.emails


def test_what_stands_in_the_way_is_said_beforehand(company: World, as_recruiter: Client) -> None:
    closed = Posting.objects.filter(state="closed")[0]
    services.set_posting(by=SYSTEM, account=company.account, job=company.job, posting_id=closed.lever_id)
    text = page(as_recruiter, company.person("Ada Lind"))
    assert "Choose another Lever job" in text


def test_the_look_can_be_chosen_by_job(company: World, as_recruiter: Client) -> None:
    other = Job.objects.create(title="Designer")
    ada = company.person("Ada Lind", emails=("ada@people.example",))
    company.person("Ada Lind", emails=("ada@people.example",), job=other)
    shown = as_recruiter.get(url(ada), {"look": str(other.key)}).context["looks"]
    assert shown["prospect"].job == other
    assert as_recruiter.get(url(ada), {"look": "x"}).status_code == 200


def test_a_tombstone_leads_to_the_person_with_a_sentence(company: World, as_recruiter: Client) -> None:
    other = Job.objects.create(title="Designer")
    ada, same = company.person("Ada Lind"), company.person("Ada Lind-Berg", job=other)
    merge(by=SYSTEM, gone=same.candidate, into=ada.candidate)
    answer = as_recruiter.get(url(same), follow=True)
    assert answer.redirect_chain == [(url(ada), 302)]
    text = answer.content.decode()
    assert "Ada Lind-Berg turned out to be the same person as Ada Lind" in text
    assert "Designer" in text


def test_the_link_we_leave_in_lever_leads_here(company: World, as_recruiter: Client) -> None:
    other = Job.objects.create(title="Designer")
    ada, same = company.person("Ada Lind"), company.person("Ada Lind-Berg", job=other)
    assert as_recruiter.get(f"/prospects/{ada.key}/")["Location"] == url(ada)
    merge(by=SYSTEM, gone=same.candidate, into=ada.candidate)
    assert as_recruiter.get(f"/prospects/{same.key}/")["Location"] == url(ada)


def test_somebody_on_no_job_is_told_why_they_are_not_in_lever(company: World, as_recruiter: Client) -> None:
    who = Candidate.objects.create(full_name="Ada Lind")
    text = as_recruiter.get(f"/candidates/{who.key}/").content.decode()
    assert "They are on no job yet" in text
    assert f"/outreach/add/?candidate={who.key}" in text


def test_hostile_text_in_every_field_is_shown_and_not_run(company: World, as_recruiter: Client) -> None:
    somebody_in_lever(company, HOSTILE, emails=["ada@people.example"])
    job = Job.objects.create(title=HOSTILE)
    facts = PersonFacts(
        *[HOSTILE] * 7,
        skills=(HOSTILE,),
        tags=(HOSTILE,),
        linkedin_urls=("javascript:alert(1)//linkedin.com/in/x",),
        emails=(EmailFact("ada@people.example", HOSTILE),),
        phones=(PhoneFact("+47 406 12 345", "mobile", HOSTILE),),
        positions=(PositionFact(HOSTILE, HOSTILE, "2020", "", HOSTILE),),
        sourced_via="pin",
    )
    sourced = person_arrived(
        by=SYSTEM, facts=facts, source="test", job=job, sourcer_email=HOSTILE, sourcing_tag=HOSTILE
    )
    prospect = sourced.prospect
    assert prospect is not None
    ProfileLink.objects.create(candidate=prospect.candidate, url="javascript:alert(1)", source=HOSTILE)
    company.event(prospect, "replied", "email", details={"text": HOSTILE, "subject": HOSTILE, "by": HOSTILE})
    (record,) = company.export(prospect)
    SyncRecord.objects.filter(pk=record.pk).update(
        state=State.FAILED, reason=HOSTILE, resume_note=HOSTILE, performed_as_how=HOSTILE
    )
    text = page(as_recruiter, prospect)
    for part in ("sync/", "log/", "contact/"):
        text += as_recruiter.get(url(prospect) + part).content.decode()
    text += as_recruiter.get(f"/outreach/add/?prospect={prospect.pk}").content.decode()
    text += as_recruiter.get(f"/prospects/{prospect.key}/resume/").content.decode()
    assert "<script>alert" not in text
    assert "<img src=x" not in text
    assert 'href="javascript:' not in text


def test_names_in_any_script_are_shown(company: World, as_recruiter: Client) -> None:
    for name in ("محمد عبد الله", "王小明", "Nguyễn Thị Minh Khai", "A" * 300, "👩🏽‍🚀 Ada"):
        assert name in page(as_recruiter, company.person(name))


def test_it_costs_the_same_for_five_events_and_for_fifty(
    company: World, as_recruiter: Client, django_assert_max_num_queries
) -> None:
    prospect = company.person("Ada Lind")

    def cost() -> int:
        with django_assert_max_num_queries(90) as asked:
            page(as_recruiter, prospect)
        return len(asked.captured_queries)

    for _ in range(5):
        company.event(prospect, "message_sent", "email")
    before = cost()
    for _ in range(50):
        company.event(prospect, "replied", "linkedin")
    assert cost() <= before
    assert "Show earlier ones" in page(as_recruiter, prospect)
    assert "Show earlier ones" not in page(as_recruiter, prospect, all="1")


def test_a_question_of_identity_is_shown(company: World, as_recruiter: Client) -> None:
    company.person("Ada", emails=("ada@people.example",))
    company.person("Bo", emails=(), linkedin="https://www.linkedin.com/in/bo-berg")
    third = company.person(
        "Ada B", emails=("ada@people.example",), linkedin="https://www.linkedin.com/in/bo-berg"
    )
    assert "It is not decided yet" in page(as_recruiter, third)
