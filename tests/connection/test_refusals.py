"""What was refused at Lever's sign-in, in a sentence with a cure."""

import pytest

from pinlever.connection.refusals import why_denied, why_no_tokens, without_scopes
from pinlever.lever.errors import Busy, ConfigurationError, LeverError, OutcomeUnknown, ReconnectNeeded

DENIED = [
    ("access_denied", "Only a Super Admin can authorize an application.", "you are not a Super Admin there"),
    ("access_denied", "User did not authorize the request", "You did not allow the access"),
    ("access_denied", "", "You did not allow the access"),
    ("access_denied", "Service not found: https://api.lever.co/v1", "the audience"),
    ("invalid_client", "Unknown client", "LEVER_CLIENT_ID and LEVER_CLIENT_SECRET"),
    ("unauthorized_client", "", "LEVER_CLIENT_ID and LEVER_CLIENT_SECRET"),
    ("server_error", "Something broke", "Lever said: Something broke"),
    ("", "", "without an answer"),
]


@pytest.mark.parametrize(("error", "description", "told"), DENIED)
def test_a_refusal_of_the_sign_in_names_its_cure(error: str, description: str, told: str) -> None:
    sentence = why_denied("production", error, description)
    assert told in sentence
    assert "Nothing was changed" in sentence or "nothing was changed" in sentence


FAILED = [
    (ConfigurationError(said="Client authentication failed", status=401), "LEVER_SANDBOX_CLIENT_ID"),
    (ReconnectNeeded(said="Invalid authorization code", status=403), "took too long or was used already"),
    (OutcomeUnknown("timed out"), "could not be asked (timed out)"),
    (Busy("refused"), "try again in a while"),
]


@pytest.mark.parametrize(("error", "told"), FAILED)
def test_a_code_that_brings_no_tokens_is_explained(error: LeverError, told: str) -> None:
    assert told in why_no_tokens("sandbox", error)


def test_tokens_without_permissions_point_at_the_audience() -> None:
    assert "PRACTICE_LEVER_URL" in without_scopes("practice")


def test_levers_words_are_kept_short_and_on_one_line() -> None:
    assert len(why_denied("production", "server_error", "word\n" * 1000)) < 600
