"""What every test relies on."""

import os
from collections.abc import Iterator

import hypothesis
import pytest
from django.contrib.contenttypes.models import ContentType
from django.db.models.signals import post_migrate

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


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    """Emptying the tables after a test makes nobody's permissions anew: that takes longer than many a test."""
    made, post_migrate.receivers = post_migrate.receivers, []
    post_migrate.connect(_forget_content_types)
    yield
    post_migrate.receivers = made


def _forget_content_types(**_: object) -> None:
    ContentType.objects.clear_cache()


@pytest.fixture(autouse=True)
def _quick_passwords(settings: object) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]
