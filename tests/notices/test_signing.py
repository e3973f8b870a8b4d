"""Signatures: the published example of Standard Webhooks, and two while a secret is being changed."""

import base64
from datetime import UTC, datetime

from pinlever.notices.signing import headers_for, new_secret

# The example of the scheme's reference libraries.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
KEY = "msg_p5jXN8AQM9LWM0D4loKWxJek"
AT = datetime.fromtimestamp(1614265330, UTC)
BODY = b'{"test": 2432232314}'
SIGNED = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_it_signs_as_the_published_example_does() -> None:
    assert headers_for(KEY, AT, BODY, [SECRET]) == {
        "webhook-id": KEY,
        "webhook-timestamp": "1614265330",
        "webhook-signature": SIGNED,
    }


def test_two_secrets_make_two_signatures() -> None:
    other = new_secret()
    found = headers_for(KEY, AT, BODY, [other, SECRET])["webhook-signature"].split(" ")
    assert found[1] == SIGNED and found[0].startswith("v1,") and found[0] != SIGNED


def test_secrets_are_long_random_and_marked() -> None:
    made = {new_secret() for _ in range(20)}
    assert len(made) == 20
    assert {len(base64.b64decode(one.removeprefix("whsec_"))) for one in made} == {32}
