"""Every cause a sync record can carry: its name, what it means, what to do about it. docs/causes.md holds the same.

Pages group by these titles, explanations take their actions from here. A test holds the engine's codes against it.
"""

from pinlever.foundation.remedies import NOTHING, Action, Cause, Chapter
from pinlever.sync import causes
from pinlever.sync.models import Question

__all__ = [
    "ACTIONS_BY_CAUSE",
    "ADD",
    "ALLOW",
    "BY_CODE",
    "CANCEL",
    "CAUSES",
    "CHAPTERS",
    "CHOOSE_POSTING",
    "CONNECT",
    "DECIDE",
    "EXPORT",
    "EXPORT_AGAIN",
    "FIX_EMAIL",
    "MAP_USERS",
    "NOTHING",
    "OPEN",
    "OUTREACH",
    "REFUSALS",
    "RETRY",
    "Action",
    "Cause",
    "cause_of",
]

REFUSALS = f"{causes.REJECTED}_"


EXPORT = Action("export", "Export now")
EXPORT_AGAIN = Action("export", "Export again")
CANCEL = Action("cancel", "Cancel")
RETRY = Action("retry", "Retry now")
LOOK_AGAIN = Action("retry", "Look again now")
DECIDE = Action("decide", "Decide")
OPEN = Action("open", "Open in Lever")
ADD = Action("add_opportunity", "Add to this Lever job")
CONNECT = Action("connect", "Connect Lever", needs_super_admin=True)
RECONNECT = Action("connect", "Connect Lever again", needs_super_admin=True)
SWITCH_ON = Action("settings", "Switch sending on", needs_super_admin=True)
ALLOW = Action("settings", "Open the allow-list", needs_super_admin=True)
PROGRESS = Action("settings", "See how far it is", needs_super_admin=True)
MAP_USERS = Action("map_users", "Choose Lever users", needs_super_admin=True)
FIX_EMAIL = Action("fix_email", "Correct the address")
OUTREACH = Action("add_to_outreach", "Add to outreach")
CHOOSE_POSTING = Action("job_settings", "Choose another Lever job")


def _asked(kind: str, title: str, means: str, cure: str) -> Cause:
    return Cause(f"ask_{kind}", title, means, cure, DECIDE)


HELD: tuple[Cause, ...] = (
    Cause(
        causes.NOT_CONNECTED,
        "Lever is not connected",
        "No Lever account is connected, or the connected one is another than the one this person was on the way to.",
        "A super admin connects Lever in Settings → ATS integration. Whoever waits goes by itself afterwards.",
        CONNECT,
    ),
    Cause(
        causes.RECONNECT,
        "Lever no longer accepts our sign-in",
        "The permission was revoked at Lever, or the API key was deleted there.",
        "A super admin connects Lever again. Nobody is lost and nobody goes twice; whoever waits goes by itself.",
        RECONNECT,
    ),
    Cause(
        causes.CONFIGURATION,
        "Lever does not know this installation",
        "Lever refuses the client id or the secret of this installation's own OAuth app.",
        "Whoever runs the installation corrects LEVER_CLIENT_ID and LEVER_CLIENT_SECRET; then a super admin connects.",
        RECONNECT,
    ),
    Cause(
        causes.FORBIDDEN,
        "Lever does not permit it",
        "The connection lacks a permission that is needed here.",
        "A super admin at Lever connects again and grants what the readiness list names.",
        RECONNECT,
    ),
    Cause(
        causes.OUTGOING_OFF,
        "Sending is switched off",
        "A super admin has switched off sending to Lever. Nothing is written there until it is on.",
        "A super admin switches it on in Settings → ATS integration; whoever waits goes by itself.",
        SWITCH_ON,
    ),
    Cause(
        causes.ALLOW_LIST,
        "Not on the allow-list",
        "Only allowed jobs and people are sent during a pilot; neither this job nor this person is among them.",
        "A super admin adds the job or the person to the allow-list, or switches the allow-list off.",
        ALLOW,
    ),
    Cause(
        causes.FIRST_CRAWL,
        "Still reading who is in Lever",
        "After connecting, everybody in Lever is read once, so that nobody gets there twice.",
        "Nothing: whoever waits goes as soon as the reading is done.",
        PROGRESS,
    ),
)
FAILED: tuple[Cause, ...] = (
    Cause(
        causes.NO_LEVER_USER,
        "No Lever user to act for the sourcer",
        "Lever wants to know who adds a person. Neither the sourcer nor the job's owner has a Lever account.",
        "A super admin says which Lever user the sourcer is, or chooses a default user. Then retry.",
        MAP_USERS,
    ),
    Cause(
        causes.POSTING_GONE,
        "The Lever job is closed",
        "The Lever job chosen for this person was closed or deleted in Lever.",
        "Choose another Lever job for the job, or none; then retry.",
        CHOOSE_POSTING,
    ),
    Cause(
        causes.POSTING_CONFIDENTIAL,
        "The Lever job is confidential",
        "Our connection may not see confidential Lever jobs, so nobody can be added to this one.",
        "Choose another Lever job, or have a super admin connect with access to confidential data. Then retry.",
        CHOOSE_POSTING,
    ),
    Cause(
        causes.UNKNOWN_PROFILE,
        "The file names a profile Lever does not have",
        "A row of an import names a Lever profile that the connected account does not have, or may not show us.",
        "Correct the row and import it again, or export the person as anybody else.",
        EXPORT_AGAIN,
    ),
    Cause(
        causes.EMAIL_REFUSED,
        "Lever refuses an email address",
        "Lever does not take one of the person's addresses; its own words are in the sentence.",
        "Correct the address, or send the person without it. The refused one stays in Pin and is left out for Lever.",
        FIX_EMAIL,
    ),
    Cause(
        causes.USER_REFUSED,
        "Lever refuses the user who acts",
        "The Lever user in whose name the person was sent was deactivated or removed in Lever.",
        "A super admin says which Lever user acts for the sourcer from now on, or chooses a default user. Then retry.",
        MAP_USERS,
    ),
    Cause(
        causes.REJECTED,
        "Lever refused the person",
        "Lever answered that it does not take this person as sent; its own words are in the sentence.",
        "Correct what Lever names (an address, a phone number, the Lever job), then retry.",
        RETRY,
    ),
)
ON_THE_WAY: tuple[Cause, ...] = (
    Cause(
        causes.TWIN,
        "Follows the same person from another job",
        "The same person is on their way into Lever through another job. Both at once could create them twice.",
        "Nothing: it follows as soon as the other one is done.",
        CANCEL,
    ),
    Cause(
        causes.INDEX,
        "Lever's latest changes are being read",
        "Right before somebody is created, Lever's latest changes are read. That was not possible yet.",
        "Nothing: the next try follows by itself.",
        RETRY,
    ),
    Cause(
        causes.CHANGED,
        "Something changed meanwhile",
        "The person's keys, the Lever job or what Lever holds changed while the person was being sent.",
        "Nothing: it is planned anew at once.",
        RETRY,
    ),
    Cause(
        causes.BUSY,
        "Lever asked us to slow down",
        "Lever takes a limited number of requests a second, and other tools use the same allowance.",
        "Nothing: the next try follows by itself.",
        RETRY,
    ),
    Cause(
        causes.SLOT,
        "Many wait for Lever's allowance",
        "So many people are on their way that the next free moment at Lever is a while ahead.",
        "Nothing: it goes in its turn.",
        CANCEL,
    ),
    Cause(
        causes.UNAVAILABLE,
        "Lever did not answer as it should",
        "Lever was away or answered with an error while it was only asked, so nothing has changed there.",
        "Nothing: it is tried again ever more slowly, and nothing is dropped. Retry now goes at once.",
        RETRY,
    ),
    Cause(
        causes.OUTCOME_UNKNOWN,
        "The answer was lost",
        "The person was sent, and Lever's answer did not arrive. They may or may not be in Lever.",
        "Nothing: Lever is searched for the person several times before anything is sent again.",
        LOOK_AGAIN,
    ),
    Cause(
        causes.INTERNAL,
        "PinLever itself failed",
        "A fault of PinLever's own. It is tried again ever more slowly; the log holds the trace.",
        "Tell whoever runs the installation; the incident on the record's page holds what they need.",
        RETRY,
    ),
    Cause(
        "lease_lost",
        "Another worker took over",
        "A worker stood still for too long, and another one took the person over. It is told of an attempt only.",
        "Nothing: the other worker has finished, or goes on.",
    ),
)
NEEDS_YOU: tuple[Cause, ...] = (
    _asked(
        Question.Kind.DOUBT,
        "Keys point at different people",
        "The email says one person in Lever and the LinkedIn profile, say, another.",
        "Say which of them it is, or create the person without the keys they share.",
    ),
    _asked(
        Question.Kind.MATCH,
        "In Lever already; the rule is to ask",
        "The person was found in Lever, and the account's rule for that is to ask.",
        "Link, add this job as one more opportunity, or create them apart.",
    ),
    _asked(
        Question.Kind.ANONYMISED,
        "Anonymised in Lever",
        "The person was in Lever and was anonymised there, perhaps at their own wish.",
        "Create them again only if there is a reason to; else leave them out.",
    ),
    _asked(
        Question.Kind.ORPHAN,
        "Somebody of this name was created by us before",
        "Lever has somebody of this name with our link whom no record knows any more; a backup may have been restored.",
        "Say whether it is the same person.",
    ),
    _asked(
        Question.Kind.NEAR,
        "Same name and company, or phone, but no key in common",
        "Lever has somebody of the same name and company, or of the same name and phone number. No email and no other "
        "key says that it is the same person, so nobody is linked or created by itself.",
        "Same person: link. Somebody else: create; it is not asked again. A super admin may switch these questions "
        "off.",
    ),
    _asked(
        Question.Kind.SEVERAL_FIT,
        "Several opportunities could be ours",
        "More than one opportunity in Lever could be the one we made for this person.",
        "Choose the one that stays; the others can be archived in Lever.",
    ),
    _asked(
        Question.Kind.UNSETTLED,
        "Unknown whether Lever saved it",
        "The answer was lost, and looking in Lever again and again settled nothing.",
        "Look in Lever. If the person is not there: send again. If they are: link. Or give up.",
    ),
    _asked(
        Question.Kind.IDENTITY,
        "Who this is has not been decided",
        "Some of the person's keys belong to other people in Pin.",
        "Say whether they are the same person; the record goes on by itself afterwards.",
    ),
    _asked(
        Question.Kind.WORKER_DIES,
        "Workers die on it",
        "Several workers ended without any result while they worked on this person.",
        "Look at the attempts, then try once more or give up.",
    ),
)
OVER: tuple[Cause, ...] = (
    Cause(
        "cancelled", "Cancelled", "Somebody took the person out of the queue.", "Export again.", EXPORT_AGAIN
    ),
    Cause(
        "unlinked",
        "Unlinked",
        "Somebody took the link to Lever away. The profile there stayed as it was.",
        "Export again: the person is looked for in Lever anew.",
        EXPORT_AGAIN,
    ),
    Cause(
        "given_up",
        "Given up",
        "Somebody decided to send nothing more. Should Lever have saved the person, our link brings them back.",
        "Export again.",
        EXPORT_AGAIN,
    ),
    Cause(
        "undone",
        "Taken back",
        "Somebody took the export back: the opportunity is archived in Lever, and our link to it is kept.",
        "Export again: the same opportunity comes back, and nobody is created twice.",
        EXPORT_AGAIN,
    ),
    Cause(
        "removed",
        "Removed in Lever",
        "The person was deleted or anonymised in Lever. PinLever never creates them again by itself.",
        "Export again, if that is wanted: after a confirmation.",
        EXPORT_AGAIN,
    ),
    Cause(
        "deleted",
        "Deleted in Lever at once",
        "The person was created, and deleted in Lever before the answer could be read back.",
        "Export again, if that is wanted: after a confirmation.",
        EXPORT_AGAIN,
    ),
)
CHAPTERS = (
    Chapter(
        "Held",
        "Nothing is wrong with the person: something holds everybody who is due. They go by themselves once it is "
        "gone.",
        HELD,
    ),
    Chapter("Failed", "This person cannot go as things are. Somebody cures the cause, then retries.", FAILED),
    Chapter("On the way", "Nobody has to do anything.", ON_THE_WAY),
    Chapter("Needs you", "Somebody decides on the Duplicates page.", NEEDS_YOU),
    Chapter("Over", "Nothing more happens by itself.", OVER),
)
CAUSES: tuple[Cause, ...] = tuple(cause for chapter in CHAPTERS for cause in chapter.causes)
BY_CODE = {cause.code: cause for cause in CAUSES}
# Cures that lie elsewhere: in the settings, or in the job's.
ACTIONS_BY_CAUSE = {
    cause.code: cause.action
    for cause in CAUSES
    if cause.action.code in ("connect", "settings", "job_settings", "map_users")
}


def cause_of(code: str) -> Cause | None:
    """The cause of a record's code; refusals of every status (`rejected_422`) are one cause."""
    return BY_CODE.get(causes.REJECTED if code.startswith(REFUSALS) else code)
