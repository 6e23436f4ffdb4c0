"""The arithmetic of the ledger, exact: quantities as whole ten-thousandths, totals as fractions, days in weeks and months. Pure.

How a metric adds up (``Adds``):

- ``sum``: over time, places and units;
- ``last``: a stock. What was said last of each place by each unit stands until something newer is said; over places and units it adds up;
- ``mean``, ``max``, ``min``: over all facts;
- ``share``: parts over wholes, as the sum of the parts over the sum of the wholes. A mean of shares is something else and is not made.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

PLACES = 4
SCALE = 10**PLACES
LARGEST = Decimal(10) ** 10
"""No quantity is larger: ninety thousand of them still add up in a 64-bit column."""
BUCKETS = ("day", "week", "month", "year")
SUM, LAST, MEAN, MAX, MIN, SHARE = "sum", "last", "mean", "max", "min", "share"
AT_LEAST, AT_MOST = "at_least", "at_most"


class NoQuantity(ValueError):
    """Something that no quantity of the ledger can be; ``code``: not_a_number, negative, too_large, too_fine."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


def amount_of(quantity: Decimal | int) -> int:
    """A quantity in whole ten-thousandths. Raises NoQuantity for what has more places, is negative or too large."""
    exact = Decimal(quantity)
    if not exact.is_finite():
        raise NoQuantity("not_a_number")
    if exact < 0:
        raise NoQuantity("negative")
    if exact > LARGEST:
        raise NoQuantity("too_large")
    scaled = exact.scaleb(PLACES)
    if scaled != scaled.to_integral_value():
        raise NoQuantity("too_fine")
    return int(scaled)


def quantity_of(amount: int | None) -> Decimal | None:
    """Ten-thousandths as a decimal without needless noughts."""
    if amount is None:
        return None
    whole, rest = divmod(amount, SCALE)
    return Decimal(whole) if not rest else Decimal(f"{whole}.{rest:0{PLACES}d}".rstrip("0"))


@dataclass(frozen=True)
class Part:
    """What is known of some facts together; parts of disjoint facts can be put together in any order."""

    total: int = 0
    base: int = 0
    count: int = 0
    least: int | None = None
    most: int | None = None

    def __add__(self, other: "Part") -> "Part":
        ends = [each for each in (self.least, other.least) if each is not None]
        tops = [each for each in (self.most, other.most) if each is not None]
        return Part(
            self.total + other.total,
            self.base + other.base,
            self.count + other.count,
            min(ends, default=None),
            max(tops, default=None),
        )


NOTHING = Part()


def part_of(amount: int, base: int | None = None) -> Part:
    """One fact."""
    return Part(amount, base or 0, 1, amount, amount)


def together(parts: Iterable[Part]) -> Part:
    found = NOTHING
    for part in parts:
        found += part
    return found


def value_of(adds: str, part: Part) -> Fraction | None:
    """The exact total of the facts; None where there are none, or a share of nothing. A share is a share of one."""
    if not part.count:
        return None
    if adds == MEAN:
        return Fraction(part.total, part.count * SCALE)
    if adds == MAX:
        return Fraction(part.most or 0, SCALE)
    if adds == MIN:
        return Fraction(part.least or 0, SCALE)
    if adds == SHARE:
        return Fraction(part.total, part.base) if part.base else None
    return Fraction(part.total, SCALE)


def rounded(value: Fraction | None, digits: int) -> Decimal | None:
    """Rounded half up to so many places: for people."""
    if value is None:
        return None
    scaled = value * 10**digits
    return Decimal((2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)).scaleb(-digits)


def kept(direction: str, target: Decimal | None, value: Fraction | None, *, share: bool = False) -> bool | None:
    """Whether a total keeps its threshold, exactly; None where there is no threshold or no total. Thresholds of shares are percent."""
    if target is None or value is None or direction not in (AT_LEAST, AT_MOST):
        return None
    compared = value * 100 if share else value
    return compared >= Fraction(target) if direction == AT_LEAST else compared <= Fraction(target)


# -- days ----------------------------------------------------------------------------------------------------------------


def bucket_of(kind: str, day: date) -> tuple[date, date]:
    """The day, week (from Monday), month or year in which a day lies: its first and last day. Raises ValueError for another word."""
    if kind == "day":
        return day, day
    if kind == "week":
        start = day - timedelta(days=day.weekday())
        return start, start + timedelta(days=6)
    if kind == "month":
        start = day.replace(day=1)
        after = date(day.year + (day.month == 12), day.month % 12 + 1, 1)
        return start, after - timedelta(days=1)
    if kind == "year":
        return date(day.year, 1, 1), date(day.year, 12, 31)
    raise ValueError(kind)


def buckets(kind: str, start: date, end: date) -> list[tuple[date, date]]:
    """The days, weeks or months from one day to another, cut off at both."""
    found, day = [], start
    while day <= end:
        first, last = bucket_of(kind, day)
        found.append((max(first, start), min(last, end)))
        day = last + timedelta(days=1)
    return found


def fitting(start: date, end: date) -> str:
    """The bucket in which so many days are told without too many bars."""
    days = (end - start).days + 1
    return "day" if days <= 31 else "week" if days <= 190 else "month"


def over_time(kind: str, start: date, end: date, days: Mapping[date, Part]) -> list[tuple[date, date, Part]]:
    """What counts by days put together by ``kind`` from one day to another; a bucket without facts is there, empty."""
    found = {first: NOTHING for first, _last in buckets(kind, start, end)}
    for day, part in days.items():
        if start <= day <= end:
            found[max(bucket_of(kind, day)[0], start)] += part
    return [(first, last, found[first]) for first, last in buckets(kind, start, end)]


def stock_over_time(
    kind: str, start: date, end: date, said: Iterable[tuple[Hashable, date, int]]
) -> list[tuple[date, date, Part]]:
    """A stock at the end of each bucket: of each series what was said last by then. ``said``: series, day and amount, oldest first."""
    rows, at, standing = list(said), 0, {}
    found = []
    for first, last in buckets(kind, start, end):
        while at < len(rows) and rows[at][1] <= last:
            standing[rows[at][0]] = rows[at][2]
            at += 1
        found.append((first, last, together(part_of(amount) for amount in standing.values())))
    return found
