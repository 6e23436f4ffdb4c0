"""The outlook in sentences: what a figure rests on, why a repair is worth its hours, what past forecasts say of themselves."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from chuangwen.fieldwork.intervals import wilson
from chuangwen.scoring.outlook.calibration import Coverage
from chuangwen.scoring.outlook.models import Forecast, ForecastRepair
from chuangwen.scoring.outlook.queries import hours, points
from chuangwen.web import formatting

EFFORTS: dict[str, str | Promise] = {
    "table": gettext_lazy("from the table of hours"),
    "kind": gettext_lazy("median of closed cases of its kind"),
    "family": gettext_lazy("median of closed cases of its family"),
    "usual": gettext_lazy("usual value, too few closed cases"),
}


def marks(share: Any, digits: int = 2) -> str:
    """A share of 1 as marks of 100: 91.23."""
    return formatting.number(Decimal(str(share)) * 100, digits)


def chance(share: Any) -> str:
    """74 %; at the edges "under 1 %" and "over 99 %": a simulation knows no certainty."""
    value = Decimal(str(share))
    if value < Decimal("0.01"):
        return _("under 1 %")
    if value > Decimal("0.99"):
        return _("over 99 %")
    return formatting.percent(value, 0)


def rests_on(forecast: Forecast) -> str:
    """On how much a forecast rests, how old that is."""
    told = forecast.evidence
    oldest = date.fromisoformat(told["oldest"]) if told.get("oldest") else None
    return _(
        "Rests on %(count)s observations of %(seen)s of %(sites)s sites, the oldest of %(oldest)s; by their age they weigh as much as "
        "%(effective)s of today. %(open)s open problems are taken into account."
    ) % {
        "count": formatting.number(told.get("observations", 0)), "seen": formatting.number(told.get("sites_seen", 0)),
        "sites": formatting.number(told.get("sites", 0)), "oldest": formatting.day(oldest),
        "effective": formatting.number(told.get("effective", 0)), "open": formatting.number(told.get("open_cases", 0)),
    }  # fmt: skip


def why_repair(row: ForecastRepair) -> str:
    """Where the gain of a repair comes from."""
    told = row.why
    parts = [
        _("the site is drawn with a chance of %(drawn)s") % {"drawn": formatting.percent(told["drawn"], 1)},
        _("a full loss there costs %(worth)s points") % {"worth": formatting.number(Decimal(str(told["worth"])), 2)},
        _("once put right it holds with %(holds)s") % {"holds": formatting.percent(told["holds"], 0)},
    ]
    if told.get("open", 1) > 1:
        parts.append(
            ngettext(
                "%(count)d open problem on the same criterion here", "%(count)d open problems on the same criterion here", told["open"]
            )
            % {"count": told["open"]}
        )
    return "；".join(parts)


def effort_of(row: ForecastRepair) -> str:
    """Where the hours come from."""
    return str(EFFORTS[row.why.get("effort", "usual")])


def verdict(coverage: list[Coverage]) -> str:
    """What the past says of the 90 % intervals, without more certainty than so few rounds allow."""
    of_ninety = next((each for each in coverage if each.nominal == 0.9), None)
    if of_ninety is None or not of_ninety.of:
        return _("No past round could be forecast yet: at least one needs enough observations before it. Take the chance with caution.")
    estimate = wilson(of_ninety.held, of_ninety.of)
    told = {
        "held": of_ninety.held, "of": of_ninety.of, "due": formatting.number(Decimal(str(0.9 * of_ninety.of)), 1),
        "low": formatting.percent(estimate.low, 0), "high": formatting.percent(estimate.high, 0),
    }  # fmt: skip
    text = _(
        "%(held)s of %(of)s past results lay within their 90 %% interval; %(due)s were to be expected. So few rounds allow a true share "
        "anywhere between %(low)s and %(high)s."
    ) % told
    if estimate.high is not None and estimate.high < 0.9:
        return text + _(" The intervals are too narrow: read them as wider than they look.")
    if estimate.low is not None and estimate.low > 0.9:
        return text + _(" The intervals are wider than they need be.")
    return text + _(" Nothing speaks against the intervals.")


__all__ = ["chance", "effort_of", "hours", "marks", "points", "rests_on", "verdict", "why_repair"]
