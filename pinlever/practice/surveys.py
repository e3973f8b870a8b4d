"""What applicants say of themselves for equal opportunity reports, and the diversity survey of a posting."""

from collections.abc import Iterator

from .paging import page
from .query import Window
from .records import Application, Json
from .routing import Call, Reply, Route, data
from .seed import seed_id

WEEK_MS = 7 * 86400 * 1000
ANSWERS = ("gender", "race", "veteran", "disability")
_NAMES_NOBODY = ("id", "appliedAt", "posting", "applicationTitle", "currentStage", "origin", "sources")


def responses_with_people(call: Call) -> Reply:
    window = call.query.window("created_at") or _last_week(call)
    return Reply(document=page(call.query, _responses(call, window), key=_by_time))


def anonymous_responses(call: Call) -> Reply:
    start, end = call.query.ms("fromDate"), call.query.ms("toDate")
    past, now = _last_week(call)
    window = (past if start is None else start, now if end is None else end)
    names = (*_NAMES_NOBODY, *ANSWERS)
    rows = [{name: row[name] for name in names if name in row} for row in _responses(call, window)]
    return Reply(document=page(call.query, rows, key=_by_time))


def _by_time(row: Json) -> tuple[int, str]:
    return (-row["appliedAt"], row["id"])


def _last_week(call: Call) -> Window:
    now = call.world.now_ms()
    return now - WEEK_MS, now


def _responses(call: Call, window: Window) -> Iterator[Json]:
    for application in call.world.store.applications.values():
        opportunity = call.world.store.opportunities.get(application.opportunity)
        if opportunity is None or not window[0] <= application.created_at <= window[1]:
            continue
        if opportunity.confidentiality != "non-confidential" and not call.credential.confidential:
            continue
        if application.said is not None:
            yield _response(call, application)


def _response(call: Call, application: Application) -> Json:
    store = call.world.store
    row = store.opportunities[application.opportunity]
    posting = store.documents["posting"].get(application.posting, {})
    given = (application.said or {}).get("eeo") or {}
    return {
        "id": application.id,
        "applicationArchivedAt": application.archived.at if application.archived else None,
        "applicationArchivedBy": None,
        "applicationArchiveReason": application.archived.reason if application.archived else None,
        "applicationId": application.id,
        "applicationTitle": posting.get("text", ""),
        "appliedAt": application.created_at,
        "currentStage": row.stage,
        "contact": row.contact,
        "eeoResponseSource": "api",
        "eeoSurveyRespondedAt": application.created_at,
        "hiredDate": application.archived.at if application.hired_for and application.archived else None,
        "hiringManager": application.hiring_manager,
        "opportunityId": row.id,
        "opportunityOwner": row.owner,
        "origin": row.origin,
        "posting": application.posting,
        "sources": list(row.sources),
        **{name: given[name] for name in ANSWERS if name in given},
    }


def diversity_survey(call: Call) -> Reply:
    """One for all postings; only its address is known."""
    posting = call.document("posting", "postings")
    options = [{"text": text} for text in ("Woman", "Man", "Non-binary", "I prefer not to answer")]
    field = {"id": seed_id("survey", "gender"), "type": "multiple-choice", "text": "What is your gender?"}
    return data(
        {
            "id": seed_id("survey", "diversity"),
            "text": "Diversity survey",
            "instructions": "",
            "posting": posting["id"],
            "fields": [{**field, "description": "", "required": False, "options": options}],
        }
    )


ROUTES = (
    Route("GET", "/eeo/responses", anonymous_responses, "eeo_responses:read:admin"),
    Route("GET", "/eeo/responses/pii", responses_with_people, "eeo_responses_pii:read:admin"),
    Route("GET", "/surveys/diversity/<id>", diversity_survey, "diversity_surveys:read:admin"),
)
