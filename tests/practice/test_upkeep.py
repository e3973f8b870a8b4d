"""The pages on which one does what only users and admins of Lever do; and the deliveries that follow."""

import re
from typing import Any

import pytest
from werkzeug.test import TestResponse

from pinlever.practice.seed import form_template_id, posting_id, stage_id, user_id

from .lever import Lever
from .test_pages import NASTY, announced, listen, send

SURE = {"sure": "yes"}


def form_of(page: TestResponse, address: str) -> bool:
    return f'action="{address}"' in page.text


def test_what_is_corrected_shows_on_all_candidacies_and_is_announced(lever: Lever) -> None:
    first, second = (lever.create(name="Ana", emails=["ana@x.example"]) for _ in range(2))
    listen(lever, "contactUpdated")
    page = lever.client.get(f"/candidates/{first['id']}/upkeep")
    assert 'value="ana@x.example"' in page.text
    given = {"name": NASTY, "emails": "b@x.example, c@x.example,", "links": "https://l.example"}
    lever.now += 1
    answer = send(lever, f"/candidates/{first['id']}/edit", **given)
    assert answer.headers["Location"] == f"/candidates/{first['id']}/upkeep?done=edited"
    after = lever.opportunity(second["id"])
    assert (after["name"], after["emails"]) == (NASTY, ["b@x.example", "c@x.example"])
    assert (after["links"], after["updatedAt"]) == (["https://l.example"], lever.now_ms)
    assert announced(lever) == ["contactUpdated"]
    assert lever.found(email="c@x.example") == [NASTY, NASTY]
    assert "<script>" not in lever.client.get(answer.headers["Location"]).text


def test_what_is_no_address_is_not_saved(lever: Lever) -> None:
    row = lever.create(name="Ana", emails=["ana@x.example"])
    answer = send(lever, f"/candidates/{row['id']}/edit", name="Bo", emails="nonsense")
    assert answer.status_code == 400 and "no email address: nonsense" in answer.text
    assert lever.opportunity(row["id"])["name"] == "Ana"


def test_contact_is_forbidden_and_allowed_again(lever: Lever) -> None:
    first, second = (lever.create(name="Ana", emails=["ana@x.example"]) for _ in range(2))
    send(lever, f"/candidates/{first['id']}/consent", allowed="no")
    forbidden = lever.opportunity(second["id"])["dataProtection"]
    assert forbidden["contact"] == {"allowed": False, "expiresAt": None}
    assert "may not be contacted" in lever.client.get(f"/candidates/{first['id']}/upkeep").text
    send(lever, f"/candidates/{first['id']}/consent", allowed="yes")
    assert lever.opportunity(second["id"])["dataProtection"]["contact"]["allowed"] is True


@pytest.mark.parametrize("how", ["email", "address", "id"])
def test_two_people_are_merged_into_one(lever: Lever, how: str) -> None:
    kept = lever.create(name="Ana", emails=["ana@x.example"])
    gone = lever.create(name="A.", emails=["a@y.example"])
    other = {"email": "A@y.example", "address": gone["urls"]["show"], "id": gone["id"]}[how]
    listen(lever, "contactUpdated")
    send(lever, f"/candidates/{kept['id']}/merge", other=other, **SURE)
    after = lever.opportunity(gone["id"])
    assert (after["contact"], after["emails"]) == (kept["contact"], ["ana@x.example", "a@y.example"])
    assert lever.refused(f"/contacts/{gone['contact']}")[0] == 404
    assert announced(lever) == ["contactUpdated"]


@pytest.mark.parametrize("other", ["", "nobody@x.example", "ana@x.example", "nonsense"])
def test_nobody_and_oneself_are_not_merged(lever: Lever, other: str) -> None:
    row = lever.create(name="Ana", emails=["ana@x.example"])
    answer = send(lever, f"/candidates/{row['id']}/merge", other=other, **SURE)
    assert answer.status_code == 404 and "Nobody else" in answer.text


def test_somebody_is_anonymised(lever: Lever) -> None:
    row = lever.create(name="Ana", emails=["ana@x.example"], links=["https://l.example"])
    send(lever, f"/candidates/{row['id']}/anonymise", **SURE)
    after = lever.opportunity(row["id"])
    assert (after["isAnonymized"], after["emails"], after["links"]) == (True, [], [])
    page = lever.client.get(f"/candidates/{row['id']}/upkeep")
    assert not form_of(page, f"/candidates/{row['id']}/anonymise")
    assert send(lever, f"/candidates/{row['id']}/edit", name="Ana").status_code == 400


def test_a_candidacy_is_deleted_and_told_among_the_deleted_ones(lever: Lever) -> None:
    row = lever.create(name="Ana", postings=[posting_id("backend-engineer")])
    listen(lever, "candidateDeleted")
    answer = send(lever, f"/candidates/{row['id']}/delete", **SURE)
    assert "candidacy of Ana was deleted" in lever.client.get(answer.headers["Location"]).text
    assert lever.refused(f"/opportunities/{row['id']}")[0] == 404
    [deleted] = lever.get("/opportunities/deleted")["data"]
    assert (deleted["id"], deleted["deletedBy"]) == (row["id"], user_id("aud"))
    [application] = lever.get("/applications/deleted")["data"]
    assert (application["id"], application["deletedAt"]) == (row["applications"][0], lever.now_ms)
    assert announced(lever) == ["candidateDeleted"]


FAR_REACHING = ("merge", "anonymise", "delete")


@pytest.mark.parametrize("change", FAR_REACHING)
def test_what_cannot_be_undone_wants_a_tick(lever: Lever, change: str) -> None:
    row = lever.create(name="Ana", emails=["ana@x.example"])
    lever.create(name="Bo", emails=["bo@x.example"])
    before = lever.state()
    answer = send(lever, f"/candidates/{row['id']}/{change}", other="bo@x.example")
    assert answer.status_code == 400 and "not ticked" in answer.text
    assert lever.state() == before


PATHS = [f"/candidates/{{row}}/{change}" for change in ("edit", "consent", *FAR_REACHING)]
PATHS += [
    f"/account/user/{user_id('mei')}",
    f"/account/stage/{stage_id('on-site')}",
    "/deliveries/{delivery}/rerun",
]
PATHS += [f"/account/stage-removal/{stage_id('on-site')}", f"/account/posting/{posting_id('data-analyst')}"]
PATHS += ["/candidates/add", "/deliveries/contactCreated/group", "/deliveries/{hook}/test"]
PATHS += [f"/account/posting-removal/{posting_id('data-analyst')}"]
PATHS += [f"/account/template/{form_template_id('sourcing-data')}"]


@pytest.mark.parametrize("path", PATHS)
def test_no_form_is_taken_from_another_site(lever: Lever, path: str) -> None:
    listen(lever, "contactCreated")
    row = lever.create(name="Ana")
    [delivery] = lever.state()["deliveries"]
    before = lever.state(), lever.get("/stages"), lever.get("/form_templates"), lever.get("/users")
    address = path.format(row=row["id"], delivery=delivery["id"], hook=delivery["webhook"])
    given = {**SURE, "other": "x", "text": "x", "state": "draft", "name": "x"}
    answer = send(lever, address, headers={"Origin": "http://evil.example"}, **given)
    assert answer.status_code == 403
    after = lever.state(), lever.get("/stages"), lever.get("/form_templates"), lever.get("/users")
    assert after == before


def test_the_account_is_changed_without_a_word(lever: Lever) -> None:
    listen(lever, "contactUpdated", "candidateStageChange")
    mei, analyst, template = user_id("mei"), posting_id("data-analyst"), form_template_id("sourcing-data")
    told = send(lever, f"/account/user/{mei}")
    assert "Mei Tanaka was deactivated." in lever.client.get(told.headers["Location"]).text
    assert mei not in [row["id"] for row in lever.get("/users")["data"]]
    send(lever, f"/account/user/{mei}")
    assert mei in [row["id"] for row in lever.get("/users")["data"]]
    types = [row["type"] for row in lever.get("/audit_events", target_type="user", target_id=mei)["data"]]
    assert sorted(types) == ["user:deactivated", "user:reactivated"]
    send(lever, f"/account/stage/{stage_id('on-site')}", text="Day with us")
    assert lever.get(f"/stages/{stage_id('on-site')}")["data"]["text"] == "Day with us"
    send(lever, f"/account/posting/{analyst}", state="published")
    assert lever.get(f"/postings/{analyst}")["data"]["state"] == "published"
    send(lever, f"/account/template/{template}")
    fields = lever.get(f"/form_templates/{template}")["data"]["fields"]
    assert (len(fields), fields[-1]["required"], fields[-1]["type"]) == (5, True, "yes-no")
    assert announced(lever) == []


def test_a_stage_that_goes_sends_its_people_one_stage_back(lever: Lever) -> None:
    row = lever.create(name="Ana", stage=stage_id("on-site"))
    other = lever.create(name="Bo", stage="offer")
    listen(lever, "candidateStageChange")
    page = lever.client.get("/account")
    assert "the people in it (1) move one stage back" in page.text
    assert not form_of(page, "/account/stage-removal/offer")
    send(lever, f"/account/stage-removal/{stage_id('on-site')}", **SURE)
    assert lever.refused(f"/stages/{stage_id('on-site')}")[0] == 404
    assert lever.opportunity(row["id"])["stage"] == stage_id("phone-screen")
    assert lever.found() == ["Ana", "Bo"]
    assert announced(lever) == ["candidateStageChange"]
    assert send(lever, "/account/stage-removal/offer", **SURE).status_code == 400
    assert lever.opportunity(other["id"])["stage"] == "offer"


def test_a_posting_that_goes_is_told_among_the_deleted_ones(lever: Lever) -> None:
    backend = posting_id("backend-engineer")
    row = lever.create(name="Ana", postings=[backend])
    assert send(lever, f"/account/posting-removal/{backend}").status_code == 400
    send(lever, f"/account/posting-removal/{backend}", **SURE)
    assert lever.refused(f"/postings/{backend}")[0] == 404
    [deleted] = lever.get("/postings/deleted", deleted_at_start=lever.now_ms)["data"]
    assert (deleted["id"], deleted["deletedBy"]) == (backend, user_id("aud"))
    assert lever.get("/postings/deleted", deleted_at_start=lever.now_ms + 1)["data"] == []
    assert "a posting that is gone" in lever.client.get(f"/candidates/{row['id']}").text
    assert "a posting that is gone" in lever.client.get("/candidates").text
    assert lever.found(posting_id=backend) == ["Ana"]


def test_a_delivery_is_shown_and_sent_again(lever: Lever) -> None:
    assert "Nothing was sent yet" in lever.client.get("/deliveries").text
    listen(lever, "contactCreated")
    row = lever.create(name="Ana")
    for _ in range(40):
        lever.app.run_due()
        lever.now += 1
    page = lever.client.get("/deliveries")
    assert "given up" in page.text and row["contact"] in page.text
    found = re.search(r'action="(/deliveries/[^"]*/rerun)"', page.text)
    assert found
    answer = send(lever, found[1])
    assert "being sent once more" in lever.client.get(answer.headers["Location"]).text
    [delivery] = lever.state()["deliveries"]
    assert (delivery["state"], delivery["attempts"]) == ("waiting", [])
    lever.app.run_due()
    assert len(lever.state()["deliveries"][0]["attempts"]) == 1


def test_somebody_is_added_by_hand_and_announced(lever: Lever) -> None:
    known = lever.create(name="Ana", emails=["ana@x.example"])
    listen(lever, "contactCreated", "applicationCreated")
    given = {"name": "Bo", "email": "bo@x.example", "link": "linkedin.com/in/bo"}
    answer = send(lever, "/candidates/add", **given, posting=posting_id("backend-engineer"))
    assert "Added." in lever.client.get(answer.headers["Location"]).text
    [found] = lever.get("/opportunities", email="bo@x.example")["data"]
    assert (found["links"], found["sources"]) == (["http://linkedin.com/in/bo"], ["Added manually"])
    assert (found["owner"], found["opportunityLocation"]) == (user_id("aud"), "Oslo")
    assert announced(lever) == ["contactCreated", "applicationCreated"]
    send(lever, "/candidates/add", name="A.", email="ANA@x.example")
    assert lever.found(contact_id=known["contact"]) == ["Ana", "Ana"]
    assert len(announced(lever)) == 2


@pytest.mark.parametrize(
    "given", [{}, {"name": " "}, {"name": "Bo", "email": "bo"}, {"name": "Bo", "posting": "none"}]
)
def test_nobody_is_added_by_mistake(lever: Lever, given: dict[str, str]) -> None:
    assert send(lever, "/candidates/add", **given).status_code in (400, 404)
    assert lever.state()["counts"]["opportunities"] == 0


def test_a_group_is_switched_off_and_on(lever: Lever) -> None:
    listen(lever, "contactCreated")
    told = send(lever, "/deliveries/contactCreated/group", on="no")
    assert "never sent" in lever.client.get(told.headers["Location"]).text
    lever.create(name="Unheard")
    send(lever, "/deliveries/contactCreated/group", on="yes")
    heard = lever.create(name="Heard")
    [delivery] = lever.state()["deliveries"]
    assert delivery["body"]["data"] == {"contactId": heard["contact"]}
    assert send(lever, "/deliveries/candidateDreamt/group", on="yes").status_code == 404


def test_a_test_is_signed_and_holds_nothing(lever: Lever) -> None:
    listen(lever, "candidateHired")
    [hook] = lever.state()["webhooks"]
    send(lever, f"/deliveries/{hook['id']}/test")
    [delivery] = lever.state()["deliveries"]
    body = delivery["body"]
    assert (body["event"], body["data"], len(body["signature"])) == ("candidateHired", {}, 64)
    assert send(lever, "/deliveries/nothing/test").status_code == 404


def test_a_profile_shows_interviews_offers_and_referrals(lever: Lever) -> None:
    added: Any = lever.control("example")["data"]
    pages = [lever.client.get(f"/candidates/{row['opportunities'][0]}").text for row in added]
    for page, text in zip(
        pages, ("Technical interview", "Offer, sent", "Referred by Tomasz Lis"), strict=True
    ):
        assert text in page
    assert lever.client.get("/candidates/x/upkeep").status_code == 404
