"""The rates of the loop by unit and by period, with their formulas in words; each figure opens the cases that it was made of.

Units and places, never persons.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.generic import View

from chuangwen.cases import queries
from chuangwen.cases.rates import Counts, rates
from chuangwen.fieldwork.intervals import compared, wilson
from chuangwen.kernel import clock, sheets
from chuangwen.people.models import Unit
from chuangwen.places.models import Division
from chuangwen.standards.models import Family
from chuangwen.web import formatting
from chuangwen.web.charts import Chart, Series
from chuangwen.web.downloads import download
from chuangwen.web.views import PageMixin

GROUPS = {
    "lead_unit": (gettext_lazy("by unit"), "lead_only", Unit),
    "division": (gettext_lazy("by place"), "division_only", Division),
    "family": (gettext_lazy("by family"), "family", Family),
}
PERIODS = (
    ("30", pgettext_lazy("period", "30 days")),
    ("month", gettext_lazy("this month")),
    ("last_month", gettext_lazy("last month")),
    ("quarter", gettext_lazy("this quarter")),
    ("year", gettext_lazy("this year")),
)
MOST_DRAWN = 20
IN_TIME = 2
"""The place of the rate of closing in time among the rates."""


BESIDE = gettext_lazy(
    "below each share the range that holds it 19 times of 20 (Wilson); beside the others: the difference to all the others together, with its"
    " interval (Newcombe); not distinguishable where chance alone could have made it. Of twenty comparisons one differs by chance."
)


@dataclass(frozen=True)
class Rate:
    """One rate: its name, the figures above and below the line, what it means in words."""

    key: str
    label: Any
    part: str
    whole: str
    formula: Any
    more_is_better: bool = True


RATES = (
    Rate(
        "filed",
        gettext_lazy("Filed"),
        "filed",
        "reported",
        gettext_lazy("dispatched or solved on the spot / reported in the period"),
    ),
    Rate("closed", pgettext_lazy("rate", "Closed"), "filed_closed", "filed", gettext_lazy("of the filed, closed by now / filed")),
    Rate(
        "closed_in_time",
        gettext_lazy("Closed in time"),
        "closed_in_time",
        "due_left",
        gettext_lazy("closed in time / (due in the period − deferred)"),
    ),
    Rate(
        "first_pass",
        gettext_lazy("Passed the first time"),
        "passed_first",
        "checked",
        gettext_lazy("never sent back / closed after a check"),
    ),
    Rate(
        "rework", gettext_lazy("Rework"), "sent_back", "checked", gettext_lazy("sent back at least once / closed after a check"), False
    ),
    Rate(
        "rebound", gettext_lazy("Rebound"), "rebounded", "closed", gettext_lazy("found again later / closed in the period"), False
    ),
)  # fmt: skip
COMPARED = {-1: pgettext_lazy("rate", "lower"), 0: gettext_lazy("not distinguishable"), 1: pgettext_lazy("rate", "higher")}
"""A share beside that of all the others, in words. Where chance alone could have made the difference, that is what is said."""


def period_of(request: HttpRequest, today: date) -> tuple[str, date, date]:
    """The period asked for: its key ("" for days given by hand), first and last day."""
    try:
        start, end = (date.fromisoformat(request.GET[name]) for name in ("from", "to"))
        if start <= end and (end - start).days <= 3660:
            return "", start, end
    except (KeyError, ValueError):
        pass
    key = request.GET.get("period", "30")
    first = today.replace(day=1)
    if key == "month":
        return key, first, today
    if key == "last_month":
        last = first - timedelta(days=1)
        return key, last.replace(day=1), last
    if key == "quarter":
        return key, today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1), today
    if key == "year":
        return key, today.replace(month=1, day=1), today
    return "30", today - timedelta(days=29), today


def share_of(fraction: Fraction | None) -> Decimal | None:
    """An exact share as a decimal, for writing."""
    return Decimal(fraction.numerator) / Decimal(fraction.denominator) if fraction is not None else None


def figure(counts: Counts, name: str) -> int:
    if name == "due_left":
        return counts.due - counts.deferred
    if name == "sent_back":
        return counts.checked - counts.passed_first
    return getattr(counts, name)


class RatesPage(PageMixin, View):
    required_verb = "cases.see_rates"
    title = gettext_lazy("Rates")
    lead = gettext_lazy("How the loop goes, by unit and by place. Each figure opens the cases that it was made of.")

    def get(self, request: HttpRequest) -> HttpResponse:
        self.by = request.GET.get("by") if request.GET.get("by") in GROUPS else "lead_unit"
        self.key, self.start, self.end = period_of(request, clock.today())
        within = self.place(request)
        groups = queries.counts(self.actor, self.start, self.end, by=self.by, within=within)
        whole = queries.counts(self.actor, self.start, self.end, within=within).get(None, Counts())
        rows = self.rows(groups, whole)
        if request.GET.get("export") == "xlsx":
            return self.export(rows)
        total = self.row(None, _("All"), whole)
        context = self.get_context_data(
            total=total,
            rows=rows,
            rates=RATES,
            start=self.start,
            end=self.end,
            by=self.by,
            key=self.key,
            periods=[{"label": label, "url": f"?by={self.by}&period={key}", "active": key == self.key} for key, label in PERIODS],
            groups=[
                {"label": word, "url": f"?by={key}&{self.query}", "active": key == self.by}
                for key, (word, _p, _m) in GROUPS.items()
            ],
            chart=self.chart(rows),
            months=self.months(within),
            export_url=f"?by={self.by}&{self.query}&export=xlsx",
            counts=whole,
            beside=BESIDE,
        )
        return render(request, "cases/rates.html", context)

    def place(self, request: HttpRequest) -> Any:
        return None

    @property
    def query(self) -> str:
        return f"period={self.key}" if self.key else f"from={self.start.isoformat()}&to={self.end.isoformat()}"

    def rows(self, groups: dict[Any, Counts], whole: Counts) -> list[dict[str, Any]]:
        """A row per group: those that close in time more seldom than the others beyond chance, then whoever has most to do; what names no
        unit last. Not in the order of the shares, which would be a ranking by chance where few cases stand behind them."""
        _word, _parameter, model = GROUPS[self.by]
        names = {one.pk: one.name for one in model.objects.filter(pk__in=[key for key in groups if key is not None])}
        found = [self.row(key, names.get(key, _("none yet")), counts, whole) for key, counts in groups.items()]
        return sorted(
            found, key=lambda row: (row["key"] is None, row["cells"][IN_TIME]["side"] != -1, -row["counts"].reported, row["name"])
        )

    def row(self, key: Any, name: str, counts: Counts, whole_counts: Counts | None = None) -> dict[str, Any]:
        found = rates(counts)
        cells = []
        for rate in RATES:
            part, whole = figure(counts, rate.part), figure(counts, rate.whole)
            all_part, all_whole = (figure(whole_counts or counts, name) for name in (rate.part, rate.whole))
            side = compared(part, whole, all_part - part, all_whole - whole) if key is not None else None
            cells.append(
                {
                    "rate": rate,
                    "told": wilson(part, whole),
                    "side": side,
                    "word": COMPARED[side] if side is not None else "",
                    "tone": ("ok" if (side == 1) == rate.more_is_better else "warn") if side else "",
                    "share": share_of(getattr(found, rate.key)),
                    "part": part,
                    "whole": whole,
                    "part_url": self.opens(rate.part, key, name),
                    "whole_url": self.opens(rate.whole, key, name),
                }
            )
        return {
            "key": key,
            "name": name,
            "counts": counts,
            "rates": found,
            "cells": cells,
            "mean": round(found.mean_minutes) if found.mean_minutes is not None else None,
            "median": round(found.median_minutes) if found.median_minutes is not None else None,
            "is_total": name == _("All") and key is None,
            "url": self.opens("reported", key, name),
        }

    def opens(self, name: str, key: Any, group: str) -> str:
        """The address of the list that holds exactly these cases."""
        address = f"{reverse('cases:list')}?figure={name}:{self.start.isoformat()}:{self.end.isoformat()}"
        if group == _("All") and key is None:
            return address
        parameter = GROUPS[self.by][1]
        if key is None:
            return f"{address}&{parameter}=0" if parameter != "family" else ""
        return f"{address}&{parameter}={key}"

    def chart(self, rows: list[dict[str, Any]]) -> Chart | None:
        drawn = [row for row in rows if row["rates"].closed_in_time is not None][:MOST_DRAWN]
        if len(drawn) < 2:
            return None
        told_of = [row["cells"][IN_TIME]["told"] for row in drawn]
        return Chart(
            "bar",
            _("Closed in time, in percent"),
            categories=[row["name"] for row in drawn],
            series=[
                Series(
                    _("Closed in time"),
                    *([round(getattr(told, side) * 100, 1) for told in told_of] for side in ("value", "low", "high")),
                )
            ],
            unit="%",
            digits=1,
            low=0,
            high=100,
            horizontal=True,
            height="lg" if len(drawn) > 8 else "md",
            links=[row["cells"][IN_TIME]["whole_url"] for row in drawn],
        )

    def months(self, within: Any) -> Chart | None:
        found = queries.by_month(
            self.actor, (self.end.replace(day=1) - timedelta(days=330)).replace(day=1), self.end, within=within
        )
        if len(found) < 2:
            return None
        return Chart(
            "line",
            _("Reported and closed by month"),
            categories=[formatting.month(row["month"]) for row in found],
            series=[
                Series(_("reported"), [row["reported"] for row in found]),
                Series(pgettext("case", "closed"), [row["closed"] for row in found], tone="ok"),
            ],
        )

    def export(self, rows: list[dict[str, Any]]) -> HttpResponse:
        columns = [sheets.Column("name", str(GROUPS[self.by][0]), "text", width=24)]
        for rate in RATES:
            columns += [
                sheets.Column(rate.key, str(rate.label), "percent", width=12),
                sheets.Column(f"{rate.key}_part", f"{rate.label}：{_('part')}", "int", width=10),
                sheets.Column(f"{rate.key}_whole", f"{rate.label}：{_('of')}", "int", width=10),
                sheets.Column(f"{rate.key}_low", f"{rate.label}：{pgettext('interval', 'from')}", "percent", width=10),
                sheets.Column(f"{rate.key}_high", f"{rate.label}：{pgettext('interval', 'to')}", "percent", width=10),
                sheets.Column(f"{rate.key}_compared", f"{rate.label}：{_('beside the others')}", "text", width=12),
            ]
        columns += [
            sheets.Column("mean", _("Mean, working minutes"), "int", width=12),
            sheets.Column("median", _("Median, working minutes"), "int", width=12),
        ]
        lines = []
        for row in rows:
            line: dict[str, Any] = {"name": row["name"], "mean": row["mean"], "median": row["median"]}
            for cell in row["cells"]:
                key = cell["rate"].key
                line |= {
                    key: float(cell["share"]) if cell["share"] is not None else None,
                    f"{key}_part": cell["part"],
                    f"{key}_whole": cell["whole"],
                    f"{key}_low": cell["told"].low,
                    f"{key}_high": cell["told"].high,
                    f"{key}_compared": str(cell["word"]),
                }
            lines.append(line)
        notes = [
            f"{formatting.day(self.start)}–{formatting.day(self.end)}",
            *(f"{rate.label}：{rate.formula}" for rate in RATES),
            str(BESIDE),
        ]
        content = sheets.write_table(columns, lines, title=str(self.title), sheet_name=str(self.title)[:31], notes=notes)
        name = f"rates-{self.start:%Y%m%d}-{self.end:%Y%m%d}.xlsx"
        return download(content, name)
