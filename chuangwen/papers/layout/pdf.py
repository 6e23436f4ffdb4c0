"""Word to PDF with LibreOffice. Each conversion has a profile folder of its own, so that any number run side by side."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from .errors import LayoutError
from .fonts import fontconfig

PROGRAMS = ("soffice", "libreoffice")
STEP = 0.5
"""Seconds between two calls of `waiting`."""


class OfficeMissing(LayoutError):
    """LibreOffice is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "office_missing",
            "本机没有安装 LibreOffice，不能生成 PDF。请安装 Debian 软件包 libreoffice-writer；Word 文件仍可下载。",
        )


class OfficeTimeout(LayoutError):
    """LibreOffice did not finish in time and was stopped."""

    def __init__(self, seconds: float) -> None:
        super().__init__("office_timeout", f"生成 PDF 超过{seconds:g}秒仍未完成，已停止。请稍后重试。")


class OfficeFailed(LayoutError):
    """LibreOffice ended without a PDF; its last words are in `detail`."""

    def __init__(self, detail: str) -> None:
        super().__init__("office_failed", "LibreOffice 未能把文件转成 PDF，文件可能已损坏。")
        self.detail = detail


def office() -> str | None:
    """The path of LibreOffice's program, or None."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


def convert(document: bytes | Path, *, timeout: float = 90.0, waiting: Callable[[], None] | None = None) -> bytes:
    """The PDF of a .docx given by its bytes or path. `waiting` is called every half second meanwhile; what it raises ends LibreOffice.

    Raises OfficeMissing, OfficeTimeout (after `timeout` seconds; nothing is left running) or OfficeFailed.
    """
    program = office()
    if program is None:
        raise OfficeMissing
    with tempfile.TemporaryDirectory(prefix="chuangwen-pdf-") as folder:
        home = Path(folder)
        source = home / "paper.docx"
        source.write_bytes(document if isinstance(document, bytes) else document.read_bytes())
        settings = home / "fonts.conf"
        settings.write_text(fontconfig(str(home / "fontcache")), encoding="utf-8")
        (home / "out").mkdir()
        environment = {
            **os.environ,
            "HOME": folder,
            "XDG_CONFIG_HOME": folder,
            "FONTCONFIG_FILE": str(settings),
            "LC_ALL": "C.UTF-8",
            "SAL_USE_VCLPLUGIN": "svp",
        }
        command = [
            program,
            f"-env:UserInstallation={(home / 'profile').as_uri()}",
            *("--headless", "--norestore", "--nolockcheck", "--nodefault", "--nofirststartwizard"),
            *("--convert-to", "pdf:writer_pdf_Export", "--outdir", str(home / "out"), str(source)),
        ]
        words = _run(command, environment, timeout, waiting)
        made = home / "out" / "paper.pdf"
        if not made.exists() or made.stat().st_size == 0:
            raise OfficeFailed(words[-2000:])
        return made.read_bytes()


def _run(command: list[str], environment: dict[str, str], timeout: float, waiting: Callable[[], None] | None) -> str:
    """Run in a process group of its own; at the time limit, or when `waiting` raises, end the whole group."""
    process = subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        words = _waited(process, timeout, waiting)
    except BaseException as error:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        if isinstance(error, subprocess.TimeoutExpired):
            raise OfficeTimeout(timeout) from None
        raise
    return words.decode("utf-8", "replace")


def _waited(process: subprocess.Popen[bytes], timeout: float, waiting: Callable[[], None] | None) -> bytes:
    """What the process wrote until its end; asking it again after a time limit loses nothing."""
    end = time.monotonic() + timeout
    while waiting is not None and (left := end - time.monotonic()) > STEP:
        waiting()
        with contextlib.suppress(subprocess.TimeoutExpired):
            return process.communicate(timeout=min(STEP, left))[0]
    return process.communicate(timeout=max(0.0, end - time.monotonic()))[0]
