"""The arithmetic of credits, in whole numbers. Pure."""

from collections.abc import Iterable
from datetime import date, timedelta

CODE_DIGITS = 12
OFFLINE_DAYS = 7
"""So many days after its last day a voucher that was used without a network may still be entered; only then are its credits given back."""
AGAIN_DAYS = 30
"""What is given back can be spent for at least so many days."""


def for_hours(minutes: int, per: int, amount: int) -> int:
    """Credits for so many minutes: ``amount`` for each whole ``per`` minutes.

    >>> for_hours(29, 30, 1), for_hours(95, 30, 1), for_hours(120, 60, 2)
    (0, 3, 4)
    """
    return minutes // per * amount if per > 0 else 0


def bounded(amount: int, earned: int, most: int) -> int:
    """What of an amount can still be earned in a month in which ``earned`` were earned already (``most`` 0: no bound).

    >>> bounded(5, 8, 10), bounded(5, 12, 10), bounded(5, 100, 0)
    (2, 0, 5)
    """
    return amount if not most else max(0, min(amount, most - earned))


def last_day(day: date, months: int) -> date | None:
    """The last day of the month that lies so many months after ``day``; None for 0: it never lapses.

    >>> last_day(date(2026, 11, 30), 3), last_day(date(2026, 1, 5), 24), last_day(date(2026, 1, 5), 0)
    (datetime.date(2027, 2, 28), datetime.date(2028, 1, 31), None)
    """
    if not months:
        return None
    number = day.year * 12 + day.month + months
    return date(number // 12, number % 12 + 1, 1) - timedelta(days=1)


def earlier(*days: date | None) -> date | None:
    """The earliest of the days; None where there is none."""
    return min((day for day in days if day is not None), default=None)


def spent(lots: Iterable[tuple[int, int]], amount: int) -> list[tuple[int, int]]:
    """What to take of which lot (key, what is left; the first to lapse first): the first are emptied first. Raises ValueError when they hold
    less than ``amount``.

    >>> spent([(1, 3), (2, 10)], 5)
    [(1, 3), (2, 2)]
    """
    taken = []
    for key, left in lots:
        part = min(left, amount)
        if part > 0:
            taken.append((key, part))
            amount -= part
    if amount:
        raise ValueError(f"{amount} more than there is")
    return taken


def check_digit(digits: str) -> int:
    """The Luhn digit (ISO/IEC 7812-1, annex B) that follows these digits: one wrong digit and most swapped pairs are noticed.

    >>> check_digit("7992739871")
    3
    """
    total = 0
    for place, letter in enumerate(reversed(digits)):
        value = int(letter) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return -total % 10


def code_of(number: int) -> str:
    """The twelve digits of a voucher, from a number below 10**11."""
    digits = f"{number:0{CODE_DIGITS - 1}d}"
    return f"{digits}{check_digit(digits)}"


def is_code(text: str) -> bool:
    """Whether it can be the code of a voucher: twelve digits, the last of which fits.

    >>> is_code(code_of(12345678901)), is_code("123456789012"), is_code("12a")
    (True, False, False)
    """
    return len(text) == CODE_DIGITS and text.isascii() and text.isdigit() and int(text[-1]) == check_digit(text[:-1])


def grouped(code: str) -> str:
    """As people read it out: 1234 5678 9012."""
    return " ".join(code[at : at + 4] for at in range(0, len(code), 4))
