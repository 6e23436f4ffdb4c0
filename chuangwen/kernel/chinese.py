"""Chinese text as the sheets and reports of this trade write it: two scripts, two widths, numbered names, dates in words.

Pure. What is stored stays as it was written; the functions here make keys for comparing and forms for showing.
"""

import re
import unicodedata
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

import opencc

_HAN = "\u2e80-\u2fdf\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufffe\uffff\ud800-\udfff]"
)
_QUOTES = str.maketrans(
    {
        **dict.fromkeys("“”„‟«»「」『』〝〞＂", '"'),
        **dict.fromkeys("‘’‚‛＇′", "'"),
        **dict.fromkeys("—–―－‐‑‒", "-"),
        **dict.fromkeys("•‧・●", "·"),
    }
)
_HALF = str.maketrans({**{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}, 0x3000: 0x20})
_HALF_ALPHANUMERIC = str.maketrans(
    {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
)


@lru_cache(maxsize=4)
def _converter(config: str) -> Any:
    return opencc.OpenCC(config)


@lru_cache(maxsize=50_000)
def _simplified_short(text: str) -> str:
    return _converter("t2s").convert(text)


def to_simplified(text: str) -> str:
    """Traditional characters to simplified ones (OpenCC t2s); simplified text comes back as it is."""
    if text.isascii():
        return text
    return _simplified_short(text) if len(text) <= 64 else _converter("t2s").convert(text)


def to_traditional(text: str) -> str:
    """Simplified characters to traditional ones, in the Chinese mainland's word choice (OpenCC s2t)."""
    return text if text.isascii() else _converter("s2t").convert(text)


# Widths and names


def fullwidth_to_half(text: str) -> str:
    """All full-width forms (Ａ１（，：) and the ideographic space to their half-width ones."""
    return text.translate(_HALF)


def halve_alphanumerics(text: str) -> str:
    """Full-width letters and digits to half-width ones; Chinese punctuation stays."""
    return text.translate(_HALF_ALPHANUMERIC)


def strip_invisible(text: str) -> str:
    """Without control characters (tab and line ends stay), zero-width and direction marks, lone surrogates."""
    return _INVISIBLE.sub("", text)


_SPACE_BY_HAN = re.compile(rf"(?<=[{_HAN}])\s+(?=\S)|(?<=\S)\s+(?=[{_HAN}])")


def normalise_name(text: str) -> str:
    """A name in the one form that names are compared in: NFKC, one kind of quotes and dashes, trimmed, single spaces,
    no spaces beside Chinese characters. Script and case stay."""
    text = strip_invisible(unicodedata.normalize("NFKC", text.translate(_QUOTES))).translate(_QUOTES)
    return _SPACE_BY_HAN.sub("", " ".join(text.split()))


def tidy_name(text: str) -> str:
    """A name as people wrote it, for keeping: half-width letters and digits, trimmed, no stray spaces. Quotes and script stay."""
    return _SPACE_BY_HAN.sub("", " ".join(strip_invisible(halve_alphanumerics(text)).split()))


_IN_KEYS = re.compile(r"[^\w]|_", re.UNICODE)


@lru_cache(maxsize=50_000)
def match_key(text: str) -> str:
    """The key under which two writings of the same name meet: simplified, lower case, without spaces and punctuation."""
    return _IN_KEYS.sub("", to_simplified(normalise_name(text)).casefold())


def pinyin_initials(text: str) -> str:
    """First letters of the pronunciation, for finding by typing: 河东街道 gives ``hdjd``. Latin letters and digits stay, in
    lower case; anything else is left out."""
    from pypinyin import Style, lazy_pinyin  # a large table, read when first asked for

    parts = lazy_pinyin(to_simplified(normalise_name(text)), style=Style.FIRST_LETTER, errors=lambda other: other)
    return "".join(part for part in "".join(parts).lower() if part.isascii() and part.isalnum())


# Numbers

_DIGITS = "零一二三四五六七八九"
_NUMERAL_VALUES = {char: value for value, char in enumerate(_DIGITS)} | {"〇": 0, "○": 0, "两": 2, "兩": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}


def numeral(number: int) -> str:
    """A number from 0 to 9999 in Chinese: 10 is 十, 21 is 二十一, 205 is 二百零五. Raises ValueError outside."""
    if not 0 <= number <= 9999:
        raise ValueError(f"numerals reach from 0 to 9999: {number}")
    if number < 10:
        return _DIGITS[number]
    text, gap = "", False
    for unit, char in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            text += ("零" if gap else "") + _DIGITS[digit] + char
            gap = False
        elif text:
            gap = True
    return text.removeprefix("一") if number < 20 else text


def from_numeral(text: str) -> int:
    """The number that a Chinese numeral below 10000, or a row of digits such as 二〇二六, stands for. Raises ValueError."""
    text = unicodedata.normalize("NFKC", text.strip())
    if text.isascii() and text.isdecimal():
        return int(text)
    if text and all(char in _NUMERAL_VALUES for char in text):
        return int("".join(str(_NUMERAL_VALUES[char]) for char in text))
    total, digit, last_unit = 0, None, 10_000
    for char in text:
        if char in _UNITS and _UNITS[char] < last_unit:
            last_unit = _UNITS[char]
            total += (1 if digit is None else digit) * last_unit
            digit = None
        elif char in _NUMERAL_VALUES and (digit is None or digit == 0):
            digit = _NUMERAL_VALUES[char]
        else:
            raise ValueError(f"not a numeral: {text!r}")
    if not text:
        raise ValueError("not a numeral: ''")
    return total + (digit or 0)


def heading_number(number: int, level: int) -> str:
    """The number before a heading by GB/T 9704-2012, 7.3.3: level 1 一、 level 2 （一） level 3 1. level 4 （1）."""
    match level:
        case 1:
            return f"{numeral(number)}、"
        case 2:
            return f"（{numeral(number)}）"
        case 3:
            return f"{number}."
        case 4:
            return f"（{number}）"
    raise ValueError(f"headings have levels 1 to 4: {level}")


_NUMBERED = re.compile(r"^(.*\D)\s*(\d{1,9})$", re.DOTALL)
_NUMBER_PARTS = re.compile(r"(\d+)")


def split_trailing_number(text: str) -> tuple[str, int | None]:
    """A numbered name into name and number: 公共服务10 gives (公共服务, 10). A name that is nothing but a number, or ends in
    none, comes back whole with ``None``. The writing stays."""
    text = tidy_name(text)
    found = _NUMBERED.match(text)
    return (found[1].rstrip(), int(found[2])) if found else (text, None)


def natural_key(text: str) -> tuple:
    """Sort key by which 社区2 comes before 社区10."""
    parts = _NUMBER_PARTS.split(normalise_name(text))
    return tuple((1, int(part), part) if index % 2 else (0, 0, part) for index, part in enumerate(parts) if part)


# Dates

_NUMERAL = "[〇○零一二三四五六七八九十]"
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?")
_DATE_SOLID = re.compile(r"(\d{4})(\d{2})(\d{2})")
_DATE_IN_NUMERALS = re.compile(rf"({_NUMERAL}{{4}})年({_NUMERAL}{{1,2}})月({_NUMERAL}{{1,3}})[日号]")
_TIME = re.compile(
    r"(上午|下午|中午|晚上|凌晨|早上)?\s*(\d{1,2})\s*[:时点]\s*(?:(\d{1,2})\s*(?:[:分]\s*(?:(\d{1,2})(?:\.\d+)?秒?)?)?)?"
)


def format_date(day: date) -> str:
    """2026年11月21日."""
    return f"{day.year}年{day.month}月{day.day}日"


def _leading_date(text: str) -> tuple[date, str]:
    """The date at the beginning of normalised ``text`` and what follows it. Raises ValueError."""
    if found := _DATE.match(text) or _DATE_SOLID.match(text):
        year, month, day = int(found[1]), int(found[2]), int(found[3])
        # 20260105 is a date; 2026010512 is some other number
        if found.re is _DATE_SOLID and text[found.end() : found.end() + 1].isdecimal():
            raise ValueError(f"not a date: {text!r}")
    elif found := _DATE_IN_NUMERALS.match(text):
        year, month, day = (from_numeral(found[n]) for n in (1, 2, 3))
    else:
        raise ValueError(f"not a date: {text!r}")
    return date(year, month, day), text[found.end() :]


def parse_date(text: str) -> date:
    """A whole date in any of the usual writings: 2026/1/5, 2026-01-05, 2026.1.5, 2026年1月5日, 二〇二六年一月五日, 20260105; a
    time of midnight after it is let pass. Raises ValueError for anything else, a date without its year among it."""
    moment = parse_datetime(text)
    if moment.time() != time():
        raise ValueError(f"a date with a time: {text!r}")
    return moment.date()


def parse_datetime(text: str) -> datetime:
    """A date with or without a time, naive, as it was written: 2026年11月21日 下午3时30分, 2026-11-21 15:30:00.

    Raises ValueError.
    """
    text = unicodedata.normalize("NFKC", text).strip()
    day, rest = _leading_date(text)
    rest = re.sub(r"^\s*(?:T|星期[一二三四五六日天]|\(?周[一二三四五六日天]\)?)?\s*", "", rest)
    if not rest:
        return datetime.combine(day, time())
    found = _TIME.fullmatch(rest.strip())
    if not found:
        raise ValueError(f"not a time: {text!r}")
    hour, minute, second = int(found[2]), int(found[3] or 0), int(found[4] or 0)
    if found[1] in ("下午", "晚上") and hour < 12:
        hour += 12
    return datetime.combine(day, time(hour, minute, second))
