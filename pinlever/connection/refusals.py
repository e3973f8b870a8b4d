"""Why signing in at Lever came to nothing, in sentences for the super admin who tried. Pure."""

from pinlever.connection.models import Environment
from pinlever.lever.errors import ConfigurationError, LeverError, ReconnectNeeded

NOT_SUPER_ADMIN = (
    "Only super admins of PinLever may connect Lever, and you are none. Nothing was changed. "
    "Ask a super admin to connect it."
)
NOT_OURS = (
    "This answer from Lever belongs to no sign-in that was begun here in the last ten minutes, or it was used "
    "already. Nothing was changed. Start connecting again from this page."
)
NO_CODE = "{name} sent you back without an answer. Nothing was changed. Start connecting again."
NOT_SUPER_ADMIN_THERE = (
    "{name} did not allow it: you are not a Super Admin there. Nothing was changed. Sign in at {name} as a Super "
    "Admin, or ask one of them to connect it; they need to be a super admin here too.{said}"
)
DENIED = (
    "You did not allow the access at {name}, so nothing was changed. Connect again and choose to allow it, signed in "
    "as a Super Admin of your Lever account.{said}"
)
AUDIENCE = (
    "{name} does not know the address of the API that access was asked for (the audience). Nothing was changed. "
    "Check {settings}, then connect again.{said}"
)
CLIENT = (
    "{name} does not accept this installation's client id or secret. Nothing was changed. Copy both again from Lever "
    "into {client} and restart PinLever.{said}"
)
NO_SCOPES = (
    "{name} granted none of the permissions asked for, which happens when the address of the API (the audience) is "
    "wrong. Nothing was changed. Check {settings}, then connect again."
)
CODE = (
    "The sign-in at {name} took too long or was used already, so it did not count. Nothing was changed. "
    "Connect again.{said}"
)
AWAY = "{name} could not be asked ({said}). Nothing was changed; try again in a while."
OTHER = "{name} refused to connect. Nothing was changed. Correct what it names and connect again.{said}"

CLIENT_ERRORS = frozenset({"invalid_client", "unauthorized_client", "invalid_request"})
AUDIENCE_WORDS = ("service not found", "audience")
SUPER_ADMIN_WORDS = ("super admin", "superadmin")
ADDRESSES = {
    Environment.PRODUCTION.value: "LEVER_API_URL and LEVER_AUTH_URL",
    Environment.SANDBOX.value: "that the client is one of Lever's sandbox",
    Environment.PRACTICE.value: "PRACTICE_LEVER_URL",
}
CLIENTS = {
    Environment.PRODUCTION.value: "LEVER_CLIENT_ID and LEVER_CLIENT_SECRET",
    Environment.SANDBOX.value: "LEVER_SANDBOX_CLIENT_ID and LEVER_SANDBOX_CLIENT_SECRET",
    Environment.PRACTICE.value: "Practice Lever's list of applications (they are built in)",
}


def why_denied(environment: str, error: str, description: str) -> str:
    """For the answer Lever's authorize page redirected with: its `error` and `error_description`."""
    words = description.lower()
    if any(word in words for word in AUDIENCE_WORDS):
        return _told(AUDIENCE, environment, description)
    if error in CLIENT_ERRORS:
        return _told(CLIENT, environment, description or error)
    if any(word in words for word in SUPER_ADMIN_WORDS):
        return _told(NOT_SUPER_ADMIN_THERE, environment, description)
    if error == "access_denied":
        return _told(DENIED, environment, description)
    if error:
        return _told(OTHER, environment, description or error)
    return _told(NO_CODE, environment)


def why_no_tokens(environment: str, error: LeverError) -> str:
    """For what the token endpoint answered to the code."""
    if isinstance(error, ConfigurationError):
        return _told(CLIENT, environment, error.said or error.code)
    if isinstance(error, ReconnectNeeded):
        return _told(CODE, environment, error.said)
    return AWAY.format(name=Environment(environment).label, said=str(error)[:300])


def without_scopes(environment: str) -> str:
    """For tokens that allow nothing."""
    return _told(NO_SCOPES, environment)


def _told(sentence: str, environment: str, said: str = "") -> str:
    name = Environment(environment).label
    words = " ".join(said.split())[:300]
    return sentence.format(
        name=name,
        settings=ADDRESSES[environment],
        client=CLIENTS[environment],
        said=f" {name} said: {words}" if words else "",
    )
