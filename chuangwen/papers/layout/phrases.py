"""The few phrasings that the layout itself needs: dates, percentages, numerals of headings."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

DIGITS = "零一二三四五六七八九"


def chinese_date(day: date) -> str:
    """2026年11月21日: Arabic numerals, no leading zero (GB/T 9704-2012, 7.3.5.4)."""
    return f"{day.year}年{day.month}月{day.day}日"


def percent(share: Decimal) -> str:
    """A share (0 to 1) with two decimals, halves rounded up: 94.03%."""
    return f"{(share * 100).quantize(Decimal('0.01'), ROUND_HALF_UP)}%"


def chinese_numeral(number: int) -> str:
    """一 to 九十九, the numerals of headings. ValueError outside 1..99."""
    if not 1 <= number <= 99:
        raise ValueError(f"heading number out of range: {number}")
    tens, ones = divmod(number, 10)
    lead = "" if tens == 0 else ("十" if tens == 1 else DIGITS[tens] + "十")
    return lead + (DIGITS[ones] if ones else "")


class HeadingNumbers:
    """Counts headings of four levels as a paper goes on: 一、 （一） 1. （1） (GB/T 9704-2012, 7.3.3)."""

    def __init__(self) -> None:
        self._counts = [0, 0, 0, 0]

    def next(self, level: int) -> str:
        """The number of the next heading of this level (1..4); the levels below start again."""
        self._counts[level - 1] += 1
        self._counts[level:] = [0] * (4 - level)
        number = self._counts[level - 1]
        match level:
            case 1:
                return chinese_numeral(number) + "、"
            case 2:
                return f"（{chinese_numeral(number)}）"
            case 3:
                return f"{number}."
            case _:
                return f"（{number}）"
