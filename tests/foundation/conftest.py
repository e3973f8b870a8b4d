"""The tables of these tests' own models, for as long as the tests run."""

from collections.abc import Iterator

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from .pieces import TABLES


@pytest.fixture(scope="session")
def _tables(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock():
        with connection.schema_editor() as editor:
            for model in TABLES:
                editor.create_model(model)
        yield
        with connection.schema_editor() as editor:
            for model in TABLES:
                editor.delete_model(model)


@pytest.fixture
def tables(_tables: None, db: None) -> None:
    """Within a transaction that is rolled back."""


@pytest.fixture
def shared_tables(_tables: None, transactional_db: None) -> Iterator[None]:
    """Committed for real, so that other threads see it; emptied afterwards."""
    yield
    for model in TABLES:
        model._base_manager.all().delete()
