"""The webhooks of the account and their deliveries: what was sent, what came of it, and sending it once more."""

import json

from markupsafe import Markup
from werkzeug.wrappers import Request, Response

from .deliveries import EVENTS
from .errors import ApiError
from .pages_forms import back, form, told
from .pages_markup import card, listed, page, sentence, when
from .records import Json
from .world import World

SHOWN = 200
GROUPS = "As at Lever, a Super Admin decides what is sent at all, whatever is registered."
INTRODUCTION = Markup(
    '<h1>Webhooks</h1><p class="soft">Lever tries a delivery again five times, then gives it up. '
    "The latest {} are shown, the newest first.</p>"
)
TABLE = Markup(
    '<section class="card"><h2>Deliveries</h2><div class="scroll" tabindex="0" role="region" '
    'aria-label="Deliveries"><table class="wide"><thead><tr><th scope="col">Event</th><th scope="col">State</th>'
    '<th scope="col">Attempts</th><th scope="col">What was sent</th><th scope="col">Again</th></tr></thead>'
    "<tbody>{}</tbody></table></div></section>"
)
ROW = Markup(
    '<tr><td>{}<br><span class="soft">{}</span></td><td>{}</td><td>{}</td>'
    "<td><details><summary>data</summary><pre>{}</pre></details></td><td>{}</td></tr>"
)
SAID = {
    "again": "It is being sent once more. Reload this page to see what came of it.",
    "test": "A test was sent. Reload this page to see what came of it.",
    "on": "Switched on: from now on it is sent.",
    "off": "Switched off: what happens meanwhile is never sent, not even later.",
}
UNHEARD = "There is no such webhook any more. Go back and reload the page."
GONE = "This delivery is no longer kept. Practice Lever keeps the last thousand."


def deliveries(world: World, request: Request) -> Response:
    with world.lock:
        hooks = list(world.store.documents["webhook"].values())
        rows = list(world.store.documents["delivery"].values())
        groups = world.switches["webhook_groups"]
    body = INTRODUCTION.format(SHOWN) + told(SAID.get(request.args.get("done", "")))
    registered = listed(map(_hook, hooks), "None. PinLever registers them when it is connected.")
    body += card("Registered", registered) + card("Groups", _groups(groups))
    if not rows:
        return page("Webhooks", body + card("Deliveries", "Nothing was sent yet."))
    return page("Webhooks", body + TABLE.format(Markup("").join(map(_row, reversed(rows[-SHOWN:])))))


def _groups(switched: Json) -> Markup:
    """Out of sight where all are on, as they are at first."""
    off = [event for event in EVENTS if not switched.get(event, True)]
    told = f"Switched off: {', '.join(off)}." if off else "All are switched on."
    rows = listed([_group(event, event not in off) for event in EVENTS], "")
    return Markup("<p>{} {}</p><details><summary>Switch groups</summary>{}</details>").format(
        GROUPS, told, rows
    )


def _hook(hook: Json) -> Markup:
    text = Markup('{} <span class="soft">{}</span>').format(hook["event"], hook["url"])
    return text + form(f"/deliveries/{hook['id']}/test", "", "Send a test", quiet=True, of=hook["event"])


def _group(event: str, on: bool) -> Markup:
    inside = Markup('<input type="hidden" name="on" value="{}">').format("no" if on else "yes")
    text = Markup('{} <span class="soft">{}</span>').format(event, "on" if on else "off")
    button = "Switch off" if on else "Switch on"
    return text + form(f"/deliveries/{event}/group", inside, button, quiet=True, of=event)


def _row(delivery: Json) -> Markup:
    body = delivery["body"]
    attempts = [
        Markup("{} {}").format(made["status"] or made["error"], when(int(made["at"] * 1000)))
        for made in delivery["attempts"]
    ]
    again = form(f"/deliveries/{delivery['id']}/rerun", "", "Send again", quiet=True, of=body["event"])
    return ROW.format(
        body["event"],
        when(body["triggeredAt"]),
        delivery["state"],
        listed(attempts, "None yet."),
        json.dumps(body["data"], indent=1),
        again,
    )


def rerun(world: World, request: Request) -> Response:
    """The form that sends a delivery again."""
    with world.lock:
        try:
            world.deliveries.rerun(request.path.strip("/").split("/")[1])
        except ApiError:
            return sentence("Not sent", GONE, 404)
    return back("/deliveries?done=again")


def test(world: World, request: Request) -> Response:
    """The form that tries a receiver."""
    with world.lock:
        hook = world.store.documents["webhook"].get(request.path.strip("/").split("/")[1])
        if hook is None:
            return sentence("Not sent", UNHEARD, 404)
        world.deliveries.send_test(hook)
    return back("/deliveries?done=test")


def group(world: World, request: Request) -> Response:
    """The form that switches all deliveries of one event on or off."""
    event, on = request.path.strip("/").split("/")[1], request.form.get("on") == "yes"
    if event not in EVENTS:
        return sentence("Not changed", UNHEARD, 404)
    with world.lock:
        world.set_switches({"webhook_groups": {**world.switches["webhook_groups"], event: on}})
    return back(f"/deliveries?done={'on' if on else 'off'}")


FORMS = {"rerun": rerun, "test": test, "group": group}
