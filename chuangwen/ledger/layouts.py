"""Sheets whose columns are not ours: finding the titles, proposing what each column means, and reading facts by a layout. No database.

A layout's ``body`` is ``{"columns": {key of a title: role}}``. Roles: ``metric:<code>`` (the column counts this metric), ``whole:<code>`` (the
whole of a share), ``day``, ``first``, ``last``, ``town``, ``village``, ``unit``, ``operation``, ``note``, ``source``; and for sheets with a
line per fact ``metric``, ``quantity``, ``out_of``. What has no role is not read.

Some sheets have a column for each day, the days standing in the row of titles. All of them together have the key ``DAYS`` and one role:
``days`` (a column names the metric) or ``days:<code>`` (all of them count this metric). Which days they are is read anew from each sheet.
"""

import calendar
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from chuangwen.kernel.chinese import match_key
from chuangwen.kernel.sheets import Column, Problem, RawTable, SheetError, letter
from chuangwen.kernel.sheets.cells import CellProblem, as_text, read_date, reader, shown
from chuangwen.ledger import rules

SEARCHED = 15
DAYS = "#days"
FEWEST_DAYS, FEWEST_NUMBERS = 3, 5
"""So many titles that are days, one after the other, make columns of days; fewer may be a line with a first and a last day."""
MOST_LINES = 20_000
MOST_ROWS = 30_000
SUMS = frozenset(("合计", "总计", "小计", "累计", "合计数", "总数合计"))
NOTHING = frozenset(("", "-", "--", "—", "——", "/", "\\", "无", "空"))
_BRACKETS = re.compile(r"[（(\[【][^）)\]】]*[）)\]】]")
_MONTH = re.compile(r"(?:(\d{4})\s*[年.\-/])?\s*(\d{1,2})\s*月(?:份)?|(\d{4})[.\-/](\d{1,2})")
_SHORT = re.compile(r"(\d{1,2})\s*[月.\-/]\s*(\d{1,2})\s*日?")
_SPAN = re.compile(
    r"((?:\d{4}[年.\-/])?\d{1,2}[月.\-/]\d{1,2}日?)(?:至|到|[~～—\-]+)((?:\d{4}[年.\-/])?\d{1,2}[月.\-/]\d{1,2}日?|\d{1,2}日)"
)
ROLES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("day", ("日期", "时间", "填报日期", "统计日期", "工作日期", "月份", "日期时间", "统计时间", "整治时间", "活动时间")),
    ("first", ("开始日期", "起始日期", "开始时间")),
    ("last", ("结束日期", "截止日期", "截至日期", "结束时间", "截止时间")),
    ("town", ("街道", "乡镇", "镇街", "街道乡镇", "所属街道")),
    ("village", ("社区", "村社区", "村居", "村", "所属社区", "社区名称", "村居名称", "地点", "区域", "居委会")),
    ("unit", ("单位", "责任单位", "填报单位", "牵头单位", "实施单位", "单位名称", "报送单位")),
    ("operation", ("专项行动", "专项", "行动", "活动名称", "专项整治")),
    ("source", ("依据", "来源", "凭证", "资料来源")),
    ("note", ("备注", "说明", "备注说明")),
    ("metric", ("指标", "指标项", "指标名称", "项目", "统计项目", "工作内容", "内容")),
    ("quantity", ("数量", "完成数", "数值", "完成数量", "本期数", "件数", "数目")),
    ("out_of", ("总数", "总量", "应有数", "应完成数", "分母")),
)
ROLE_OF = {match_key(title): role for role, titles in ROLES for title in titles}
SINGLE = tuple(role for role, _titles in ROLES)


@dataclass(frozen=True)
class Head:
    """Where the titles stand: ``last`` is the row from 0 after which the lines begin; titles of columns and their keys, one per column."""

    table: RawTable
    last: int
    titles: list[str]
    keys: list[str]
    dated: tuple[tuple[int, Any], ...] = ()
    """Columns of days: where each stands and what is written there."""

    @property
    def signature(self) -> str:
        """The same for the same titles in the same order, whatever days the columns of days are."""
        named = [key for key in self.keys if key] + ([DAYS] if self.dated else [])
        return hashlib.sha256(json.dumps(named, ensure_ascii=False).encode()).hexdigest()

    @property
    def dated_title(self) -> str:
        """The columns of days as a person sees them: 11月1日 – 11月30日."""
        return f"{shown(self.dated[0][1])} – {shown(self.dated[-1][1])}" if self.dated else ""


def find_head(tables: Sequence[RawTable]) -> Head:
    """The titles of the sheet that has most of them. Raises SheetError where no row looks like titles."""
    best: tuple[int, Head] | None = None
    for table in tables:
        found = _head_of(table)
        if found is not None and (best is None or found[0] > best[0]):
            best = found
    if best is None:
        raise SheetError(
            _("No row of titles was found: at least two columns must bear a name within the first rows."), "ledger.no_titles"
        )
    return best[1]


def _head_of(table: RawTable) -> tuple[int, Head] | None:
    height = min(len(table.rows), SEARCHED)
    width = max((len(row) for row in table.rows[: height + 1]), default=0)
    grid = [[_title(row[i]) if i < len(row) else "" for i in range(width)] for row in table.rows[:height]]
    for (top, left), (bottom, right) in table.merged:
        if top < height and left < width and grid[top][left]:
            for r in range(top, min(bottom, height - 1) + 1):
                for c in range(left, min(right, width - 1) + 1):
                    grid[r][c] = grid[top][left]
    dated = [_dated(table.rows[r]) for r in range(height)]
    counts = [len({text for text in row if text}) + len(dated[r]) for r, row in enumerate(grid)]
    most = max(counts, default=0)
    if most < 2:
        return None
    last = counts.index(most)
    above = grid[last - 1] if last and counts[last - 1] > 1 and _joined(table, last - 1) else [""] * width
    titles = [
        child if parent in ("", child) else f"{parent}/{child}" if child else ""
        for parent, child in zip(above, grid[last], strict=True)
    ]
    keys: list[str] = []
    for title in titles:
        key = match_key(title)
        twice = sum(1 for other in keys if other.partition("#")[0] == key)
        keys.append(f"{key}#{twice + 1}" if key and twice else key)
    taken = [(index, raw) for index, raw in dated[last] if not keys[index]]
    return most, Head(table, last, titles, keys, tuple(taken))


def _dated(row: Sequence[Any]) -> list[tuple[int, Any]]:
    """The cells of a row that are days (11月3日, 3日, a date), where there are enough and each is later than the one before; or bare numbers
    from 1 to 31 one after the other, where there are more."""
    found = [(index, raw, day) for index, raw in enumerate(row) if (day := _day_of_title(raw, date(2000, 1, 1))) is not None]
    bare = [_bare(raw) for _index, raw, _day in found]
    if any(bare):
        steady = all(bare) and all((b - a).days == 1 for (*_x, a), (*_y, b) in zip(found, found[1:], strict=False))
        return [(index, raw) for index, raw, _day in found] if len(found) >= FEWEST_NUMBERS and steady else []
    rising = all(a < b for (*_x, a), (*_y, b) in zip(found, found[1:], strict=False))
    return [(index, raw) for index, raw, _day in found] if len(found) >= FEWEST_DAYS and rising else []


def _bare(raw: Any) -> int:
    """A whole number from 1 to 31 without a word beside it; nought for everything else."""
    text = str(int(raw)) if isinstance(raw, float) and raw.is_integer() else str(raw).strip()
    return int(text) if re.fullmatch(r"[1-9]|[12]\d|3[01]", text) else 0


def _day_of_title(raw: Any, default: date | None) -> date | None:
    """The one day that a title is; ``default`` gives its year, or its year and month; None for what is no day."""
    if raw in ("", None) or isinstance(raw, bool):
        return None
    if number := _bare(raw):
        try:
            return default.replace(day=number) if default is not None else None
        except ValueError:
            return None
    if isinstance(raw, int | float):
        return None
    try:
        first, last = read_days(raw, default)
    except CellProblem:
        return None
    return first if first == last else None


def _joined(table: RawTable, row: int) -> bool:
    return any(top <= row <= bottom and (right > left or bottom > row) for (top, left), (bottom, right) in table.merged)


def _title(raw: Any) -> str:
    """A cell that may be a title: text that is no number and no day."""
    text = as_text(raw) if isinstance(raw, str) else None
    if not text or len(text) > 60 or not re.search(r"[^\d\s.,，%:/\-年月日]", text):
        return ""
    return " ".join(text.split())


def propose(head: Head, metrics: Mapping[str, str]) -> dict[str, str]:
    """What each column seems to mean: title key -> role. ``metrics``: key of a metric's name or other title -> its code."""
    found: dict[str, str] = {}
    for key, title in zip(head.keys, head.titles, strict=True):
        if not key:
            continue
        child = title.rpartition("/")[2]
        for text in (title, child, _BRACKETS.sub("", title), _BRACKETS.sub("", child)):
            role = ROLE_OF.get(match_key(text)) or (f"metric:{metrics[match_key(text)]}" if match_key(text) in metrics else "")
            if role and role not in found.values():
                found[key] = role
                break
    if head.dated and "metric" in found.values() and "quantity" not in found.values():
        found[DAYS] = "days"
    return found


def problem_of(columns: Mapping[str, str]) -> str:
    """What is missing in a layout, in words; empty where facts can be read by it."""
    roles = list(columns.values())
    if any(roles.count(role) > 1 for role in set(roles)):
        return _("Two columns mean the same. Each meaning is given once.")
    counted = any(role.startswith("metric:") for role in roles)
    by_day = next((role for role in roles if role == "days" or role.startswith("days:")), "")
    if by_day:
        if counted or {"quantity", "out_of", "day", "first", "last"} & set(roles):
            return _("The columns of days hold the quantities: no other column is a quantity, a metric of its own or a day.")
        if (by_day == "days") != ("metric" in roles):
            return _("The columns of days count one metric, or a column names the metric: one of the two.")
        return ""
    if not counted and not {"metric", "quantity"} <= set(roles):
        return _(
            "No column counts anything: say for at least one which metric it is, or which columns name the metric and the quantity."
        )
    if counted and "quantity" in roles:
        return _("Either each metric has a column of its own, or one column names the metric: not both.")
    return ""


# -- reading -------------------------------------------------------------------------------------------------------------


@dataclass
class Line:
    """One fact as a sheet tells it. ``letters`` and ``raw`` by name, for what is wrong; ``letter`` where the quantity stands."""

    row: int
    metric: str = ""
    quantity: Any = None
    out_of: Any = None
    first: date | None = None
    last: date | None = None
    town: str = ""
    village: str = ""
    unit: str = ""
    operation: str = ""
    note: str = ""
    source: str = ""
    letters: dict[str, str] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    raw: dict[str, str] = field(default_factory=dict)

    def problem(self, name: str, message: str, code: str) -> Problem:
        value = self.raw.get(name, "")
        return Problem(self.row, self.letters.get(name, ""), self.titles.get(name, ""), value, message, code)


@dataclass
class Lines:
    """What was read: facts, what is wrong, what was passed over."""

    lines: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    rows: int = 0


_quantity = reader(Column("quantity", "", "decimal", places=rules.PLACES, least=0, most=float(rules.LARGEST)))
TEXTS = {"town": 60, "village": 60, "unit": 80, "operation": 60, "note": 300, "source": 200, "metric": 60}


def read_lines(head: Head, columns: Mapping[str, str], *, day: date | None = None) -> Lines:
    """The facts below the titles. ``day`` holds for rows that name none, and its year for days without one. Raises SheetError."""
    reading = _Lines(head, columns, day)
    for index, cells in enumerate(head.table.rows):
        if index > head.last and any(cell != "" for cell in cells):
            reading.take(index, cells)
            if len(reading.found.lines) > MOST_LINES:
                raise SheetError(
                    _("The sheet holds more than %(count)d facts. Split it.") % {"count": MOST_LINES}, "ledger.too_many"
                )
    if reading.sums:
        rows = "、".join(map(str, reading.sums[:10]))
        reading.found.warnings.append(_("Rows that are sums of others were passed over: %(rows)s.") % {"rows": rows})
    return reading.found


class _Lines:
    def __init__(self, head: Head, columns: Mapping[str, str], day: date | None):
        self.head, self.day = head, day
        self.found = Lines()
        self.sums: list[int] = []
        self.at = {columns[key]: index for index, key in enumerate(head.keys) if key and columns.get(key)}
        self.counted = {role[7:]: index for role, index in self.at.items() if role.startswith("metric:")}
        self.whole = {role[6:]: index for role, index in self.at.items() if role.startswith("whole:")}
        self.by_day = columns.get(DAYS, "")
        self.days = self.read_titles() if self.by_day else []
        self.down: dict[tuple[int, int], Any] = {}
        for (top, left), (bottom, _right) in head.table.merged:
            if bottom > top > head.last and left < len(head.table.rows[top]):
                for row in range(top + 1, bottom + 1):
                    self.down[row, left] = head.table.rows[top][left]

    def read_titles(self) -> list[tuple[int, date]]:
        """The columns of days with the days that they are. Raises SheetError where a title does not say which."""
        found = []
        for column, raw in self.head.dated:
            day = _day_of_title(raw, self.day)
            if day is None:
                raise SheetError(
                    _("“%(title)s” does not say of which year or month it is. Say the day of the whole sheet: its year and month hold.")
                    % {"title": shown(raw)},
                    "ledger.title_day",
                )
            found.append((column, day))
        return found

    def cell(self, index: int, cells: Sequence[Any], column: int) -> Any:
        raw = cells[column] if column < len(cells) else ""
        if raw == "":
            raw = self.down.get((index, column), "")
        return "" if isinstance(raw, str) and (as_text(raw) or "") in NOTHING else raw

    def take(self, index: int, cells: Sequence[Any]) -> None:
        first_text = next((text for cell in cells if (text := as_text(cell) if isinstance(cell, str) else None)), "")
        if first_text.replace(" ", "").replace("\u3000", "") in SUMS:
            self.sums.append(index + 1)
            return
        counted = [(code, column) for code, column in self.counted.items() if self.cell(index, cells, column) != ""]
        if "quantity" in self.at:
            counted = [("", self.at["quantity"])] if self.cell(index, cells, self.at["quantity"]) != "" else []
            if not counted and "metric" in self.at and self.cell(index, cells, self.at["metric"]) != "":
                self.wrong(index, self.at["quantity"], "", _("is empty; this column must be filled in."), "required")
        self.found.rows += 1
        if self.by_day:
            self.take_days(index, cells)
            return
        if not counted and self._broken(index):
            return
        common = self.common(index, cells)
        for code, column in counted:
            line = Line(index + 1, **common)
            line.letters, line.titles, line.raw = dict(line.letters), dict(line.titles), dict(line.raw)
            self.place(line, "quantity", column, self.cell(index, cells, column))
            line.metric = code or line.metric
            whole = self.whole.get(code) if code else self.at.get("out_of")
            try:
                line.quantity = self.number(index, cells, column)
                if whole is not None:
                    self.place(line, "out_of", whole, self.cell(index, cells, whole))
                    line.out_of = self.number(index, cells, whole)
            except CellProblem:
                continue
            self.found.lines.append(line)

    def take_days(self, index: int, cells: Sequence[Any]) -> None:
        """A line for each column of days that holds a quantity."""
        filled = [(column, day) for column, day in self.days if self.cell(index, cells, column) != ""]
        if not filled:
            self._broken(index)
            return
        common = self.common(index, cells)
        for column, day in filled:
            line = Line(index + 1, **(common | {"first": day, "last": day}))
            line.letters, line.titles, line.raw = dict(line.letters), dict(line.titles), dict(line.raw)
            line.letters["quantity"] = line.letters["day"] = letter(column)
            line.titles["quantity"] = line.titles["day"] = line.raw["day"] = day.isoformat()
            line.raw["quantity"] = shown(self.cell(index, cells, column))
            line.metric = self.by_day[5:] or line.metric
            try:
                line.quantity = self.number(index, cells, column)
            except CellProblem:
                continue
            self.found.lines.append(line)

    def _broken(self, index: int) -> bool:
        """Whether a formula in a column that counts ended in an error; told as such."""
        broken = False
        named = [self.at["quantity"]] if "quantity" in self.at else []
        for column in (*self.counted.values(), *(column for column, _day in self.days), *named):
            if f"{letter(column)}{index + 1}" in self.head.table.errors:
                message = _("holds a formula that ends in an error (such as #REF! or #N/A); mend it or write the value itself.")
                self.wrong(index, column, "", message, "formula_error")
                broken = True
        return broken

    def place(self, line: Line, name: str, column: int, raw: Any) -> None:
        line.letters[name], line.titles[name], line.raw[name] = letter(column), self.head.titles[column], shown(raw)

    def number(self, index: int, cells: Sequence[Any], column: int) -> Any:
        raw = self.cell(index, cells, column)
        try:
            return _quantity(_without_unit(raw))
        except CellProblem as problem:
            self.wrong(index, column, shown(raw), problem.message, problem.code)
            raise

    def wrong(self, index: int, column: int, value: str, message: str, code: str) -> None:
        sentence = _("“%(value)s” %(message)s") % {"value": value, "message": message} if value else message
        self.found.problems.append(Problem(index + 1, letter(column), self.head.titles[column], value, sentence, code))

    def common(self, index: int, cells: Sequence[Any]) -> dict[str, Any]:
        """What all facts of a row share."""
        told: dict[str, Any] = {"letters": {}, "titles": {}, "raw": {}}
        for name, limit in TEXTS.items():
            if name in self.at:
                text = as_text(self.cell(index, cells, self.at[name])) or ""
                if len(text) > limit:
                    message = _("has %(length)d characters; at most %(limit)d fit. Shorten the text.") % {
                        "length": len(text),
                        "limit": limit,
                    }
                    self.wrong(index, self.at[name], shown(text), message, "too_long")
                told[name] = text[:limit]
                self._note(told, name, self.at[name], text)
        first = last = None
        for name in ("day", "first", "last"):
            if name in self.at and (raw := self.cell(index, cells, self.at[name])) != "":
                self._note(told, "day", self.at[name], shown(raw))
                try:
                    start, end = read_days(raw, self.day)
                except CellProblem as problem:
                    self.wrong(index, self.at[name], shown(raw), problem.message, problem.code)
                    continue
                first = start if name != "last" else first
                last = end if name != "first" or last is None else last
        if first is None:
            first = last
        if first is None and last is None:
            first = last = self.day
            for name in ("day", "first", "last"):
                if name in self.at and "day" not in told["letters"]:
                    self._note(told, "day", self.at[name], "")
        return told | {"first": first, "last": last}

    def _note(self, told: dict[str, Any], name: str, column: int, text: str) -> None:
        told["letters"][name], told["titles"][name], told["raw"][name] = letter(column), self.head.titles[column], text[:40]


_UNIT = re.compile(r"\s*([\d,，.]+)\s*[^\d\s.,，%]{1,4}\s*")


def _without_unit(raw: Any) -> Any:
    """315条 is 315: the unit of measure is the metric's own."""
    if isinstance(raw, str) and (found := _UNIT.fullmatch(raw)):
        return found[1]
    return raw


def read_days(raw: Any, default: date | None = None) -> tuple[date, date]:
    """A day, a month, or days from one to another, as first and last day; a day without a year is of the default's. Raises CellProblem."""
    if not isinstance(raw, str):
        day = read_date(raw)
        assert day is not None, "the cell is not empty"
        return day, day
    text = (as_text(raw) or "").replace(" ", "")
    if found := _SPAN.fullmatch(text):
        first = _one_day(found[1], default)
        return first, _one_day(found[2], first)
    if found := _MONTH.fullmatch(text):
        year = found[1] or found[3] or (default.year if default else None)
        month = int(found[2] or found[4])
        if year and 1 <= month <= 12 and 1900 <= int(year) <= 2199:
            last = calendar.monthrange(int(year), month)[1]
            return date(int(year), month, 1), date(int(year), month, last)
    day = _one_day(text, default)
    return day, day


def _one_day(text: str, default: date | None) -> date:
    if default is not None and (found := _SHORT.fullmatch(text)):
        try:
            return date(default.year, int(found[1]), int(found[2]))
        except ValueError:
            pass
    if default is not None and (found := re.fullmatch(r"(\d{1,2})日", text)):
        try:
            return default.replace(day=int(found[1]))
        except ValueError:
            pass
    day = read_date(text)
    if day is None:
        raise CellProblem("not_a_date", _("is no day; write it as 2026-11-21."))
    return day
