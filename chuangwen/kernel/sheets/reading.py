"""Reading a table out of a workbook (.xlsx) or, where allowed, a text file with separators (.csv).

Nothing is evaluated: a formula counts as the value that was saved with it, and a text that looks like one stays a text. Either
the sheet as a whole cannot be read (SheetError), or each cell that cannot be read is a Problem with its place.
"""

import csv
import io
import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import python_calamine as calamine
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from chuangwen.kernel.sheets import containers
from chuangwen.kernel.sheets.cells import CellProblem, Reader, reader, shown
from chuangwen.kernel.sheets.columns import Column, Problem, Row, SheetError, SheetRead, letter
from chuangwen.kernel.sheets.headers import DEEPEST, SEARCHED_ROWS, Header, Span, Titles, find_header

MAX_ROWS = 200_000
MAX_PROBLEMS = 1_000
_REMEMBERED = 5_000  # different texts per column whose reading is remembered
_REPEATING = frozenset(("choice", "list", "date", "datetime", "bool", "code", "int", "decimal", "percent"))


@dataclass(slots=True)
class _Table:
    """A sheet before anything is made of it: rows from its very top, each from its leftmost column."""

    name: str
    rows: Iterator[list[Any]]
    merged: list[Span] = field(default_factory=list)
    errors: set[str] = field(default_factory=set)
    top: list[list[Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.top = list(itertools.islice(self.rows, SEARCHED_ROWS + DEEPEST - 1))


def read_sheet(
    source: str | Path | bytes | IO[bytes],
    columns: Sequence[Column],
    *,
    sheet: str | None = None,
    max_rows: int = MAX_ROWS,
    max_bytes: int = containers.MAX_BYTES,
    max_problems: int = MAX_PROBLEMS,
    preview_rows: int | None = None,
    allow_csv: bool = False,
) -> SheetRead:
    """Read the table that ``columns`` describe.

    The header is looked for in the first 15 rows of every visible sheet (or of ``sheet``): the sheet where most columns are
    found is read. Titles are compared without regard to script, width, spaces and punctuation; columns may stand in any order
    among others. A value merged down over several rows counts for each of them. Empty rows are passed over; every other row
    below the header is read, totals too.

    More than ``max_rows`` rows are an error; with ``preview_rows`` reading stops there and ``truncated`` says so. Raises
    SheetError where no table can be read at all.
    """
    content = containers.content_of(source, max_bytes)
    tables = _csv_tables(content) if allow_csv and not _is_binary(content) else _workbook_tables(content, sheet)
    titles = Titles(columns)
    best: tuple[_Table, Header] | None = None
    seen: list[tuple[str, str]] = []
    for table in tables:
        header = find_header(table.top, table.merged, titles)
        seen.append((table.name, _first_words(table.top)))
        if header and (best is None or header.score > best[1].score):
            best = (table, header)
    if best is None:
        raise _no_header(columns, seen)
    table, header = best
    read = _Reading(table, header, columns, max_rows, max_problems, preview_rows).run()
    read.other_sheets = [name for name, _words in seen if name != table.name]
    return read


def sheet_names(source: str | Path | bytes | IO[bytes], *, max_bytes: int = containers.MAX_BYTES) -> list[str]:
    """The names of the visible sheets, in the workbook's order. Raises SheetError."""
    with _opened(containers.open_container(containers.content_of(source, max_bytes))) as workbook:
        return _visible(workbook)


@dataclass(frozen=True, slots=True)
class RawTable:
    """A visible sheet as it stands: its rows from the very top, each from column A; ``merged`` are ranges ((top, left), (bottom, right)), all
    counted from 0; ``errors`` are cells (``C5``) whose formula ended in an error."""

    name: str
    rows: list[list[Any]]
    merged: list[Span]
    errors: frozenset[str]


def read_tables(
    source: str | Path | bytes | IO[bytes], *, max_rows: int = MAX_ROWS, max_bytes: int = containers.MAX_BYTES, allow_csv: bool = False
) -> list[RawTable]:
    """The visible sheets as they stand, for tables whose columns are nobody's: what they mean is said elsewhere. Raises SheetError."""
    content = containers.content_of(source, max_bytes)
    tables = _csv_tables(content) if allow_csv and not _is_binary(content) else _workbook_tables(content, None)
    found = []
    for table in tables:
        rows = list(itertools.islice(itertools.chain(table.top, table.rows), max_rows + 1))
        if len(rows) > max_rows:
            raise SheetError(
                _("The table has more than %(limit)d rows. Split it into several files.") % {"limit": max_rows}, "sheets.too_many_rows"
            )
        if any(cell != "" for row in rows for cell in row):
            found.append(RawTable(table.name, rows, table.merged, frozenset(table.errors)))
    if not found:
        raise SheetError(_("The file has no content: every sheet is empty."), "sheets.empty")
    return found


class _Reading:
    """One pass over the rows below the header."""

    def __init__(
        self,
        table: _Table,
        header: Header,
        columns: Sequence[Column],
        max_rows: int,
        max_problems: int,
        preview_rows: int | None,
    ):
        self.table, self.header, self.columns = table, header, columns
        self.max_rows, self.max_problems, self.preview_rows = max_rows, max_problems, preview_rows
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []
        self.count = 0

    def run(self) -> SheetRead:
        header, table = self.header, self.table
        missing = [column for column in self.columns if column.key not in header.places]
        self._report_header(missing)
        found = [column for column in self.columns if column.key in header.places]
        plan: list[tuple[int, str, Reader, dict | None, Column]] = [
            (header.places[column.key], column.key, reader(column), {} if column.kind in _REPEATING else None, column)
            for column in found
        ]
        empty: dict[str, Any] = {column.key: [] if column.kind == "list" else None for column in missing}
        rows: list[Row] = []
        truncated = False
        for number, cells in self._filled():
            row = self._typed(number, cells, plan, empty)
            if row is None:
                continue
            if self.preview_rows is not None and len(rows) >= self.preview_rows:
                truncated = True
                break
            if len(rows) >= self.max_rows:
                raise SheetError(
                    _("The table has more than %(limit)d rows. Split it into several files.") % {"limit": self.max_rows},
                    "sheets.too_many_rows",
                )
            rows.append(row)
        return SheetRead(
            rows=rows,
            problems=self.problems,
            header_row=header.last + 1,
            unknown_columns=header.unknown,
            missing_columns=missing,
            sheet_name=table.name,
            truncated=truncated,
            problem_count=self.count,
            warnings=self.warnings,
            letters={key: letter(index) for key, index in header.places.items()},
        )

    def _typed(self, number: int, cells: list[Any], plan: list, empty: dict[str, Any]) -> Row | None:
        """The row with typed values; None when nothing is in it."""
        values: dict[str, Any] = {}
        wrong: list[Problem] = []
        anything = False
        width = len(cells)
        for index, key, read, memory, column in plan:
            raw = cells[index] if index < width else ""
            if raw == "":
                value = None
            else:
                try:
                    if memory is not None and type(raw) is str:
                        value = memory.get(raw, memory)
                        if value is memory:
                            value = read(raw)
                            if len(memory) < _REMEMBERED:
                                memory[raw] = value
                    else:
                        value = read(raw)
                except CellProblem as problem:
                    anything = True
                    values[key] = None
                    wrong.append(self._problem(number, index, column, shown(raw), problem.message, problem.code))
                    continue
            if value is None or value == []:
                value = [] if column.kind == "list" else None
                if column.required or self.table.errors:
                    self._note_empty(number, index, column, wrong)
            else:
                anything = True
                if column.kind == "list":
                    value = list(value)
            values[key] = value
        if not anything and not any(each.code == "formula_error" for each in wrong):
            return None
        for each in wrong:
            self._add(each)
        for key, value in empty.items():
            values[key] = list(value) if value == [] else value
        return Row(number, values, cells, not wrong)

    def _note_empty(self, number: int, index: int, column: Column, wrong: list[Problem]) -> None:
        if f"{letter(index)}{number}" in self.table.errors:
            message = _("holds a formula that ends in an error (such as #REF! or #N/A); mend it or write the value itself.")
            wrong.append(self._problem(number, index, column, "", message, "formula_error"))
        elif column.required:
            message = _("is empty; this column must be filled in.")
            if column.example not in ("", None):
                message = _("is empty; this column must be filled in, for example: %(example)s.") % {"example": column.example}
            wrong.append(self._problem(number, index, column, "", message, "required"))

    def _problem(self, number: int, index: int, column: Column, value: str, message: str, code: str) -> Problem:
        sentence = _("“%(value)s” %(message)s") % {"value": value, "message": message} if value else message
        return Problem(number, letter(index), str(column.title), value, sentence, code)

    def _add(self, problem: Problem) -> None:
        self.count += 1
        if len(self.problems) < self.max_problems:
            self.problems.append(problem)

    def _report_header(self, missing: list[Column]) -> None:
        row = self.header.last + 1
        for column in missing:
            if column.required:
                message = _("The column “%(title)s” is missing; it must be there.") % {"title": column.title}
                if column.aliases:
                    message = _("The column “%(title)s” is missing; it must be there. Its title may also be: %(aliases)s.") % {
                        "title": column.title,
                        "aliases": "、".join(column.aliases),
                    }
                self._add(Problem(0, "", str(column.title), "", message, "missing_column"))
        for index, column in self.header.doubled:
            message = _("is a second column for “%(title)s”; only column %(letter)s is read. Delete one or rename it.") % {
                "title": column.title,
                "letter": letter(self.header.places[column.key]),
            }
            text = self.header.texts[index]
            self.warnings.append(Problem(row, letter(index), text, text, message, "duplicate_header"))

    def _filled(self) -> Iterator[tuple[int, list[Any]]]:
        """Rows below the header that hold anything, with their numbers; values that are merged downwards are put in each."""
        first = self.header.last + 1
        wanted = set(self.header.places.values())
        starts: dict[int, list[tuple[int, int]]] = {}
        for (top, left), (bottom, _right) in self.table.merged:
            if bottom > top and top >= first and left in wanted:
                starts.setdefault(top, []).append((left, bottom))
        reaching: dict[int, tuple[int, Any]] = {}
        errors = self.table.errors
        for index, cells in enumerate(itertools.chain(self.table.top, self.table.rows)):
            if index < first:
                continue
            if not any(cells) and all(cell == "" for cell in cells) and not errors:
                continue
            if reaching:
                for column, (bottom, value) in list(reaching.items()):
                    if index > bottom:
                        del reaching[column]
                    elif column < len(cells) and cells[column] == "" and any(cell != "" for cell in cells):
                        cells[column] = value
            for column, bottom in starts.get(index, ()):
                if column < len(cells) and cells[column] != "":
                    reaching[column] = (bottom, cells[column])
            yield index + 1, cells


# Workbooks


def _opened(container: containers.Container) -> calamine.CalamineWorkbook:
    return _guarded(lambda: calamine.CalamineWorkbook.from_filelike(container.stream()))


def _guarded(step: Any) -> Any:
    """The parser's own ways of failing, in one sentence. A panic of its native code is no Exception, hence the wide net."""
    try:
        return step()
    except calamine.PasswordError as problem:
        raise SheetError(
            _("The file is protected by a password. Take it off and upload the file again."), "sheets.password"
        ) from problem
    except (calamine.CalamineError, ValueError, OSError, OverflowError, MemoryError) as problem:
        raise containers.broken() from problem
    except BaseException as problem:
        if type(problem).__name__ == "PanicException":
            raise containers.broken() from problem
        raise


def _visible(workbook: calamine.CalamineWorkbook) -> list[str]:
    sheets = [each for each in workbook.sheets_metadata if each.typ == calamine.SheetTypeEnum.WorkSheet]
    visible = [each.name for each in sheets if each.visible == calamine.SheetVisibleEnum.Visible]
    return visible or [each.name for each in sheets]


def _workbook_tables(content: bytes, wanted: str | None) -> Iterator[_Table]:
    container = containers.open_container(content)
    with _opened(container) as workbook:
        names = _visible(workbook)
        if wanted is not None:
            if wanted not in workbook.sheet_names:
                raise SheetError(
                    _("There is no sheet “%(name)s”. The file has: %(sheets)s.") % {"name": wanted, "sheets": "、".join(names)},
                    "sheets.no_such_sheet",
                )
            names = [wanted]
        for name in names:
            sheet = _guarded(lambda name=name: workbook.get_sheet_by_name(name))
            merged = [span for span in sheet.merged_cell_ranges or [] if span[0][0] <= span[1][0]]
            yield _Table(name, _cells(sheet), merged, container.errors_by_sheet.get(name, set()))


def _cells(sheet: calamine.CalamineSheet) -> Iterator[list[Any]]:
    """Rows from the top of the sheet and from column A, whatever the table's own corner is."""
    start = sheet.start
    if start is None:
        return
    margin = [""] * start[1]
    for cells in sheet.iter_rows():
        yield margin + cells if margin else cells


# Text with separators


def _is_binary(content: bytes) -> bool:
    return content.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0", b"%PDF")) or (
        b"\x00" in content[:4096] and not content.startswith((b"\xff\xfe", b"\xfe\xff"))
    )


def _csv_tables(content: bytes) -> Iterator[_Table]:
    """UTF-8, UTF-16 with its mark, or GB 18030; separated by commas, semicolons or tabs."""
    text = _decoded(content)
    if text.lstrip()[:512].lower().startswith(("<!doctype", "<html", "<?xml", "<table")):
        raise containers.not_a_workbook(_("a web page"))
    head = text[:8192]
    separator = max(",\t;", key=head.count)
    lines = csv.reader(io.StringIO(text.replace("\x00", ""), newline=""), delimiter=separator)

    def rows() -> Iterator[list[Any]]:
        try:
            yield from lines
        except csv.Error as problem:
            raise SheetError(
                _("Line %(line)d of the text file cannot be read: a quotation mark is not closed or the line is too long.")
                % {"line": lines.line_num},
                "sheets.broken",
            ) from problem

    yield _Table("", rows())


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise SheetError(
        _("The text file is neither UTF-8 nor GB 18030. Open it in Excel or WPS and save it as .xlsx."), "sheets.encoding"
    )


# Saying what was found


def _first_words(rows: Iterable[Sequence[Any]]) -> str:
    """The fullest of the first rows, to show a person what stands in a sheet."""
    fullest: list[str] = max(([shown(cell) for cell in row if cell != ""] for row in rows), key=len, default=[])
    return "、".join(fullest[:8]) + ("…" if len(fullest) > 8 else "")


def _no_header(columns: Sequence[Column], seen: list[tuple[str, str]]) -> SheetError:
    wanted = [str(column.title) for column in columns if column.required] or [str(column.title) for column in columns]
    if not any(words for _name, words in seen):
        return SheetError(_("The file has no content: every sheet is empty."), "sheets.empty")
    found = "；".join(
        _("sheet “%(name)s”: %(words)s") % {"name": name, "words": words or pgettext("sheet", "empty")} if name else words
        for name, words in seen[:5]
    )
    return SheetError(
        _(
            "No table with the right columns was found. Looked for: %(wanted)s. Found: %(found)s. Use the template, or check "
            "the sheet."
        )
        % {"wanted": "、".join(wanted[:12]), "found": found},
        "sheets.no_header",
    )
