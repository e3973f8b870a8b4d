"""Every kind of alert in words: what its end is called, what cures it, and what somebody who cannot cure it is told."""

from dataclasses import dataclass

from pinlever.notices.alert_models import AlertKind


@dataclass(frozen=True)
class Words:
    """`for_all`: the sentence for recruiters; empty: it concerns super admins alone."""

    over: str
    cure: str
    button: str
    for_all: str = ""


WORDS: dict[str, Words] = {
    AlertKind.CONNECTION: Words(
        "The connection to Lever is no longer broken",
        "Connect Lever again. Whoever waits goes by themselves then; nothing is lost meanwhile.",
        "Connect again",
        "Nobody goes to Lever until a super admin has connected it again. Nothing is lost meanwhile.",
    ),
    AlertKind.SILENT: Words(
        "Lever answers again",
        "Look at status.lever.co, and whether the machines that run PinLever reach Lever. It goes on by itself.",
        "Look at the connection",
        "Lever does not answer, so people wait. They go by themselves as soon as it does.",
    ),
    AlertKind.WORKER: Words(
        "A worker runs again",
        "Start one: python manage.py worker. Everything goes on by itself then; nothing is lost.",
        "Look at the alerts",
        "Nothing is sent to Lever and no import goes on until whoever runs PinLever has started a worker.",
    ),
    AlertKind.FAILURES: Words(
        "Fewer people fail again",
        "Look at what they failed of: each cause has one cure for all of them. Whoever could not be taken back is on "
        "the page of the undo, with what stood in the way and a button to try again.",
        "Look at what failed",
        "Sync activity groups them by cause, with the cure; whoever could not be taken back is on the undo’s page.",
    ),
    AlertKind.FOLLOWUPS: Words(
        "What is written after people is written again",
        "Look at what Lever says about them; each can be tried again on its person’s page.",
        "Look at the rules of the timeline",
    ),
    AlertKind.WEBHOOKS: Words(
        "Lever tells of changes again",
        "Have a Super Admin of Lever switch the webhooks on there; the page names which. Until then changes are "
        "found by asking every few minutes.",
        "Look at the webhooks",
    ),
    AlertKind.DRIFT: Words(
        "What had changed in Lever is settled here",
        "Adjust the jobs or rules that name it, or put it aside.",
        "Look at what changed",
    ),
    AlertKind.PAUSED: Words(
        "Nobody waits for sending to be switched on any more",
        "Switch sending on, or cancel what waits.",
        "Look at the switch",
        "Nobody goes to Lever until a super admin has switched sending on. Nothing is lost meanwhile.",
    ),
}
FOR_ALL = tuple(kind for kind, words in WORDS.items() if words.for_all)
