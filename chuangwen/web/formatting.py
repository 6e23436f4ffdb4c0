"""How moments, numbers and shares are written for people. Pure: the present moment is passed in."""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

EMPTY = "—"
MINUTE, HOUR, DAY = 60, 3600, 86_400


def local(value: date | datetime) -> date | datetime:
    """A moment in the office's own time zone; a day stays a day."""
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value


def day(value: date | datetime | None) -> str:
    """2026年11月21日"""
    return formats.date_format(local(value), "DATE_FORMAT") if value else EMPTY


def short_day(value: date | datetime | None, today: date | None = None) -> str:
    """11月21日; with the year where it is not the year of ``today``."""
    if not value:
        return EMPTY
    value = local(value)
    return formats.date_format(value, "MONTH_DAY_FORMAT" if today is None or value.year == today.year else "DATE_FORMAT")


def month(value: date | datetime | None) -> str:
    """2026年11月"""
    return formats.date_format(local(value), "YEAR_MONTH_FORMAT") if value else EMPTY


def moment(value: datetime | None) -> str:
    """2026年11月21日 14:05"""
    return formats.date_format(local(value), "DATETIME_FORMAT") if value else EMPTY


def clock_time(value: datetime | None) -> str:
    """14:05"""
    return formats.date_format(local(value), "TIME_FORMAT") if value else EMPTY


def span(minutes: int) -> str:
    """A length of time in the two largest units that say something: 3 天 4 小时, 25 分钟. ``minutes`` may be negative: its size
    counts."""
    minutes = abs(int(minutes))
    days, rest = divmod(minutes, 24 * 60)
    hours, left = divmod(rest, 60)
    parts = []
    if days:
        parts.append(ngettext("%(n)s day", "%(n)s days", days) % {"n": days})
    if hours and days < 10:
        parts.append(ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours})
    if left and not days and hours < 10 or not parts:
        parts.append(ngettext("%(n)s minute", "%(n)s minutes", left) % {"n": left})
    return " ".join(parts)


def relative(value: datetime, now: datetime) -> str:
    """How long ago or from now: 刚刚, 5 分钟前, 3 天后; farther than 30 days the day itself."""
    seconds = (now - value).total_seconds()
    size = abs(seconds)
    minutes, hours, days = (round(size / unit) for unit in (MINUTE, HOUR, DAY))
    if size < MINUTE:
        return _("just now")
    if size > 30 * DAY:
        return day(value)
    if minutes < 60:
        text = span(minutes)
    elif hours < 24:
        text = ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
    else:
        text = ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
    return (_("%(time)s ago") if seconds > 0 else _("in %(time)s")) % {"time": text}


def rounded(value: Decimal, digits: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


def number(value: Any, digits: int | None = None) -> str:
    """12,345.60: groups of three, rounded half up to ``digits`` where given; a dash for nothing."""
    if value is None or value == "":
        return EMPTY
    try:
        exact = value if isinstance(value, Decimal) else Decimal(str(value))
    except InvalidOperation:
        return str(value)
    if digits is not None:
        exact = rounded(exact, digits)
    return f"{exact:,f}"


def percent(share: Any, digits: int = 2) -> str:
    """A share of one as a percentage, rounded half up: Decimal("0.87345") is 87.35%."""
    if share is None or share == "":
        return EMPTY
    exact = share if isinstance(share, Decimal) else Decimal(str(share))
    return f"{rounded(exact * 100, digits):,f}%"


def size(count: int | None) -> str:
    """A number of bytes: 3.4 MB."""
    if count is None:
        return EMPTY
    amount = float(count)
    for unit in ("B", "KB", "MB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} GB"
