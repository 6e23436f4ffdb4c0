"""Writing tables and templates as .xlsx.

Rows are written as they come, in constant memory. Text is always written as text: what begins with = + - @ never becomes a
formula. Dates are real dates, numbers real numbers; what XML cannot hold is left out.
"""

import io
import math
import tempfile
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from chuangwen.kernel.chinese import strip_invisible
from chuangwen.kernel.sheets.cells import LONGEST_TEXT
from chuangwen.kernel.sheets.columns import Column, SheetError, letter
from chuangwen.kernel.worktime import LOCAL

LAST_ROW = 1_048_575  # index of the last row that a sheet of Excel has
_MEASURED_ROWS = 300
_NARROWEST, _WIDEST = 6.0, 60.0
_LONGEST_LIST = 255  # characters that a list of choices may have inside a validation
_SHEET_NAME = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
_NUMBER_FORMATS = {"int": "0", "percent": "0.##%", "date": "yyyy-mm-dd", "datetime": "yyyy-mm-dd hh:mm"}


def write_table(
    columns: Sequence[Column],
    rows: Iterable[Mapping[str, Any] | Sequence[Any]],
    *,
    title: str | None = None,
    sheet_name: str | None = None,
    notes: Sequence[str] | None = None,
) -> bytes:
    """A workbook with one table: header frozen, filters on, widths by content.

    ``rows`` are mappings by column key or sequences in the order of ``columns``; values as Column describes them. ``title`` is
    a line above the header; ``notes`` (where from, which filter, when) stand on a second sheet. Raises SheetError when there
    are more rows than a sheet holds.
    """
    book = _Book()
    sheet = book.add_sheet(sheet_name or title or pgettext("sheet", "Table"))
    top = book.write_head(sheet, columns, title)
    widths = [_width(str(column.title)) + 3 for column in columns]
    formats = [book.cell_format(column) for column in columns]
    labels = [{value: str(label) for value, label in column.choices} for column in columns]
    last = top
    for last, row in enumerate(rows, top + 1):
        if last > LAST_ROW:
            raise SheetError(
                _("There are more rows than one sheet can hold (%(limit)d). Narrow the selection.") % {"limit": LAST_ROW - top},
                "sheets.too_many_rows",
            )
        for index, column in enumerate(columns):
            value = row.get(column.key) if isinstance(row, Mapping) else row[index]
            if value is None or value == "" or value == []:
                continue
            text = _write(sheet, last, index, value, column, labels[index], formats[index])
            if last <= top + _MEASURED_ROWS:
                widths[index] = max(widths[index], _width(text) + 2)
    for index, column in enumerate(columns):
        sheet.set_column(index, index, column.width or min(max(widths[index], _NARROWEST), _WIDEST))
    if columns:
        sheet.autofilter(top, 0, max(last, top), len(columns) - 1)
    if notes:
        book.write_lines(pgettext("sheet", "Notes"), notes)
    return book.content()


def write_template(
    columns: Sequence[Column],
    *,
    title: str,
    examples: Iterable[Mapping[str, Any]] = (),
    instructions: Sequence[str] = (),
) -> bytes:
    """An empty table to fill in: required columns marked, lists to choose from, codes and telephones formatted as text; on a
    second sheet what each column wants, with ``examples`` and ``instructions``. The examples are not in the table itself, so
    nobody imports them."""
    book = _Book()
    sheet = book.add_sheet(title)
    top = book.write_head(sheet, columns, None, mark_required=True)
    for index, column in enumerate(columns):
        width = column.width or min(max(_width(str(column.title)) + 4, _width(str(column.example)) + 2, 10.0), _WIDEST)
        sheet.set_column(index, index, width, book.cell_format(column))
    long_lists: list[tuple[int, Column]] = []
    for index, column in enumerate(columns):
        if column.kind == "choice":
            labels = column.labels
        elif column.kind == "bool":
            labels = [pgettext("sheet", "yes"), pgettext("sheet", "no")]
        else:
            continue
        if sum(len(label) + 1 for label in labels) <= _LONGEST_LIST and not any("," in label for label in labels):
            sheet.data_validation(top + 1, index, LAST_ROW, index, _choice_validation(column, labels))
        else:
            long_lists.append((index, column))
    book.write_instructions(columns, title, list(examples), instructions)
    if long_lists:
        hidden = book.add_sheet(pgettext("sheet", "Choices"))
        for place, (index, column) in enumerate(long_lists):
            for row, label in enumerate(column.labels):
                hidden.write_string(row, place, _clean(label))
            source = f"='{hidden.get_name()}'!${letter(place)}$1:${letter(place)}${len(column.labels)}"
            sheet.data_validation(top + 1, index, LAST_ROW, index, _choice_validation(column, source))
        hidden.hide()
    return book.content()


def _choice_validation(column: Column, source: list[str] | str) -> dict[str, Any]:
    return {
        "validate": "list",
        "source": source,
        "error_title": _clean(str(column.title))[:32],
        "error_message": _("Choose one of the values in the list."),
    }


class _Book:
    """A workbook being written, and the few looks that its cells have."""

    def __init__(self, constant_memory: bool = True):
        self._target = io.BytesIO()
        self._folder = tempfile.TemporaryDirectory(prefix="sheet-")
        self._book = xlsxwriter.Workbook(
            self._target,
            {
                "constant_memory": constant_memory,
                "tmpdir": self._folder.name,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "default_date_format": "yyyy-mm-dd",
                "remove_timezone": True,
            },
        )
        self._names: set[str] = set()
        add = self._book.add_format
        self.title = add({"bold": True, "font_size": 14, "align": "left", "valign": "vcenter"})
        head = {"bold": True, "bg_color": "#E8EEF7", "border": 1, "border_color": "#B7C3D6"}
        head |= {"valign": "vcenter", "text_wrap": True}
        self.head = add(head)
        self.head_required = add(head | {"font_color": "#B42318"})
        self.wrapped = add({"text_wrap": True, "valign": "top"})
        self._formats: dict[str, Format] = {}

    def content(self) -> bytes:
        self._book.close()
        self._folder.cleanup()
        return self._target.getvalue()

    def add_sheet(self, name: str) -> Worksheet:
        base = " ".join(_clean(name).translate(_SHEET_NAME).split())[:28] or "Sheet"
        unique, number = base, 2
        while unique.lower() in self._names:
            unique, number = f"{base[:25]} {number}", number + 1
        self._names.add(unique.lower())
        return self._book.add_worksheet(unique)

    def cell_format(self, column: Column) -> Format | None:
        if column.kind in ("code", "phone") or column.kind == "text" and not column.choices:
            pattern = "@"
        elif column.kind == "decimal" and column.places:
            pattern = "0." + "0" * column.places
        else:
            pattern = _NUMBER_FORMATS.get(column.kind, "General")
        if pattern not in self._formats:
            self._formats[pattern] = self._book.add_format({"num_format": pattern, "valign": "top"})
        return self._formats[pattern]

    def write_head(self, sheet: Worksheet, columns: Sequence[Column], title: str | None, *, mark_required: bool = False) -> int:
        """Title line, if any, and header; gives the index of the header's row."""
        top = 0
        if title:
            sheet.set_row(0, 24)
            sheet.write_string(0, 0, _clean(title), self.title)
            top = 1
        sheet.set_row(top, 28)
        for index, column in enumerate(columns):
            marked = mark_required and column.required
            text = f"{column.title}*" if marked else str(column.title)
            sheet.write_string(top, index, _clean(text), self.head_required if marked else self.head)
        sheet.freeze_panes(top + 1, 0)
        sheet.repeat_rows(top)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        return top

    def write_lines(self, name: str, lines: Sequence[str]) -> None:
        sheet = self.add_sheet(name)
        sheet.set_column(0, 0, 100)
        for row, line in enumerate(lines):
            sheet.write_string(row, 0, _clean(line), self.wrapped)

    def write_instructions(
        self, columns: Sequence[Column], title: str, examples: list[Mapping[str, Any]], instructions: Sequence[str]
    ) -> None:
        sheet = self.add_sheet(_("How to fill in"))
        for index, width in enumerate((22, 8, 52, 46, 24)):
            sheet.set_column(index, index, width)
        sheet.write_string(0, 0, _clean(title), self.title)
        row = 1
        for line in (*instructions, _("Columns marked * must be filled in. Other columns may be left empty or deleted.")):
            sheet.write_string(row, 0, _clean(line))
            row += 1
        row += 1
        heads = (
            pgettext("sheet", "Column"),
            pgettext("sheet", "Must"),
            pgettext("sheet", "What to write"),
            pgettext("sheet", "Values in use"),
            pgettext("sheet", "Example"),
        )
        for index, text in enumerate(heads):
            sheet.write_string(row, index, text, self.head)
        for column in columns:
            row += 1
            labels = {value: str(label) for value, label in column.choices}
            told = (
                str(column.title),
                pgettext("sheet", "yes") if column.required else "",
                " ".join(part for part in (str(column.help), _kind_hint(column)) if part),
                "、".join(column.labels[:60]) + ("…" if len(column.labels) > 60 else ""),
                _as_shown(column.example, column, labels),
            )
            for index, text in enumerate(told):
                sheet.write_string(row, index, _clean(text), self.wrapped)
        if not examples:
            return
        row += 2
        sheet.write_string(row, 0, _("Examples (each line is one column of the table):"))
        for column in columns:
            row += 1
            labels = {value: str(label) for value, label in column.choices}
            sheet.write_string(row, 0, _clean(str(column.title)), self.wrapped)
            for place, example in enumerate(examples[:3], 2):
                sheet.write_string(row, place, _clean(_as_shown(example.get(column.key), column, labels)), self.wrapped)


def _kind_hint(column: Column) -> str:
    """What a kind of column wants, in one sentence."""
    hints = {
        "int": _("A whole number."),
        "decimal": _("A number."),
        "percent": _("A percentage, as 85% or 0.85."),
        "date": _("A date, as 2026-01-05 or 2026年1月5日."),
        "datetime": _("A date with a time, as 2026-01-05 14:30."),
        "bool": _("是 or 否."),
        "choice": _("One of the values in use."),
        "list": _("Several entries are separated by 、."),
        "code": _("A 12-digit division code, formatted as text."),
        "phone": _("A mobile number of 11 digits, or area code and number."),
    }
    hint = hints.get(column.kind, "")
    if column.max_length:
        hint = f"{hint} " + _("At most %(limit)d characters.") % {"limit": column.max_length}
    return hint.strip()


def _write(
    sheet: Worksheet, row: int, index: int, value: Any, column: Column, labels: dict[Any, str], style: Format | None
) -> str:
    """Write one value by its kind; gives the text by which its width is measured."""
    if not labels and column.kind not in ("text", "code", "phone", "list"):
        if isinstance(value, datetime):
            local = value.astimezone(LOCAL).replace(tzinfo=None) if value.tzinfo else value
            if local.year >= 1900:
                sheet.write_datetime(row, index, local, style)
                return "2026-11-21 15:30"
        elif isinstance(value, date) and value.year >= 1900:
            sheet.write_datetime(row, index, datetime.combine(value, time()), style)
            return "2026-11-21"
        elif isinstance(value, int | float | Decimal) and not isinstance(value, bool) and _fits_a_number(value):
            sheet.write_number(row, index, float(value), style)
            return str(value)
    text = _clean(_as_shown(value, column, labels))
    sheet.write_string(row, index, text, style)
    return text


def _fits_a_number(value: int | float | Decimal) -> bool:
    """Whether a number of Excel (15 digits) holds the value without loss."""
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, Decimal) and not value.is_finite():
        return False
    return len(Decimal(value).normalize().as_tuple().digits) <= 15


def _as_shown(value: Any, column: Column, labels: dict[Any, str]) -> str:
    if value is None:
        return ""
    if isinstance(value, list | tuple | set | frozenset):
        return "、".join(labels.get(each, str(each)) for each in value)
    if labels and value in labels:
        return labels[value]
    if isinstance(value, bool):
        return pgettext("sheet", "yes") if value else pgettext("sheet", "no")
    if isinstance(value, datetime):
        return (value.astimezone(LOCAL) if value.tzinfo else value).strftime("%Y-%m-%d %H:%M")
    if column.kind == "percent" and isinstance(value, Decimal | float):
        return f"{Decimal(str(value)) * 100:f}%"
    return str(value)


def _clean(text: str) -> str:
    """What a cell can hold: no control characters, at most 32,767 characters."""
    text = strip_invisible(text.replace("\r\n", "\n").replace("\r", "\n"))
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"


def _width(text: str) -> float:
    """Characters of half width that the longest line of ``text`` takes; Chinese ones take two."""
    return max((sum(1 + (unicodedata.east_asian_width(char) in "WF") for char in line) for line in text.splitlines()), default=0)
