"""/_control: the state, the log, switches, people put on stage, merging, deleting, and who may do it."""

import re
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from pinlever.practice.control import COMMANDS
from pinlever.practice.errors import ApiError
from pinlever.practice.seed import archive_reason_id, form_template_id, posting_id, stage_id, user_id
from pinlever.practice.switches import SWITCHES, Switches

from .lever import AUD, START, Lever

BACKEND, DESIGNER = posting_id("backend-engineer"), posting_id("product-designer")


def test_the_log_tells_everything_in_order(lever: Lever) -> None:
    lever.create(name="Ana", emails=["ana@x.example"], links=["l.example"], createdAt=5, postings=[BACKEND])
    lever.create(name="Ana", emails=["ana@x.example"])
    lever.get("/opportunities", email="ana@x.example", expand=["contact", "stage"])
    first, second, third = lever.log()
    assert [first["seq"], second["seq"], third["seq"]] == [1, 2, 3]
    assert (first["method"], first["path"], first["query"]) == (
        "POST",
        "/v1/opportunities",
        {"perform_as": [AUD]},
    )
    assert first["body"]["createdAt"] == 5
    assert first["body"]["links"] == ["l.example"]
    assert (first["deduped"], second["deduped"]) == (False, True)
    assert first["contact"] == second["contact"]
    assert (first["status"], first["outcome"], first["perform_as"]) == (201, 201, AUD)
    assert first["received_at"] == first["answered_at"] == START
    assert third["query"] == {"email": ["ana@x.example"], "expand": ["contact", "stage"]}
    assert [entry["seq"] for entry in lever.log(since=2)] == [3]


def test_control_and_pages_are_not_in_the_log(lever: Lever) -> None:
    lever.client.get("/")
    lever.state()
    assert lever.log() == []


def test_reset_leaves_nothing_but_the_seed(lever: Lever) -> None:
    before = lever.state()
    lever.create(name="Ana")
    lever.control("keys", {"key": "more"})
    lever.control("switches", {"created_at": "ignore"})
    lever.fault("slow", {}, seconds=1)
    lever.control("reset")
    assert lever.log() == []
    assert lever.state() == before
    assert lever.control("switches", method="GET")["data"]["created_at"] == "keep"
    assert lever.control("faults", method="GET")["data"] == []


def test_one_wrong_switch_changes_none(lever: Lever) -> None:
    wrong = {"created_at": "ignore", "index_lag": -1}
    assert lever.client.post("/_control/switches", json=wrong).status_code == 400
    assert lever.control("switches", method="GET")["data"]["created_at"] == "keep"


@pytest.mark.parametrize("name", SWITCHES)
def test_every_switch_accepts_its_default_and_not_anything(name: str) -> None:
    Switches({name: SWITCHES[name].default})
    with pytest.raises(ApiError):
        Switches({name: object()})
    with pytest.raises(ApiError):
        Switches({f"no_{name}": 1})


def test_people_with_several_opportunities(lever: Lever) -> None:
    person = {
        "name": "Ana",
        "emails": ["ana@x.example"],
        "links": ["linkedin.com/in/ana"],
        "phones": [{"value": "1"}],
        "opportunities": [
            {"posting": BACKEND, "archived": True},
            {"posting": DESIGNER, "stage": "offer"},
            {},
        ],
    }
    [added] = lever.control("opportunities", {"people": [person]})["data"]
    rows = [lever.opportunity(id, expand="applications") for id in added["opportunities"]]
    assert {row["contact"] for row in rows} == {added["contact"]}
    assert [bool(row["archived"]) for row in rows] == [True, False, False]
    assert rows[1]["applications"][0]["posting"] == DESIGNER
    assert lever.found(archived_posting_id=BACKEND) == ["Ana"]
    assert lever.create(emails=["ana@x.example"])["contact"] == added["contact"]
    [more] = lever.control("opportunities", {"people": [{"contact": added["contact"], "count": 2}]})["data"]
    assert (more["contact"], len(more["opportunities"])) == (added["contact"], 2)
    assert len(lever.found(contact_id=added["contact"])) == 6
    assert lever.log()[0]["method"] == "GET"


def test_a_crowd(lever: Lever) -> None:
    assert lever.control("opportunities", {"generate": 250, "prefix": "c"}) == {"generated": 250}
    assert lever.found(email="C17@people.example") == ["C 17"]
    assert lever.state()["counts"]["contacts"] == 250


def test_merging_moves_everything_and_ends_one_id(lever: Lever) -> None:
    ana = lever.create(name="Ana", emails=["ana@x.example"], links=["https://a.example"])
    gone = lever.create(
        name="A.", emails=["a@y.example"], links=["https://b.example"], phones=[{"value": "1"}]
    )
    deleted = lever.create(emails=["a@y.example"])
    lever.control("delete", {"opportunity": deleted["id"]})
    lever.now += 5
    lever.control("merge", {"from": gone["contact"], "to": ana["contact"]})
    assert lever.refused(f"/contacts/{gone['contact']}")[0] == 404
    read = lever.opportunity(gone["id"])
    assert (read["contact"], read["name"], read["updatedAt"]) == (ana["contact"], "Ana", lever.now_ms)
    assert read["emails"] == ["ana@x.example", "a@y.example"]
    assert read["links"] == ["https://a.example", "https://b.example"]
    assert lever.found(email="a@y.example") == ["Ana", "Ana"]
    assert lever.create(emails=["a@y.example"])["contact"] == ana["contact"]
    [row] = lever.get("/opportunities/deleted")["data"]
    assert row["contact"] == ana["contact"]
    same = {"from": ana["contact"], "to": ana["contact"]}
    assert lever.client.post("/_control/merge", json=same).status_code == 400


def test_what_lever_users_do(lever: Lever) -> None:
    row = lever.create(name="Ana", emails=["ana@x.example"])
    lever.control(
        "edit_contact", {"contact": row["contact"], "changes": {"name": "Anna", "emails": ["b@x.example"]}}
    )
    protection = {"contact": {"allowed": False, "expiresAt": None}}
    changes = {"owner": user_id("mei"), "data_protection": protection}
    lever.control("edit_opportunity", {"opportunity": row["id"], "changes": changes})
    read = lever.opportunity(row["id"])
    assert (read["name"], read["owner"], read["dataProtection"]) == ("Anna", user_id("mei"), protection)
    lever.control("edit_opportunity", {"opportunity": row["id"], "updated_at": None})
    assert lever.opportunity(row["id"])["updatedAt"] is None
    wrong = {"opportunity": row["id"], "changes": {"id": "x"}}
    assert lever.client.post("/_control/edit_opportunity", json=wrong).status_code == 400


DOCUMENTS: list[tuple[str, dict[str, Any], str]] = [
    ("user", {"name": "Ola", "email": "ola@practice.example"}, "/users"),
    ("posting", {"text": "Chef", "state": "published", "categories": {"location": "Oslo"}}, "/postings"),
    ("stage", {"id": "s-1", "text": "Tea", "pipeline": "screen", "rank": 202}, "/stages"),
    ("archive_reason", {"text": "Moved", "type": "non-hired", "status": "active"}, "/archive_reasons"),
]


@pytest.mark.parametrize(("kind", "document", "path"), DOCUMENTS, ids=[row[0] for row in DOCUMENTS])
def test_the_catalogue_can_grow(lever: Lever, kind: str, document: dict[str, Any], path: str) -> None:
    made = lever.control("documents", {"kind": kind, "document": document})
    name = "name" if kind == "user" else "text"
    assert document[name] in [row[name] for row in lever.get(path)["data"]]
    renamed = {"kind": kind, "document": {"id": made["id"], name: "Other"}}
    lever.control("documents", renamed)
    assert lever.get(f"{path}/{made['id']}")["data"][name] == "Other"


def test_a_stage_that_moves_reorders_the_lists(lever: Lever) -> None:
    people = [{"name": "a", "stage": "lead-new"}, {"name": "b", "stage": "offer"}]
    lever.control("opportunities", {"people": people})
    assert lever.found() == ["a", "b"]
    lever.control("documents", {"kind": "stage", "document": {"id": "offer", "rank": 0}})
    assert lever.found() == ["b", "a"]


def post(lever: Lever, **given: Any) -> TestResponse:
    return lever.client.post("/_control/reset", **given)


def test_other_machines_and_other_sites_are_refused(lever: Lever) -> None:
    lever.create(name="Ana")
    assert post(lever, environ_base={"REMOTE_ADDR": "192.0.2.7"}).status_code == 403
    assert post(lever, headers={"Origin": "https://evil.example"}).status_code == 403
    assert len(lever.log()) == 1
    own = {"Origin": "http://localhost"}
    assert post(lever, environ_base={"REMOTE_ADDR": "127.0.0.1"}, headers=own).status_code == 200
    assert lever.log() == []


def test_people_somebody_adds_now_are_announced_and_those_of_before_are_not(lever: Lever) -> None:
    for event in ("contactCreated", "applicationCreated"):
        lever.post("/webhooks", {"url": "http://127.0.0.1:9/", "event": event}, None)
    lever.control("opportunities", {"people": [{"name": "Before", "posting": BACKEND}]})
    assert lever.state()["deliveries"] == []
    given = {"people": [{"name": "Ana", "posting": BACKEND}], "announce": True}
    [added] = lever.control("opportunities", given)["data"]
    more = {"people": [{"contact": added["contact"]}], "announce": True}
    lever.control("opportunities", more)
    events = [row["body"]["event"] for row in lever.state()["deliveries"]]
    assert events == ["contactCreated", "applicationCreated"]


def test_what_admins_take_away_is_gone(lever: Lever) -> None:
    lever.control("opportunities", {"people": [{"name": "Ana", "stage": stage_id("on-site")}]})
    for kind, id, path in (
        ("stage", stage_id("on-site"), "/stages"),
        ("posting", DESIGNER, "/postings"),
        ("archive_reason", archive_reason_id("overqualified"), "/archive_reasons"),
        ("form_template", form_template_id("sourcing-data"), "/form_templates"),
    ):
        lever.control("remove_document", {"kind": kind, "id": id})
        assert lever.refused(f"{path}/{id}")[0] == 404
        assert (
            lever.client.post("/_control/remove_document", json={"kind": kind, "id": id}).status_code == 404
        )
    assert lever.found(stage_id=stage_id("phone-screen")) == ["Ana"]


def test_every_command_is_in_the_documentation() -> None:
    told = (Path(__file__).parents[2] / "docs" / "practice-lever.md").read_text()
    words = set(re.findall(r"[a-z_]+", told))
    assert {name for _, name in COMMANDS} - words == set()


def test_the_examples_have_something_of_everything(lever: Lever) -> None:
    lever.control("example")
    counts = lever.state()["counts"]
    assert (counts["opportunities"], counts["notes"], counts["files"]) == (3, 3, 3)
    assert (counts["interviews"], counts["panels"], counts["offers"], counts["referrals"]) == (1, 1, 1, 1)


WRONG: list[tuple[str, Any]] = [
    ("opportunities", {}),
    ("opportunities", {"people": [{"posting": "none"}]}),
    ("opportunities", {"people": [{"contact": "none"}]}),
    ("opportunities", {"generate": "many"}),
    ("delete", {"opportunity": "none"}),
    ("anonymize", {"contact": "none"}),
    ("merge", {"from": "none", "to": "none"}),
    ("documents", {"kind": "token", "document": {}}),
    ("keys", {}),
    ("rerun", {"delivery": "none"}),
    ("offers", {"opportunity": "none"}),
    ("referrals", {}),
    ("interviews", {"opportunity": "none"}),
    ("notes", {"opportunity": "none", "value": "x"}),
    ("remove_document", {"kind": "stage", "id": "offer"}),
    ("remove_document", {"kind": "token", "id": "x"}),
    ("nothing", {}),
]


@pytest.mark.parametrize(("path", "body"), WRONG)
def test_mistakes_are_told_and_change_nothing(lever: Lever, path: str, body: Any) -> None:
    before = lever.state()
    answer = lever.client.post(f"/_control/{path}", json=body)
    assert answer.status_code in (400, 404)
    assert answer.json["message"]
    assert lever.state() == before
