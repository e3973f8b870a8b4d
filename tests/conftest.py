"""What every test relies on."""

import os

import hypothesis
import pytest

# A busy machine fails no property; the thorough search is left to CI.
hypothesis.settings.register_profile("ours", deadline=None, max_examples=100 if "CI" in os.environ else 30)
hypothesis.settings.load_profile("ours")


# Fixtures that give a test a database.
DATABASE = {"db", "transactional_db", "live_server"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what is the same whatever the database: CI runs that once."""
    for item in items:
        if not _asks_a_database(item):
            item.add_marker(pytest.mark.no_database)


def _asks_a_database(item: pytest.Item) -> bool:
    """Itself, or by the processes of an installation of its own."""
    return (
        item.get_closest_marker("django_db") is not None
        or not DATABASE.isdisjoint(getattr(item, "fixturenames", ()))
        or hasattr(getattr(item, "module", None), "installation")
    )


@pytest.fixture(autouse=True)
def _quick_passwords(settings: object) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]
