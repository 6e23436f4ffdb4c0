"""The rates of the loop as digital city management defines them (DOMAIN.md section 5). Pure: counts in, exact shares out."""

from dataclasses import dataclass, fields
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Counts:
    """What the rates are made of, for a unit, a place or the whole, in a period.

    - ``reported``: reported in the period; ``filed``: of these, dispatched or solved on the spot at some time;
    - ``filed_closed``: of these filed, closed by now;
    - ``due``: due in the period and neither rejected nor merged; ``deferred``: of these, now deferred; ``closed_in_time``: of the due and not
      deferred, closed with a submission that came no later than the due moment;
    - ``closed``: closed in the period; ``checked``: of these, closed after a check (not on the spot); ``passed_first``: of the checked,
      never sent back; ``rebounded``: of the closed, found again later;
    - ``minutes``: working minutes of the checked from dispatch to the accepted submission, in all; ``median_minutes``: the middle one.
    """

    reported: int = 0
    filed: int = 0
    filed_closed: int = 0
    due: int = 0
    deferred: int = 0
    closed_in_time: int = 0
    closed: int = 0
    checked: int = 0
    passed_first: int = 0
    rebounded: int = 0
    minutes: int = 0
    median_minutes: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Rates:
    """Shares of one, None where there is nothing to divide by; times in working minutes."""

    filed: Fraction | None
    closed: Fraction | None
    closed_in_time: Fraction | None
    rework: Fraction | None
    rebound: Fraction | None
    first_pass: Fraction | None
    mean_minutes: Fraction | None
    median_minutes: Fraction | None


def rates(counts: Counts) -> Rates:
    """Filed / reported; closed / filed; closed in time / (due − deferred); sent back / checked; found again / closed; passed first / checked.

    Raises ValueError for counts that cannot be (more closed in time than due).
    """
    if (
        counts.closed_in_time > counts.due - counts.deferred
        or counts.passed_first > counts.checked
        or counts.checked > counts.closed
    ):
        raise ValueError(f"a part is larger than its whole: {counts}")
    return Rates(
        filed=_share(counts.filed, counts.reported),
        closed=_share(counts.filed_closed, counts.filed),
        closed_in_time=_share(counts.closed_in_time, counts.due - counts.deferred),
        rework=_share(counts.checked - counts.passed_first, counts.checked),
        rebound=_share(counts.rebounded, counts.closed),
        first_pass=_share(counts.passed_first, counts.checked),
        mean_minutes=_share(counts.minutes, counts.checked),
        median_minutes=counts.median_minutes,
    )


def _share(part: int, whole: int) -> Fraction | None:
    return Fraction(part, whole) if whole else None


def median(values: list[int]) -> Fraction | None:
    """The middle value, or the mean of the two in the middle; None for none."""
    if not values:
        return None
    ordered = sorted(values)
    half = len(ordered) // 2
    return Fraction(ordered[half]) if len(ordered) % 2 else Fraction(ordered[half - 1] + ordered[half], 2)


def added(left: Counts, right: Counts) -> Counts:
    """Two disjoint sets of cases together. The median of a whole is not made from medians: it is None unless one side is empty."""
    sums = {f.name: getattr(left, f.name) + getattr(right, f.name) for f in fields(Counts) if f.name != "median_minutes"}
    middle = left.median_minutes if not right.checked else right.median_minutes if not left.checked else None
    return Counts(**sums, median_minutes=middle)
