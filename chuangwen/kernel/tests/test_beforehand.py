"""What a server process loads before somebody waits for it."""

import os
import subprocess
import sys

from chuangwen.kernel import beforehand

SERVER = """
import sys, threading
import chuangwen.config.wsgi
found = [thread for thread in threading.enumerate() if thread.name == "beforehand"]
for thread in found:
    thread.join(120)
wanted = ["chuangwen.config.urls", "ibis.backends.duckdb", "pandas", "scipy.optimize", "scipy.sparse"]
print([name for name in wanted if name not in sys.modules])
"""


def test_a_server_process_loads_pages_engine_and_solver_by_itself():
    done = subprocess.run(
        [sys.executable, "-c", SERVER], env=dict(os.environ), capture_output=True, text=True, timeout=300, check=False
    )
    assert done.stdout.strip() == "[]", done.stdout + done.stderr
    assert "could not be loaded" not in done.stderr


def test_commands_and_tests_do_not():
    code = "import sys, chuangwen.commands; print('scipy.optimize' in sys.modules, 'ibis.backends.duckdb' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], env=dict(os.environ), capture_output=True, text=True, timeout=300, check=False)
    assert done.stdout.strip() == "False False", done.stdout + done.stderr


def test_what_cannot_be_loaded_keeps_nothing_else_from_loading(monkeypatch, caplog):
    loaded = []

    def broken() -> None:
        raise ImportError("no such library here")

    monkeypatch.setattr(beforehand, "LOADERS", [broken, lambda: loaded.append("second")])
    beforehand.in_background().join(30)
    assert loaded == ["second"] and "could not be loaded beforehand" in caplog.text
