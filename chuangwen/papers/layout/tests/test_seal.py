"""The seal: over the organ and the date of a signed paper, its top within a line below the body (GB/T 9704-2012, 7.3.5.4)."""

import io
import zipfile
from collections import defaultdict
from datetime import date

import pdfplumber
import pytest
from PIL import Image, ImageDraw

from chuangwen.papers.layout import Article, ColumnHead, Heading, Kind, LayoutError, Paper, Para, convert, prepared, write
from chuangwen.papers.layout.closing import seal_top
from chuangwen.papers.layout.measures import LINE, mm

MM = 72 / 25.4


def stamp(side: tuple[int, int] = (400, 400)) -> bytes:
    picture = Image.new("RGB", side, "white")
    ImageDraw.Draw(picture).ellipse((4, 4, side[0] - 4, side[1] - 4), outline=(210, 20, 30), width=14)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def paper(**more) -> Paper:
    facts = {
        "kind": Kind.BULLETIN, "red_head": "河东街道创文办文件", "number": "河东创文〔2026〕3号", "title": "关于测评情况的通报",
        "body": [Para("各社区要对照通报问题逐项整改。")], "organ": "河东街道创建全国文明城市指挥部办公室", "date": date(2026, 11, 21),
    }  # fmt: skip
    return Paper(**(facts | more))


def test_white_becomes_transparent_and_what_is_no_square_picture_is_refused():
    with Image.open(io.BytesIO(prepared(stamp()))) as seal:
        assert seal.mode == "RGBA" and seal.getpixel((seal.width // 2, seal.height // 2))[3] == 0
        assert seal.width == seal.height and seal.width <= 496
    for wrong in (b"", b"not a picture", stamp((800, 300))):
        with pytest.raises(LayoutError):
            prepared(wrong)


def test_a_draft_has_no_seal_and_a_sealed_paper_one_picture_that_floats():
    for seal, count in ((None, 0), (prepared(stamp()), 1)):
        with zipfile.ZipFile(io.BytesIO(write(paper(seal=seal)))) as package:
            xml = package.read("word/document.xml").decode()
        assert xml.count("<wp:anchor") == count


@pytest.mark.parametrize("lines", [1, 2, 3])
def test_the_top_of_the_seal_lies_within_a_line_below_the_body(lines):
    """The body ends two empty lines and the organ above the date."""
    gap = seal_top(lines) + (2 + lines) * LINE
    assert 0 <= gap <= LINE
    middle = seal_top(lines) + mm(42) / 2
    assert middle <= LINE - (lines + 1) * LINE / 2, "organ and date lie below the middle"


@pytest.mark.office
def test_in_the_pdf_the_seal_stands_over_organ_and_date(soffice):
    page = pdfplumber.open(io.BytesIO(convert(write(paper(seal=prepared(stamp())))))).pages[0]
    (image,) = page.images
    assert image["x1"] - image["x0"] == pytest.approx(42 * MM, abs=1)
    rows: dict[int, list[dict]] = defaultdict(list)
    for char in page.chars:
        rows[round(char["bottom"] / 4)].append(char)

    def row(text: str) -> list[dict]:
        return next(chars for chars in rows.values() if text in "".join(c["text"] for c in chars).replace(" ", ""))

    day, body = row("11月21日"), row("逐项整改")
    top, bottom = min(c["top"] for c in day), max(c["bottom"] for c in day)
    assert image["top"] < top < bottom < image["bottom"]
    assert image["x0"] < (day[0]["x0"] + day[-1]["x1"]) / 2 < image["x1"]
    assert -2 <= image["top"] - max(c["bottom"] for c in body) <= 29 + 8


def test_headings_count_from_one_in_every_article_of_a_briefing():
    body = [ColumnHead("工作动态"), Article("甲"), Heading("一事"), Heading("二事"), Article("乙"), Heading("又一事")]
    made = write(paper(kind=Kind.BRIEFING, issue=3, number="", body=body))
    with zipfile.ZipFile(io.BytesIO(made)) as package:
        xml = package.read("word/document.xml").decode()
    assert "【工作动态】" in xml and "一、又一事" in xml and "二、二事" in xml
