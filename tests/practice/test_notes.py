from typing import Any

import pytest

from .lever import AUD, JONAS, Lever


@pytest.fixture
def notes(lever: Lever) -> str:
    path = f"/opportunities/{lever.create(name='Ana')['id']}/notes"
    lever.now += 10
    return path


def test_the_answer_is_the_whole_note_and_its_id(lever: Lever, notes: str) -> None:
    told = lever.post(notes, {"value": "Sourced\nby Pin"}, JONAS)["data"]
    assert told.pop("noteId") == told["id"]
    assert (told["user"], told["fields"][0]["value"]) == (JONAS, "Sourced\nby Pin")
    assert (told["fields"][0]["user"], told["fields"][0]["stage"]) == (JONAS, "lead-new")
    assert lever.get(notes)["data"] == [told]
    assert lever.get(f"{notes}/{told['id']}")["data"] == told


def test_a_note_is_an_interaction(lever: Lever, notes: str) -> None:
    lever.post(notes, {"value": "x"}, None)
    read = lever.opportunity(notes.split("/")[2])
    assert read["lastInteractionAt"] == read["updatedAt"] == lever.now_ms
    assert lever.get(notes)["data"][0]["user"] is None


@pytest.mark.parametrize(
    "body", [{}, {"value": ""}, {"value": 3}, {"value": "x", "score": 5}, {"value": "x", "secret": "maybe"}]
)
def test_it_refuses(lever: Lever, notes: str, body: dict[str, Any]) -> None:
    assert lever.refused(notes, "POST", json=body)[0] == 400
    assert lever.refused(notes, "POST", json={"value": "x", "createdAt": lever.now_ms + 1})[0] == 400
    assert lever.get(notes)["data"] == []


def test_a_form_body_will_do(lever: Lever, notes: str) -> None:
    assert lever.call("POST", notes, data={"value": "x", "secret": "true"}).json["data"]["secret"] is True


def test_a_thread(lever: Lever, notes: str) -> None:
    first = lever.post(notes, {"value": "one"})["data"]["id"]
    lever.post(notes, {"value": "two"}, note_id=first)
    [note] = lever.get(notes, expand="user")["data"]
    assert [field["value"] for field in note["fields"]] == ["one", "two"]
    assert note["user"]["id"] == AUD
    assert lever.refused(notes, "POST", json={"value": "x"}, query_string={"note_id": "none"})[0] == 404


def test_change_and_remove(lever: Lever, notes: str) -> None:
    note = lever.post(notes, {"value": "one"})["data"]["id"]
    assert lever.put(f"{notes}/{note}", {"values": [{"value": "new"}]}, None) == {"data": {"noteId": note}}
    assert lever.get(f"{notes}/{note}")["data"]["fields"][0]["value"] == "new"
    assert lever.refused(f"{notes}/{note}", "PUT", json={"values": []})[0] == 400
    gone = lever.call("DELETE", f"{notes}/{note}")
    assert (gone.status_code, gone.data) == (204, b"")
    assert lever.refused(f"{notes}/{note}", "DELETE")[0] == 404
    assert lever.get(notes) == {"data": [], "hasNext": False}


def test_a_note_of_somebody_else_is_not_found(lever: Lever, notes: str) -> None:
    note = lever.post(notes, {"value": "one"})["data"]["id"]
    other = lever.create(name="Ben")["id"]
    assert lever.refused(f"/opportunities/{other}/notes/{note}")[0] == 404
    assert lever.get(f"/candidates/{notes.split('/')[2]}/notes/{note}")["data"]["id"] == note
