"""Feedback, panels, interviews, offers, referrals: what they refuse, what they change, what they announce."""

from typing import Any

import pytest

from pinlever.practice.seed import feedback_template_id, posting_id

from .lever import AUD, JONAS, Lever

BACKEND = posting_id("backend-engineer")
TEMPLATE = feedback_template_id("interview")
TOMORROW = 1_790_086_400_000
YESTERDAY = 1_789_913_600_000
AS = {"perform_as": AUD}


def interview(**changes: Any) -> dict[str, Any]:
    return {"interviewers": [{"id": JONAS}], "date": TOMORROW, "duration": 30, **changes}


@pytest.fixture
def one(lever: Lever) -> str:
    return f"/opportunities/{lever.create(name='Ana', postings=[BACKEND])['id']}"


@pytest.fixture
def panel(lever: Lever, one: str) -> Any:
    body = {
        "timezone": "Europe/Oslo",
        "interviews": [interview(subject="First"), interview(date=TOMORROW + 1)],
    }
    return lever.post(f"{one}/panels", body)["data"]


def listen(lever: Lever, *events: str) -> None:
    for event in events:
        lever.post("/webhooks", {"url": "http://127.0.0.1:9/", "event": event}, None)


def announced(lever: Lever) -> list[tuple[str, Any]]:
    bodies = [row["body"] for row in lever.control("deliveries", method="GET")["data"]]
    return [(body["event"], body["data"]) for body in bodies]


def test_a_panel_holds_its_interviews(lever: Lever, one: str, panel: Any) -> None:
    assert [row["subject"] for row in panel["interviews"]] == ["First", None]
    assert (panel["start"], panel["end"]) == (TOMORROW, TOMORROW + 1 + 30 * 60_000)
    assert panel["interviews"][0]["interviewers"][0] == {
        "id": JONAS,
        "email": "jonas@practice.example",
        "name": "Jonas Holt",
        "responseStatus": "needsAction",
        "feedbackTemplate": "no-feedback",
    }
    row = lever.opportunity(one.split("/")[-1])
    assert panel["applications"] == row["applications"]
    alone = lever.get(f"{one}/interviews")["data"]
    assert [(found["panel"], found["postings"], found["timezone"]) for found in alone] == [
        (panel["id"], [BACKEND], "Europe/Oslo")
    ] * 2
    assert row["lastInteractionAt"] == lever.now_ms


WRONG: list[tuple[str, dict[str, Any]]] = [
    ("no time zone", {"interviews": [interview()]}),
    ("no interviews", {"timezone": "UTC", "interviews": []}),
    ("no date", {"timezone": "UTC", "interviews": [interview(date=None)]}),
    ("no time", {"timezone": "UTC", "interviews": [interview(duration=0)]}),
    ("a flag for a time", {"timezone": "UTC", "interviews": [interview(duration=True)]}),
    ("nobody", {"timezone": "UTC", "interviews": [interview(interviewers=[])]}),
    ("a name for a user", {"timezone": "UTC", "interviews": [interview(interviewers=["Jonas"])]}),
    ("a stranger", {"timezone": "UTC", "interviews": [interview(interviewers=[{"id": "x"}])]}),
    ("an odd reminder", {"timezone": "UTC", "interviews": [interview()], "feedbackReminder": "hourly"}),
    ("empty applications", {"timezone": "UTC", "interviews": [interview()], "applications": []}),
    ("a strange application", {"timezone": "UTC", "interviews": [interview()], "applications": ["x"]}),
]


@pytest.mark.parametrize(("why", "body"), WRONG, ids=[row[0] for row in WRONG])
def test_a_panel_is_refused_and_nothing_is_stored(
    lever: Lever, one: str, why: str, body: dict[str, Any]
) -> None:
    before = lever.state()["counts"]
    assert lever.refused(f"{one}/panels", "POST", json=body, query_string=AS)[0] in (400, 404)
    assert lever.state()["counts"] == before


def test_interviews_are_announced_with_their_panel(lever: Lever, one: str) -> None:
    listen(lever, "interviewCreated", "interviewUpdated", "interviewDeleted")
    body = {"timezone": "UTC", "interviews": [interview()]}
    made = lever.post(f"{one}/panels", body)["data"]
    id = made["interviews"][0]["id"]
    lever.put(f"{one}/interviews/{id}", interview(subject="Moved"))
    assert lever.call("DELETE", f"{one}/interviews/{id}", query_string=AS).status_code == 204
    events = announced(lever)
    assert [event for event, _ in events] == ["interviewCreated", "interviewUpdated", "interviewDeleted"]
    row = lever.opportunity(one.split("/")[-1])
    ids = {"opportunityId": row["id"], "candidateId": row["id"], "contactId": row["contact"]}
    assert {str(data) for _, data in events} == {str({**ids, "interviewId": id, "panelId": made["id"]})}


def test_the_panel_goes_with_its_last_interview(lever: Lever, one: str, panel: Any) -> None:
    first, second = (row["id"] for row in panel["interviews"])
    lever.call("DELETE", f"{one}/interviews/{first}", query_string=AS)
    assert len(lever.get(f"{one}/panels")["data"]) == 1
    lever.call("DELETE", f"{one}/interviews/{second}", query_string=AS)
    assert lever.get(f"{one}/panels")["data"] == []
    assert lever.refused(f"{one}/panels/{panel['id']}")[0] == 404


def test_a_panel_is_replaced_as_a_whole(lever: Lever, one: str, panel: Any) -> None:
    listen(lever, "interviewCreated", "interviewUpdated", "interviewDeleted")
    kept, gone = (row["id"] for row in panel["interviews"])
    body = {"timezone": "UTC", "interviews": [{"id": kept, **interview(subject="Kept")}, interview()]}
    changed = lever.put(f"{one}/panels/{panel['id']}", body)["data"]
    ids = [row["id"] for row in changed["interviews"]]
    assert kept in ids and gone not in ids and len(ids) == 2
    assert (changed["id"], changed["timezone"]) == (panel["id"], "UTC")
    assert sorted(event for event, _ in announced(lever)) == [
        "interviewCreated",
        "interviewDeleted",
        "interviewUpdated",
    ]


def test_an_interview_is_replaced_as_a_whole(lever: Lever, one: str, panel: Any) -> None:
    id = panel["interviews"][0]["id"]
    changed = lever.put(f"{one}/interviews/{id}", interview(date=TOMORROW + 5))["data"]
    assert (changed["subject"], changed["date"], changed["panel"]) == (None, TOMORROW + 5, panel["id"])


def test_what_users_scheduled_by_hand_is_only_read(lever: Lever, one: str) -> None:
    made = lever.control("interviews", {"opportunity": one.split("/")[-1]})
    assert made["externallyManaged"] is False
    id = made["interviews"][0]["id"]
    for method, path in (
        ("PUT", f"panels/{made['id']}"),
        ("DELETE", f"panels/{made['id']}"),
        ("PUT", f"interviews/{id}"),
        ("DELETE", f"interviews/{id}"),
    ):
        body = {"timezone": "UTC", "interviews": [interview()], **interview()}
        assert lever.refused(f"{one}/{path}", method, json=body, query_string=AS)[0] == 403
    assert (
        lever.get(f"{one}/interviews/{id}", expand=["user", "stage"])["data"]["stage"]["text"] == "New lead"
    )


def test_archiving_may_clean_up_what_is_still_to_come(lever: Lever, one: str) -> None:
    id = one.split("/")[-1]
    lever.control("interviews", {"opportunity": id, "date": YESTERDAY, "subject": "Past"})
    lever.control("interviews", {"opportunity": id, "date": TOMORROW})
    reasons = {row["text"]: row["id"] for row in lever.get("/archive_reasons")["data"]}
    lever.put(f"{one}/archived", {"reason": reasons["Withdrew"]})
    assert len(lever.get(f"{one}/interviews")["data"]) == 2
    lever.put(f"{one}/archived", {"reason": reasons["Withdrew"], "cleanInterviews": True})
    assert [row["subject"] for row in lever.get(f"{one}/interviews")["data"]] == ["Past"]


def test_feedback_answers_a_template_for_an_interview(lever: Lever, one: str, panel: Any) -> None:
    held = panel["interviews"][0]["id"]
    fields = {
        row["text"]: row["id"] for row in lever.get(f"/feedback_templates/{TEMPLATE}")["data"]["fields"]
    }
    said = [{"id": fields["Overall rating"], "value": "3 - Hire"}]
    body = {"baseTemplateId": TEMPLATE, "panel": panel["id"], "interview": held, "fieldValues": said}
    made = lever.post(f"{one}/feedback", body)["data"]
    assert [field["value"] for field in made["fields"]] == ["3 - Hire", None]
    row = lever.get(f"{one}/interviews/{held}", expand="feedbackForms")["data"]
    assert [form["id"] for form in row["feedbackForms"]] == [made["id"]]
    lever.now += 1
    more = [{"id": fields["Comments"], "value": "Strong"}]
    inner = lever.put(f"{one}/feedback/{made['id']}", {"fieldValues": more})["data"]
    assert (inner["profileId"], inner["fields"][0]["type"]) == (one.split("/")[-1], "score")
    read = lever.get(f"{one}/feedback/{made['id']}")["data"]
    assert [field["value"] for field in read["fields"]] == ["3 - Hire", "Strong"]
    assert (read["fields"][0]["type"], read["updatedAt"]) == ("score-system", lever.now_ms)


def test_removed_feedback_is_still_read_by_its_id(lever: Lever, one: str) -> None:
    made = lever.post(f"{one}/feedback", {"baseTemplateId": TEMPLATE})["data"]
    path = f"{one}/feedback/{made['id']}"
    assert lever.call("DELETE", path, query_string=AS).status_code == 204
    assert lever.get(path)["data"]["deletedAt"] == lever.now_ms
    assert lever.get(f"{one}/feedback")["data"] == []
    assert lever.refused(path, "PUT", json={}, query_string=AS)[0] == 404


WRONG_FEEDBACK: list[dict[str, Any]] = [
    {},
    {"baseTemplateId": "x"},
    {"baseTemplateId": TEMPLATE, "panel": "x"},
    {"baseTemplateId": TEMPLATE, "panel": "x", "interview": "x"},
    {"baseTemplateId": TEMPLATE, "fieldValues": [{"id": "x", "value": "y"}]},
    {"baseTemplateId": TEMPLATE, "createdAt": TOMORROW},
]


@pytest.mark.parametrize("body", WRONG_FEEDBACK)
def test_feedback_is_refused(lever: Lever, one: str, body: dict[str, Any]) -> None:
    assert lever.refused(f"{one}/feedback", "POST", json=body, query_string=AS)[0] in (400, 404)
    assert lever.get(f"{one}/feedback")["data"] == []


def test_a_rating_outside_its_options_is_refused(lever: Lever, one: str) -> None:
    field = lever.get(f"/feedback_templates/{TEMPLATE}")["data"]["fields"][0]
    body = {"baseTemplateId": TEMPLATE, "fieldValues": [{"id": field["id"], "value": "5 - Wow"}]}
    told = lever.refused(f"{one}/feedback", "POST", json=body, query_string=AS)
    assert told == (400, "The value of 'Overall rating' does not fit its type score-system")


def test_an_offer_goes_its_way(lever: Lever, one: str) -> None:
    id = one.split("/")[-1]
    made = lever.control("offers", {"opportunity": id})
    [offer] = lever.get(f"{one}/offers")["data"]
    assert (offer["status"], offer["posting"], offer["sentDocument"]) == ("draft", BACKEND, None)
    assert lever.refused(f"{one}/offers/{offer['id']}/download")[0] == 404
    lever.control("offers", {"opportunity": id, "offer": made["id"], "status": "signed"})
    [offer] = lever.get(f"{one}/offers", expand="creator")["data"]
    assert (offer["status"], offer["sentAt"], offer["creator"]["name"]) == (
        "signed",
        lever.now_ms,
        "Aud Berg",
    )
    assert offer["signedDocument"]["downloadUrl"].endswith(f"{offer['id']}/download?status=signed")
    for status in ("sent", "signed"):
        answer = lever.call("GET", f"{one}/offers/{offer['id']}/download", query_string={"status": status})
        assert answer.content_type == "application/pdf" and status.encode() in answer.data


def test_a_referral_names_who_referred(lever: Lever, one: str) -> None:
    made = lever.control("referrals", {"opportunity": one.split("/")[-1], "referrer": JONAS, "why": "School"})
    read = lever.get(f"{one}/referrals/{made['id']}", expand="referrer")["data"]
    assert (read["type"], read["referrer"]["id"], read["fields"][0]["value"]) == ("referral", JONAS, "School")


def test_what_is_done_with_files_is_listed(lever: Lever, one: str) -> None:
    import io

    form = {"file": (io.BytesIO(b"x"), "a.txt")}
    file = lever.call("POST", f"{one}/files", data=form, query_string=AS).json["data"]
    lever.call("DELETE", f"{one}/files/{file['id']}", query_string=AS)
    rows = lever.get(f"{one}/file_actions")["data"]
    assert [(row["type"], row["file"]["name"]) for row in rows] == [
        ("file-added", "a.txt"),
        ("file-remove", "a.txt"),
    ]
    assert [row["type"] for row in lever.get(f"{one}/file_actions", type="file-remove")["data"]] == [
        "file-remove"
    ]
    assert lever.get(f"{one}/file_actions", occurred_at_start=TOMORROW)["data"] == []


@pytest.mark.parametrize("room", ["notes", "files", "forms", "feedback", "panels", "interviews", "referrals"])
def test_what_hangs_on_one_is_not_found_on_another(lever: Lever, one: str, room: str) -> None:
    lever.control("example")
    rows = [row for row in lever.state()[room] if row.get("opportunity") != one.split("/")[-1]]
    for row in rows:
        assert lever.refused(f"{one}/{room}/{row['id']}")[0] == 404
