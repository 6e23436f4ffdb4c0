"""What the database knows of its own tables. Without it a planner guesses which index is narrow: at a million cases the home page took
six seconds instead of one. PostgreSQL keeps it by itself; SQLite looks when it is told to.
"""

from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy

from chuangwen.kernel import jobs

MANY = 10_000
"""After an import of so many rows the tables are looked at at once."""


def look_at_tables() -> None:
    """Have the database look how its tables are filled: some three seconds at a million cases, in which writers wait."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


@jobs.register("kernel.look_at_tables", every=timedelta(days=1), label=gettext_lazy("Looking how the tables are filled"))
def _look(run: jobs.Run) -> dict[str, Any]:
    if connection.vendor == "sqlite":
        look_at_tables()
    return {}
