"""Where each environment is, by the settings."""

import pytest
from pytest_django import Settings

from pinlever.connection.oauth_apps import api_base, app_for
from pinlever.lever.errors import ConfigurationError

BASES = [
    ("production", {}, "https://api.lever.co/v1"),
    ("production", {"LEVER_API_URL": "https://api.eu.lever.co"}, "https://api.eu.lever.co/v1"),
    ("production", {"LEVER_API_URL": "https://lever.test/v1"}, "https://lever.test/v1"),
    ("sandbox", {"LEVER_API_URL": "https://lever.test"}, "https://api.sandbox.lever.co/v1"),
    ("practice", {"PRACTICE_LEVER_URL": "http://127.0.0.1:9999"}, "http://127.0.0.1:9999/v1"),
]


@pytest.mark.parametrize(("environment", "given", "base"), BASES)
def test_the_api_is_where_the_settings_say(
    settings: Settings, environment: str, given: dict[str, str], base: str
) -> None:
    for name, value in given.items():
        setattr(settings, name, value)
    assert api_base(environment) == base


def test_signing_in_comes_back_to_this_installation(settings: Settings) -> None:
    settings.PINLEVER_URL = "https://pinlever.test"
    app = app_for("practice")
    assert app.redirect_uri == "https://pinlever.test/connect/lever/callback/"
    assert app.audience == "http://127.0.0.1:8765/v1/"


def test_another_api_alone_keeps_levers_audience(settings: Settings) -> None:
    settings.LEVER_CLIENT_ID, settings.LEVER_CLIENT_SECRET = "id", "secret"
    settings.LEVER_API_URL = "https://api.eu.lever.co"
    assert app_for("production").audience == "https://api.lever.co/v1/"
    settings.LEVER_AUTH_URL = "https://lever.test"
    app = app_for("production")
    assert app.token_url == "https://lever.test/oauth/token"
    assert app.audience == "https://api.eu.lever.co/v1/"


@pytest.mark.parametrize("environment", ["production", "sandbox"])
def test_without_a_client_id_nobody_can_sign_in(environment: str) -> None:
    with pytest.raises(ConfigurationError, match="client id"):
        app_for(environment)
