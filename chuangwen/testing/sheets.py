"""Workbooks for tests; the same rows give the same bytes."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import xlsxwriter

ROUND_HEAD = ["序号", "项目", "考察点位", "扣分", "得分", "区域", "责任单位2", "责任单位3"]
MADE = datetime(2026, 11, 21, tzinfo=UTC).replace(tzinfo=None)
OPTIONS = {"in_memory": True, "default_date_format": "yyyy-mm-dd", "strings_to_urls": False}


def sheet(*rows: Iterable[Any], merged: Sequence[str] = ()) -> bytes:
    """A workbook of one page with these rows; ``merged`` names ranges of cells that are one (A2:A4)."""
    target = BytesIO()
    with xlsxwriter.Workbook(target, OPTIONS) as book:
        book.set_properties({"created": MADE})
        page = book.add_worksheet("模板")
        for span in merged:
            page.merge_range(span, "")
        for number, row in enumerate(rows):
            page.write_row(number, 0, list(row))
    return target.getvalue()


def workbook(rows: Iterable[Iterable[Any]], head: Sequence[str] = ROUND_HEAD) -> bytes:
    """The sheet of a round: a line per observation below its head."""
    return sheet(head, *rows)
