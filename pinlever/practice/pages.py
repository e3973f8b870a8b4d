"""The few pages Practice Lever shows to people: the profile a link leads to, the people, the consent screen."""

from collections.abc import Callable
from html import escape
from urllib.parse import urlencode

from werkzeug.wrappers import Request, Response

from . import oauth
from .records import Opportunity
from .seed import ACCOUNT_NAME
from .world import World

Page = Callable[[World, Request], Response]
SHOWN = 100
_PERSONS = {"super-admin": "Aud Berg, Super Admin", "user": "Tomasz Lis, team member"}


def find(request: Request) -> Page | None:
    """The page for this request; None when it is the API's. /candidates is both: an API call has credentials."""
    if request.method != "GET" or "Authorization" in request.headers:
        return None
    parts = request.path.strip("/").split("/")
    if request.path in ("/", "/candidates"):
        return _people
    if request.path == "/authorize":
        return _authorize
    return _profile if len(parts) == 2 and parts[0] == "candidates" else None


def _document(title: str, body: str, status: int = 200) -> Response:
    head = (
        f"<title>{escape(title)} · Practice Lever</title><meta name='viewport' content='width=device-width'>"
    )
    style = "<style>body{font:16px/1.5 sans-serif;max-width:45rem;margin:2rem auto;padding:0 1rem}</style>"
    banner = (
        f"<p><strong>Practice Lever</strong>, the stand-in for Lever. Account: {escape(ACCOUNT_NAME)}</p>"
    )
    markup = f"<!doctype html><html lang='en'><meta charset='utf-8'>{head}{style}<body>{banner}{body}</body></html>"
    response = Response(markup, status, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    return response


def _people(world: World, request: Request) -> Response:
    with world.lock:
        rows = sorted(world.store.opportunities.values(), key=lambda row: -row.created_at)[:SHOWN]
        items = "".join(
            f"<li><a href='/candidates/{escape(row.id)}'>{escape(_name(world, row))}</a></li>" for row in rows
        )
        total = len(world.store.opportunities)
    return _document("Candidates", f"<h1>Candidates</h1><p>{total} in all, newest first.</p><ul>{items}</ul>")


def _name(world: World, row: Opportunity) -> str:
    return world.store.contacts[row.contact].name or "(no name)"


def _profile(world: World, request: Request) -> Response:
    id = request.path.strip("/").split("/")[1]
    with world.lock:
        row = world.store.opportunities.get(id)
        if row is None:
            return _document("Not found", "<h1>Not found</h1><p>There is no such candidate here.</p>", 404)
        facts = _facts(world, row)
        name = _name(world, row)
    lines = "".join(f"<dt>{escape(label)}</dt><dd>{escape(text)}</dd>" for label, text in facts if text)
    return _document(name, f"<h1>{escape(name)}</h1><dl>{lines}</dl>")


def _facts(world: World, row: Opportunity) -> list[tuple[str, str]]:
    documents, contact = world.store.documents, world.store.contacts[row.contact]
    applications = (world.store.applications[id] for id in row.applications)
    postings = ", ".join(documents["posting"][application.posting]["text"] for application in applications)
    notes = (
        field["value"] for note in world.store.of_opportunity("note", row.id) for field in note["fields"]
    )
    resumes = (resume["file"]["name"] for resume in world.store.of_opportunity("resume", row.id))
    return [
        ("Headline", contact.headline),
        ("Location", contact.location),
        ("Emails", ", ".join(contact.emails)),
        ("Phones", ", ".join(f"{phone.value} ({phone.type})" for phone in contact.phones)),
        ("Links", ", ".join(contact.links)),
        ("Posting", postings),
        ("Stage", documents["stage"].get(row.stage, {}).get("text", row.stage)),
        ("Archived", documents["archive_reason"][row.archived.reason]["text"] if row.archived else ""),
        ("Origin", row.origin),
        ("Sources", ", ".join(row.sources)),
        ("Tags", ", ".join(row.tags)),
        ("Owner", documents["user"].get(row.owner or "", {}).get("name", "")),
        ("Résumé", ", ".join(resumes)),
        ("Notes", " · ".join(notes)),
    ]


def _authorize(world: World, request: Request) -> Response:
    """Asks who is signing in; ?_as=super-admin or ?_as=user answers for machines."""
    with world.lock:
        asked = oauth.read_authorization(world, request.args)
        if isinstance(asked, str):
            return _document("Cannot connect", f"<h1>Cannot connect</h1><p>{escape(asked)}</p>", 400)
        person = request.args.get("_as")
        if person in _PERSONS:
            target = oauth.answer_as(world, asked, person)
            world.commit()
            return Response(status=302, headers={"Location": target})
    return _consent(request, asked)


def _consent(request: Request, asked: oauth.Authorization) -> Response:
    def choice(person: str, label: str) -> str:
        query = urlencode([*request.args.items(multi=True), ("_as", person)])
        return f"<li><a href='/authorize?{escape(query)}'>{escape(label)}</a></li>"

    scopes = "".join(f"<li>{escape(scope)}</li>" for scope in asked.scopes)
    choices = "".join(choice(person, label) for person, label in _PERSONS.items())
    text = f"<p>{escape(asked.client)} asks for:</p><ul>{scopes}</ul><p>Sign in and allow it as:</p><ul>{choices}</ul>"
    return _document("Authorize", f"<h1>Authorize</h1>{text}")
