"""Every cause that an undo can carry for a person: why they were left alone, wait, or could not be taken back."""

from pinlever.foundation.remedies import Action, Cause, Chapter

AGAIN = Action("undo_again", "Try again")
CHOOSE_REASON = Action("settings", "Choose the archive reason", needs_super_admin=True)
RECONNECT = Action("connect", "Connect Lever again", needs_super_admin=True)

LEFT_ALONE: tuple[Cause, ...] = (
    Cause(
        "undo_touched",
        "Somebody at Lever has touched them",
        "Stage, archive, owner, notes, feedback or interviews are not as PinLever left them; the sentence says who and "
        "when, where Lever does.",
        "Nothing, if they are to stay. Else archive them in Lever.",
    ),
)
COULD_NOT: tuple[Cause, ...] = (
    Cause(
        "undo_no_reason",
        "No archive reason",
        "Lever archives nobody without a reason, and the one chosen for taking back is no longer in use there.",
        "A super admin chooses another one in Settings → ATS integration → Taking back. Then try again.",
        CHOOSE_REASON,
    ),
    Cause(
        "undo_unseen",
        "Feedback and interviews cannot be read",
        "Without these permissions nobody can say whether somebody at Lever has touched the person.",
        "A super admin connects again with the permissions for feedback and interviews. Then try again.",
        RECONNECT,
    ),
    Cause(
        "undo_refused",
        "Lever refused it",
        "Lever did not archive them; its own words are in the sentence.",
        "Put right what Lever names, then try again.",
        AGAIN,
    ),
    Cause(
        "undo_never_shown",
        "Lever never showed it",
        "The answer was lost several times, and Lever never showed them archived.",
        "Try again: Lever is looked at once more before anything is repeated.",
        AGAIN,
    ),
    Cause(
        "undo_worker_dies",
        "Workers die on it",
        "Several workers ended without any result while they took this person back.",
        "Try again. Should it go on, hand the incident to whoever runs the installation.",
        AGAIN,
    ),
    Cause(
        "undo_too_late",
        "Too long ago",
        "They have been in Lever for more than 30 days; too much may rest on them by now.",
        "Archive them in Lever if they are not to be there.",
    ),
    Cause(
        "undo_not_there",
        "Not in Lever",
        "They came to Lever never, or are linked to another profile by now.",
        "Nothing.",
    ),
    Cause("undo_gone", "Deleted in Lever", "Somebody deleted the opportunity in Lever.", "Nothing."),
    Cause(
        "undo_anonymised", "Anonymised in Lever", "Nothing is changed about anonymised people.", "Nothing."
    ),
)
WAITS: tuple[Cause, ...] = (
    Cause(
        "undo_finishing",
        "Something of ours is on its way still",
        "A note, a stage or a new fact about them is being written, or its answer was lost.",
        "Nothing: they are taken back right after it.",
    ),
    Cause(
        "taken_back",
        "Taken back with the person",
        "A note of ours that was deleted when the person was taken back.",
        "Nothing: it is written again should they be brought back.",
    ),
)
CHAPTERS = (
    Chapter("Undo: left alone", "Nothing was changed in Lever.", LEFT_ALONE),
    Chapter("Undo: could not", "They are in Lever as before; the list of the undo says why.", COULD_NOT),
    Chapter("Undo: waiting", "Nobody has to do anything.", WAITS),
)
BY_CODE = {cause.code: cause for chapter in CHAPTERS for cause in chapter.causes}
