"""What an admin of Lever does to the account, so that others find it changed: users, stages, postings, templates."""

from collections import Counter
from collections.abc import Callable
from urllib.parse import urlencode

from markupsafe import Markup
from werkzeug.wrappers import Request, Response

from .credentials import SUPER_ADMIN
from .errors import ApiError
from .pages_forms import back, field, form, is_sure, select, sure, told, unconfirmed
from .pages_markup import card, page, sentence
from .records import Json
from .seed import seed_id
from .staging_account import BUILT_IN_STAGES, change, remove_posting, remove_stage
from .users import switch
from .world import World

INTRODUCTION = (
    "What admins change in Lever's settings. Nothing is announced: whoever connects has to look, as at Lever."
)
STATES = ("published", "internal", "closed", "draft")
GONE = "There is no such thing here any more. Go back and reload the page."
Change = Callable[[World, Request, Json], str | Response]
NEW_QUESTION = "Do they need a visa?"


def account(world: World, request: Request) -> Response:
    with world.lock:
        left = _users(world) + _templates(world)
        right = _stages(world) + _postings(world)
    grid = Markup('<div class="grid"><div>{}</div><div>{}</div></div>').format(left, right)
    head = Markup('<h1>The account</h1><p class="soft">{}</p>').format(INTRODUCTION)
    return page("The account", head + told(request.args.get("done")) + grid)


def _rows(rows: list[Markup]) -> Markup:
    return Markup('<ul class="plain ruled">{}</ul>').format(
        Markup("").join(Markup("<li>{}</li>").format(row) for row in rows)
    )


def _named(kind: str, row: Json, inside: Markup | str, button: str) -> Markup:
    name = row.get("text") or row.get("name") or ""
    return form(f"/account/{kind}/{row['id']}", inside, button, quiet=True, of=name)


def _users(world: World) -> Markup:
    rows = []
    for user in world.store.documents["user"].values():
        left = user["deactivatedAt"] is not None
        text = Markup('{} <span class="soft">{}{}</span>').format(
            user["name"], user["accessRole"], ", deactivated" if left else ""
        )
        rows.append(text + _named("user", user, "", "Bring back" if left else "Deactivate"))
    return card("Users", _rows(rows))


def _stages(world: World) -> Markup:
    stages = sorted(world.store.documents["stage"].values(), key=lambda row: row["rank"])
    people = Counter(row.stage for row in world.store.opportunities.values())
    rows = []
    for stage in stages:
        name = f"stage-{stage['id']}"
        label = field("text", f"{stage['text']} ({stage['pipeline']})", stage["text"], required=True, id=name)
        row = _named("stage", stage, label, "Rename")
        if stage["id"] not in BUILT_IN_STAGES:
            count = people[stage["id"]]
            inside = sure(f"{stage['text']} is gone; the people in it ({count}) move one stage back.")
            row += _named("stage-removal", stage, inside, "Remove")
        rows.append(row)
    return card("Stages", _rows(rows))


def _postings(world: World) -> Markup:
    rows = []
    for posting in world.store.documents["posting"].values():
        choices = [{"id": state, "text": state} for state in STATES]
        inside = select("state", posting["text"], choices, posting["state"], id=f"state-{posting['id']}")
        removal = sure(f"{posting['text']} is gone; its candidates keep an application to nothing.")
        rows.append(
            _named("posting", posting, inside, "Set state")
            + _named("posting-removal", posting, removal, "Delete")
        )
    return card("Postings", _rows(rows))


def _templates(world: World) -> Markup:
    rows = []
    for template in world.store.documents["form_template"].values():
        asked = ", ".join(one["text"] for one in template["fields"])
        text = Markup('{} <span class="soft">asks: {}</span>').format(template["text"], asked)
        rows.append(text + _named("template", template, "", "Add a required question"))
    return card("Form templates", _rows(rows))


def _changing(
    kind: str, change: Change, *, far_reaching: bool = False
) -> Callable[[World, Request], Response]:
    def answer(world: World, request: Request) -> Response:
        if far_reaching and not is_sure(request):
            return unconfirmed()
        with world.lock:
            held = world.store.documents[kind].get(request.path.rstrip("/").rpartition("/")[2])
            if held is None:
                return sentence("Not changed", GONE, 404)
            try:
                done = change(world, request, held)
            except ApiError as error:
                return sentence("Not changed", f"{error.message}. Go back.", error.status)
            world.commit()
        return done if isinstance(done, Response) else back(f"/account?{urlencode({'done': done})}")

    return answer


def _switch_user(world: World, request: Request, user: Json) -> str:
    switch(world, user, active=user["deactivatedAt"] is not None, by=SUPER_ADMIN)
    return f"{user['name']} was {'brought back' if user['deactivatedAt'] else 'deactivated'}."


def _rename_stage(world: World, request: Request, stage: Json) -> str | Response:
    text = request.form.get("text", "").strip()
    if not text:
        return sentence("Not changed", "A stage needs a name. Go back and give it one.", 400)
    change(world, "stage", stage, {"text": text})
    return f"{stage['text']} is called {text} now."


def _remove_stage(world: World, request: Request, stage: Json) -> str:
    remove_stage(world, stage, SUPER_ADMIN)
    return f"{stage['text']} was removed."


def _set_state(world: World, request: Request, posting: Json) -> str | Response:
    state = request.form.get("state", "")
    if state not in STATES:
        return sentence("Not changed", "A posting has no such state. Go back and choose one.", 400)
    change(world, "posting", posting, {"state": state, "updatedAt": world.now_ms()})
    return f"{posting['text']} is {state} now."


def _remove_posting(world: World, request: Request, posting: Json) -> str:
    remove_posting(world, posting, SUPER_ADMIN)
    return f"{posting['text']} was deleted."


def _ask_more(world: World, request: Request, template: Json) -> str:
    number = len(template["fields"])
    question: Json = {"type": "yes-no", "text": f"{NEW_QUESTION} ({number})", "description": ""}
    question |= {"id": seed_id("form_field", f"{template['id']}:{world.now_ms()}:{number}"), "required": True}
    changes = {"fields": [*template["fields"], question], "updatedAt": world.now_ms()}
    change(world, "form_template", template, changes)
    return f"{template['text']} has a new required question."


FORMS = {
    "user": _changing("user", _switch_user),
    "stage": _changing("stage", _rename_stage),
    "stage-removal": _changing("stage", _remove_stage, far_reaching=True),
    "posting": _changing("posting", _set_state),
    "posting-removal": _changing("posting", _remove_posting, far_reaching=True),
    "template": _changing("form_template", _ask_more),
}
