"""The list of candidacies, newest first, with a search over names, emails and headlines."""

import heapq
from collections.abc import Iterator

from markupsafe import Markup
from werkzeug.wrappers import Request, Response

from .pages_forms import field, form, select, told
from .pages_markup import page, when
from .records import Contact, Opportunity
from .world import World

SHOWN = 100
SEARCH = Markup(
    '<form method="get" action="/candidates" role="search"><label for="q">Search by name, email or headline</label>'
    '<div class="row"><input id="q" name="q" type="search" value="{}"><button>Search</button></div></form>'
)
TABLE = Markup(
    '<section class="card"><div class="scroll" tabindex="0" role="region" aria-label="Candidates">'
    '<table><caption class="soft">{}</caption><thead><tr>'
    '<th scope="col">Name</th><th scope="col">Stage</th><th scope="col">Posting</th><th scope="col">Added</th>'
    "</tr></thead><tbody>{}</tbody></table></div></section>"
)
ROW = Markup(
    '<tr><td><a href="/candidates/{}">{}</a><br><span class="soft">{}</span></td><td>{}</td><td>{}</td><td>{}</td></tr>'
)


def people(world: World, request: Request) -> Response:
    """?q= narrows it."""
    asked = request.args.get("q", "").strip()
    with world.lock:
        found = list(_found(world, asked.casefold()))
        rows = heapq.nlargest(SHOWN, found, key=lambda row: row.created_at)
        shown = Markup("").join(_row(world, row) for row in rows)
        adding = _adding(world)
    gone = request.args.get("deleted")
    said = told(
        f"The candidacy of {gone} was deleted. Whoever listens to webhooks has been told." if gone else None
    )
    body = Markup("<h1>Candidates</h1>") + said + SEARCH.format(asked) + adding
    if not rows:
        empty = (
            f"Nobody matches “{asked}”."
            if asked
            else "Nobody is here yet. Whoever PinLever sends shows up here."
        )
        return page("Candidates", body + Markup("<p>{}</p>").format(empty))
    count = f"{len(found):,} found" if asked else f"{len(found):,} in all"
    return page("Candidates", body + TABLE.format(f"{count}, newest first", shown))


def _adding(world: World) -> Markup:
    """The form for somebody whom a user of Lever adds (pages_adding.py)."""
    postings = world.store.documents["posting"].values()
    choices = [row for row in postings if row["state"] in ("published", "internal")]
    fields = (
        field("name", "Name", required=True)
        + field("email", "Email")
        + field("link", "LinkedIn or other link")
    )
    fields += select("posting", "Posting", [{"id": "", "text": "None"}, *choices])
    inside = form("/candidates/add", fields, "Add", quiet=True)
    return Markup("<details><summary>Add somebody by hand</summary>{}</details>").format(inside)


def name_of(contact: Contact) -> str:
    return contact.name or "(no name)"


def posting_names(world: World, row: Opportunity) -> list[str]:
    postings = world.store.documents["posting"]
    applications = (world.store.applications[id] for id in row.applications)
    return [postings.get(one.posting, {}).get("text", "(a posting that is gone)") for one in applications]


def _found(world: World, asked: str) -> Iterator[Opportunity]:
    for row in world.store.opportunities.values():
        contact = world.store.contacts[row.contact]
        if not asked or any(
            asked in text.casefold() for text in (contact.name, contact.headline, *contact.emails)
        ):
            yield row


def _row(world: World, row: Opportunity) -> Markup:
    documents, contact = world.store.documents, world.store.contacts[row.contact]
    stage = documents["stage"].get(row.stage, {}).get("text", row.stage)
    if row.archived:
        stage = f"{stage}, archived"
    postings = posting_names(world, row)
    email = contact.emails[0] if contact.emails else contact.headline
    return ROW.format(row.id, name_of(contact), email, stage, ", ".join(postings), when(row.created_at))
