"""Work in a process of its own that is killed in the middle, and a look at what it left."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
READY_WITHIN = 120.0


def environment(home: Path) -> dict[str, str]:
    """An installation of its own on SQLite in ``home``."""
    clean = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return clean | {"CHUANGWEN_HOME": str(home), "CHUANGWEN_SECRET_KEY": "survival-" + "x" * 50, "PYTHONPATH": str(ROOT)}


def run(home: Path, module: str, *words: str) -> str:
    """Run ``python -m module`` to its end; what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", module, *words], cwd=ROOT, env=environment(home), check=True, capture_output=True, text=True
    )
    return done.stdout


def look(home: Path, module: str, *words: str) -> Any:
    """What the module tells as JSON of what a killed process left."""
    return json.loads(run(home, module, *words))


def killed_run(home: Path, seconds: float, module: str, *words: str) -> list[list[str]]:
    """Start the work, kill it (SIGKILL) so many seconds after it said its first word; the words of each line that it said until then."""
    process = subprocess.Popen(
        [sys.executable, "-m", module, *words], cwd=ROOT, env=environment(home), text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    said: list[list[str]] = []

    def listen() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            said.append(line.split())

    ear = threading.Thread(target=listen)
    ear.start()
    until = time.monotonic() + READY_WITHIN
    while not said and process.poll() is None and time.monotonic() < until:
        time.sleep(0.05)
    time.sleep(seconds)
    alive = process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.wait()
    ear.join()
    error = process.stderr.read() if process.stderr else ""
    assert alive, f"the work ended by itself: {error[-2000:]}"
    return said
