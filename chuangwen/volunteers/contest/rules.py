"""The life of a contest and of an entry; means, trimmed means, ranks and prizes by exact fractions. Pure."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction

DRAFT, OPEN, JUDGING, COUNTED, PUBLISHED, CALLED_OFF = "draft", "open", "judging", "counted", "published", "called_off"
ENTERED, ADMITTED, REJECTED, WITHDRAWN = "entered", "admitted", "rejected", "withdrawn"
MEAN, TRIMMED = "mean", "trimmed"
PUBLIC = (OPEN, JUDGING, COUNTED, PUBLISHED)
"""Of these everybody knows that they take place; results are seen of the published alone."""
HALF = Decimal("0.5")
MONTHS = {"bimonthly": 2, "yearly": 12}
"""By rhythm, how many months lie between the beginnings of two contests; one that is held once has no next."""
LEAD = timedelta(days=30)
"""So long before it begins the next contest is proposed."""
HELD = (OPEN, JUDGING, COUNTED, PUBLISHED)
"""After these a next one is proposed: what was only prepared, or called off, ends its series."""


class ContestStep(StrEnum):
    EDIT = "edit"
    CALL = "call"
    CLOSE = "close"
    REOPEN = "reopen"
    JURY = "jury"
    COUNT = "count"
    BACK = "back"
    PUBLISH = "publish"
    CALL_OFF = "call_off"


CONTEST_STEPS: dict[tuple[str, ContestStep], str] = {
    (DRAFT, ContestStep.EDIT): DRAFT,
    (OPEN, ContestStep.EDIT): OPEN,
    (DRAFT, ContestStep.CALL): OPEN,
    (OPEN, ContestStep.CLOSE): JUDGING,
    (JUDGING, ContestStep.REOPEN): OPEN,
    **{(state, ContestStep.JURY): state for state in (DRAFT, OPEN, JUDGING)},
    (JUDGING, ContestStep.COUNT): COUNTED,
    (COUNTED, ContestStep.BACK): JUDGING,
    (COUNTED, ContestStep.PUBLISH): PUBLISHED,
    **{(state, ContestStep.CALL_OFF): CALLED_OFF for state in (DRAFT, OPEN, JUDGING, COUNTED)},
}
"""Whatever is not here cannot be done: what is published stays."""


class EntryStep(StrEnum):
    EDIT = "edit"
    ADMIT = "admit"
    REJECT = "reject"
    WITHDRAW = "withdraw"


ENTRY_STEPS: dict[tuple[str, EntryStep], str] = {
    (ENTERED, EntryStep.EDIT): ENTERED,
    (REJECTED, EntryStep.EDIT): ENTERED,
    (ENTERED, EntryStep.ADMIT): ADMITTED,
    (REJECTED, EntryStep.ADMIT): ADMITTED,
    (ENTERED, EntryStep.REJECT): REJECTED,
    (ADMITTED, EntryStep.REJECT): REJECTED,
    **{(state, EntryStep.WITHDRAW): WITHDRAWN for state in (ENTERED, ADMITTED, REJECTED)},
}


def contest_after(state: str, step: ContestStep) -> str | None:
    return CONTEST_STEPS.get((state, step))


def entry_after(state: str, step: EntryStep) -> str | None:
    return ENTRY_STEPS.get((state, step))


@dataclass(frozen=True)
class Counted:
    """What came of one entry. ``total``: exact, None for too few scores; ``kept`` and ``left_out`` are the jurors' totals, in order of size."""

    total: Fraction | None
    kept: tuple[Decimal, ...]
    left_out: tuple[Decimal, ...] = ()
    rank: int | None = None
    tied: bool = False
    prize: str = ""


def total_of(scores: Sequence[Decimal], *, method: str, trim: int, least: int) -> Counted:
    """One entry: the mean of the jurors' totals; ``trimmed`` leaves the ``trim`` highest and lowest out. Fewer than ``least``: no result."""
    ordered = tuple(sorted(scores))
    if len(ordered) < max(1, least):
        return Counted(None, ordered)
    kept = ordered[trim:-trim] if method == TRIMMED and trim else ordered
    if not kept:
        return Counted(None, ordered)
    left = ordered[:trim] + ordered[-trim:] if method == TRIMMED and trim else ()
    return Counted(sum((Fraction(one) for one in kept), Fraction(0)) / len(kept), kept, left)


def ranked(counted: Mapping[int, Counted], prizes: Sequence[tuple[str, int]]) -> dict[int, Counted]:
    """With rank and prize: equal totals share a rank (1, 2, 2, 4), and a prize goes to every entry whose rank lies within its places, so that
    whoever is tied at the last place gets it too. What has no total has no rank."""
    places, upto = [], 0
    for prize, count in prizes:
        upto += count
        places.append((prize, upto))
    totals = [one.total for one in counted.values() if one.total is not None]
    found = {}
    for key, one in counted.items():
        if one.total is None:
            found[key] = one
            continue
        rank = 1 + sum(other > one.total for other in totals)
        prize = next((name for name, last in places if rank <= last), "") if one.total > 0 else ""
        found[key] = Counted(one.total, one.kept, one.left_out, rank, totals.count(one.total) > 1, prize)
    return found


def next_days(starts_on: date, entries_until: date, judged_until: date, *, rhythm: str, today: date) -> tuple[date, date, date] | None:
    """The three days of the next contest, as far from each other as those of the last: so many whole rhythms later that it begins today or
    after. None while that is further off than ``LEAD``, and for what is held once. The last day of a month stays the last of a shorter one.

    >>> next_days(date(2026, 10, 31), date(2026, 11, 10), date(2026, 11, 20), rhythm="yearly", today=date(2027, 10, 5))
    (datetime.date(2027, 10, 31), datetime.date(2027, 11, 10), datetime.date(2027, 11, 20))
    """
    step = MONTHS.get(rhythm)
    if step is None:
        return None
    months = max(step, ((today.year - starts_on.year) * 12 + today.month - starts_on.month) // step * step)
    begin = _later(starts_on, months)
    if begin < today:
        begin = _later(starts_on, months + step)
    if begin - LEAD > today:
        return None
    return begin, begin + (entries_until - starts_on), begin + (judged_until - starts_on)


def _later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def shown(total: Fraction | None) -> Decimal | None:
    """Rounded to four places, half up, for reading; never used for comparing."""
    if total is None:
        return None
    scaled = total * 10_000
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(whole).scaleb(-4).quantize(Decimal("0.0001"), ROUND_HALF_UP)


def is_score(points: Decimal, most: int) -> bool:
    """Whether points are from nought to ``most`` in halves."""
    return points.is_finite() and 0 <= points <= most and points % HALF == 0
