"""A super admin signs in at Practice Lever, up to the tokens."""

from urllib.parse import parse_qs, urlsplit

from werkzeug.test import Client

from pinlever.connection.oauth_apps import app_for
from pinlever.lever.oauth import Tokens
from pinlever.practice.app import PracticeApp


def sign_in(lever: PracticeApp) -> Tokens:
    app = app_for("practice")
    address = urlsplit(app.authorize_address("state"))
    root = f"{address.scheme}://{address.netloc}"
    answer = Client(lever).get(f"{address.path}?{address.query}&_as=super-admin", base_url=root)
    code = parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]
    return app.exchange_code(code)
