"""From the cell as it stands to the value that its column means; what cannot be read says why and what would be right. Pure."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from chuangwen.kernel import chinese, codes
from chuangwen.kernel.sheets.columns import Column
from chuangwen.kernel.worktime import LOCAL

Reader = Callable[[Any], Any]

LONGEST_TEXT = 32_767  # what a cell of Excel can hold
_EARLIEST, _LATEST = date(1900, 1, 1), date(2199, 12, 31)
_SERIALS = (18_264, 109_574)  # 1950-01-01 to 2199-12-31 as Excel counts days
_EPOCH = date(1899, 12, 30)
_EXACT = 2**53
_SEPARATORS = re.compile(r"[、，,;；\n|]+")
_TO_CLEAN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\ufffe\uffff\ud800-\udfff"
    "０-９Ａ-Ｚａ-ｚ]|^\\s|\\s$"
)
_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?(?:E[+-]?\d{1,3})?")
_TRUE = frozenset(("是", "有", "对", "真", "y", "yes", "true", "t", "1", "√", "✓", "✔", "☑"))
_FALSE = frozenset(("否", "无", "错", "假", "没有", "不是", "n", "no", "false", "f", "0", "×", "✗", "✘", "x", "☐"))


class CellProblem(Exception):
    """The cell cannot be read: a code and a sentence with what would be right."""

    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code = code
        self.message = message


def shown(raw: Any) -> str:
    """A cell as a person sees it, on one line and not too long, for messages."""
    text = as_text(raw) or ""
    text = " ".join(text.split())
    return text if len(text) <= 40 else text[:39] + "…"


def as_text(raw: Any) -> str | None:
    """Any cell as text: numbers without a needless .0, dates as 2026-01-05; control characters dropped, full-width letters and
    digits halved, ends trimmed; None when nothing is left."""
    if isinstance(raw, str):
        if not _TO_CLEAN.search(raw):
            return raw or None
        text = raw.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
        return chinese.halve_alphanumerics(chinese.strip_invisible(text)).strip() or None
    if isinstance(raw, bool):
        return pgettext("sheet", "yes") if raw else pgettext("sheet", "no")
    if isinstance(raw, float):
        if raw != raw:
            return None
        if raw.is_integer() and abs(raw) < _EXACT:
            return str(int(raw))
        return format(raw, ".15g")
    if isinstance(raw, datetime):
        return raw.strftime("%Y-%m-%d" if raw.time() == time() else "%Y-%m-%d %H:%M:%S")
    if isinstance(raw, time):
        return raw.strftime("%H:%M:%S" if raw.second else "%H:%M")
    return None if raw is None else str(raw)


def reader(column: Column) -> Reader:
    """The function that reads cells of ``column``: gives the value, None for nothing, or raises CellProblem."""
    make = {
        "text": _text_reader,
        "int": _int_reader,
        "decimal": _decimal_reader,
        "percent": _decimal_reader,
        "date": lambda _column: read_date,
        "datetime": lambda _column: read_datetime,
        "bool": lambda _column: _read_bool,
        "choice": _choice_reader,
        "list": _list_reader,
        "code": lambda _column: _read_code,
        "phone": lambda _column: _read_phone,
    }[column.kind]
    return make(column)


def _text_reader(column: Column) -> Reader:
    limit = column.max_length or LONGEST_TEXT

    def read(raw: Any) -> str | None:
        text = as_text(raw)
        if text is not None and len(text) > limit:
            raise CellProblem(
                "too_long",
                _("has %(length)d characters; at most %(limit)d fit. Shorten the text.") % {"length": len(text), "limit": limit},
            )
        return text

    return read


# Numbers


def _decimal_of(raw: Any) -> Decimal | None:
    """The number that a cell holds. A float is taken with the 15 digits that Excel keeps. Raises ValueError."""
    if isinstance(raw, bool | date | time | timedelta):
        raise ValueError
    if isinstance(raw, float):
        if raw != raw or raw in (float("inf"), float("-inf")):
            raise ValueError
        return Decimal(int(raw)) if raw.is_integer() and abs(raw) < _EXACT else Decimal(format(raw, ".15g"))
    if isinstance(raw, int):
        return Decimal(raw)
    text = as_text(raw)
    if text is None:
        return None
    text = unicodedata.normalize("NFKC", text).upper().replace(" ", "").replace("−", "-").replace("，", ",")
    if not any(char.isdecimal() for char in text) or not _NUMBER.fullmatch(text):
        raise ValueError
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation:
        raise ValueError from None


def _check_bounds(number: Decimal, column: Column) -> None:
    if column.least is not None and number < Decimal(str(column.least)):
        raise CellProblem("too_small", _("is too small; the least is %(least)s.") % {"least": f"{column.least:g}"})
    if column.most is not None and number > Decimal(str(column.most)):
        raise CellProblem("too_large", _("is too large; the most is %(most)s.") % {"most": f"{column.most:g}"})


def _int_reader(column: Column) -> Reader:
    def read(raw: Any) -> int | None:
        try:
            number = _decimal_of(raw)
            if number is None:
                return None
            if number != number.to_integral_value() or abs(number) > 10**18:
                raise ValueError
        except (ValueError, InvalidOperation):
            raise CellProblem("not_an_integer", _("is not a whole number; write digits only, such as 12.")) from None
        _check_bounds(number, column)
        return int(number)

    return read


def _decimal_reader(column: Column) -> Reader:
    places = column.places

    def read(raw: Any) -> Decimal | None:
        percent = False
        if column.kind == "percent" and isinstance(raw, str):
            raw = unicodedata.normalize("NFKC", raw).strip()
            percent = raw.endswith("%")
            raw = raw.removesuffix("%")
        try:
            number = _decimal_of(raw)
            if number is not None and abs(number) >= 10**18:
                raise ValueError
        except ValueError:
            sentence = (
                _("is not a percentage; write it as 85% or 0.85.")
                if column.kind == "percent"
                else _("is not a number; write digits and a point only, such as 3.5.")
            )
            raise CellProblem("not_a_number", sentence) from None
        if number is None:
            return None
        if column.kind == "percent":
            if percent or number > 1:
                number /= 100
            if not 0 <= number <= 1:
                raise CellProblem("not_a_share", _("is not a percentage from 0 to 100; write it as 85% or 0.85."))
        if places is not None and -number.normalize().as_tuple().exponent > places:  # type: ignore[operator]  # a finite number: its exponent is an int
            raise CellProblem(
                "too_precise", _("has too many digits after the point; round it to %(places)d.") % {"places": places}
            )
        _check_bounds(number, column)
        return number

    return read


# Days and moments


def read_datetime(raw: Any) -> datetime | None:
    """A moment in China's time: a date cell, a serial number of Excel, or a text."""
    try:
        moment = _moment(raw)
    except (ValueError, OverflowError):
        raise CellProblem(
            "not_a_datetime", _("is not a date with a time; write it as 2026-01-05 14:30 or 2026年1月5日14时30分.")
        ) from None
    if moment is None:
        return None
    _check_day(moment.date())
    return moment.replace(tzinfo=LOCAL) if moment.tzinfo is None else moment.astimezone(LOCAL)


def read_date(raw: Any) -> date | None:
    """A day: a date cell, a serial number of Excel, or a text. A time of day is let go."""
    try:
        moment = _moment(raw)
    except (ValueError, OverflowError):
        raise CellProblem("not_a_date", _("is not a date that exists; write it as 2026-01-05 or 2026年1月5日.")) from None
    if moment is None:
        return None
    _check_day(moment.date())
    return moment.date()


def _check_day(day: date) -> None:
    if not _EARLIEST <= day <= _LATEST:
        raise CellProblem("date_out_of_range", _("lies outside the years 1900 to 2199; check the year."))


def _moment(raw: Any) -> datetime | None:
    if isinstance(raw, datetime):
        return raw
    if isinstance(raw, date):
        return datetime.combine(raw, time())
    if isinstance(raw, bool | time | timedelta):
        raise ValueError
    if isinstance(raw, int | float):
        if raw != raw:
            raise ValueError
        if 19_000_101 <= raw <= 21_991_231 and float(raw).is_integer():
            return datetime.strptime(str(int(raw)), "%Y%m%d")  # noqa: DTZ007
        if not _SERIALS[0] <= raw < _SERIALS[1]:
            raise ValueError
        whole = int(raw)
        seconds = round((raw - whole) * 86_400)
        return datetime.combine(_EPOCH + timedelta(days=whole), time()) + timedelta(seconds=seconds)
    text = as_text(raw)
    if text is None:
        return None
    if re.fullmatch(r"\d{5,6}(\.\d+)?", text):
        return _moment(float(text))
    return chinese.parse_datetime(text)


# Words


def _read_bool(raw: Any) -> bool | None:
    if isinstance(raw, bool):
        return raw
    text = as_text(raw)
    if text is None:
        return None
    word = chinese.to_simplified(text).casefold()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise CellProblem("not_yes_or_no", _("is neither yes nor no; write 是 or 否."))


def _choice_words(column: Column) -> dict[str, Any]:
    words: dict[str, Any] = {}
    for value, label in column.choices:
        words.setdefault(chinese.match_key(str(label)) or str(label), value)
    for value, _label in column.choices:
        words.setdefault(chinese.match_key(str(value)) or str(value), value)
    return words


def _not_a_choice(column: Column) -> CellProblem:
    labels = column.labels
    listed = "、".join(labels[:12]) + ("…" if len(labels) > 12 else "")
    return CellProblem("not_a_choice", _("is not one of the values in use; write one of: %(choices)s.") % {"choices": listed})


def _choice_reader(column: Column) -> Reader:
    words = _choice_words(column)

    def read(raw: Any) -> Any:
        text = as_text(raw)
        if text is None:
            return None
        try:
            return words[chinese.match_key(text) or text]
        except KeyError:
            raise _not_a_choice(column) from None

    return read


def _list_reader(column: Column) -> Reader:
    words = _choice_words(column)

    def read(raw: Any) -> list:
        text = as_text(raw)
        if text is None:
            return []
        parts = list(dict.fromkeys(part.strip() for part in _SEPARATORS.split(text) if part.strip()))
        if not words:
            if column.max_length and any(len(part) > column.max_length for part in parts):
                raise CellProblem(
                    "too_long",
                    _("holds an entry of more than %(limit)d characters; separate entries by 、.") % {"limit": column.max_length},
                )
            return parts
        try:
            return list(dict.fromkeys(words[chinese.match_key(part) or part] for part in parts))
        except KeyError:
            raise _not_a_choice(column) from None

    return read


def _read_code(raw: Any) -> str | None:
    text = as_text(raw)
    if text is None:
        return None
    try:
        return codes.parse_division_code(text).code
    except ValueError:
        if re.fullmatch(r"\d(\.\d+)?[Ee]\+?\d+", text):
            raise CellProblem(
                "code_as_number",
                _("is a code that Excel has turned into a rounded number; format the column as text and enter the code again."),
            ) from None
        raise CellProblem("not_a_code", _("is not a division code; it has 12 digits, such as 440902003001.")) from None


def _read_phone(raw: Any) -> str | None:
    text = as_text(raw)
    if text is None:
        return None
    try:
        return codes.parse_phone(text)
    except ValueError:
        raise CellProblem(
            "not_a_phone", _("is not a telephone number; write 11 digits of a mobile, or area code and number as 0668-2276543.")
        ) from None
