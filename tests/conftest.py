"""What every test relies on."""

import os

import hypothesis
import pytest

# A busy machine fails no property; the thorough search is left to CI.
hypothesis.settings.register_profile("ours", deadline=None, max_examples=100 if "CI" in os.environ else 30)
hypothesis.settings.load_profile("ours")


@pytest.fixture(autouse=True)
def _quick_passwords(settings: object) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]
