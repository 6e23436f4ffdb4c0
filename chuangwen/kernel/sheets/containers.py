"""Whether a file is a workbook that is safe to open, before anything parses it.

Everything that the parser would read is inflated once, in pieces, and measured: declared sizes in a ZIP file are only claims.
A workbook is turned away when it is broken, locked, of another kind, carries macros, would grow out of all measure, uses XML
entities, or has a cell so far out that the table between would not fit in memory.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import IO
from xml.etree import ElementTree
from xml.parsers import expat

from django.utils.translation import gettext as _

from chuangwen.kernel.sheets.columns import SheetError

MAX_BYTES = 60 * 1024 * 1024
MAX_ENTRIES = 20_000
MAX_XML = 600 * 1024 * 1024
"""Bytes of XML in all parts that the parser reads."""
MAX_RATIO = 250
"""Of inflated to stored bytes, for parts above ``RATIO_FROM``."""
RATIO_FROM = 20 * 1024 * 1024
MAX_CELLS = 15_000_000
"""Of the smallest rectangle that holds all cells with a value."""

_PIECE = 1024 * 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SHEET_PART = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
# A cell whose position is not plainly written within AZ and row 299,999 is looked at closely.
_FAR_CELL = re.compile(rb'<c(?=[\s/>])(?! r="A?[A-Z][12]?\d{1,5}"[ />])|<[^\s<>/]*:c[\s/>]')
_ERROR_CELL = re.compile(rb'<c r="([A-Z]{1,3}\d{1,7})"[^<>]* t="e"')
_KEEP = 64  # bytes carried from one piece to the next so that no word is cut


class Container:
    """The bytes of a workbook that passed every check, and the cells in it that hold an error such as #REF!."""

    def __init__(self, data: bytes, errors: dict[str, set[str]]):
        self.data = data
        self.errors_by_sheet = errors

    def stream(self) -> BytesIO:
        return BytesIO(self.data)


def content_of(source: str | Path | bytes | IO[bytes], max_bytes: int = MAX_BYTES) -> bytes:
    """The whole content of a path, bytes or an open file. Raises SheetError when it is empty or larger than ``max_bytes``."""
    if isinstance(source, bytes | bytearray | memoryview):
        data = bytes(source)
    elif isinstance(source, str | Path):
        with Path(source).open("rb") as opened:
            data = opened.read(max_bytes + 1)
    else:
        if hasattr(source, "seek"):
            source.seek(0)
        data = source.read(max_bytes + 1)
    if not data:
        raise SheetError(_("The file is empty."), "sheets.empty_file")
    if len(data) > max_bytes:
        raise SheetError(
            _("The file is larger than %(limit)d MB. Take out pictures or split it into several files.")
            % {"limit": max_bytes // (1024 * 1024)},
            "sheets.too_large",
        )
    return data


def open_container(data: bytes) -> Container:
    """Check everything; raises SheetError with what is wrong and what to do."""
    if data.startswith(_OLE):
        raise _ole_error(data)
    if not data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        raise _foreign_error(data)
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return Container(data, _checked(archive, data))
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, UnicodeDecodeError, NotImplementedError) as problem:
        raise broken() from problem


def broken() -> SheetError:
    return SheetError(
        _(
            "The file is damaged or not complete: it may have been cut off while it was sent. Open it in Excel or WPS, "
            "save it again as .xlsx and upload that."
        ),
        "sheets.broken",
    )


def _bomb() -> SheetError:
    return SheetError(_("Unpacked, this file would be far larger than any real table. It was not opened."), "sheets.bomb")


def _ole_error(data: bytes) -> SheetError:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return SheetError(
            _("The file is protected by a password. Take the password off (File, Info, Protect Workbook) and upload it again."),
            "sheets.password",
        )
    return SheetError(
        _(
            "This is a file of the old format (.xls or .et). Open it in Excel or WPS, choose “Save as”, file type "
            "“Excel workbook (.xlsx)”, and upload that."
        ),
        "sheets.old_format",
    )


def _foreign_error(data: bytes) -> SheetError:
    head = data[:2048].lstrip().lower()
    if head.startswith(b"%pdf"):
        kind = "PDF"
    elif head.startswith((b"\xff\xd8\xff", b"\x89png", b"gif8", b"riff")):
        kind = _("a picture")
    elif b"<html" in head or b"<table" in head or head.startswith(b"<!doctype"):
        kind = _("a web page")
    elif b"\x00" not in data[:2048]:
        kind = _("a text file")
    else:
        kind = _("a file of another kind")
    return not_a_workbook(kind)


def not_a_workbook(kind: str) -> SheetError:
    return SheetError(
        _(
            "This is not an Excel workbook but %(kind)s, whatever its name ends in. Open it in Excel or WPS, save it "
            "as .xlsx and upload that."
        )
        % {"kind": kind},
        "sheets.not_a_workbook",
    )


def _checked(archive: zipfile.ZipFile, data: bytes) -> dict[str, set[str]]:
    entries = archive.infolist()
    names = {entry.filename for entry in entries}
    lower = {name.lower() for name in names}
    if len(entries) > MAX_ENTRIES or len(names) < len(entries):
        raise _bomb()
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise SheetError(_("The file is protected by a password. Take it off and upload the file again."), "sheets.password")
    if "xl/vbaproject.bin" in lower:
        raise _macro()
    if "xl/workbook.bin" in lower:
        raise SheetError(
            _("This is a binary workbook (.xlsb). Choose “Save as”, file type “Excel workbook (.xlsx)”, and upload that."),
            "sheets.old_format",
        )
    if "xl/workbook.xml" not in names:
        raise _foreign_archive(lower)

    errors: dict[str, set[str]] = {}
    total = 0
    for entry in entries:
        name = entry.filename
        if not name.lower().endswith((".xml", ".rels")):
            continue
        if entry.file_size > MAX_XML:
            raise _bomb()
        size, far, tail = 0, False, b""
        found: set[str] = set()
        is_sheet = bool(_SHEET_PART.fullmatch(name))
        for piece in _inflated(entry, data):
            size += len(piece)
            if total + size > MAX_XML or (size > RATIO_FROM and size > MAX_RATIO * max(entry.compress_size, 1)):
                raise _bomb()
            if not tail and piece[:2] in (b"\xff\xfe", b"\xfe\xff", b"\x00<", b"<\x00"):
                raise broken()
            text = tail + piece
            if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
                raise SheetError(
                    _("The file holds XML entities, which no real workbook has. It was not opened."), "sheets.entities"
                )
            if name == "[Content_Types].xml" and b"macroEnabled" in text:
                raise _macro()
            if not is_sheet:
                tail = text[-_KEEP:]
                continue
            whole_tags = max(text.rfind(b"<"), 0)
            tail, text = text[whole_tags:], text[:whole_tags]
            if len(tail) > 4 * _PIECE:
                raise broken()
            far = far or bool(_FAR_CELL.search(text))
            if b't="e"' in text and len(found) < 10_000:
                found.update(match.decode() for match in _ERROR_CELL.findall(text))
        if is_sheet and (far or _FAR_CELL.search(tail)):
            _check_extent(entry, data)
        total += size
        if found:
            errors[name] = found
    return _by_sheet_name(errors, archive) if errors else {}


def _macro() -> SheetError:
    return SheetError(
        _(
            "This workbook holds macros (.xlsm), which may do harm. Choose “Save as”, file type “Excel workbook "
            "(.xlsx)”, and upload that."
        ),
        "sheets.macros",
    )


def _foreign_archive(names: set[str]) -> SheetError:
    if "word/document.xml" in names:
        kind = _("a Word document")
    elif "mimetype" in names and "content.xml" in names:
        kind = _("an OpenDocument file")
    elif "ppt/presentation.xml" in names:
        kind = _("a presentation")
    else:
        kind = _("a ZIP archive")
    return not_a_workbook(kind)


def _inflated(entry: zipfile.ZipInfo, data: bytes) -> Iterator[bytes]:
    """The content of an entry in pieces. Raises BadZipFile where the file says one thing and holds another."""
    start = entry.header_offset
    if data[start : start + 4] != b"PK\x03\x04" or len(data) < start + 30:
        raise zipfile.BadZipFile("no local header")
    name_length, extra_length = struct.unpack("<HH", data[start + 26 : start + 30])
    start += 30 + name_length + extra_length
    stored = memoryview(data)[start : start + entry.compress_size]
    if len(stored) != entry.compress_size:
        raise zipfile.BadZipFile("cut off")
    checksum, size = 0, 0
    for piece in _pieces(entry, stored):
        checksum = zlib.crc32(piece, checksum)
        size += len(piece)
        if size > entry.file_size:
            raise _bomb()
        yield piece
    if size != entry.file_size or checksum != entry.CRC:
        raise zipfile.BadZipFile("size or checksum differ")


def _pieces(entry: zipfile.ZipInfo, stored: memoryview) -> Iterator[bytes]:
    if entry.compress_type == zipfile.ZIP_STORED:
        for at in range(0, len(stored), _PIECE):
            yield bytes(stored[at : at + _PIECE])
        return
    if entry.compress_type != zipfile.ZIP_DEFLATED:
        raise zipfile.BadZipFile("compression that workbooks do not use")
    inflater = zlib.decompressobj(-15)
    for at in range(0, len(stored), _PIECE // 4):
        rest: bytes | memoryview = stored[at : at + _PIECE // 4]
        while rest and not inflater.eof:
            piece = inflater.decompress(rest, _PIECE)
            if piece:
                yield piece
            rest = inflater.unconsumed_tail
    while not inflater.eof:
        piece = inflater.decompress(b"", _PIECE)
        if not piece:
            raise zipfile.BadZipFile("cut off")
        yield piece
    if inflater.unused_data:
        raise zipfile.BadZipFile("more data than announced")


def _check_extent(entry: zipfile.ZipInfo, data: bytes) -> None:
    """Read the sheet tag by tag and measure the rectangle of its cells that hold a value. Raises SheetError."""
    row, column, here = 0, 0, (0, 0)
    first_row, last_row, first_column, last_column = 1 << 30, 0, 1 << 30, 0

    def begin(tag: str, attributes: dict[str, str]) -> None:
        nonlocal row, column, here, first_row, last_row, first_column, last_column
        tag = tag.rpartition(":")[2]
        if tag == "row":
            row, column = _number(attributes.get("r"), row + 1), 0
        elif tag == "c":
            reference = re.fullmatch(r"([A-Za-z]{1,3})(\d{1,7})", attributes.get("r", ""))
            column = _column_number(reference[1]) if reference else column + 1
            here = (int(reference[2]) if reference else row, column)
        elif tag in ("v", "is"):
            first_row, last_row = min(first_row, here[0]), max(last_row, here[0])
            first_column, last_column = min(first_column, here[1]), max(last_column, here[1])

    parser = expat.ParserCreate()
    parser.StartElementHandler = begin
    try:
        for piece in _inflated(entry, data):
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except expat.ExpatError as problem:
        raise broken() from problem
    if (last_row - first_row + 1) * (last_column - first_column + 1) > MAX_CELLS:
        raise SheetError(
            _(
                "The table reaches to row %(row)d and column %(column)d, far beyond what can be read. Delete the stray "
                "cells to the right and below, or split the table."
            )
            % {"row": last_row, "column": last_column},
            "sheets.too_wide",
        )


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdecimal() else otherwise


def _column_number(letters: str) -> int:
    number = 0
    for char in letters.upper():
        number = number * 26 + ord(char) - 64
    return number


def _by_sheet_name(errors: dict[str, set[str]], archive: zipfile.ZipFile) -> dict[str, set[str]]:
    """Cell references by the name of their sheet; nothing where the workbook's list of sheets is not as usual."""
    try:
        targets = {
            relation.get("Id"): relation.get("Target", "")
            for relation in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
        }
        named = {}
        for element in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter():
            if element.tag.endswith("}sheet"):
                identifier = next((value for key, value in element.items() if key.endswith("}id")), None)
                target = targets.get(identifier, "")
                part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
                named[part] = element.get("name", "")
    except (ElementTree.ParseError, KeyError):
        return {}
    return {named[part]: cells for part, cells in errors.items() if part in named}
