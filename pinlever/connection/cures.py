"""Why connecting came to nothing and what readiness finds wrong: each with its cure. See `foundation.remedies`.

`connect_…` are named after the sentences in `refusals`, `ready_…` after the checks in `readiness`.
"""

from pinlever.foundation.remedies import Action, Cause, Chapter

CONNECT = Action("connect", "Connect Lever", needs_super_admin=True)
AGAIN = Action("connect", "Connect Lever again", needs_super_admin=True)
CHECK = Action("settings", "Check again", needs_super_admin=True)
SETTINGS = Action("settings", "Open the settings", needs_super_admin=True)

CONNECTING: tuple[Cause, ...] = (
    Cause(
        "connect_not_super_admin",
        "Only super admins connect Lever",
        "Whoever tried to connect is no super admin of PinLever.",
        "Ask a super admin of PinLever to connect it.",
    ),
    Cause(
        "connect_not_super_admin_there",
        "Not a Super Admin at Lever",
        "Lever lets only its own Super Admins grant what is needed.",
        "Sign in at Lever as a Super Admin, or ask one of them who is a super admin here too.",
        CONNECT,
    ),
    Cause(
        "connect_denied",
        "Access was not allowed",
        "On Lever's page somebody chose not to allow the access.",
        "Connect again and allow it.",
        CONNECT,
    ),
    Cause(
        "connect_not_ours",
        "An answer to no sign-in of ours",
        "Lever's answer fits no sign-in begun here within ten minutes, or it was used before.",
        "Start connecting again from Settings → ATS integration.",
        CONNECT,
    ),
    Cause(
        "connect_no_code",
        "Lever sent nothing along",
        "Lever sent the browser back without an answer.",
        "Start connecting again.",
        CONNECT,
    ),
    Cause(
        "connect_code",
        "The sign-in took too long",
        "What Lever handed over may be used once and for a few minutes; it was too late, or used already.",
        "Connect again.",
        CONNECT,
    ),
    Cause(
        "connect_audience",
        "Lever does not know the API's address",
        "The address access was asked for (the audience) is not one of Lever's.",
        "Whoever runs the installation checks the addresses of Lever's API; then a super admin connects.",
        CONNECT,
    ),
    Cause(
        "connect_client",
        "Client id or secret is wrong",
        "Lever does not accept the id or the secret of this installation's OAuth app.",
        "Whoever runs the installation copies both from Lever again and restarts PinLever.",
        CONNECT,
    ),
    Cause(
        "connect_no_scopes",
        "Lever granted nothing",
        "Lever connected without any of the permissions asked for, as it does for a wrong audience.",
        "Whoever runs the installation checks the addresses of Lever's API; then a super admin connects.",
        CONNECT,
    ),
    Cause(
        "connect_away",
        "Lever could not be asked",
        "Lever did not answer while the connection was made. Nothing was changed.",
        "Try again in a while.",
        CONNECT,
    ),
    Cause(
        "connect_other",
        "Lever refused to connect",
        "Lever names a reason that is not known here; the sentence quotes it word for word.",
        "Correct what Lever names and connect again.",
        CONNECT,
    ),
)
READINESS: tuple[Cause, ...] = (
    Cause(
        "ready_access",
        "Lever does not accept our access",
        "The permission was revoked, or the key was deleted.",
        "A super admin connects Lever again. Nobody is lost and nobody goes twice.",
        AGAIN,
    ),
    Cause(
        "ready_scopes",
        "Permissions are missing",
        "Lever granted less than PinLever asks for; the line names what is missing.",
        "A Super Admin of Lever connects again and grants it.",
        AGAIN,
    ),
    Cause(
        "ready_postings",
        "No Lever jobs",
        "Lever's jobs were not read yet, or none of them is open.",
        "Check again, or open a job in Lever. People can go to Lever without a job meanwhile.",
        CHECK,
    ),
    Cause(
        "ready_stages",
        "The first stage is missing",
        "Lever's stages were not read yet, or the stage in which everybody arrives is not among them.",
        "Check again, or have Lever restore the stage.",
        CHECK,
    ),
    Cause(
        "ready_users",
        "No Lever users",
        "No active user of Lever could be read; nobody could act there.",
        "Check again.",
        CHECK,
    ),
    Cause(
        "ready_confidential",
        "Confidential data is hidden",
        "The connection does not see confidential jobs and people; such people are not recognised.",
        "Connect again with access to confidential data, if that is wanted.",
        AGAIN,
    ),
    Cause(
        "ready_default_user",
        "Nobody stands in",
        "No default user is set, or the one that was is gone or deactivated in Lever.",
        "Choose a default user in Settings → ATS integration.",
        SETTINGS,
    ),
    Cause(
        "ready_sourcers",
        "Recruiters without a Lever user",
        "Some recruiters' email addresses belong to no Lever user.",
        "Say which Lever user each of them is, in Settings → ATS integration.",
        SETTINGS,
    ),
    Cause(
        "ready_clock",
        "Clocks are out of step",
        "The database's clock and Lever's differ by more than half a minute. It is corrected for.",
        "Whoever runs the installation sets the database's clock right.",
    ),
    Cause(
        "ready_index",
        "Still reading who is in Lever",
        "Until everybody in Lever has been read nobody is created.",
        "Nothing: it ends by itself, and the page shows how far it is.",
    ),
    Cause(
        "ready_alerts",
        "Alerts reach nobody",
        "Nobody is to be told of trouble by email, or mails cannot be sent; the line says which.",
        "Choose who is told in Settings → Alerts, or have whoever runs the installation set up mail.",
        SETTINGS,
    ),
    Cause(
        "ready_webhooks",
        "Lever does not tell of every change",
        "Lever cannot reach PinLever, its webhooks are not made or not switched on, or some did not arrive.",
        "Follow the line's own words: a public https address, or a switch in Lever. Lever is asked regularly too.",
        SETTINGS,
    ),
)
CHAPTERS = (
    Chapter("Connecting", "Told to the super admin who tries to connect. Nothing was changed.", CONNECTING),
    Chapter(
        "Readiness",
        "Lines of the check list in Settings → ATS integration that do not say “Works”.",
        READINESS,
    ),
)
