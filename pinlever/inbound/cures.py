"""Why something Lever told us could not be worked off. See `foundation.remedies`. Named after `working`'s sentences."""

from pinlever.foundation.remedies import Action, Cause, Chapter

REPLAY = Action("replay", "Replay", needs_super_admin=True)
DELIVERIES: tuple[Cause, ...] = (
    Cause(
        "delivery_refused",
        "Lever refuses to show what changed",
        "Lever told of a change and then did not show the candidacy or the person, for about a day of trying.",
        "See whether the connection may read it, then replay them.",
        REPLAY,
    ),
    Cause(
        "delivery_away",
        "Lever could not be asked what changed",
        "Lever was away, or its allowance was used up, when the change was to be read.",
        "Nothing: it is asked again by itself.",
    ),
    Cause(
        "delivery_wrong_here",
        "PinLever failed over a delivery",
        "A fault of PinLever's own, for about a day of trying; the log holds the trace.",
        "Tell whoever runs the installation, then replay them.",
        REPLAY,
    ),
    Cause(
        "delivery_died",
        "Workers die on a delivery",
        "Several workers ended without any result while they worked it off.",
        "Tell whoever runs the installation, then replay them.",
        REPLAY,
    ),
)
CHAPTERS = (
    Chapter(
        "Deliveries from Lever",
        "Changes in Lever that could not be read when a webhook told of them. Regular looks find them all the same. "
        "Sync activity → Failed lists them by cause, with one button for all of a cause.",
        DELIVERIES,
    ),
)
BY_CODE = {cause.code: cause for cause in DELIVERIES}
