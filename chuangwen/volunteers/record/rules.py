"""Lives of commendations, appraisals, objections and complaints. Pure. Whatever is not in a table cannot be done."""

from __future__ import annotations

from enum import StrEnum


class Take(StrEnum):
    """What is done to a commendation or an appraisal that stands."""

    WITHDRAW = "withdraw"


class Answer(StrEnum):
    """What is done to an objection. ``PROPOSE``: the hours go to a correction by two people; ``CONFIRM`` and ``DECLINE`` are what came of it."""

    UPHOLD = "uphold"
    PROPOSE = "propose"
    CONFIRM = "confirm"
    DECLINE = "decline"
    REFUSE = "refuse"
    TAKE_BACK = "take_back"


class Judge(StrEnum):
    """How a complaint is answered."""

    FOUND = "found"
    REJECT = "reject"


STANDING = {("stands", Take.WITHDRAW): "withdrawn"}
OBJECTIONS = {
    ("open", Answer.UPHOLD): "upheld", ("open", Answer.PROPOSE): "correcting", ("open", Answer.REFUSE): "refused",
    ("open", Answer.TAKE_BACK): "taken_back", ("correcting", Answer.CONFIRM): "upheld", ("correcting", Answer.DECLINE): "refused",
}  # fmt: skip
COMPLAINTS = {("open", Judge.FOUND): "founded", ("open", Judge.REJECT): "unfounded"}


def mean_told(total: int, count: int) -> str:
    """A mean of grades from 1 to 5 with one decimal place, halves up; empty for none.

    >>> mean_told(14, 3), mean_told(9, 2), mean_told(20, 4), mean_told(0, 0)
    ('4.7', '4.5', '5.0', '')
    """
    if not count:
        return ""
    tenths = (total * 20 + count) // (count * 2)
    return f"{tenths // 10}.{tenths % 10}"
