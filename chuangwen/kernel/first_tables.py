"""The tables of a new installation, made at once as the models describe them today.

An empty database does not have to live through the history of the tables: making them from the models takes a few seconds, playing a hundred
migrations the better part of a minute. All migrations are noted as done in the same transaction; from then on an upgrade plays what is new. That
both ways end in the same tables is tested (``tests/test_first_tables.py``). Migrations that move rows have none to move in an empty database.
"""

from django.apps import apps
from django.core.management.sql import emit_post_migrate_signal
from django.db import connections, router
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


def make_first_tables(alias: str = "default") -> bool:
    """Make all tables where the database has none; False where it has any. All of them are there afterwards, or none."""
    connection = connections[alias]
    if connection.introspection.table_names():
        return False
    recorder = MigrationRecorder(connection)
    models = [model for config in apps.get_app_configs() for model in router.get_migratable_models(config, alias)]
    with connection.schema_editor() as editor:
        editor.create_model(recorder.Migration)
        for model in models:
            if model._meta.managed and not model._meta.proxy and model._meta.can_migrate(connection):
                editor.create_model(model)
        for app, name in MigrationLoader(connection).graph.nodes:
            recorder.record_applied(app, name)
    emit_post_migrate_signal(verbosity=0, interactive=False, db=alias)
    return True
