"""How many rows every table of ours has, asked in one query: what a request left behind."""

from collections.abc import Collection

from django.apps import apps
from django.db import connection
from django.db.models import Model


def counted_rows(beside: Collection[type[Model]] = ()) -> dict[str, int]:
    """Rows by model (``room.Model``), but for those ``beside``."""
    ours = [model for model in apps.get_models() if model.__module__.startswith("chuangwen.") and model not in beside]
    tables = " UNION ALL ".join(
        f"SELECT '{model._meta.label}', COUNT(*) FROM {connection.ops.quote_name(model._meta.db_table)}" for model in ours
    )
    with connection.cursor() as cursor:
        cursor.execute(tables)
        return dict(cursor.fetchall())
