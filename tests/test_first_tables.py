"""A new installation is made at once, and ends in the very tables that playing all migrations makes."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

STOPPED = """
import django
django.setup()
from django.db import connection
from chuangwen.kernel.first_tables import make_first_tables
editor, made = connection.SchemaEditorClass, []
create = editor.create_model
def until_the_hundredth(self, model):
    made.append(model)
    if len(made) == 100:
        raise KeyboardInterrupt
    create(self, model)
editor.create_model = until_the_hundredth
try:
    make_first_tables()
except KeyboardInterrupt:
    print("stopped", len(connection.introspection.table_names()))
editor.create_model = create
print(make_first_tables(), make_first_tables())
"""
AT_ONCE = "import django; django.setup(); from chuangwen.kernel.first_tables import make_first_tables; assert make_first_tables()"
ONE_BY_ONE = "import django; django.setup(); from django.core.management import call_command; call_command('migrate', verbosity=0)"


def run(home: Path, script: str) -> str:
    home.mkdir(exist_ok=True)
    environment = os.environ | {"CHUANGWEN_HOME": str(home), "DATABASE_URL": "", "DJANGO_SETTINGS_MODULE": "chuangwen.config.settings"}
    asked = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, timeout=600, check=False)
    assert asked.returncode == 0, asked.stderr[-2000:]
    return asked.stdout


def schema(home: Path) -> dict[tuple[str, str], object]:
    """Tables with their columns, references and number of conditions; indexes as they are written; which migrations are noted."""
    base = sqlite3.connect(home / "chuangwen.sqlite3")
    found: dict[tuple[str, str], object] = {}
    for kind, name, sql in base.execute("select type, name, sql from sqlite_master where name not like 'sqlite_%'").fetchall():
        columns = sorted(row[1:] for row in base.execute(f'pragma table_xinfo("{name}")')) if kind == "table" else []
        references = sorted(row[2:] for row in base.execute(f'pragma foreign_key_list("{name}")')) if kind == "table" else []
        found[kind, name] = (columns, references, sql.count("CONSTRAINT"), len(sql)) if kind == "table" else sql
    found["noted", ""] = sorted(base.execute("select app, name from django_migrations").fetchall())
    base.close()
    return found


def test_stopped_in_the_middle_there_is_nothing_and_the_next_time_everything(tmp_path):
    assert run(tmp_path / "home", STOPPED).split() == ["stopped", "0", "True", "False"]


@pytest.mark.long
def test_both_ways_end_in_the_same_tables(tmp_path):
    run(tmp_path / "first", AT_ONCE)
    run(tmp_path / "second", ONE_BY_ONE)
    first, second = schema(tmp_path / "first"), schema(tmp_path / "second")
    assert len(first) > 700
    assert {key for key in {*first, *second} if first.get(key) != second.get(key)} == set()
