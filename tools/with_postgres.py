"""Start a PostgreSQL server of our own on a free loopback port, run a command with DATABASE_URL set, stop the server.

    python tools/with_postgres.py pytest -n 2

Needs the Debian package postgresql (or PostgreSQL 15+ binaries on PATH). Without it the command is not run: exit 0 with a
line that names the package, or exit 1 in CI. As root the server runs as the user ``postgres``, which it demands.
"""

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path


def binaries() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[4]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def main(command: list[str]) -> int:
    folder = binaries()
    if folder is None:
        print("PostgreSQL is not installed: the suite on PostgreSQL was not run (Debian package: postgresql).")
        return 1 if os.environ.get("CI") else 0
    home = Path(tempfile.mkdtemp(prefix="chuangwen-pg-"))
    prefix: list[str] = []
    if os.geteuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(home, owner.pw_uid, owner.pw_gid)
        prefix = ["setpriv", f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}", "--clear-groups"]
    data, port = home / "data", free_port()
    quiet = {"stdout": subprocess.DEVNULL, "cwd": home}
    try:
        subprocess.run(
            [*prefix, folder / "initdb", "-D", data, "-U", "chuangwen", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"],
            check=True,
            **quiet,
        )
        options = (
            f"-p {port} -k {home} -c listen_addresses=127.0.0.1 -c fsync=off -c synchronous_commit=off -c full_page_writes=off "
            "-c max_connections=200 -c shared_buffers=256MB"
        )
        subprocess.run(
            [*prefix, folder / "pg_ctl", "-D", data, "-l", home / "log", "-w", "-o", options, "start"], check=True, **quiet
        )
        try:
            subprocess.run([folder / "createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "chuangwen", "chuangwen"], check=True)
            environment = os.environ | {"DATABASE_URL": f"postgres://chuangwen@127.0.0.1:{port}/chuangwen"}
            return subprocess.run(command, env=environment, check=False).returncode
        finally:
            subprocess.run([*prefix, folder / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"], check=False, **quiet)
    finally:
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
