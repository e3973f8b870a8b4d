"""Forms on Practice Lever's pages: fields, buttons, and the tick that far-reaching ones want first."""

from collections.abc import Iterable

from markupsafe import Markup
from werkzeug.wrappers import Request, Response

from .pages_markup import sentence
from .records import Json

# What every form says when it comes from elsewhere.
STRANGERS = "Practice Lever does not take forms from other sites."
UNCONFIRMED = "Nothing was changed: the box that says you mean it was not ticked. Go back and tick it."
FORM = Markup('<form method="post" action="{}">{}<button{}>{}</button></form>')
FIELD = Markup('<label for="{0}">{1}</label><input id="{0}" name="{2}" value="{3}"{4}>')
SELECT = Markup('<label for="{0}">{1}</label><select id="{0}" name="{2}">{3}</select>')
SURE = Markup(
    '<label class="sure"><input type="checkbox" name="sure" value="yes" required> <span>{}</span></label>'
)


def form(address: str, inside: Markup | str, button: str, *, quiet: bool = False, of: str = "") -> Markup:
    """`of` says aloud what a button that stands there many times is for."""
    style = Markup(' class="quiet"') if quiet else Markup("")
    if of:
        style += Markup(' aria-label="{}: {}"').format(button, of)
    return FORM.format(address, inside, style, button)


def field(name: str, label: str, value: str = "", *, required: bool = False, id: str = "") -> Markup:
    return FIELD.format(id or name, label, name, value, Markup(" required") if required else "")


def select(name: str, label: str, rows: Iterable[Json], chosen: str = "", *, id: str = "") -> Markup:
    """`rows` are objects with an id and a text."""
    return SELECT.format(id or name, label, name, options(rows, chosen))


def options(rows: Iterable[Json], chosen: str) -> Markup:
    option = Markup('<option value="{}"{}>{}</option>')
    return Markup("").join(
        option.format(row["id"], Markup(" selected") if row["id"] == chosen else "", row["text"])
        for row in rows
    )


def sure(consequence: str) -> Markup:
    """A box to tick, which says what will happen."""
    return SURE.format(consequence)


def is_sure(request: Request) -> bool:
    return request.form.get("sure") == "yes"


def unconfirmed() -> Response:
    return sentence("Not changed", UNCONFIRMED, 400)


def back(address: str) -> Response:
    return Response(status=303, headers={"Location": address})


def told(said: str | None) -> Markup:
    """What was just done, for whoever comes back from a form."""
    return Markup('<p class="said" role="status">{}</p>').format(said) if said else Markup("")
