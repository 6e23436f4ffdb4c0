"""The office's settings of the loop and its table of deadlines, kept in memory for ten seconds like the work calendar."""

import time
from typing import cast

from chuangwen.cases.clocks import Rule
from chuangwen.cases.models import DeadlineRule, LoopSettings
from chuangwen.kernel.worktime import Limit, Unit

KEPT_SECONDS = 10.0
_kept: tuple[float, LoopSettings, list[Rule]] | None = None


def _read() -> tuple[LoopSettings, list[Rule]]:
    global _kept
    if _kept is None or time.monotonic() - _kept[0] > KEPT_SECONDS:
        settings = LoopSettings.objects.filter(pk=1).first() or LoopSettings(pk=1)
        rows = DeadlineRule.objects.filter(active=True).order_by("pk")
        rules = [
            Rule(Limit(row.amount, cast(Unit, row.unit)), row.source, row.kind_id, row.family_id, row.severity, row.works, row.pk)
            for row in rows
        ]
        _kept = (time.monotonic(), settings, rules)
    return _kept[1], _kept[2]


def get() -> LoopSettings:
    """The settings in force; the defaults where nothing was set. An edit by another process is seen after ten seconds at the latest."""
    return _read()[0]


def deadline_rules() -> list[Rule]:
    """The active rows of the table of deadlines."""
    return _read()[1]


def forget() -> None:
    """Let the next question read the tables again (after an edit)."""
    global _kept
    _kept = None
