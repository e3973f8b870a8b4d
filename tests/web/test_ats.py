"""Settings → ATS integration: the list of choices, the state of the connection, connecting by key, the rules."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from pinlever.accounts.models import User
from pinlever.audit.models import AuditEntry
from pinlever.connection import accounts, crawl, rules
from pinlever.connection.models import (
    AllowedJob,
    AllowedPerson,
    LeverAccount,
    LeverConnection,
    LeverUser,
    PeopleIndex,
    UserAlias,
)
from pinlever.practice.app import PracticeApp
from pinlever.recruiting.models import Candidate, Job
from pinlever.sync.models import State, SyncRecord
from tests.connection.conftest import ADMIN
from tests.practice_adapter import KEY, control, in_process, practice
from tests.sync.world import World

NASTY = "<script>alert('x')</script>"
HTMX = {"HX-Request": "true"}
POSTED = (
    *("ats-key", "ats-check", "ats-outgoing", "ats-allow-list", "ats-allow"),
    *("ats-default-user", "ats-alias", "ats-duplicates", "ats-skills"),
)


def page(client: Client) -> str:
    answer = client.get("/settings/ats/", follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def change(client: Client, name: str, **given: Any) -> str:
    answer = client.post(reverse(name), given, headers=HTMX)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def lever(settings: Settings) -> Any:
    settings.LEVER_RATE = 1000
    with in_process(practice()) as app:
        yield app


@pytest.mark.parametrize("name", [*POSTED, "ats-disconnect"])
def test_changes_require_signing_in(client: Client, name: str, db: None) -> None:
    answer = client.post(reverse(name))
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/accounts/login/")


@pytest.mark.parametrize("name", [*POSTED, "ats-disconnect"])
def test_recruiters_are_refused_with_a_sentence(as_recruiter: Client, company: World, name: str) -> None:
    answer = as_recruiter.post(reverse(name))
    assert answer.status_code == 403
    assert "Only super admins may do this" in answer.content.decode()
    assert accounts.current_connection() is not None


@pytest.mark.parametrize("name", POSTED)
def test_a_change_is_a_post(as_super_admin: Client, name: str) -> None:
    assert as_super_admin.get(reverse(name)).status_code == 405


def test_what_can_be_connected_is_listed_with_lever_first(as_super_admin: Client, settings: Settings) -> None:
    settings.LEVER_CLIENT_ID, settings.LEVER_CLIENT_SECRET = "id", "a-client-secret"
    text = page(as_super_admin)
    places = [text.index(f"Connect {name}") for name in ("Lever<", "Practice Lever<")]
    assert places == sorted(places)
    assert "is also a Super Admin of your Lever account" in text
    assert "LEVER_SANDBOX" not in text
    assert "Signing in at Lever sandbox needs its client id and secret" in text
    assert "API key instead" in text
    assert "a-client-secret" not in text


def test_a_recruiter_sees_who_may_connect(as_recruiter: Client) -> None:
    text = page(as_recruiter)
    assert "Only super admins may connect an ATS" in text
    assert "<form" not in text.partition("<main")[2]


def test_a_key_connects_and_is_never_shown_again(as_super_admin: Client, lever: PracticeApp) -> None:
    answer = as_super_admin.post(reverse("ats-key"), {"environment": "practice", "api_key": KEY}, follow=True)
    text = answer.content.decode()
    assert "Practice Lever is connected" in text
    assert "Reading who is in Lever" in text
    assert "with an API key" in text
    assert KEY not in text
    assert AuditEntry.objects.filter(action="connection.connected", by_label="Aud Berg").exists()


KEYS = [
    ({"environment": "practice", "api_key": "wrong"}, "does not accept this credential"),
    ({"environment": "practice", "api_key": "two words"}, "This is no API key"),
    ({"environment": "practice"}, "This is no API key"),
    ({"environment": "nowhere", "api_key": KEY}, "Choose which Lever"),
    ({}, "Choose which Lever"),
]


@pytest.mark.parametrize(("given", "why"), KEYS)
def test_a_key_that_does_not_fit_is_refused_with_a_sentence(
    as_super_admin: Client, lever: PracticeApp, given: dict[str, str], why: str
) -> None:
    answer = as_super_admin.post(reverse("ats-key"), given, follow=True)
    text = answer.content.decode()
    assert why in text
    assert 'value="two words"' not in text
    assert not LeverConnection.objects.exists()


def test_lever_away_while_a_key_is_tried(as_super_admin: Client, lever: PracticeApp) -> None:
    control(lever, "faults", {"kind": "status", "args": {"status": 503}})
    answer = as_super_admin.post(reverse("ats-key"), {"environment": "practice", "api_key": KEY}, follow=True)
    assert "try again in a while" in answer.content.decode()


def test_a_connected_account_shows_how_it_stands(as_super_admin: Client, company: World) -> None:
    text = page(as_super_admin)
    for told in (
        "Connected",
        "Lever accepts our access",
        "Lever jobs readable",
        "9 stages found",
        "Lever users read",
        "Confidential jobs and people are readable too",
        "Default user for people whose sourcer Lever does not know: Aud Berg",
        "The clock is in step",
        "Everybody in Lever has been read",
        "Switch sending off",
    ):
        assert told in text
    assert "Lever has not been asked for webhooks yet" in text


def test_a_recruiter_sees_how_it_stands_and_can_change_nothing(as_recruiter: Client, company: World) -> None:
    text = page(as_recruiter).partition("<main")[2]
    assert "Only super admins may connect, disconnect or change the rules" in text
    assert "Lever accepts our access" in text
    for button in ("Disconnect", "Reconnect", "Switch sending", "Check again", "Remove", 'type="password"'):
        assert f">{button}" not in text
    for control_of_forms in ('method="post"', "hx-post="):
        if control_of_forms in text:  # what is shown of forms is disabled
            assert "disabled" in text


def test_a_broken_connection_says_why_and_how_to_cure_it(as_super_admin: Client, company: World) -> None:
    connection = accounts.current_connection()
    assert connection is not None
    accounts.mark_broken(connection, "Lever ended our access (revoked). Connect again.")
    text = page(as_super_admin)
    assert "Needs to be connected again" in text
    assert "Lever ended our access (revoked)" in text
    assert "Reconnect" in text


def test_the_first_reading_is_polled_until_it_is_done(
    as_recruiter: Client, lever: PracticeApp, db: None
) -> None:
    control(lever, "opportunities", {"generate": 250})
    connection = accounts.connect_with_key(by=ADMIN, environment="practice", api_key=KEY)
    text = as_recruiter.get(reverse("ats-progress"), headers=HTMX).content.decode()
    assert "hx-trigger" in text and "so far" in text
    from pinlever.connection.gateway import open_client

    client = open_client(connection)
    crawl.step(connection.account, client)
    assert ">100<" in as_recruiter.get(reverse("ats-progress"), headers=HTMX).content.decode()
    while not crawl.step(connection.account, client).done:
        pass
    text = as_recruiter.get(reverse("ats-progress"), headers=HTMX).content.decode()
    assert "hx-trigger" not in text and "Everybody in Lever has been read" in text


def test_checking_again_asks_lever(as_super_admin: Client, company: World) -> None:
    LeverUser.objects.all().delete()
    text = change(as_super_admin, "ats-check")
    assert "Checked just now" in text
    assert LeverUser.objects.exists()


def test_checking_again_while_lever_is_away_says_so(as_super_admin: Client, company: World) -> None:
    company.control("faults", {"kind": "status", "args": {"status": 503}})
    text = change(as_super_admin, "ats-check")
    assert "Lever could not be asked" in text
    assert "What is shown is what was known before" in text


def test_checking_again_when_nothing_is_connected_leads_to_the_list(as_super_admin: Client) -> None:
    answer = as_super_admin.post(reverse("ats-check"), headers=HTMX)
    assert answer["HX-Refresh"] == "true"
    answer = as_super_admin.post(reverse("ats-check"), follow=True)
    assert "No Lever account is connected" in answer.content.decode()


def test_the_switch_says_how_many_will_go(as_super_admin: Client, company: World) -> None:
    rules.set_outgoing(by=ADMIN, account=company.account, on=False)
    company.export(company.person(), company.person("Nils Aas"))
    company.work()
    assert SyncRecord.objects.filter(state=State.HELD).count() == 2
    assert "Switch sending on and send 2 people" in page(as_super_admin)
    text = change(as_super_admin, "ats-outgoing", on="yes")
    assert "Sending is on. 2 people go now." in text
    company.account.refresh_from_db()
    assert company.account.outgoing_on
    text = change(as_super_admin, "ats-outgoing")
    assert "Sending is off" in text
    entries = AuditEntry.objects.filter(action="account.outgoing", by_label="Aud Berg")
    assert [entry.after for entry in entries.order_by("id")] == [
        {"outgoing_on": True},
        {"outgoing_on": False},
    ]


def test_the_allow_list_takes_jobs_and_people_and_counts_who_waits(
    as_super_admin: Client, company: World
) -> None:
    other = Job.objects.create(title="Designer")
    company.export(company.person("Nils Aas"), company.person("Ida Ek", job=other))
    change(as_super_admin, "ats-allow-list", on="yes")
    text = page(as_super_admin)
    assert "Nobody is on the list yet, so nobody goes" in text
    assert "2 people" in text
    text = change(as_super_admin, "ats-allow", kind="job", id=other.pk, on="yes")
    assert "Designer is on the list" in text
    assert AllowedJob.objects.get().job == other
    nils = Candidate.objects.get(full_name="Nils Aas")
    text = change(as_super_admin, "ats-allow", kind="person", id=nils.pk, on="yes")
    assert "Nils Aas is on the list" in text
    assert AllowedPerson.objects.get().candidate == nils
    change(as_super_admin, "ats-allow", kind="job", id=other.pk)
    assert not AllowedJob.objects.exists()
    assert "Everybody whose job says so may go" in change(as_super_admin, "ats-allow-list")


def test_searching_finds_jobs_and_people_who_are_not_listed_yet(
    as_super_admin: Client, company: World
) -> None:
    company.person("Zoë Backström")
    found = reverse("ats-allow-search")
    text = as_super_admin.get(found, {"q": "back"}, headers=HTMX).content.decode()
    assert "Backend Engineer" in text and "Zoë Backström" in text
    rules.allow_job(by=ADMIN, account=company.account, job=company.job)
    text = as_super_admin.get(found, {"q": "BACK"}, headers=HTMX).content.decode()
    assert "Backend Engineer" not in text
    assert "is called" in as_super_admin.get(found, {"q": NASTY}, headers=HTMX).content.decode()
    assert as_super_admin.get(found, {"q": "b"}, headers=HTMX).status_code == 200
    assert "Zoë Backström" in as_super_admin.get("/settings/ats/", {"q": "zoe"}).content.decode()


@pytest.mark.parametrize(
    "given", [{}, {"kind": "job", "id": "x"}, {"kind": "team", "id": "1"}, {"kind": "job"}]
)
def test_what_cannot_be_listed_is_refused(
    as_super_admin: Client, company: World, given: dict[str, str]
) -> None:
    assert "Choose a job or a person" in change(as_super_admin, "ats-allow", **given)


@pytest.mark.parametrize(
    "text", ["Tomasz Lis · tomasz@practice.example", "tomasz@practice.example", "tomasz lis"]
)
def test_the_default_user_is_chosen_by_name_or_email(
    as_super_admin: Client, company: World, text: str
) -> None:
    assert "Tomasz Lis stands in." in change(as_super_admin, "ats-default-user", user=text)
    company.account.refresh_from_db()
    assert LeverUser.objects.get(lever_id=company.account.default_user_id).text == "Tomasz Lis"
    assert "Nobody stands in any more" in change(as_super_admin, "ats-default-user", user="")


def test_an_unknown_user_is_refused_and_what_was_typed_stays(as_super_admin: Client, company: World) -> None:
    before = company.account.default_user_id
    text = change(as_super_admin, "ats-default-user", user=NASTY)
    assert "Lever has no active user" in text
    assert 'value="&lt;script&gt;' in text and NASTY not in text
    company.account.refresh_from_db()
    assert company.account.default_user_id == before
    assert "Lever has no active user" in change(as_super_admin, "ats-default-user", user="Rosa Vidal")


def test_sourcers_lever_does_not_know_are_matched_in_place(
    as_super_admin: Client, company: World, recruiter: User
) -> None:
    prospect = company.person()
    prospect.sourcer = recruiter
    prospect.save()
    text = page(as_super_admin)
    assert "recruiters have no Lever user" in text
    assert "rita@company.example" in text and "1 person" in text
    text = change(as_super_admin, "ats-alias", email="rita@company.example", user="mei@practice.example")
    assert "rita@company.example is Mei Tanaka in Lever." in text
    assert UserAlias.objects.get().email == "rita@company.example"
    change(as_super_admin, "ats-alias", email="rita@company.example", user="")
    assert not UserAlias.objects.exists()
    assert "is no email address" in change(
        as_super_admin, "ats-alias", email="rita", user="mei@practice.example"
    )


def test_the_rule_for_duplicates_is_saved_in_one_go(as_super_admin: Client, company: World) -> None:
    text = change(as_super_admin, "ats-duplicates", keys=["linkedin", "phone"], action="ask")
    assert "It counts for everybody who has not been sent yet" in text
    company.account.refresh_from_db()
    assert company.account.match_keys == ["email", "linkedin", "phone"]
    assert company.account.match_action == "ask"
    change(as_super_admin, "ats-duplicates", action="link")
    company.account.refresh_from_db()
    assert company.account.match_keys == ["email"]
    assert "none of" in change(as_super_admin, "ats-duplicates", action="whatever")
    assert "Choose at least one" in change(
        as_super_admin, "ats-duplicates", keys=["shoe size"], action="link"
    )


def test_each_choice_about_duplicates_comes_with_what_it_does_to_the_same_person(
    as_super_admin: Client, company: World
) -> None:
    text = change(as_super_admin, "ats-duplicates", keys=["linkedin"], primary="linkedin")
    assert "You export her for Staff Engineer" in text
    assert "Her LinkedIn profile is Ada Byron’s in Lever, her email Ada Lovelace’s." in text
    assert "since the LinkedIn profile is the primary key" in text
    text = change(as_super_admin, "ats-duplicates", keys=[])
    assert "Two keys, two people" not in text  # there is only one


def test_the_primary_key_the_conflicts_and_the_near_matches_are_saved(
    as_super_admin: Client, company: World
) -> None:
    company.export(company.person(), company.person())
    text = change(
        as_super_admin,
        "ats-duplicates",
        keys=["linkedin"],
        primary="linkedin",
        on_conflict="primary",
        near="ignore",
    )
    assert "It counts for the 2 people who wait now and for everybody after." in text
    account = LeverAccount.objects.get()
    assert (account.primary_key, account.on_conflict, account.near_matches) == (
        "linkedin",
        "primary",
        "ignore",
    )
    text = change(as_super_admin, "ats-duplicates", keys=["phone"], primary="linkedin")
    assert "Email is the primary key." in text  # the one chosen was switched off with this very click
    assert LeverAccount.objects.get().primary_key == "email"
    for name, value in (("primary", "name"), ("on_conflict", "guess"), ("near", "link")):
        assert "none of" in change(as_super_admin, "ats-duplicates", **{name: value})


def test_questions_of_the_rule_before_are_told_of(as_super_admin: Client, company: World) -> None:
    people = [company.person("Ada Byron", current_company="Nordlys") for _ in range(2)]
    company.export(*people)
    company.work()
    text = change(as_super_admin, "ats-duplicates", near="ignore")
    assert "1 question asked before stays on the Duplicates page until somebody decides." in text


def test_skills_become_tags_only_where_switched_on(as_super_admin: Client, company: World) -> None:
    assert "Skills become tags" in change(as_super_admin, "ats-skills", on="yes")
    company.account.refresh_from_db()
    assert company.account.send_skills_as_tags
    assert "stay out" in change(as_super_admin, "ats-skills")


def test_a_form_without_script_comes_back_to_the_page(as_super_admin: Client, company: World) -> None:
    answer = as_super_admin.post(reverse("ats-skills"), {"on": "yes"}, follow=True)
    assert answer.redirect_chain == [("/settings/ats/", 302)]
    assert "Skills become tags" in answer.content.decode()


def test_disconnecting_says_in_numbers_what_it_means(as_super_admin: Client, company: World) -> None:
    company.export(company.person())
    company.work()
    company.export(company.person(), company.person())
    dialog = as_super_admin.get(reverse("ats-disconnect"), headers=HTMX).content.decode()
    assert (
        "<dialog" in dialog
        and "2 people on the way wait" in dialog
        and "1 person in Lever stays linked" in dialog
    )
    whole = as_super_admin.get(reverse("ats-disconnect")).content.decode()
    assert "<html" in whole and "Disconnect; 2 people will wait" in whole
    answer = as_super_admin.post(reverse("ats-disconnect"), follow=True)
    text = answer.content.decode()
    assert "is disconnected. Nothing was lost" in text
    assert "was connected by PinLever until" in text
    assert accounts.current_connection() is None
    answer = as_super_admin.post(reverse("ats-disconnect"), follow=True)
    assert "No Lever account is connected" in answer.content.decode()


def test_what_lever_and_people_wrote_is_shown_and_not_run(as_super_admin: Client, company: World) -> None:
    LeverUser.objects.filter(text="Mei Tanaka").update(text=NASTY)
    Job.objects.filter(pk=company.job.pk).update(title=NASTY)
    LeverAccount.objects.update(name=NASTY)
    rules.set_outgoing(by=ADMIN, account=company.account, on=False)
    prospect = company.person(NASTY)
    company.export(prospect)
    rules.allow_job(by=ADMIN, account=company.account, job=company.job)
    rules.allow_person(by=ADMIN, account=company.account, candidate=prospect.candidate)
    text = page(as_super_admin)
    assert "alert(" in text
    assert "<script>alert" not in text


def test_no_secret_is_on_the_page(as_super_admin: Client, company: World) -> None:
    LeverConnection.objects.update(access_token="the-access-token", refresh_token="the-refresh-token")
    text = page(as_super_admin)
    for secret in (KEY, "the-access-token", "the-refresh-token", "practice-secret"):
        assert secret not in text


def test_queries_do_not_grow_with_rows(
    as_super_admin: Client, company: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    def people(first: int, last: int) -> None:
        for number in range(first, last):
            user = User.objects.create_user(f"r{number}@company.example", "x")
            prospect = company.person(f"Person {number}")
            prospect.sourcer = user
            prospect.save()
            rules.allow_person(by=ADMIN, account=company.account, candidate=prospect.candidate)
            company.export(prospect)

    people(0, 3)
    page(as_super_admin)
    with django_assert_max_num_queries(70) as few:
        page(as_super_admin)
    count = len(few)
    people(3, 30)
    with django_assert_max_num_queries(count):
        page(as_super_admin)


def test_an_account_without_an_index_row_is_not_assumed(as_super_admin: Client, company: World) -> None:
    PeopleIndex.objects.update(complete_at=None)
    assert "Reading who is in Lever" in page(as_super_admin)
