"""Killed in the middle, the filling leaves no half town and no process behind, and the next one makes the whole."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

pytestmark = [pytest.mark.long, pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at /proc")]
MOMENTS = (0.5, 4.0, 12.0)
"""Seconds after the writing has begun."""


def sites(home):
    with closing(sqlite3.connect(home / "chuangwen.sqlite3")) as database:
        return database.execute("SELECT count(*) FROM places_site").fetchone()[0]


def alive(session):
    """Processes of a session, by /proc/PID/stat (field 6)."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == session and fields[0] != "Z":
            found.append(stat.parent.name)
    return found


def test_a_killed_filling_leaves_nothing_and_the_next_one_everything(tmp_path):
    env = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")}
    env |= {"CHUANGWEN_HOME": str(tmp_path), "PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "chuangwen"]
    subprocess.run([*command, "migrate"], env=env, check=True, capture_output=True)
    for moment in MOMENTS:
        filling = subprocess.Popen([*command, "demo"], env=env, stdout=subprocess.PIPE, text=True, start_new_session=True)
        assert "生成" in filling.stdout.readline()
        assert "写入" in filling.stdout.readline()
        time.sleep(moment)
        assert filling.poll() is None, "it was quicker than the moment at which it should be killed"
        filling.send_signal(signal.SIGKILL)
        filling.communicate()
        assert sites(tmp_path) == 0
        deadline = time.monotonic() + 20
        while alive(filling.pid) and time.monotonic() < deadline:
            time.sleep(0.2)
        assert alive(filling.pid) == []
    whole = subprocess.run([*command, "demo"], env=env, check=True, capture_output=True, text=True)
    assert "演示数据已装入" in whole.stdout
    assert sites(tmp_path) == 715
    assert subprocess.run([*command, "check"], env=env, check=False, capture_output=True).returncode == 0
