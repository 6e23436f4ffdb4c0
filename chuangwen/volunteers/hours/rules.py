"""Stars and lives of the part. Pure.

The ladder of 100, 300, 600, 1,000 and 1,500 hours is that of 民政部《志愿服务记录办法》 (民函〔2012〕340号); each office may keep its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

USUAL: tuple[tuple[int, int, str], ...] = (
    (1, 100, "一星级志愿者"), (2, 300, "二星级志愿者"), (3, 600, "三星级志愿者"), (4, 1000, "四星级志愿者"), (5, 1500, "五星级志愿者"),
)  # fmt: skip
"""Level, hours from which it is reached, name."""
DAY_MINUTES = 1440


@dataclass(frozen=True)
class Rung:
    """A step of the ladder: ``hours`` from which it is reached."""

    level: int
    hours: int
    name: str


@dataclass(frozen=True)
class Standing:
    """Where somebody stands on the ladder: the rung reached, the next, and how many minutes are missing to it."""

    now: Rung | None
    next: Rung | None
    missing: int
    share: int


def standing(minutes: int, ladder: Sequence[Rung]) -> Standing:
    """The star that counted minutes give. ``share``: percent of the way from the rung reached to the next.

    >>> ladder = [Rung(level, hours, name) for level, hours, name in USUAL]
    >>> found = standing(12_000, ladder)
    >>> found.now.name, found.next.hours, found.missing, found.share
    ('一星级志愿者', 300, 6000, 50)
    >>> standing(5_999, ladder).now, standing(90_000, ladder).next
    (None, None)
    """
    rungs = sorted(ladder, key=lambda rung: rung.hours)
    reached = [rung for rung in rungs if rung.hours * 60 <= minutes]
    ahead = [rung for rung in rungs if rung.hours * 60 > minutes]
    now, following = (reached[-1] if reached else None), (ahead[0] if ahead else None)
    if following is None:
        return Standing(now, None, 0, 100)
    start = now.hours * 60 if now else 0
    return Standing(now, following, following.hours * 60 - minutes, (minutes - start) * 100 // (following.hours * 60 - start))


def hours_told(minutes: int) -> str:
    """Hours with at most two places, cut off and never rounded up: 12, 12.5, 12.33.

    >>> hours_told(750), hours_told(60), hours_told(740)
    ('12.5', '1', '12.33')
    """
    whole, rest = divmod(minutes * 100 // 60, 100)
    return str(whole) if not rest else f"{whole}.{rest:02d}".rstrip("0")


class Fix(StrEnum):
    """What is done to a proposed correction."""

    AGREE = "agree"
    REFUSE = "refuse"


class Judge(StrEnum):
    """What is done to a doubt."""

    EXPLAIN = "explain"
    STRIKE = "strike"
    LAPSE = "lapse"


class Certify(StrEnum):
    """What is done to a certificate."""

    ISSUE = "issue"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"


CORRECTIONS = {("proposed", Fix.AGREE): "agreed", ("proposed", Fix.REFUSE): "refused"}
DOUBTS = {("open", Judge.EXPLAIN): "explained", ("open", Judge.STRIKE): "struck", ("open", Judge.LAPSE): "lapsed"}
CERTIFICATES = {
    ("asked", Certify.ISSUE): "issued", ("asked", Certify.REFUSE): "refused", ("issued", Certify.WITHDRAW): "withdrawn",
}  # fmt: skip
"""Whatever is not here cannot be done."""
