"""Signing in at Practice Lever: whoever comes chooses who they are, and whether they allow what is asked for."""

from urllib.parse import urlencode, urlsplit

from markupsafe import Markup
from werkzeug.wrappers import Request, Response

from . import oauth
from .pages_markup import card, listed, page, sentence
from .world import World

PERSONS = {
    "super-admin": ("Allow, as Aud Berg, Super Admin", "button"),
    "user": ("Allow, as Tomasz Lis, team member", "button quiet"),
    "deny": ("Deny", "button quiet"),
}
INTRODUCTION = Markup(
    "<h1>{client} wants to connect</h1>"
    '<p class="soft">At Lever you would sign in here. Practice Lever lets you choose who you are. '
    "As at Lever, only a Super Admin can allow it for the account. You are then sent back to {host}.</p>"
)


def authorize(world: World, request: Request) -> Response:
    """Asks who is signing in; ?_as= one of PERSONS answers for machines."""
    with world.lock:
        asked = oauth.read_authorization(world, request.args)
        if isinstance(asked, str):
            return sentence("Cannot connect", asked, 400)
        person = request.args.get("_as")
        if person in PERSONS:
            target = oauth.answer_as(world, asked, person)
            world.commit()
            return Response(status=302, headers={"Location": target, "Cache-Control": "no-store"})
    return _chooser(request, asked)


def _chooser(request: Request, asked: oauth.Authorization) -> Response:
    choices = Markup("").join(_choice(request, person) for person in PERSONS)
    host = urlsplit(asked.redirect_uri).netloc
    body = INTRODUCTION.format(client=asked.client, host=host) + Markup(
        '<div class="grid">{}{}</div>'
    ).format(
        card("Who are you?", Markup('<div class="choices">{}</div>').format(choices)),
        card("What it asks for", listed(asked.scopes, "Nothing at all.")),
    )
    return page("Connect", body)


def _choice(request: Request, person: str) -> Markup:
    label, style = PERSONS[person]
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "_as"]
    address = f"/authorize?{urlencode([*kept, ('_as', person)])}"
    return Markup('<a class="{}" href="{}">{}</a>').format(style, address, label)
