"""The page by GB/T 9704-2012: in the Word file's own words, and measured in the PDF that comes of it."""

import io
import zipfile
from collections import defaultdict
from datetime import date

import pdfplumber
import pytest
from lxml import etree

from chuangwen.papers.layout import Column, Heading, Kind, Paper, Para, Table, convert, write

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MM = 72 / 25.4
BODY = "河东街道创建全国文明城市工作领导小组办公室对辖区各社区开展了实地测评并将有关情况通报如下" * 24


def paper(**more) -> Paper:
    facts = {
        "kind": Kind.BULLETIN,
        "red_head": "河东街道创建全国文明城市指挥部办公室文件",
        "number": "河东创文〔2026〕3号",
        "title": "关于十一月测评情况的通报",
        "addressee": "各社区：",
        "body": [Para(BODY)],
        "organ": "河东街道创文办",
        "date": date(2026, 11, 21),
    }
    return Paper(**(facts | more))


def part(docx: bytes, name: str):
    with zipfile.ZipFile(io.BytesIO(docx)) as package:
        return etree.fromstring(package.read(name))


def lines(page) -> dict[int, list[dict]]:
    """Characters of a page by line, from the top."""
    rows: dict[int, list[dict]] = defaultdict(list)
    for char in page.chars:
        rows[round(char["bottom"])].append(char)
    return dict(sorted(rows.items()))


def test_margins_text_block_and_line_grid_are_those_of_the_standard():
    section = part(write(paper()), "word/document.xml").find(f".//{W}sectPr")
    size, margin, grid = section.find(f"{W}pgSz"), section.find(f"{W}pgMar"), section.find(f"{W}docGrid")
    width, height = int(size.get(f"{W}w")) / 20, int(size.get(f"{W}h")) / 20
    top, left, right, bottom = (int(margin.get(f"{W}{side}")) / 20 for side in ("top", "left", "right", "bottom"))
    assert (top, left) == (pytest.approx(37 * MM, abs=0.1), pytest.approx(28 * MM, abs=0.1))
    assert width - left - right == pytest.approx(156 * MM, abs=0.1)
    assert height - top - bottom == pytest.approx(225 * MM, abs=0.1)
    assert int(grid.get(f"{W}linePitch")) / 20 * 22 <= 225 * MM < int(grid.get(f"{W}linePitch")) / 20 * 23


def test_the_official_fonts_are_named_for_east_asian_text():
    styles = part(write(paper()), "word/styles.xml")
    face = {
        s.get(f"{W}styleId"): s.find(f".//{W}rFonts").get(f"{W}eastAsia")
        for s in styles.iter(f"{W}style")
        if s.find(f".//{W}rFonts") is not None
    }
    size = {
        s.get(f"{W}styleId"): s.find(f".//{W}sz").get(f"{W}val")
        for s in styles.iter(f"{W}style")
        if s.find(f".//{W}sz") is not None
    }
    assert (face["Normal"], face["Title"], face["Heading1"], face["Heading2"]) == (
        "仿宋_GB2312",
        "方正小标宋简体",
        "黑体",
        "楷体_GB2312",
    )
    assert (size["Normal"], size["Title"]) == ("32", "44")


def test_headings_are_numbered_as_the_standard_says():
    body = [Heading("总体"), Heading("得分", 2), Heading("指标", 3), Heading("细项", 4), Heading("要求")]
    text = "".join(part(write(paper(body=body)), "word/document.xml").itertext())
    for start in ("一、总体", "（一）得分", "1.指标", "（1）细项", "二、要求"):
        assert start in text.replace(" ", "").replace("1．", "1.")


def test_the_same_paper_gives_the_same_bytes():
    assert write(paper()) == write(paper())


@pytest.mark.office
def test_a_full_page_holds_22_lines_of_28_characters_in_a_block_of_156_by_225(soffice):
    pages = pdfplumber.open(io.BytesIO(convert(write(paper(body=[Para(BODY)] * 2))))).pages
    page = pages[1]
    rows = [row for row in lines(page).values() if row[0]["size"] == pytest.approx(16, abs=0.1)]
    assert len(rows) == 22
    full = [row for row in rows if len(row) >= 27]
    assert full and {len(row) for row in full} <= {27, 28} and any(len(row) == 28 for row in full)
    left, right = min(c["x0"] for row in rows for c in row), max(c["x1"] for row in full for c in row)
    assert left == pytest.approx(28 * MM, abs=1)
    assert right - left == pytest.approx(156 * MM, abs=2)
    assert min(c["top"] for row in rows for c in row) >= 37 * MM - 1
    assert max(c["bottom"] for row in rows for c in row) <= (37 + 225) * MM + 1


@pytest.mark.office
def test_page_numbers_stand_outside_with_dashes_odd_right_even_left(soffice):
    pages = pdfplumber.open(io.BytesIO(convert(write(paper(body=[Para(BODY)] * 4))))).pages
    assert len(pages) >= 3
    for number, page in enumerate(pages[:3], 1):
        row = list(lines(page).values())[-1]
        text = "".join(c["text"] for c in row).replace(" ", "")
        assert text == f"—{number}—"
        middle = (row[0]["x0"] + row[-1]["x1"]) / 2
        assert (middle > page.width / 2) == bool(number % 2)


@pytest.mark.office
def test_the_head_of_a_table_stands_on_every_page(soffice):
    table = Table([Column("单位"), Column("得分")], [[f"单位{n}", str(n)] for n in range(80)], caption="得分")
    pages = pdfplumber.open(io.BytesIO(convert(write(paper(body=[table]))))).pages
    held = [page.extract_text() for page in pages if "单位7" in page.extract_text() or "单位4" in page.extract_text()]
    assert len(held) >= 2 and all("得分" in text.split("单位1")[0] or "单位" in text for text in held)
    assert sum(text.count("得分") for text in held) >= len(held)
