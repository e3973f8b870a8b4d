"""The migrations make the tables of the models. The test database itself is made without them: it takes seconds."""

from pathlib import Path
from typing import Any

import dj_database_url
import pytest
from django.apps import apps
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler

from tests.ops.installation import installation

OURS = {
    model._meta.db_table
    for model in apps.get_models(include_auto_created=True)
    if model._meta.app_config.name.startswith("pinlever.")
}
# What a constraint does, whatever it is called.
SAID = ("columns", "primary_key", "unique", "foreign_key", "check", "index")


def schema(database: BaseDatabaseWrapper) -> dict[str, tuple[Any, Any]]:
    with database.cursor() as cursor:
        look = database.introspection
        tables = sorted(OURS & set(look.table_names(cursor)))
        return {table: (_columns(look, cursor, table), _constraints(look, cursor, table)) for table in tables}


def _columns(look: Any, cursor: Any, table: str) -> list[tuple[Any, ...]]:
    rows = look.get_table_description(cursor, table)
    return sorted(
        (row.name, str(row.type_code), row.internal_size, row.null_ok, row.collation) for row in rows
    )


def _constraints(look: Any, cursor: Any, table: str) -> list[str]:
    found = look.get_constraints(cursor, table).values()
    return sorted(str([constraint[name] for name in SAID]) for constraint in found)


@pytest.mark.django_db
def test_the_migrations_make_the_tables_the_models_describe(tmp_path: Path) -> None:
    with installation(tmp_path) as own:
        migrated = ConnectionHandler({"default": dj_database_url.parse(own.database_url)})["default"]
        try:
            made = schema(migrated)
        finally:
            migrated.close()
    described = schema(connection)
    assert set(made) == set(described) == OURS
    for table, expected in described.items():
        assert made[table] == expected, table
