"""A phone in the field for the browser tests: the demonstration town served by the program itself, a line to it that can be cut at a byte,
and a browser the size of a phone that can be killed."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from chuangwen.demo.filling.people import PASSWORD

PIN = "258036"
SMALL = {"width": 390, "height": 844}
HERE = {"latitude": 21.66, "longitude": 110.92}
CAMERA = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--host-resolver-rules=MAP phone.test 127.0.0.1",
]
READY_WITHIN = 180  # seconds: a machine may have much else to do


def environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")}
    more = {"CHUANGWEN_HOME": str(home), "PYTHONUTF8": "1", "CHUANGWEN_HOSTS": "127.0.0.1,localhost,phone.test"}
    return kept | more | {"PYTHONPATH": str(Path(__file__).resolve().parents[3])}


_grounds: dict[Path, subprocess.Popen[str]] = {}


def ground(home: Path, *words: str | int) -> dict[str, Any]:
    """Do a verb of ``ground.py`` in this data folder. One program for each folder does them all: to start it costs seconds."""
    at_work = _grounds.get(home)
    if at_work is None or at_work.poll() is not None:
        command = [sys.executable, "-m", "chuangwen.phone.tests.ground", "answer"]
        at_work = subprocess.Popen(
            command, env=environment(home), cwd=home, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        _grounds[home] = at_work
    assert at_work.stdin is not None and at_work.stdout is not None
    at_work.stdin.write(json.dumps([str(word) for word in words]) + "\n")
    at_work.stdin.flush()
    line = at_work.stdout.readline()
    assert line, f"the program ended with {at_work.wait(15)}"
    told = json.loads(line)
    assert "done" in told, told
    return told["done"]


def leave(home: Path) -> None:
    """The program that does the verbs in this data folder ends."""
    if at_work := _grounds.pop(home, None):
        at_work.communicate(timeout=15)  # its input ends, and so does it


def copy_of(filled: Path, target: Path) -> Path:
    """A data folder of one's own, so that other tests find the town as it was."""
    shutil.copytree(filled, target)
    return target


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def served(home: Path) -> Iterator[int]:
    """The port where the program answers from this data folder."""
    port = free_port()
    words = [sys.executable, "-m", "chuangwen", "serve", "--port", str(port), "--workers", "1", "--without-worker"]
    server = subprocess.Popen(words, env=environment(home), cwd=home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until = time.monotonic() + READY_WITHIN
    try:
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/phone/api/session", timeout=5).close()
                break
            except OSError:
                assert server.poll() is None and time.monotonic() < until, "the server did not answer"
                time.sleep(0.2)
        yield port
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(15)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait(15)


class Line:
    """The line between phone and server. ``cut()`` ends it at once; ``limit`` cuts it after so many more bytes of photos have gone up.

    ``asked`` holds the first line and the headers of every request in their order. ``instead`` replaces bytes in what comes down.
    """

    def __init__(self, port: int):
        self.behind = port
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.limit: int | None = None
        self.instead: tuple[bytes, bytes] | None = None
        self._open: list[socket.socket] = []
        self._ended = threading.Event()
        self.broken = False
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = self._door.getsockname()[1]
        threading.Thread(target=self._wait, daemon=True).start()

    def _wait(self) -> None:
        while not self._ended.is_set():
            try:
                phone, _address = self._door.accept()
            except OSError:
                return
            if self.broken:
                phone.close()
                continue
            server = socket.create_connection(("127.0.0.1", self.behind))
            self._open += [phone, server]
            threading.Thread(target=self._carry, args=(phone, server, True), daemon=True).start()
            threading.Thread(target=self._carry, args=(server, phone, False), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket, up: bool) -> None:
        with suppress(OSError):
            while data := source.recv(4096 if up else 65536):
                if up:
                    data = self._look(data)
                elif self.instead:
                    data = data.replace(*self.instead)
                if up and self.limit is not None and self.uploading:
                    if len(data) >= self.limit:
                        target.sendall(data[: self.limit])
                        time.sleep(0.3)  # what was sent arrives before the end of the line
                        self.limit = None
                        self.cut()
                        return
                    self.limit -= len(data)
                target.sendall(data)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    uploading = False

    def _look(self, data: bytes) -> bytes:
        head = data.split(b"\r\n\r\n", 1)[0]
        first = head.split(b"\r\n", 1)[0]
        if first.endswith((b"HTTP/1.1", b"HTTP/1.0")):
            lines = head.decode("latin-1").split("\r\n")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}
            self.asked.append((lines[0], headers))
            self.uploading = lines[0].startswith("PATCH ")
            if self.instead:
                data = data.replace(b"gzip, deflate, br, zstd", b"identity".ljust(23)).replace(
                    b"gzip, deflate, br", b"identity".ljust(17)
                )
        return data

    def cut(self) -> None:
        """No signal: what is under way ends, nothing new goes through."""
        self.broken = True
        for end in self._open:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            with suppress(OSError):
                end.close()
        self._open = []

    def mend(self) -> None:
        self.broken = False

    def end(self) -> None:
        self._ended.set()
        self.cut()
        self._door.close()

    def uploads(self) -> list[tuple[str, dict[str, str]]]:
        return [(line, headers) for line, headers in self.asked if line.startswith(("PATCH ", "HEAD ", "POST /evidence/"))]


class Phone:
    """A browser the size of a phone with a profile of its own. ``kill()`` ends it as an empty battery does; ``start()`` opens it again."""

    def __init__(self, playwright: Any, chromium: str, folder: Path, address: str, **more: Any):
        self.playwright, self.chromium, self.folder, self.address, self.more = playwright, chromium, folder, address, more
        self.said: list[str] = []
        self.shift = ""
        self.start()

    def start(self) -> None:
        options = {
            "viewport": SMALL,
            "locale": "zh-CN",
            "timezone_id": "Asia/Shanghai",
            "has_touch": True,
            "is_mobile": True,
        } | self.more
        self.context = self.playwright.chromium.launch_persistent_context(
            str(self.folder), executable_path=self.chromium, args=CAMERA, geolocation=HERE,
            permissions=["geolocation", "camera"], accept_downloads=True, **options,
        )  # fmt: skip
        if self.shift:
            self.context.add_init_script(self.shift)
        self.page = self.context.pages[0] if self.context.pages else self.context.new_page()
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("console", lambda message: self.heard(message.text) if message.type == "error" else None)
        self.page.set_default_timeout(40_000)

    def heard(self, text: str) -> None:
        if "Failed to load resource" not in text and "net::" not in text:  # a cut line is what is tested here
            self.said.append(text)

    def kill(self) -> None:
        """SIGKILL to the browser's process, found by its profile."""
        mark = f"--user-data-dir={self.folder}"
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            with suppress(OSError):
                words = (entry / "cmdline").read_bytes().decode(errors="replace").split("\0")
                if mark in words and not any(word.startswith("--type=") for word in words):
                    os.kill(int(entry.name), signal.SIGKILL)
        with suppress(Exception):
            self.context.close()
        (self.folder / "SingletonLock").unlink(missing_ok=True)

    def close(self) -> None:
        with suppress(Exception):
            self.context.close()

    # -- what a person does -------------------------------------------------------------------------------------------

    def open(self, address: str = "") -> None:
        self.page.goto(f"{self.address}/phone/{address}")

    def sign_in(self, user: str = "inspector") -> None:
        """From the app's first screen to the page to sign in and back."""
        self.page.fill("input[name=login]", user)
        self.page.fill("input[name=password]", PASSWORD)
        self.page.click("main button[type=submit], form button[type=submit]")

    def type_pin(self, pin: str = PIN) -> None:
        self.page.wait_for_selector(".pin:not(.busy)")
        for digit in pin:
            self.page.click(f".pin-key[data-digit='{digit}']")

    def first_time(self, user: str = "inspector") -> None:
        """Sign in, choose a PIN, wait until the package is on the phone and the app is kept for when there is no signal."""
        self.open()
        self.page.click(".scene .btn.primary")
        self.page.wait_for_url("**/account/login/**")
        self.sign_in(user)
        self.type_pin()
        self.page.wait_for_function("() => !document.querySelector('.pin-dots .on')")
        self.type_pin()
        self.ready()
        if self.page.evaluate("isSecureContext"):
            self.page.evaluate("async () => { await navigator.serviceWorker.ready }")
            self.page.wait_for_function("() => navigator.serviceWorker.controller")

    def ready(self) -> None:
        self.page.wait_for_selector(".top h1")

    def reopen(self, address: str = "") -> None:
        """The page once more, and the PIN."""
        self.open(address)
        self.type_pin()
        self.ready()

    def go(self, address: str) -> None:
        self.page.evaluate("address => { location.hash = address }", address)

    def states(self) -> list[str]:
        """The states on the page of the queue, newest first within its parts."""
        self.go("#/queue")
        self.page.wait_for_selector("main h2, main .empty")
        return self.page.locator("main .list .badge").all_inner_texts()

    def begin(self, stop: int = 0) -> None:
        """Open the next place of the route."""
        self.go("#/")
        self.page.wait_for_selector(".next-stop")
        self.page.click(".next-stop .btn.primary")
        self.page.wait_for_selector(".criterion")

    def all_in_order_and_finish(self) -> None:
        self.page.click(".foot .btn >> nth=0")
        self.page.click("dialog.sheet[open] footer .btn.primary")
        self.page.wait_for_selector(".visit-sum .tone-ok")
        self.finish()

    def finish(self) -> None:
        self.page.click(".foot .btn.primary")
        self.page.click("dialog.sheet[open] footer .btn.primary")
        self.page.wait_for_selector("dialog.sheet", state="detached")

    def wait_for_states(self, *wanted: str, seconds: int = 40) -> None:
        until = time.monotonic() + seconds
        while (found := self.states()) != list(wanted):
            assert time.monotonic() < until, f"{found} instead of {list(wanted)}: {self.page.inner_text('main')[:800]}"
            self.page.wait_for_timeout(300)
