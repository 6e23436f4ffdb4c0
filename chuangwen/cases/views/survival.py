"""Whether solutions last: the survival curve of closed problems, by family or by unit, with what was found again by whom.

Units and families, never persons. Every figure comes with its interval, and beside the others stands whether they can be told apart at all:
an order of the shares would be a ranking by chance.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.generic import View

from chuangwen.cases import loop_settings, survival
from chuangwen.cases.queries import lasting
from chuangwen.cases.queries.lasting import Looked
from chuangwen.cases.survival import Curve, Step
from chuangwen.cases.views.filters import Seen
from chuangwen.cases.views.rates import COMPARED
from chuangwen.fieldwork.intervals import Estimate, compared, wilson
from chuangwen.kernel import clock, sheets
from chuangwen.kernel.identifiers import number_in
from chuangwen.people.models import Unit
from chuangwen.standards.models import Family
from chuangwen.web import formatting
from chuangwen.web.charts import Chart, Series
from chuangwen.web.downloads import download
from chuangwen.web.views import PageMixin

GROUPS = {"family": gettext_lazy("by family"), "lead_unit": gettext_lazy("by unit")}
HORIZONS = (30, 60, 90, 180)
SMALL = 30
"""Whoever closed fewer is shown and not compared."""
MOST_DRAWN = 6
DAYS = 365


@dataclass(frozen=True)
class Row:
    """A family or a unit: how many closed, came back, last, with intervals. ``side``: more (1) or fewer (-1) came back than of all the others
    together, 0 where chance alone could have made the difference; None where the sample is too small to tell."""

    key: Any
    name: str
    curve: Curve
    came_back: int
    back: Estimate
    last: Step | None
    looked: Looked
    at_random: Estimate
    side: int | None = None

    @property
    def small(self) -> bool:
        return self.curve.n < SMALL

    @property
    def word(self) -> str:
        return str(COMPARED[self.side]) if self.side is not None else ""


class SurvivalPage(PageMixin, View):
    required_verb = "cases.see_rates"
    title = gettext_lazy("Do solutions last?")
    lead = gettext_lazy(
        "Of what was closed, how much is still solved after so many days. Found again by re-checks, on patrol, by residents."
    )

    def get(self, request: HttpRequest) -> HttpResponse:
        self.read(request)
        rows, whole = self.rows()
        if request.GET.get("export") == "xlsx":
            return self.export([whole, *rows])
        context = self.get_context_data(
            rows=rows, whole=whole, by=self.by, group_word=GROUPS[self.by], horizon=self.horizon, start=self.start, end=self.end,
            groups=[{"label": word, "url": f"?by={key}&{self.kept('by')}", "active": key == self.by} for key, word in GROUPS.items()],
            horizons=[
                {"label": _("%(n)d days") % {"n": days}, "url": f"?horizon={days}&{self.kept('horizon')}", "active": days == self.horizon}
                for days in HORIZONS
            ],
            families=self.families, units=self.units.options(), family=self.family, unit=self.unit, chart=self.chart(rows, whole),
            finders=self.finders(), window=loop_settings.get().rebound_days, small=SMALL,
            export_url=f"?{self.kept('')}&export=xlsx",
        )  # fmt: skip
        return render(request, "cases/survival.html", context)

    # -- what is asked ----------------------------------------------------------------------------------------------------

    def read(self, request: HttpRequest) -> None:
        asked = request.GET
        self.by = asked.get("by") if asked.get("by") in GROUPS else "family"
        horizon = number_in(asked.get("horizon"), digits=3)
        self.horizon = horizon if horizon in HORIZONS else 90
        self.end, self.start = clock.today(), clock.today() - timedelta(days=DAYS - 1)
        try:
            first, last = (date.fromisoformat(asked[name]) for name in ("from", "to"))
            if first <= last and (last - first).days <= 3660:
                self.start, self.end = first, last
        except (KeyError, ValueError):
            pass
        family, unit = number_in(asked.get("family")), number_in(asked.get("unit"))
        self.family = family if family in dict(self.families) else None
        self.unit = unit if unit in {pk for pk, _path, _name in self.units.rows} else None

    @cached_property
    def families(self) -> list[tuple[int, str]]:
        return list(Family.objects.order_by("order").values_list("pk", "name"))

    @cached_property
    def units(self) -> Seen:
        return Seen.by(self.actor)

    def kept(self, without: str) -> str:
        """The query of this page without one of its words."""
        words = {
            "by": self.by, "horizon": self.horizon, "from": self.start.isoformat(), "to": self.end.isoformat(),
            "family": self.family or "", "unit": self.unit or "",
        }  # fmt: skip
        return "&".join(f"{name}={value}" for name, value in words.items() if name != without and value != "")

    # -- what is answered -------------------------------------------------------------------------------------------------

    @property
    def span(self) -> tuple[datetime, datetime]:
        return (
            datetime.combine(self.start, time(), clock.LOCAL),
            datetime.combine(self.end + timedelta(days=1), time(), clock.LOCAL),
        )

    @cached_property
    def closed(self) -> Any:
        found = lasting.closed_between(self.actor, *self.span)
        if self.family is not None:
            found = found.filter(family=self.family)
        if self.unit is not None:
            path = next(path for pk, path, _name in self.units.rows if pk == self.unit)
            found = found.filter(lead_unit__in=Unit.subtree_ids(path))
        return found

    def rows(self) -> tuple[list[Row], Row]:
        """A row per group: those of whom more came back than chance explains, then by how many closed, those too small to tell after them; and
        the row of all."""
        lines = lasting.lasted(self.closed, clock.now(), self.horizon, by=self.by)
        looked = lasting.looked_again(self.actor, *self.span) if self.by == "lead_unit" else {}
        names = self.names([key for key in lines if key is not None])
        whole = self.row(None, _("All"), [line for found in lines.values() for line in found], Looked(), None)
        rows = [
            self.row(key, names.get(key, _("none yet")), found, looked.get(key, Looked()), whole) for key, found in lines.items()
        ]
        rows.sort(key=lambda row: (row.key is None, row.small, row.side != 1, -row.curve.n, row.name))
        return rows, whole

    def row(self, key: Any, name: str, lines: list[tuple[int, bool, int]], looked: Looked, whole: Row | None) -> Row:
        events, censored = survival.beyond(lines, self.horizon)
        curve = survival.curve(events, censored)
        back = sum(count for _day, came_back, count in lines if came_back)
        side = None
        if whole is not None and key is not None and curve.n >= SMALL:
            side = compared(back, curve.n, whole.came_back - back, whole.curve.n - curve.n)
        return Row(
            key, name, curve, back, wilson(back, curve.n), curve.at(self.horizon), looked,
            wilson(looked.random_back, looked.random), side,
        )  # fmt: skip

    def names(self, keys: list[int]) -> dict[int, str]:
        if self.by == "family":
            return dict(self.families)
        return {unit.pk: str(unit) for unit in Unit.objects.filter(pk__in=keys).only("name", "short_name")}

    def finders(self) -> list[tuple[str, int]]:
        words = {
            "recheck": _("silent re-checks"),
            "patrol": _("patrol and inspection"),
            "resident": _("residents and other sources"),
        }
        return [(words[key], count) for key, count in lasting.found_by(self.closed).items()]

    def chart(self, rows: list[Row], whole: Row) -> Chart | None:
        if whole.curve.n == 0:
            return None
        days = list(range(self.horizon + 1))
        drawn = [row for row in rows if not row.small][:MOST_DRAWN]
        series = [self.series(whole, days, interval=True)]
        series += [self.series(row, days) for row in drawn if len(rows) > 1]
        return Chart(
            "line", _("Still solved, in percent, by days since the closing"), categories=[str(day) for day in days], series=series,
            unit="%", digits=1, low=self.lowest(series), high=100, height="lg",
        )  # fmt: skip

    @staticmethod
    def lowest(series: list[Series]) -> int:
        least = min((value for one in series for value in (*one.values, *one.low) if value is not None), default=100)
        return max(0, int(min(least, 99) // 10) * 10 - 10)

    @staticmethod
    def series(row: Row, days: list[int], *, interval: bool = False) -> Series:
        held = [row.curve.at(day) for day in days]

        def percent(pick: Any) -> list[float | None]:
            return [round(value * 100, 2) if (value := pick(step)) is not None else None for step in held]

        shares = percent(lambda step: step.share if step else 1.0)
        if not interval:
            return Series(row.name, shares, step=True)
        # An interval on every day would hide the curve: some ten of them say how sure it is.
        marks = range(0, days[-1] + 1, max(1, days[-1] // 9))
        low = percent(lambda step: step.low if step else 1.0)
        high = percent(lambda step: step.high if step else 1.0)
        marked = ([value if day in marks else None for day, value in zip(days, side, strict=True)] for side in (low, high))
        return Series(row.name, shares, low=next(marked), high=next(marked), step=True, tone="accent")

    def export(self, rows: list[Row]) -> HttpResponse:
        percent = [
            ("back", _("Came back")),
            ("back_low", pgettext("interval", "from")),
            ("back_high", pgettext("interval", "to")),
            ("lasts", _("Still solved after %(n)d days") % {"n": self.horizon}),
            ("low", pgettext("interval", "from")),
            ("high", pgettext("interval", "to")),
        ]
        columns = [
            sheets.Column("name", str(GROUPS[self.by]), "text", width=24),
            sheets.Column("closed", pgettext("case", "Closed"), "int", width=10),
            sheets.Column("n_back", _("Came back, cases"), "int", width=10),
            *(sheets.Column(key, label, "percent", width=12) for key, label in percent),
            sheets.Column("random", _("Re-checked at random"), "int", width=12),
            sheets.Column("random_back", _("of these back"), "int", width=12),
            sheets.Column("compared", _("beside the others"), "text", width=12),
        ]
        lines = [
            {
                "name": row.name, "closed": row.curve.n, "n_back": row.came_back,
                "back": row.back.value, "back_low": row.back.low, "back_high": row.back.high,
                "lasts": row.last.share if row.last else (1.0 if row.curve.n else None), "low": row.last.low if row.last else None,
                "high": row.last.high if row.last else None, "random": row.looked.random, "random_back": row.looked.random_back,
                "compared": row.word,
            }
            for row in rows
        ]  # fmt: skip
        notes = [
            f"{formatting.day(self.start)}–{formatting.day(self.end)}",
            _("Kaplan–Meier estimate; 95 % intervals: Greenwood on the log-log scale, Wilson for shares."),
            _("Who closed fewer than %(n)d is not compared.") % {"n": SMALL},
        ]
        content = sheets.write_table(columns, lines, title=str(self.title), sheet_name=str(self.title)[:31], notes=notes)
        return download(content, f"survival-{self.start:%Y%m%d}-{self.end:%Y%m%d}.xlsx")
