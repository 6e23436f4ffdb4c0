"""The database is told to look at its own tables: without that a planner guesses."""

from datetime import timedelta

import pytest
from django.db import connection

from chuangwen.kernel import jobs, upkeep


def known() -> int:
    """Of how many indexes the database knows how narrow they are."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM sqlite_master WHERE name = 'sqlite_stat1'")
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute("SELECT count(*) FROM sqlite_stat1")
        return cursor.fetchone()[0]


@pytest.mark.django_db
def test_a_day_is_not_over_before_the_tables_were_looked_at():
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL looks by itself")
    handler = jobs.HANDLERS["kernel.look_at_tables"]
    assert handler.every == timedelta(days=1)
    before = known()
    handler.run(None)
    assert known() > before


@pytest.mark.django_db
def test_looking_is_allowed_inside_a_transaction_of_either_database():
    upkeep.look_at_tables()
