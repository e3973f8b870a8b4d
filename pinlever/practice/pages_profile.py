"""The profile of a candidacy, where the Lever logo leads, and what a user of Lever does there: move it through the
stages, archive it, take it back. All of that fires the webhooks Lever would."""

from urllib.parse import quote

from markupsafe import Markup
from werkzeug.wrappers import Request, Response

from .credentials import SUPER_ADMIN
from .hiring import change_archived
from .pages_forms import back, options, told
from .pages_markup import Line, card, lines, link, listed, page, sentence, when
from .pages_people import name_of, posting_names
from .pipeline import change_stage
from .records import Contact, Json, Opportunity
from .world import World

HEAD = Markup('<p><a href="/candidates">All candidates</a></p><h1>{}</h1><p class="soft">{}</p>')
STAGE = Markup(
    '<form method="post" action="/candidates/{id}/stage"><label for="stage">Stage</label>'
    '<select id="stage" name="stage">{options}</select><button>Change stage</button></form>'
)
ARCHIVE = Markup(
    '<form method="post" action="/candidates/{id}/archived"><label for="reason">Archive, because</label>'
    '<select id="reason" name="reason">{options}</select><button class="quiet">Archive</button></form>'
)
TAKE_BACK = Markup(
    '<form method="post" action="/candidates/{id}/archived"><p>Archived {at}: <strong>{reason}</strong></p>'
    '<button class="quiet">Take back out of the archive</button></form>'
)
SAID = {
    "added": "Added. Whoever listens to this account's webhooks has been told.",
    "stage": "The stage was changed. Whoever listens to this account's webhooks has been told.",
    "archived": "Archived. Whoever listens to this account's webhooks has been told.",
    "taken-back": "Taken back out of the archive. Whoever listens to this account's webhooks has been told.",
}
GONE = "There is no such candidate here. Perhaps it was deleted, or Practice Lever was started anew."


def profile(world: World, request: Request) -> Response:
    with world.lock:
        row = world.store.opportunities.get(_id(request))
        if row is None:
            return sentence("Not found", GONE, 404)
        contact = world.store.contacts[row.contact]
        left = _person(contact) + _files(world, row) + _events(world, row) + _notes(world, row)
        right = _moves(world, row) + _candidacy(world, row) + _history(world, row)
    said = told(SAID.get(request.args.get("done", "")))
    head = HEAD.format(name_of(contact), contact.headline)
    grid = Markup('<div class="grid"><div>{}</div><div>{}</div></div>').format(left, right)
    return page(name_of(contact), head + said + grid)


def move(world: World, request: Request) -> Response:
    """The form that changes the stage."""
    with world.lock:
        row, stage = _asked(world, request, "stage", "stage")
        if row is None or stage is None:
            return sentence(
                "Not changed", "There is no such candidate or stage here. Go back and choose again.", 404
            )
        if stage["id"] != row.stage:
            change_stage(world, row, stage, SUPER_ADMIN)
        world.commit()
    return _back(row, "stage")


def archive(world: World, request: Request) -> Response:
    """The form that archives, or takes back where no reason is given."""
    given = request.form.get("reason")
    with world.lock:
        row, reason = _asked(world, request, "archive_reason", "reason")
        if row is None or (given and reason is None):
            return sentence(
                "Not changed", "There is no such candidate or reason here. Go back and choose again.", 404
            )
        change_archived(world, row, reason)
        world.commit()
    return _back(row, "archived" if reason else "taken-back")


def resume(world: World, request: Request) -> Response:
    """The file itself: shown if it is a PDF, else saved."""
    _, id, _, file = request.path.strip("/").split("/")
    with world.lock:
        document = world.store.documents["resume"].get(file)
        content = world.store.blob(file) if document and document["_opportunity"] == id else None
    if document is None or content is None:
        return sentence("Not found", "There is no such file here.", 404)
    is_pdf = content.startswith(b"%PDF-")
    response = Response(content, content_type="application/pdf" if is_pdf else "application/octet-stream")
    how, name = "inline" if is_pdf else "attachment", quote(document["file"]["name"])
    response.headers["Content-Disposition"] = f"{how}; filename*=UTF-8''{name}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _id(request: Request) -> str:
    return request.path.strip("/").split("/")[1]


def _asked(world: World, request: Request, kind: str, field: str) -> tuple[Opportunity | None, Json | None]:
    chosen = world.store.documents[kind].get(request.form.get(field, ""))
    return world.store.opportunities.get(_id(request)), chosen


def _back(row: Opportunity, done: str) -> Response:
    return back(f"/candidates/{row.id}?done={done}")


def _person(contact: Contact) -> Markup:
    known: list[Line] = [
        ("Location", contact.location),
        ("Emails", Markup("<br>").join(contact.emails)),
        ("Phones", Markup("<br>").join(f"{phone.value} ({phone.type})" for phone in contact.phones)),
        ("Links", Markup("<br>").join(link(address) for address in contact.links)),
    ]
    return card("Contact", lines(known))


def _files(world: World, row: Opportunity) -> Markup:
    names = [
        Markup('<a href="/candidates/{}/resume/{}">{}</a> <span class="soft">{:,} bytes</span>').format(
            row.id, resume["id"], resume["file"]["name"], resume["file"]["size"]
        )
        for resume in world.store.of_opportunity("resume", row.id)
    ]
    names += [Markup("{}").format(file["name"]) for file in world.store.of_opportunity("file", row.id)]
    return card("Résumés and files", listed(names, "None."))


def _events(world: World, row: Opportunity) -> Markup:
    """Interviews, offers and referrals, if there are any."""
    store, happened = world.store, Markup('{} <span class="soft">{}</span>')
    shown = [
        happened.format(one["subject"] or "Interview", when(one["date"]))
        for one in store.of_opportunity("interview", row.id)
    ]
    shown += [
        happened.format(f"Offer, {one['status']}", when(one["createdAt"]))
        for one in store.of_opportunity("offer", row.id)
    ]
    shown += [
        happened.format(f"Referred by {_user(world, one['referrer'])}", when(one["createdAt"]))
        for one in store.of_opportunity("referral", row.id)
    ]
    return card("Interviews, offers, referrals", listed(shown, "None.")) if shown else Markup("")


def _notes(world: World, row: Opportunity) -> Markup:
    comments = [comment for note in world.store.of_opportunity("note", row.id) for comment in note["fields"]]
    shown = [
        Markup('<div class="note">{}</div><div class="soft">{} {}</div>').format(
            comment["value"], _user(world, comment["user"]), when(comment["createdAt"])
        )
        for comment in sorted(comments, key=lambda comment: -comment["createdAt"])
    ]
    return card("Notes", listed(shown, "None yet."))


def _moves(world: World, row: Opportunity) -> Markup:
    documents = world.store.documents
    stages = sorted(documents["stage"].values(), key=lambda stage: stage["rank"])
    forms = STAGE.format(id=row.id, options=options(stages, row.stage))
    if row.archived:
        reason = documents["archive_reason"].get(row.archived.reason, {}).get("text", row.archived.reason)
        forms += TAKE_BACK.format(id=row.id, at=when(row.archived.at), reason=reason)
    else:
        reasons = [one for one in documents["archive_reason"].values() if one["status"] != "inactive"]
        forms += ARCHIVE.format(id=row.id, options=options(reasons, ""))
    more = Markup('<p><a href="/candidates/{}/upkeep">Correct, merge, anonymise or delete</a></p>')
    return card("Move this person", forms + more.format(row.id))


def _candidacy(world: World, row: Opportunity) -> Markup:
    postings = posting_names(world, row)
    tag = Markup('<span class="tag">{}</span>')
    known: list[Line] = [
        ("Posting", ", ".join(postings) or "None"),
        ("Added", when(row.created_at)),
        ("Origin", row.origin),
        ("Sources", ", ".join(row.sources)),
        ("Owner", _user(world, row.owner)),
        ("Sourced by", _user(world, row.sourced_by)),
        ("Tags", Markup("").join(tag.format(text) for text in row.tags)),
        ("Confidential", "yes" if row.confidentiality == "confidential" else ""),
    ]
    return card("Candidacy", lines(known))


def _history(world: World, row: Opportunity) -> Markup:
    stages = world.store.documents["stage"]
    shown = [
        Markup('{} <span class="soft">{} {}</span>').format(
            stages.get(change.stage, {}).get("text", change.stage), when(change.at), _user(world, change.user)
        )
        for change in reversed(row.stage_changes)
    ]
    return card("Stages so far", listed(shown, "None."))


def _user(world: World, id: str | None) -> str:
    return str(world.store.documents["user"].get(id or "", {}).get("name", ""))
