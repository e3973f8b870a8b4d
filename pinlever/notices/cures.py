"""Why a webhook of ours was not taken. See `foundation.remedies`. Named after the outcomes of `door`."""

from pinlever.foundation.remedies import Action, Cause, Chapter

AGAIN = Action("send_again", "Send again", needs_super_admin=True)
EDIT = Action("settings", "Edit the endpoint", needs_super_admin=True)
TRIED = "It is tried again for three days, ever more slowly, and then given up."
ENDPOINTS: tuple[Cause, ...] = (
    Cause(
        "endpoint_gone",
        "The receiver wants nothing more",
        "It answered 410 Gone, which switches the endpoint off.",
        "Switch it on again once the receiver takes webhooks, or remove it.",
        EDIT,
    ),
    Cause(
        "endpoint_redirect",
        "The receiver redirects",
        "It answered with a redirect; those are not followed.",
        "Enter the address it leads to.",
        EDIT,
    ),
    Cause(
        "endpoint_refused",
        "The receiver refused it",
        f"It answered with an error, quoted word for word. {TRIED}",
        "Correct what the receiver names, then send it again.",
        AGAIN,
    ),
    Cause(
        "endpoint_late",
        "No answer in time",
        f"The receiver did not answer within ten seconds. {TRIED}",
        "Let the receiver answer first and work afterwards; then send it again.",
        AGAIN,
    ),
    Cause(
        "endpoint_forbidden_address",
        "The address is not allowed",
        "The name leads to an address inside this machine or network.",
        "Enter a public address, or have whoever runs the installation allow it.",
        EDIT,
    ),
    Cause("endpoint_name", "The name is not found", f"No server has that name. {TRIED}", "Check it.", EDIT),
    Cause(
        "endpoint_certificate",
        "The certificate is not trusted",
        f"The receiver's certificate is wrong or too old. {TRIED}",
        "Renew the certificate, then send it again.",
        AGAIN,
    ),
    Cause(
        "endpoint_connection",
        "No connection",
        f"Nothing listens at the address, or the connection broke off. {TRIED}",
        "Start the receiver, then send it again.",
        AGAIN,
    ),
    Cause(
        "endpoint_locked",
        "The endpoint's secret cannot be read",
        "None of the installation's keys opens the secret that signs what is sent.",
        "Make a new secret, or have whoever runs the installation put the key back; then send it again.",
        EDIT,
    ),
    Cause(
        "endpoint_waited",
        "It waited for three days",
        "The endpoint was switched off, or no worker ran, until it was too late to tell.",
        "Switch the endpoint on, then send it again if the receiver still wants to know.",
        AGAIN,
    ),
)
CHAPTERS = (
    Chapter(
        "Webhooks to other systems",
        "Told on the endpoint's page in Settings → Webhooks. What was given up is listed in Sync activity → Failed, "
        "where all that an endpoint did not take for one cause is sent again at once.",
        ENDPOINTS,
    ),
)
BY_CODE = {cause.code: cause for cause in ENDPOINTS}
