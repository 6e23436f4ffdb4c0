"""Files that are not what they seem: each is turned away with a sentence, and nothing large is ever unpacked."""

import io
import struct
import tracemalloc
import zipfile
import zlib
from functools import cache
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chuangwen.kernel.sheets import Column, SheetError, containers, read_sheet, write_table

COLUMNS = [Column("name", "点位名称", required=True), Column("count", "数量", kind="int")]
GOOD = write_table(COLUMNS, [{"name": f"点位{n}", "count": n} for n in range(50)])
SHEET = "xl/worksheets/sheet1.xml"
SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def refused(content: bytes, **options) -> SheetError:
    begun = perf_counter()
    with pytest.raises(SheetError) as caught:
        read_sheet(content, COLUMNS, **options)
    assert str(caught.value) and caught.value.code.startswith("sheets.")
    assert perf_counter() - begun < 60
    return caught.value


def changed(parts: dict[str, bytes | None], content: bytes = GOOD) -> bytes:
    """The workbook with parts put in, replaced or (None) taken out."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in {**dict.fromkeys(old.namelist()), **dict.fromkeys(parts)}:
            part = parts[name] if name in parts else old.read(name)
            if part is not None:
                new.writestr(name, part)
    return target.getvalue()


def sheet_xml(rows: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{SPACE}"><sheetData>{rows}</sheetData></worksheet>'.encode()


HEADER = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>点位名称</t></is></c><c r="B1" t="inlineStr"><is><t>数量</t></is></c></row>'
    '<row r="2"><c r="A2" t="inlineStr"><is><t>东门</t></is></c><c r="B2"><v>1</v></c></row>'
)


def test_the_unchanged_workbook_is_read():
    assert len(read_sheet(GOOD, COLUMNS).rows) == 50
    assert len(read_sheet(changed({SHEET: sheet_xml(HEADER)}), COLUMNS).rows) == 1


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "sheets.empty_file"),
        ("点位名称,数量\n东门,1\n".encode(), "sheets.not_a_workbook"),
        ("点位名称,数量\n".encode("gb18030"), "sheets.not_a_workbook"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "sheets.not_a_workbook"),
        (b"%PDF-1.7 ...", "sheets.not_a_workbook"),
        (b"\x89PNG\r\n\x1a\n....", "sheets.not_a_workbook"),
        (bytes(range(256)), "sheets.not_a_workbook"),
        (b"PK\x03\x04", "sheets.broken"),
        (b"PK\x03\x04" + bytes(500), "sheets.broken"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "sheets.old_format"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(60) + "EncryptedPackage".encode("utf-16-le"), "sheets.password"),
    ],
)
def test_another_kind_of_file_is_named_as_what_it_is(content, code):
    assert refused(content).code == code


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_workbook_that_is_cut_off_is_damaged(share):
    assert refused(GOOD[: int(len(GOOD) * share)]).code == "sheets.broken"


def test_macros_are_refused_by_content_whatever_the_name():
    assert refused(changed({"xl/vbaProject.bin": b"x"})).code == "sheets.macros"
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive:
        types = archive.read("[Content_Types].xml")
    enabled = types.replace(b"spreadsheetml.sheet.main+xml", b"spreadsheetml.sheet.macroEnabled.main+xml")
    enabled = enabled.replace(
        b"vnd.openxmlformats-officedocument.spreadsheetml.sheet.macroEnabled", b"vnd.ms-excel.sheet.macroEnabled"
    )
    assert refused(changed({"[Content_Types].xml": enabled})).code == "sheets.macros"


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"xl/workbook.xml": None, "word/document.xml": b"<x/>"}, "sheets.not_a_workbook"),
        ({"xl/workbook.xml": None, "content.xml": b"<x/>", "mimetype": b"x"}, "sheets.not_a_workbook"),
        ({"xl/workbook.xml": None}, "sheets.not_a_workbook"),
        ({"xl/workbook.xml": None, "xl/workbook.bin": b"x"}, "sheets.old_format"),
        ({SHEET: None}, "sheets.broken"),
        ({SHEET: b"<worksheet><sheetData><row"}, "sheets.broken"),
        ({SHEET: b"no xml at all"}, "sheets.broken"),
        ({"xl/workbook.xml": b"<workbook/>"}, "sheets.empty"),
        ({"xl/_rels/workbook.xml.rels": b"<x"}, "sheets.broken"),
    ],
)
def test_an_archive_without_the_right_parts_is_refused(parts, code):
    assert refused(changed(parts)).code in (code, "sheets.broken")


def test_a_file_beyond_the_size_is_not_even_opened():
    assert refused(GOOD, max_bytes=1000).code == "sheets.too_large"


@cache
def deflated(pieces: int, piece: bytes) -> tuple[bytes, int, int]:
    """Raw deflate of ``pieces`` × ``piece``: data, checksum, size."""
    packer, out, checksum = zlib.compressobj(9, zlib.DEFLATED, -15), [], 0
    for _ in range(pieces):
        out.append(packer.compress(piece))
        checksum = zlib.crc32(piece, checksum)
    out.append(packer.flush())
    return b"".join(out), checksum, pieces * len(piece)


def archive_with(name: str, packed: bytes, checksum: int, size: int, base: bytes = GOOD) -> bytes:
    """The workbook with one part given as raw deflate data and whatever checksum and size it claims."""
    out, central = io.BytesIO(), []

    def add(name: bytes, data: bytes, crc: int, size: int) -> None:
        at = out.tell()
        fields = (20, 0, 8, 0, 0, crc, len(data), size, len(name), 0)
        out.write(b"PK\x03\x04" + struct.pack("<HHHHHIIIHH", *fields) + name + data)
        central.append(b"PK\x01\x02" + struct.pack("<HHHHHHIIIHHHHHII", 20, *fields, 0, 0, 0, 0, at) + name)

    with zipfile.ZipFile(io.BytesIO(base)) as archive:
        for entry in archive.infolist():
            if entry.filename != name:
                content = archive.read(entry)
                packer = zlib.compressobj(6, zlib.DEFLATED, -15)
                add(entry.filename.encode(), packer.compress(content) + packer.flush(), zlib.crc32(content), len(content))
    add(name.encode(), packed, checksum, size)
    at, directory = out.tell(), b"".join(central)
    out.write(directory + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, len(central), len(central), len(directory), at, 0))
    return out.getvalue()


def test_a_bomb_is_refused_without_unpacking_it():
    packed, checksum, size = deflated(400, b" " * 1_000_000)
    bomb = archive_with("xl/sharedStrings.xml", packed, checksum, size)
    assert len(bomb) < 1_000_000
    tracemalloc.start()
    assert refused(bomb).code == "sheets.bomb"
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 40_000_000


def test_a_bomb_that_claims_to_be_small_is_found_out():
    packed, _checksum, _size = deflated(400, b" " * 1_000_000)
    for claimed, checksum in ((1000, zlib.crc32(b" " * 1000)), (0, 0)):
        assert refused(archive_with("xl/sharedStrings.xml", packed, checksum, claimed)).code in ("sheets.bomb", "sheets.broken")


def test_a_part_whose_checksum_is_wrong_is_damaged():
    content = sheet_xml(HEADER)
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    packed = packer.compress(content) + packer.flush()
    assert read_sheet(archive_with(SHEET, packed, zlib.crc32(content), len(content)), COLUMNS).rows
    assert refused(archive_with(SHEET, packed, 123, len(content))).code == "sheets.broken"


def test_very_many_entries_are_refused(monkeypatch):
    monkeypatch.setattr(containers, "MAX_ENTRIES", 200)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for number in range(containers.MAX_ENTRIES + 1):
            archive.writestr(f"x{number}", b"")
    assert refused(target.getvalue()).code == "sheets.bomb"


@pytest.mark.parametrize(
    "trick",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>',
        '<!DOCTYPE x SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "http://127.0.0.1/x">]>',
    ],
)
@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml"])
def test_xml_entities_are_refused(trick, part):
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive:
        content = archive.read(part).decode()
    declared, rest = content.split("?>", 1)
    assert refused(changed({part: f"{declared}?>{trick}{rest}".encode()})).code == "sheets.entities"


FAR = [
    '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
    "<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>",
    '<row r="1048576"><c  r="XFD1048576"><v>1</v></c></row>',
    '<row r="1048576"><c t="n" r="XFD1048576"><v>1</v></c></row>',
    '<row r="1048576"><c r="XFD1048576" x="/>" ><v>1</v></c></row>',
    '<row r="1048576">' + "<c><v>1</v></c>" * 3000 + "</row>",
    '<row r="1048576">' + '<c t="n"><v>1</v></c>' * 3000 + "</row>",
    '<row r="1048576"><c\nr="XFD1048576"><v>1</v></c></row>',
]


@pytest.mark.parametrize("row", FAR)
def test_a_cell_at_the_far_corner_does_not_make_a_table_of_billions(row):
    assert refused(changed({SHEET: sheet_xml(HEADER + row)})).code in ("sheets.too_wide", "sheets.broken")


def test_a_far_cell_is_found_wherever_the_pieces_are_cut(monkeypatch):
    monkeypatch.setattr(containers, "_PIECE", 1 << 14)
    filler = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(3, 600))
    for shift in range(60):
        padding = f"<!--{'x' * shift}-->"
        content = sheet_xml(HEADER + filler + padding + filler.replace('r="', 'r="1') + FAR[0])
        assert refused(changed({SHEET: content})).code == "sheets.too_wide"


def test_formatted_but_empty_cells_far_out_do_no_harm():
    """Whole columns are often formatted down to the last row of the sheet."""
    tail = '<row r="1048576"><c r="A1048576" s="0"/><c r="XFD1048576" s="0"></c></row>'
    assert len(read_sheet(changed({SHEET: sheet_xml(HEADER + tail)}), COLUMNS).rows) == 1


def test_a_stray_value_in_the_last_row_is_only_one_more_row():
    tail = '<row r="1048576"><c r="A1048576" t="inlineStr"><is><t>误填</t></is></c></row>'
    assert [row.number for row in read_sheet(changed({SHEET: sheet_xml(HEADER + tail)}), COLUMNS).rows] == [2, 1048576]


def test_a_merge_over_the_whole_sheet_costs_nothing():
    merged = sheet_xml(HEADER).replace(b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="A3:XFD1048576"/></mergeCells>')
    assert len(read_sheet(changed({SHEET: merged}), COLUMNS).rows) == 1


def test_pictures_inside_do_not_count_as_table():
    assert len(read_sheet(changed({"xl/media/image1.jpeg": bytes(30_000_000)}), COLUMNS).rows) == 50


@given(st.integers(0, len(GOOD) - 1), st.binary(min_size=1, max_size=40))
def test_whatever_is_damaged_is_read_or_refused(place, noise):
    content = GOOD[:place] + noise + GOOD[place + len(noise) :]
    try:
        read_sheet(content, COLUMNS)
    except SheetError as refusal:
        assert refusal.code.startswith("sheets.")


@given(st.binary(max_size=400))
def test_any_bytes_at_all_are_answered(content):
    for options in ({}, {"allow_csv": True}):
        try:
            read_sheet(content, COLUMNS, **options)
        except SheetError as refusal:
            assert refusal.code.startswith("sheets.")


PARTS = [SHEET, "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"]


@given(st.integers(0, 600), st.binary(min_size=1, max_size=30), st.sampled_from(PARTS))
def test_whatever_stands_in_the_parts_is_read_or_refused(place, noise, part):
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive:
        content = archive.read(part)
    try:
        read_sheet(changed({part: content[:place] + noise + content[place + len(noise) :]}), COLUMNS)
    except SheetError as refusal:
        assert refusal.code.startswith("sheets.")
