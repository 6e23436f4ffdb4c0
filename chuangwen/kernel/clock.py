"""The one place that asks what time it is, so that tests and the demonstration can set it."""

from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, tzinfo
from zoneinfo import ZoneInfo

from django.utils import timezone

LOCAL: tzinfo = ZoneInfo("Asia/Shanghai")
_fixed: ContextVar[datetime | None] = ContextVar("chuangwen_clock", default=None)


def now() -> datetime:
    """The present moment, aware."""
    return _fixed.get() or timezone.now()


def today() -> date:
    """The present day in China."""
    return now().astimezone(LOCAL).date()


@contextmanager
def at(moment: datetime):
    """Let everything inside believe that it is ``moment`` (aware)."""
    token = _fixed.set(moment)
    try:
        yield
    finally:
        _fixed.reset(token)
