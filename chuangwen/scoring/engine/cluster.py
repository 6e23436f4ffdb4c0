"""A Spark standalone cluster on this machine, for scores larger than one process: one master, two workers, all on 127.0.0.1.

Everything comes from the package pyspark (requirements/cluster.txt) and a Java runtime (Debian: default-jre-headless). `cluster()`
gives an Ibis backend for `score(backend=...)`. Who wants a cluster that stands already hands `ibis.pyspark.connect(session)` to
`score` and does not need this module.

Nothing stays behind: each process stands in a group of its own under a shell that holds a pipe to this program. Ending the
cluster ends the groups; if this program dies, however it dies, the pipes close and the shells end them.

Nobody else on the machine can use it: every connection is authenticated with a secret of this run, kept in a file that only the
owner reads.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

LOOPBACK = "127.0.0.1"
GUARD = '"$@" & cat >/dev/null; kill -9 0'
"""What keeps a process of the cluster: it ends its whole group when the pipe on its standard input closes."""
START_SECONDS = 300.0
STEP = 0.1
MIB = 1024
# Java 17 and later open these to Spark only when told so (org.apache.spark.launcher.JavaModuleOptions).
OPENED = (
    "java.lang", "java.lang.invoke", "java.lang.reflect", "java.io", "java.net", "java.nio", "java.util", "java.util.concurrent",
    "java.util.concurrent.atomic", "sun.nio.ch", "sun.nio.cs", "sun.security.action", "sun.util.calendar",
)


class ClusterError(RuntimeError):
    """No cluster can be had here. The message is a Chinese sentence that says what is missing or what went wrong."""


@dataclass
class Cluster:
    """A running cluster: `backend` is what `score` takes; `workers` how many have registered; `driver` the process of its Java."""

    backend: Any
    workers: int
    groups: list[int] = field(default_factory=list)
    driver: int = 0

    def peak_mib(self) -> int:
        """The sum of the largest resident sizes of master, workers, executors and driver, in MiB; to be asked while they run."""
        peaks = (peak for process, group, peak in _processes() if group in self.groups or process == self.driver)
        return round(sum(peaks) / MIB)


def java() -> str:
    """The Java program. Raises ClusterError when pyspark, what its Ibis backend needs, or Java is missing."""
    missing = [name for name in ("pyspark", "pandas") if find_spec(name) is None]
    if missing:
        raise ClusterError(f"Spark 集群需要 Python 软件包 {'、'.join(missing)}：请安装 requirements/cluster.txt 中列出的软件包。")
    home = os.environ.get("JAVA_HOME")
    found = shutil.which("java", path=str(Path(home) / "bin")) if home else None
    found = found or shutil.which("java")
    if found is None:
        raise ClusterError("Spark 集群需要 Java 17 或更高版本（Debian 软件包 default-jre-headless），本机没有找到 java 命令。")
    return found


@contextlib.contextmanager
def cluster(*, workers: int = 2, cores: int = 1, executor_mib: int = 2048, driver_mib: int = 1024) -> Iterator[Cluster]:
    """A cluster for the time of the block. Memory is per worker; files spilled to disk lie in a folder that goes with it.

    Raises ClusterError.
    """
    program = java()
    with tempfile.TemporaryDirectory(prefix="chuangwen-spark-") as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        settings = folder / "spark.conf"
        settings.touch(mode=0o600)
        secret = secrets.token_hex(32)
        settings.write_text(f"spark.authenticate true\nspark.authenticate.secret {secret}\n")
        port, page = _free_ports(2)
        own = ["--host", LOOPBACK, "--properties-file", str(settings)]
        launch = _Launch(program, folder, stack)
        launch("master", "org.apache.spark.deploy.master.Master", *own, "--port", str(port), "--webui-port", str(page))
        _wait(lambda: _state(page) is not None, launch, "主节点")
        for number in range(workers):
            launch(
                f"worker-{number}", "org.apache.spark.deploy.worker.Worker", *own, "--port", "0", "--webui-port", "0",
                "--cores", str(cores), "--memory", f"{executor_mib}m", "--work-dir", str(folder / f"work-{number}"),
                f"spark://{LOOPBACK}:{port}",
            )
        _wait(lambda: (_state(page) or 0) >= workers, launch, "工作节点")
        session = _session(f"spark://{LOOPBACK}:{port}", secret, folder, cores, executor_mib, driver_mib)
        stack.callback(_stop, session)
        yield Cluster(_backend(session), _state(page) or 0, launch.groups, _driver(session))


class _Launch:
    """Starts the processes of a cluster; what the stack closes ends them."""

    def __init__(self, program: str, folder: Path, stack: contextlib.ExitStack):
        import pyspark

        self.program, self.folder, self.stack = program, folder, stack
        self.home = Path(pyspark.__file__).parent
        self.groups: list[int] = []
        self.running: list[tuple[subprocess.Popen, Path]] = []

    def __call__(self, name: str, main: str, *arguments: str) -> None:
        log = self.folder / f"{name}.log"
        options = [f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in OPENED]
        local = self.folder / "local"
        environment = os.environ | {
            "SPARK_HOME": str(self.home), "SPARK_LOCAL_IP": LOOPBACK, "SPARK_LOCAL_DIRS": str(local), "SPARK_PUBLIC_DNS": LOOPBACK,
            "SPARK_CONF_DIR": str(self.folder), "SPARK_SCALA_VERSION": "2.13",
        }
        command = [self.program, "-Xmx256m", *options, "-cp", f"{self.folder}{os.pathsep}{self.home / 'jars' / '*'}", main]
        with log.open("wb") as out:
            process = subprocess.Popen(
                ["/bin/sh", "-c", GUARD, "sh", *command, *arguments], stdin=subprocess.PIPE, stdout=out, stderr=out,
                env=environment, cwd=self.folder, start_new_session=True,
            )
        self.groups.append(process.pid)
        self.running.append((process, log))
        self.stack.callback(_end, process)

    def last_words(self) -> str:
        """The end of the logs, for the message of an error."""
        return "\n".join(log.read_text(errors="replace")[-600:] for _, log in self.running)


def _end(process: subprocess.Popen) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    if process.stdin is not None:
        process.stdin.close()
    process.wait()


def _session(master: str, secret: str, folder: Path, cores: int, executor_mib: int, driver_mib: int) -> Any:
    from pyspark import SparkConf
    from pyspark.sql import SparkSession

    settings = {
        "spark.authenticate": "true", "spark.authenticate.secret": secret,
        "spark.driver.host": LOOPBACK, "spark.driver.bindAddress": LOOPBACK, "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.memory": f"{driver_mib}m", "spark.executor.memory": f"{executor_mib * 3 // 4}m",
        "spark.executor.cores": str(cores), "spark.local.dir": str(folder / "local"), "spark.log.level": "ERROR",
        "spark.sql.warehouse.dir": str(folder / "warehouse"), "spark.sql.shuffle.partitions": "8",
        "spark.sql.ansi.enabled": "true", "spark.sql.session.timeZone": "UTC",
    }
    conf = SparkConf().setMaster(master).setAppName("chuangwen").setAll(list(settings.items()))
    os.environ.setdefault("SPARK_LOCAL_IP", LOOPBACK)
    with _quiet():
        return SparkSession.builder.config(conf=conf).getOrCreate()


def _backend(session: Any) -> Any:
    with _quiet():
        import ibis

        return ibis.pyspark.connect(session)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """pyspark warns of pandas 3 when it is imported. The engine does not go by way of pandas (`inputs.Session`)."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="PySpark does not yet fully support pandas")
        yield


def _driver(session: Any) -> int:
    process = getattr(session.sparkContext._gateway, "proc", None)
    return process.pid if process is not None else 0


def _stop(session: Any) -> None:
    from pyspark import SparkContext

    gateway = session.sparkContext._gateway
    session.stop()
    process = getattr(gateway, "proc", None)
    gateway.shutdown()
    SparkContext._gateway = SparkContext._jvm = None  # else the next session would ask the Java that has just been ended
    if process is not None:
        process.stdin.close()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_ports(number: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(number)]
        for one in sockets:
            one.bind((LOOPBACK, 0))
        return [one.getsockname()[1] for one in sockets]


def _state(page: int) -> int | None:
    """How many workers the master knows to be alive; None while it does not answer."""
    try:
        with urllib.request.urlopen(f"http://{LOOPBACK}:{page}/json/", timeout=2) as answer:
            return int(json.load(answer)["aliveworkers"])
    except (OSError, ValueError, KeyError):
        return None


def _wait(until: Any, launch: _Launch, what: str) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if until():
            return
        time.sleep(STEP)
    raise ClusterError(f"Spark 集群的{what}没有在 {START_SECONDS:.0f} 秒内启动。日志末尾：\n{launch.last_words()}")


def _processes() -> Iterator[tuple[int, int, int]]:
    """(process, its group, largest resident size in KiB) of every process that can be read; Linux only, elsewhere nothing."""
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError, StopIteration):
            lines = (folder / "status").read_text().splitlines()
            peak = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))
            yield int(folder.name), os.getpgid(int(folder.name)), peak
