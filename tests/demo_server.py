"""The demonstration town, filled once for all test processes of a run and served by the program itself."""

import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

READY_WITHIN = 180  # seconds: a machine may have much else to do


def _environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")}
    return kept | {"CHUANGWEN_HOME": str(home), "PYTHONUTF8": "1"}


def filled(tmp_path_factory) -> Path:
    """The data folder of the town, one for all test processes; whoever comes first fills it, the others wait."""
    given = os.environ.get("CHUANGWEN_FILLED_HOME")
    if given:
        return Path(given)
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    home = shared / "demonstration"
    with (shared / "demonstration.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / "filled").exists():
            home.mkdir(exist_ok=True)
            for command in ("migrate", "demo"):
                subprocess.run(
                    [sys.executable, "-m", "chuangwen", command],
                    env=_environment(home),
                    cwd=home,
                    check=True,
                    capture_output=True,
                )
            (home / "filled").touch()
    return home


@contextmanager
def served(home: Path) -> Iterator[str]:
    """The address where the program answers from this data folder, until the end of the block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = [sys.executable, "-m", "chuangwen", "serve", "--port", str(port), "--workers", "1", "--without-worker"]
    server = subprocess.Popen(words, env=_environment(home), cwd=home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address, until = f"http://127.0.0.1:{port}", time.monotonic() + READY_WITHIN
    try:
        while True:
            try:
                urllib.request.urlopen(f"{address}/account/login/", timeout=5).close()
                break
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                assert server.poll() is None and time.monotonic() < until, "the server did not answer"
                time.sleep(0.2)
        yield address
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(15)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait(15)
