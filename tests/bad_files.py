"""Files that nobody should send: pictures that are none, workbooks that are something else. And what tests ask of every table."""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Sequence

import xlsxwriter

from chuangwen.kernel.models import ImportRun, Job
from tests.counted_rows import counted_rows
from tests.world import jpeg

TOO_MANY_ROWS = 200_001
TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    "</Types>"
)


def workbook(titles: Sequence[str], rows: Sequence[Sequence[object]], name: str = "Sheet1") -> bytes:
    """A plain workbook; a text that begins with ``=`` is written as a formula."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        page = book.add_worksheet(name)
        for number, row in enumerate([titles, *rows]):
            for column, value in enumerate(row):
                if isinstance(value, str) and value.startswith("="):
                    page.write_formula(number, column, value, None, "#DIV/0!")
                else:
                    page.write(number, column, value)
    return target.getvalue()


def long_workbook(titles: Sequence[str], row: Sequence[object], count: int = TOO_MANY_ROWS) -> bytes:
    """The same row ``count`` times."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"constant_memory": True}) as book:
        page = book.add_worksheet()
        for number in range(count + 1):
            page.write_row(number, 0, titles if number == 0 else row)
    return target.getvalue()


def with_macros(content: bytes) -> bytes:
    """The workbook with a macro project in it and the content type of .xlsm, whatever its name."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name in source.namelist():
            part = source.read(name)
            if name == "[Content_Types].xml":
                part = part.replace(
                    b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
                    b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
                )
            made.writestr(name, part)
        made.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"macro" * 50)
    return target.getvalue()


def bomb() -> bytes:
    """A workbook of about 700 KB whose sheet is 700 MB of nothing."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("[Content_Types].xml", TYPES)
        made.writestr("xl/workbook.xml", "<workbook/>")
        with made.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _piece in range(700):
                part.write(b" " * 2**20)
    return target.getvalue()


def png_of_claimed_size(width: int, height: int) -> bytes:
    """A PNG that says it is enormous and holds nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


SCRIPT = b"<script>alert(document.cookie)</script>"
BAD_PICTURES: dict[str, Callable[[], bytes]] = {
    "broken.jpg": lambda: jpeg(33)[:700],
    "huge.png": lambda: png_of_claimed_size(60_000, 60_000),
    "script.jpg": lambda: b"<!doctype html>" + SCRIPT,
    "script.svg": lambda: b'<svg xmlns="http://www.w3.org/2000/svg">' + SCRIPT + b"</svg>",
    "program.jpg": lambda: b"MZ" + b"\0" * 500,
    "both.jpg": lambda: jpeg(34) + b"\n" + SCRIPT,
    "php.gif": lambda: b"GIF89a<?php system($_GET[0]); ?>",
    "empty.jpg": lambda: b"",
    "sheet.jpg": lambda: workbook(["a"], [["b"]]),
}
"""By file name: what it says it is, and what is in it."""


CHINESE = re.compile(r"[\u4e00-\u9fff]")


def rows_of_ours() -> dict[str, int]:
    """How many rows every table of ours has, but for the sheets that were brought themselves."""
    return counted_rows(beside=(ImportRun, Job))
