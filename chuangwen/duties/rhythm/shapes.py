"""The few shapes of rhythm that people choose from, as rules and back again; and a rule in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from chuangwen.duties.rhythm.recurring import Rule, read
from chuangwen.duties.rhythm.rules import DAYS, PERIODS, SKIP, STAY

WEEK, MONTH, QUARTER, WEEKDAYS, WORKDAYS, MONTH_DAYS, WRITTEN = "week", "month", "quarter", "weekdays", "workdays", "month_days", "written"
SHAPES = (
    (WEEK, gettext_lazy("so many times a week")),
    (MONTH, gettext_lazy("so many times a month")),
    (QUARTER, gettext_lazy("so many times a quarter")),
    (WEEKDAYS, gettext_lazy("on certain days of the week")),
    (WORKDAYS, gettext_lazy("every working day")),
    (MONTH_DAYS, gettext_lazy("on certain days of the month")),
    (WRITTEN, gettext_lazy("by a rule written out (RFC 5545)")),
)
NAMES = (
    pgettext_lazy("weekday", "Monday"), pgettext_lazy("weekday", "Tuesday"), pgettext_lazy("weekday", "Wednesday"),
    pgettext_lazy("weekday", "Thursday"), pgettext_lazy("weekday", "Friday"), pgettext_lazy("weekday", "Saturday"),
    pgettext_lazy("weekday", "Sunday"),
)  # fmt: skip
SHORT = (
    pgettext_lazy("weekday, short", "Mon"), pgettext_lazy("weekday, short", "Tue"), pgettext_lazy("weekday, short", "Wed"),
    pgettext_lazy("weekday, short", "Thu"), pgettext_lazy("weekday, short", "Fri"), pgettext_lazy("weekday, short", "Sat"),
    pgettext_lazy("weekday, short", "Sun"),
)  # fmt: skip
_WEEK, _MONTH = read("FREQ=WEEKLY;BYDAY=MO"), read("FREQ=MONTHLY;BYMONTHDAY=1")
_QUARTER, _DAILY = read("FREQ=YEARLY;BYMONTH=1,4,7,10;BYMONTHDAY=1"), read("FREQ=DAILY")


@dataclass(frozen=True)
class Shape:
    """What a person chose. ``weekdays`` from 0 for Monday; ``every``: each so-manieth week, with WEEK and WEEKDAYS."""

    shape: str
    weekdays: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    every: int = 1
    written: str = ""
    periods: bool = False
    """Of a rule that is written out: whether its days begin periods."""

    @property
    def kind(self) -> str:
        if self.shape == WRITTEN:
            return PERIODS if self.periods else DAYS
        return PERIODS if self.shape in (WEEK, MONTH, QUARTER) else DAYS

    def rule(self) -> Rule:
        """Raises WrongRule (a ValueError) for a rule written wrongly, or nothing chosen."""
        if self.shape == WRITTEN:
            return read(self.written)
        if self.shape == WEEK:
            return read(f"FREQ=WEEKLY;INTERVAL={self.every};BYDAY=MO")
        if self.shape == WEEKDAYS:
            names = ",".join(("MO", "TU", "WE", "TH", "FR", "SA", "SU")[day] for day in self.weekdays)
            return read(f"FREQ=WEEKLY;INTERVAL={self.every};BYDAY={names}")
        if self.shape == MONTH_DAYS:
            return read(f"FREQ=MONTHLY;BYMONTHDAY={','.join(map(str, self.month_days))}")
        return {MONTH: _MONTH, QUARTER: _QUARTER, WORKDAYS: _DAILY}[self.shape]


def shape_of(kind: str, rule: Rule, on_day_off: str) -> Shape:
    """The shape in which a rule is offered for editing."""
    plain_week = rule.frequency == "WEEKLY" and rule.by_day and not (rule.months or rule.positions)
    if kind == PERIODS:
        if rule == Rule("WEEKLY", rule.interval, by_day=((None, 0),)):
            return Shape(WEEK, every=rule.interval)
        if rule in (_MONTH, _QUARTER):
            return Shape(MONTH if rule == _MONTH else QUARTER)
    elif plain_week:
        return Shape(WEEKDAYS, tuple(day for _nth, day in rule.by_day), every=rule.interval)
    elif rule == _DAILY and on_day_off == SKIP:
        return Shape(WORKDAYS)
    elif rule == Rule("MONTHLY", month_days=rule.month_days) and rule.month_days:
        return Shape(MONTH_DAYS, month_days=rule.month_days)
    return Shape(WRITTEN, written=rule.text, periods=kind == PERIODS)


def words(kind: str, rule: Rule, times: int, on_day_off: str) -> str:
    """The rhythm in words: 每周一、三; 每月 2 次; 每个工作日."""
    if kind == PERIODS:
        return _period_words(rule, times)
    when = _day_words(rule, on_day_off)
    return when if times == 1 else _("%(when)s, %(times)d times each") % {"when": when, "times": times}


def _period_words(rule: Rule, times: int) -> str:
    if rule == Rule("WEEKLY", rule.interval, by_day=((None, 0),)):
        if rule.interval == 1:
            return ngettext("%(times)d time a week", "%(times)d times a week", times) % {"times": times}
        told = {"times": times, "every": rule.interval}
        return ngettext("%(times)d time every %(every)d weeks", "%(times)d times every %(every)d weeks", times) % told
    if rule == _MONTH:
        return ngettext("%(times)d time a month", "%(times)d times a month", times) % {"times": times}
    if rule == _QUARTER:
        return ngettext("%(times)d time a quarter", "%(times)d times a quarter", times) % {"times": times}
    told = {"times": times, "rule": _day_words(rule, STAY)}
    return ngettext("%(times)d time in each period that begins %(rule)s", "%(times)d times in each period that begins %(rule)s", times) % told


def _day_words(rule: Rule, on_day_off: str) -> str:
    if rule == _DAILY:
        return _("every working day") if on_day_off == SKIP else _("every day")
    if rule.positions or (rule.month_days and rule.by_day):
        return rule.text
    if rule.frequency == "DAILY" and not (rule.months or rule.by_day or rule.month_days):
        return _("every %(every)d days") % {"every": rule.interval}
    if rule.frequency == "WEEKLY" and rule.by_day and not rule.months:
        named = listed([str(SHORT[day]) for _nth, day in rule.by_day])
        if rule.interval == 1:
            return _("every %(days)s") % {"days": named}
        return _("every %(every)d weeks on %(days)s") % {"every": rule.interval, "days": named}
    months = listed([_("month %(n)d") % {"n": month} for month in rule.months])
    if rule.frequency in ("MONTHLY", "YEARLY") and rule.interval == 1 and (rule.month_days or rule.by_day):
        if rule.frequency == "YEARLY" and not rule.months:
            return rule.text
        where = listed([_month_day(n) for n in rule.month_days] or [_nth_day(nth, day) for nth, day in rule.by_day])
        if months:
            return _("in %(months)s on %(days)s") % {"months": months, "days": where}
        return _("every month on %(days)s") % {"days": where}
    return rule.text


def _month_day(number: int) -> str:
    if number == -1:
        return _("the last day")
    if number < 0:
        return _("the %(n)dth day from the end") % {"n": -number}
    return pgettext("day of the month", "day %(n)d") % {"n": number}


def _nth_day(nth: int | None, day: int) -> str:
    if nth is None:
        return _("each %(day)s") % {"day": NAMES[day]}
    if nth == -1:
        return _("the last %(day)s") % {"day": NAMES[day]}
    if nth < 0:
        return _("the %(n)dth %(day)s from the end") % {"n": -nth, "day": NAMES[day]}
    return _("%(day)s no. %(n)d") % {"n": nth, "day": NAMES[day]}


def listed(names: Sequence[str]) -> str:
    """一、三、五"""
    return pgettext("between things of a list", ", ").join(names)
