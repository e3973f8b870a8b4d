"""Every cause that what follows a record can carry besides those of records: see `cures`.

A row that turned out not to be needed says why; one that failed is tried again with a button.
"""

from pinlever.foundation.remedies import Action, Cause, Chapter
from pinlever.sync import causes
from pinlever.sync.cures import REFUSALS, cause_of

FOLLOW = Action("follow", "Try again what is left to write")
MAP_FORM = Action("map_form", "Map the form again", needs_super_admin=True)

REFUSED = Cause(
    "refused",
    "Lever refused it",
    "Lever does not take what was to be written; its own words are in the sentence. The stored code has the status.",
    "Correct what Lever names, in the settings of what is written or in Lever itself; then try it again.",
    FOLLOW,
)
STOPPED: tuple[Cause, ...] = (
    REFUSED,
    Cause(
        "worker_dies",
        "Workers die on writing it",
        "Several workers ended without any result while they wrote this to Lever.",
        "Try it again. Should it go on, hand the incident to whoever runs the installation.",
        FOLLOW,
    ),
    Cause(
        "keeps_losing",
        "Lever keeps losing what was there",
        "An update was written, and afterwards details that had been in Lever were missing; they were put back, twice.",
        "Look at the profile in Lever, then try it again.",
        FOLLOW,
    ),
    Cause(
        "no_resume",
        "No résumé could be made",
        "The person is in Lever; a PDF of what is known about them could not be made, or is larger than Lever takes.",
        "Correct what the sentence names in their profile, then retry this step; or leave the résumé out.",
        FOLLOW,
    ),
    Cause(
        "form_changed",
        "The fields form was changed in Lever",
        "The person is in Lever; the form asks for something that nothing is mapped to, or lacks what was mapped.",
        "A super admin maps the form again; whoever failed is tried again by that.",
        MAP_FORM,
    ),
    Cause(
        "form_value",
        "The fields form requires what is not known",
        "The person is in Lever; the form requires something that is not known about them, or is none of its options.",
        "Complete the person's profile and retry this step, or map the field to something else.",
        MAP_FORM,
    ),
    Cause(
        "form_gone",
        "The fields form is no longer in Lever",
        "The person is in Lever; the form that was chosen was deleted or switched off there.",
        "A super admin chooses another form; whoever failed is tried again by that.",
        MAP_FORM,
    ),
    Cause(
        "step_forbidden",
        "Lever does not permit this step",
        "The person is in Lever; the connection lacks the permission for files or for forms. All else goes on.",
        "A super admin at Lever grants what the readiness list names and connects again; then retry this step.",
        FOLLOW,
    ),
)
WAITS: tuple[Cause, ...] = (
    Cause(
        "on_the_way",
        "Waits for the person",
        "More was asked for this person, or something of theirs is being written; this follows.",
        "Nothing: it is written when that is done.",
    ),
)
NOT_NEEDED: tuple[Cause, ...] = (
    Cause("not_there", "Not in Lever any more", "The person is no longer in Lever.", "Nothing."),
    Cause("elsewhere", "Linked to another profile", "The person was linked to another profile.", "Nothing."),
    Cause("anonymised", "The person is anonymised", "Nothing is written to anonymised people.", "Nothing."),
    Cause("gone", "The profile is gone", "The opportunity was deleted in Lever.", "Nothing."),
    Cause("nothing_new", "Nothing new to tell", "Lever holds all of it already.", "Nothing."),
    Cause(
        "switched_off",
        "Switched off meanwhile",
        "A super admin has switched off writing this.",
        "A super admin may switch it on in Settings → ATS integration; later news is written then.",
    ),
    Cause(
        "no_stage",
        "Lever has no such stage",
        "The stage people are moved to is missing in Lever.",
        "A super admin at Lever restores the stage; later moves are made then.",
    ),
    Cause("archived", "The candidacy is archived", "Archived candidacies are not moved.", "Nothing."),
    Cause(
        "moved_by_others", "Somebody moved them", "Somebody at Lever chose the stage; it stays.", "Nothing."
    ),
    Cause("not_a_lead", "No lead any more", "The candidacy is past the lead stages.", "Nothing."),
    Cause("there_already", "In that stage already", "The candidacy stands there or further.", "Nothing."),
    Cause("no_event", "Taken back in Pin", "What it would tell of was taken back.", "Nothing."),
    Cause("no_note", "No note to sum up on", "The message's note was never written.", "Nothing."),
    Cause(
        "note_gone",
        "The note is gone",
        "Somebody deleted the note in Lever; it is not made again.",
        "Nothing.",
    ),
    Cause("has_resume", "Lever has a résumé", "Somebody added a résumé in Lever.", "Nothing."),
    Cause("imported", "No résumé of ours", "Imported people have a résumé of their own.", "Nothing."),
    Cause(
        "filled_in", "Filled in by somebody", "Somebody in Lever filled in the form; it stays.", "Nothing."
    ),
    Cause(
        "left_out",
        "Left out by somebody",
        "Somebody decided that this step is left out for this person.",
        "Nothing; it can be sent all the same on the candidate's page.",
    ),
    Cause(
        "commented", "Somebody commented on it", "A note with comments is not changed any more.", "Nothing."
    ),
)
CHAPTERS = (
    Chapter(
        "Written after the sync: failed",
        "Notes, stage moves and new facts that could not be written. The person is in Lever all the same. Some carry "
        "the causes of records: nobody to act in Lever, an answer that was lost.",
        STOPPED,
    ),
    Chapter("Written after the sync: waiting", "Nobody has to do anything.", WAITS),
    Chapter(
        "Written after the sync: not needed",
        "Nothing is wrong: writing it would have been of no use, or would have undone what somebody did.",
        NOT_NEEDED,
    ),
)
FOLLOW_UPS = tuple(cause for chapter in CHAPTERS for cause in chapter.causes)
BY_CODE = {cause.code: cause for cause in FOLLOW_UPS}


def cause_of_follow_up(code: str) -> Cause | None:
    """The cause of a follow-up's code: one of its own, else one that records have too."""
    if code == causes.REJECTED or code.startswith(REFUSALS):
        return REFUSED
    return BY_CODE.get(code) or cause_of(code)
