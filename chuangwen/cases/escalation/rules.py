"""What is decided about steps without looking anything up: to whom one is addressed, which rung a rule leans on, the number. Pure."""

from collections.abc import Iterable, Sequence
from datetime import date

from chuangwen.cases.models import Level
from chuangwen.people.models import Unit

HEADQUARTERS = (Unit.Kind.COMMAND, Unit.Kind.LEADING_GROUP, Unit.Kind.WORKING_GROUP)
"""Who supervises: a step is never addressed to them."""
CASES = 50
"""So many cases at most in one step."""
TEXT, WORDS = 300, 500
LONGEST_PROMISE_DAYS = 366
TALK_KINDS = ("first_responsible", "head")
NUMBERED = (Level.ORDER, Level.LISTED, Level.TALK, Level.HAND_OVER)


def addressee(line: Sequence[Unit], climb: int) -> Unit:
    """To whom a step goes: ``climb`` rungs above the handling unit, as far as units stand there that do work themselves.

    ``line``: the units from the handling one (first) up to the root. A unit under a headquarters is the last that can be addressed.
    """
    reached = line[0]
    for unit in line[1 : climb + 1]:
        if unit.kind in HEADQUARTERS:
            break
        reached = unit
    return reached


def leans_on(level: int, levels_with_rules: Iterable[int]) -> int | None:
    """The rung that must have been taken before a rule proposes ``level``: the next lower one, above the reminder, that has a rule. None for
    none: a reminder is no condition, because a case that was found late never had half of its time left."""
    below = [one for one in levels_with_rules if Level.REMINDER < one < level]
    return max(below, default=None)


def series(code: str, word: str, day: date) -> str:
    """The name of the counter of an office, a word and a year."""
    return f"escalation/{code}{word}/{day.year}"


def number(code: str, word: str, day: date, value: int) -> str:
    """河东督字〔2026〕3号"""
    return f"{code}{word}〔{day.year}〕{value}号"


def common_path(paths: Sequence[str], steplen: int) -> str:
    """The lowest place of a tree under which all ``paths`` lie; empty where there is none."""
    if not paths or not all(paths):
        return ""
    shortest = min(paths, key=len)
    for end in range(len(shortest), 0, -steplen):
        if all(path.startswith(shortest[:end]) for path in paths):
            return shortest[:end]
    return ""
