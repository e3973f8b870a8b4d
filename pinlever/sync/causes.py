"""Why a record is where it is: codes, and sentences for people. Errors of a turn become ends by one table."""

import re
from collections.abc import Callable

from pinlever.connection.pace import SlotTooFar
from pinlever.foundation.backoff import delay
from pinlever.lever import errors
from pinlever.sync.models import State
from pinlever.sync.turn import End

NOT_CONNECTED = "not_connected"
RECONNECT = "reconnect"
CONFIGURATION = "configuration"
OUTGOING_OFF = "outgoing_off"
ALLOW_LIST = "allow_list"
FIRST_CRAWL = "first_crawl"
NO_LEVER_USER = "no_lever_user"
POSTING_GONE = "posting_gone"
POSTING_CONFIDENTIAL = "posting_confidential"
UNKNOWN_PROFILE = "unknown_profile"
EMAIL_REFUSED = "email_refused"
USER_REFUSED = "user_refused"
TWIN = "twin"
INDEX = "index"
CHANGED = "changed"
BUSY = "busy"
SLOT = "slot"
UNAVAILABLE = "unavailable"
OUTCOME_UNKNOWN = "outcome_unknown"
REJECTED = "rejected"
INTERNAL = "internal"
FORBIDDEN = "forbidden"

CHANGED_REASON = "Something about this person changed while it was being sent; it is looked at again at once."
HELD_REASONS = {
    NOT_CONNECTED: "No Lever account is connected. It goes as soon as one is.",
    RECONNECT: "Lever no longer accepts our sign-in. A super admin has to connect Lever again.",
    CONFIGURATION: "Lever does not accept this installation's client id or secret. Correct them and connect again.",
    FORBIDDEN: "Lever does not permit what is needed here. A super admin has to connect with the missing permissions.",
    OUTGOING_OFF: "Sending to Lever is switched off. It goes when a super admin switches it on.",
    ALLOW_LIST: "The allow-list is on, and neither this job nor this person is on it.",
    FIRST_CRAWL: "We are still reading who is in Lever, so that nobody gets there twice. It goes right afterwards.",
}


def let_go(*, is_active: bool, outgoing_on: bool, is_read: bool) -> frozenset[str]:
    """The causes that hold nobody any more. The allow-list is not among them: whom it holds depends on the person."""
    if not is_active:
        return frozenset()
    free = {NOT_CONNECTED, RECONNECT, CONFIGURATION, FORBIDDEN}
    if outgoing_on:
        free.add(OUTGOING_OFF)
    if is_read:
        free.add(FIRST_CRAWL)
    return frozenset(free)


def held(cause: str) -> End:
    """The record waits until what holds it is gone; the sweep notices."""
    return End(State.HELD, cause, HELD_REASONS[cause])


def changed(tries: int, what: str = "") -> End:
    """What was planned no longer holds: planned anew at once, and ever more slowly should it go on changing."""
    reason = f"{CHANGED_REASON} ({what})" if what else CHANGED_REASON
    return End(
        State.QUEUED, CHANGED, reason, after=delay(tries + 1, first=0.3, longest=300), is_failed_try=True
    )


def _busy(error: errors.LeverError, tries: int) -> End:
    return End(
        State.RETRYING,
        BUSY,
        "Lever asked us to slow down; we try again in a moment.",
        after=error.retry_after or 1.0,
    )


def _slot_too_far(error: errors.LeverError, tries: int) -> End:
    """Many wait for Lever's budget; the row goes back instead of a worker sleeping."""
    reason = "Many people wait; Lever takes a limited number a second."
    return End(State.QUEUED, SLOT, reason, after=getattr(error, "wait", 1.0))


def _unavailable(error: errors.LeverError, tries: int) -> End:
    wait = delay(tries + 1)
    reason = (
        f"Lever did not answer as it should ({said(error)}). Nothing is lost; the next try follows by itself."
    )
    return End(State.RETRYING, UNAVAILABLE, reason, after=wait, is_failed_try=True, said=verbatim(error))


def _rejected(error: errors.LeverError, tries: int) -> End:
    reason = f"Lever refused this person: {said(error)}."
    return End(State.FAILED, refusal_of(error), reason, said=verbatim(error))


# What Lever's words tell of a refusal; the first that fits. Lever documents no codes for these: see its own sentence.
REFUSED_AS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\bpostings?\b.*\b(not found|closed|archived)", re.I | re.S), POSTING_GONE),
    (
        re.compile(r"\bperform[_ ]?as\b|\busers?\b.*\b(not found|deactivated|inactive)", re.I | re.S),
        USER_REFUSED,
    ),
    (re.compile(r"\be-?mails?\b", re.I), EMAIL_REFUSED),
)


def refusal_of(error: errors.LeverError) -> str:
    """The cause of a refusal: one we know the cure of by Lever's words, else `rejected_<status>`."""
    known = (code for words, code in REFUSED_AS if words.search(error.said))
    return next(known, f"{REJECTED}_{error.status}")


def verbatim(error: errors.LeverError) -> str:
    """What Lever said, word for word, with its status and code before it."""
    return " ".join(str(part) for part in (error.status, error.code, error.said) if part)


ENDS: tuple[tuple[type[errors.LeverError], Callable[[errors.LeverError, int], End]], ...] = (
    (SlotTooFar, _slot_too_far),
    (errors.Busy, _busy),
    (errors.ConfigurationError, lambda error, tries: held(CONFIGURATION)),
    (errors.ReconnectNeeded, lambda error, tries: held(RECONNECT)),
    (errors.Forbidden, lambda error, tries: held(FORBIDDEN)),
    (errors.Rejected, _rejected),
    (errors.LeverError, _unavailable),
)


def end_for(error: errors.LeverError, tries: int) -> End:
    """How a turn ends that met this error, outside an unsettled write."""
    return next(make for kind, make in ENDS if isinstance(error, kind))(error, tries)


def end_for_bug(error: Exception, tries: int) -> End:
    """Something of ours failed. It is told, tried again ever more slowly, and in the log with its trace."""
    reason = f"PinLever itself failed here ({type(error).__name__}). It is tried again; the log tells more."
    return End(State.RETRYING, INTERNAL, reason, after=delay(tries + 1, first=30), is_failed_try=True)


def said(error: errors.LeverError) -> str:
    """Lever's own words, else what happened, in one line."""
    words = " ".join((error.said or str(error)).split())[:300].rstrip(".")
    return f"{error.status}, {words}" if error.status else words
