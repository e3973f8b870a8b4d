"""How Practice Lever's pages look: one style sheet of their own, one frame, everything in it escaped."""

from collections.abc import Iterable
from datetime import UTC, datetime

from markupsafe import Markup
from werkzeug.wrappers import Response

from .seed import ACCOUNT_NAME

STYLE_PATH = "/practice.css"
POLICY = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
STYLE = """
:root { color-scheme: light dark; --ink: #22201b; --soft: #5f594c; --paper: #fffdf7; --card: #fff; --line: #ddd5c3;
  --mark: #6b4f1d; --mark-ink: #fff; --link: #5b4010; }
@media (prefers-color-scheme: dark) { :root { --ink: #f1ede4; --soft: #bdb5a4; --paper: #1b1915; --card: #24211c;
  --line: #443f34; --mark: #e0b65c; --mark-ink: #1b1915; --link: #e9c98a; } }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
.banner { background: var(--mark); color: var(--mark-ink); padding: .5rem 1rem; display: flex; gap: .25rem 1rem;
  flex-wrap: wrap; align-items: baseline; }
.banner a { color: inherit; font-weight: 700; }
.banner a.room { font-weight: 400; }
.banner strong { letter-spacing: .08em; text-transform: uppercase; }
main { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
h1 { margin: 0 0 .25rem; font-size: 1.6rem; overflow-wrap: anywhere; }
h2 { margin: 0 0 .75rem; font-size: 1.05rem; }
.soft { color: var(--soft); }
a { color: var(--link); }
.grid { display: grid; gap: 1rem; margin-top: 1.25rem; }
@media (min-width: 50rem) { .grid { grid-template-columns: 3fr 2fr; align-items: start; } }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: 1rem 1.25rem; }
.card + .card { margin-top: 1rem; } .grid > .card { margin-top: 0; }
dl { display: grid; grid-template-columns: minmax(5rem, 8rem) 1fr; gap: .4rem 1rem; margin: 0; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
ul.plain { list-style: none; margin: 0; padding: 0; } ul.plain li + li { margin-top: .35rem; }
.tag { display: inline-block; border: 1px solid var(--line); border-radius: 1rem; padding: 0 .6rem; margin: 0 .25rem
  .25rem 0; overflow-wrap: anywhere; }
.note { border-left: 3px solid var(--mark); padding-left: .75rem; white-space: pre-wrap; overflow-wrap: anywhere; }
label { display: block; margin-bottom: .25rem; }
input, select { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--soft);
  border-radius: .375rem; padding: .45rem .6rem; width: 100%; }
button, .button { font: inherit; display: inline-block; background: var(--mark); color: var(--mark-ink); border: 1px
  solid var(--mark); border-radius: .375rem; padding: .45rem 1rem; text-decoration: none; cursor: pointer; }
.button.quiet, button.quiet { background: transparent; color: var(--link); }
.choices { display: grid; gap: .75rem; margin: 1rem 0 0; } .choices .button { text-align: center; padding: .7rem 1rem; }
label + input, input + label { margin-bottom: .5rem; } input + label { margin-top: .5rem; }
.sure { display: flex; gap: .5rem; align-items: baseline; margin: .5rem 0; } .sure input { width: auto; }
ul.ruled li + li { border-top: 1px solid var(--line); padding-top: .75rem; margin-top: .75rem; }
details { margin: 1rem 0; } summary { cursor: pointer; color: var(--link); }
ul.plain li > form { margin: .25rem 0 .75rem; } details form { max-width: 30rem; margin-top: .5rem; }
pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
form + form { margin-top: 1rem; } form button { margin-top: .5rem; }
.row { display: flex; gap: .5rem; } .row button { margin: 0; }
table { width: 100%; border-collapse: collapse; } .scroll { overflow-x: auto; } table.wide { min-width: 44rem; }
th, td { text-align: left; padding: .5rem .75rem .5rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { color: var(--soft); font-weight: 600; }
td { overflow-wrap: break-word; } td:first-child { overflow-wrap: anywhere; min-width: 7rem; }
.said { border: 1px solid var(--mark); border-radius: .375rem; padding: .5rem .75rem; }
:focus-visible { outline: 3px solid var(--mark); outline-offset: 2px; }
"""
FRAME = Markup(
    '<!doctype html><html lang="en"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    '<title>{title} · Practice Lever</title><link rel="icon" href="data:,">'
    '<link rel="stylesheet" href="{style}"></head><body>'
    '<header class="banner"><strong>Practice</strong> <a href="/candidates">Practice Lever</a> '
    '<a class="room" href="/account">Account</a> <a class="room" href="/deliveries">Webhooks</a> '
    "<span>The stand-in for Lever. Nobody in it is real. Account: {account}</span></header>"
    "<main>{body}</main></body></html>"
)
Line = tuple[str, Markup | str]


def page(title: str, body: Markup, status: int = 200) -> Response:
    """A whole page; nothing in it runs, and nothing comes from elsewhere."""
    markup = FRAME.format(title=title, style=STYLE_PATH, account=ACCOUNT_NAME, body=body)
    response = Response(markup, status, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = POLICY + "; img-src data:"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response


def sentence(title: str, told: str, status: int) -> Response:
    """A page that says one thing and leads on."""
    body = Markup('<h1>{}</h1><p>{}</p><p><a href="/candidates">All candidates</a></p>')
    return page(title, body.format(title, told), status)


def style() -> Response:
    return Response(STYLE, content_type="text/css; charset=utf-8")


def card(title: str, content: Markup | str) -> Markup:
    return Markup('<section class="card"><h2>{}</h2>{}</section>').format(title, content)


def lines(pairs: Iterable[Line]) -> Markup:
    """A list of what is known; lines without a value are left out."""
    rows = (Markup("<dt>{}</dt><dd>{}</dd>").format(name, value) for name, value in pairs if value)
    return Markup("<dl>{}</dl>").format(Markup("").join(rows))


def listed(items: Iterable[Markup | str], empty: str) -> Markup:
    rows = [Markup("<li>{}</li>").format(item) for item in items]
    if not rows:
        return Markup('<p class="soft">{}</p>').format(empty)
    return Markup('<ul class="plain">{}</ul>').format(Markup("").join(rows))


def link(address: str) -> Markup | str:
    """An address somebody wrote: followed only if it leads to the web."""
    if not address.startswith(("https://", "http://")):
        return address
    return Markup('<a href="{0}" rel="noopener noreferrer nofollow">{0}</a>').format(address)


def when(ms: int | None) -> Markup:
    """A moment, in UTC, to the minute."""
    if not ms:
        return Markup("")
    at = datetime.fromtimestamp(ms / 1000, UTC)
    return Markup('<time datetime="{}">{}</time>').format(at.isoformat(), f"{at:%-d %b %Y, %H:%M} UTC")
